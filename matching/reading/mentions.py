"""Where a text names terms: the longest phrase wins and consumes its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.reading.conditions import conditions_of
from matching.reading.lexicon import GAP, MOST_SKIPPED, Lexicon, Node, Phrase
from matching.reading.passages import Sentence, Word, words_of

# Between two words of a phrase; other signs only where the phrase itself has them: "E. coli", "MIA(IMP)".
_JOINT: Final = re.compile(r"[\s\-–‐‑/&’'°®™]{0,4}")
_OF_WORK: Final = frozenset({"service", "unit_operation"})
_WORKED_ON: Final = frozenset({"container", "dosage_form", "modality", "stage"})
_GAP_WORDS: Final = re.compile(r"[^.;:!?()|\n]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name terms; several codes where one phrase means several things."""

    start: int
    end: int
    codes: tuple[str, ...]


def mentions_of(sentence: Sentence, lexicon: Lexicon) -> list[Mention]:
    """In the order of the sentence, none within another; offsets count from the start of the text."""
    fixed = conditions_of(sentence.text)
    found = [Mention(start, end, codes) for start, end, codes in fixed]
    found += _Search(sentence.text, lexicon, sorted((start, end) for start, end, _ in fixed)).mentions()
    offset = sentence.start
    moved = [Mention(each.start + offset, each.end + offset, each.codes) for each in found]
    return sorted(moved, key=lambda each: (each.start, each.end))


class _Search:
    def __init__(self, text: str, lexicon: Lexicon, taken: list[tuple[int, int]]) -> None:
        self.text, self.root, self.words = text, lexicon.root, words_of(text)
        self.lexicon = lexicon
        self.taken = taken

    def mentions(self) -> Iterator[Mention]:
        place, block = 0, 0
        while place < len(self.words):
            while block < len(self.taken) and self.taken[block][1] <= self.words[place].start:
                block += 1
            if block < len(self.taken) and self.taken[block][0] < self.words[place].end:
                place += 1
                continue
            phrase, last = self._longest(place)
            if phrase is None:
                place += 1
                continue
            limit = self.taken[block][0] if block < len(self.taken) else len(self.text)
            if self.words[last].end <= limit and phrase.codes:
                yield Mention(self.words[place].start, self.words[last].end, phrase.codes)
                yield from self._inside(phrase, place, last)
            place = last + 1

    def _inside(self, phrase: Phrase, first: int, last: int) -> Iterator[Mention]:
        """What is worked on within the name of the work: the syringe in "syringe filling"."""
        if self.lexicon.facet(phrase.codes[0]) not in _OF_WORK:
            return
        known = {code for each in phrase.codes for code in (each, *self.lexicon.ancestors(each))}
        place = first
        while place <= last:
            inner, end = self._longest(place, last - (place == first))
            codes = tuple(code for code in (inner.codes if inner else ()) if self._is_worked_on(code, known))
            if codes:
                yield Mention(self.words[place].start, self.words[end].end, codes)
            place = end + 1

    def _is_worked_on(self, code: str, known: set[str]) -> bool:
        return self.lexicon.facet(code) in _WORKED_ON and code not in known

    def _longest(self, place: int, limit: int | None = None) -> tuple[Phrase | None, int]:
        """The longest phrase that begins at a word, and its last word; none that ends after `limit`."""
        best: tuple[Phrase | None, int] = (None, place)
        branches: list[tuple[Node, int]] = []
        first = self.root.following.get(self.words[place].folded)
        if first:
            branches.append((first, place))
        while branches:
            node, last = branches.pop()
            if limit is not None and last > limit:
                continue
            if node.phrase and (best[0] is None or last > best[1]) and self._fits(node.phrase, place, last):
                best = (node.phrase, last)
            branches += self._onwards(node, last)
        return best

    def _onwards(self, node: Node, last: int) -> Iterator[tuple[Node, int]]:
        following = last + 1
        is_near = following < len(self.words) and self.words[following].start - self.words[last].end <= 4
        if is_near and (further := node.following.get(self.words[following].folded)):
            yield further, following
        if gap := node.following.get(GAP):
            for skipped in range(MOST_SKIPPED + 1):
                following = last + 1 + skipped
                if following >= len(self.words):
                    return
                if not _GAP_WORDS.fullmatch(self.text, self.words[last].end, self.words[following].start):
                    return
                if further := gap.following.get(self.words[following].folded):
                    yield further, following

    def _fits(self, phrase: Phrase, first: int, last: int) -> bool:
        words = self.words
        if phrase.keeps_case and not self._is_in_case(phrase, first, last):
            return False
        if GAP in phrase.written:
            return True
        return all(self._is_joint(words[place], words[place + 1], phrase) for place in range(first, last))

    def _is_in_case(self, phrase: Phrase, first: int, last: int) -> bool:
        written = self.text[self.words[first].start : self.words[last].end]
        letters = "".join(sign for sign in written if sign.isalpha())
        return letters.isupper() or (letters[:-1].isupper() and letters.endswith("s"))

    def _is_joint(self, word: Word, following: Word, phrase: Phrase) -> bool:
        between = self.text[word.end : following.start]
        if _JOINT.fullmatch(between):
            return "\n\n" not in between
        return all(sign in phrase.written or sign.isspace() for sign in between) and len(between) <= 3

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
            if self.words[last].end <= limit:
                yield Mention(self.words[place].start, self.words[last].end, phrase.codes)
            place = last + 1

    def _longest(self, place: int) -> tuple[Phrase | None, int]:
        best: tuple[Phrase | None, int] = (None, place)
        branches: list[tuple[Node, int]] = []
        first = self.root.following.get(self.words[place].folded)
        if first:
            branches.append((first, place))
        while branches:
            node, last = branches.pop()
            if node.phrase and (best[0] is None or last > best[1]) and self._fits(node.phrase, place, last):
                best = (node.phrase, last)
            branches += self._onwards(node, last)
        return best

    def _onwards(self, node: Node, last: int) -> Iterator[tuple[Node, int]]:
        following = last + 1
        if following < len(self.words) and (further := node.following.get(self.words[following].folded)):
            if self.words[following].start - self.words[last].end <= 4:
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

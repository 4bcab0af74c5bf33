"""Which words of a text answer a search, so that the page can mark them: as typed, begun, or nearly so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from partners.folding import Written, written
from partners.search_text import LEAST_LIKENESS, SHORTEST_TYPO, Likes, Parts, TextSearch

NOTHING: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True)
class Marker:
    """The words of one search. Words go by their number; a text answers some of them."""

    words: tuple[Parts, ...] = ()
    likes: Likes = field(default_factory=dict)
    is_forgiving: bool = False

    @classmethod
    def of(cls, text: TextSearch | None) -> "Marker":
        return cls() if text is None else cls(tuple(text.words), text.likes, text.is_forgiving)

    @cached_property
    def all(self) -> frozenset[int]:
        return frozenset(range(len(self.words)))

    def answered(self, text: str, *, is_name: bool = False) -> frozenset[int]:
        """The numbers of the words that stand in the text."""
        if not self.words or not text:
            return NOTHING
        return frozenset(number for each in written(text) for number in self._answers(each, is_name=is_name))

    def answered_by(self, words: Iterable[str]) -> frozenset[int]:
        """The same for words that are folded already, such as those of a term."""
        if not self.words:
            return NOTHING
        return frozenset(
            number for word in words for number in self._answers(Written(0, 0, (word,)), is_name=False)
        )

    def marked(self, text: str, *, is_name: bool = False) -> SafeString:
        """The text as HTML, with a mark on each word that was searched for."""
        if not self.words:
            return escape(text)
        spans = [each for each in written(text) if self._answers(each, is_name=is_name)]
        return _with_marks(text, spans)

    def _answers(self, word: Written, *, is_name: bool) -> list[int]:
        last = len(self.words) - 1
        return [
            number
            for number, sought in enumerate(self.words)
            if self._is_meant(word, sought, is_last=number == last, is_name=is_name)
        ]

    def _is_meant(self, word: Written, sought: Parts, *, is_last: bool, is_name: bool) -> bool:
        said, whole = "".join(word.parts), "".join(sought)
        if said == whole or (len(word.parts) == 1 and said in sought):
            return True
        if (is_last or self.is_forgiving) and len(whole) > 1 and said.startswith((whole, sought[-1])):
            return True
        if not self.is_forgiving or len(whole) < SHORTEST_TYPO:
            return False
        return said in self.likes.get(sought, ()) or (is_name and likeness(whole, said) >= LEAST_LIKENESS)


def likeness(sought: str, said: str) -> float:
    """The share of three-letter pieces of `sought` that stand in `said`, as pg_trgm counts them."""
    asked, given = _pieces(sought), _pieces(said)
    return len(asked & given) / len(asked)


def _pieces(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def whole(text: str) -> SafeString:
    """The text as HTML, all of it marked: it is another name of what was searched for."""
    return mark_safe(f"<mark>{escape(text)}</mark>")  # noqa: S308 - escaped just here


def _with_marks(text: str, spans: Iterable[Written]) -> SafeString:
    done, at = [], 0
    for span in spans:
        if span.start >= at:
            done += [escape(text[at : span.start]), whole(text[span.start : span.end])]
            at = span.end
    return mark_safe("".join([*done, escape(text[at:])]))  # noqa: S308 - every piece was escaped

"""Letters that a pattern cannot match without, so that most patterns need not be tried on most sentences.

Understands what the word lists use: literals, groups, alternatives, classes, optional parts and looks ahead
or behind. Where it cannot tell it says so, and the pattern is tried.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

type Anchors = frozenset[str]
"""One of these stands, in lower case, in every text that the pattern matches; empty = not known."""

_SHORTEST: Final = 2
_PIECE: Final = 3
_COMMON: Final = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "be", "been", "by", "do", "does", "for", "from", "has",
        "have", "in", "is", "it", "of", "on", "or", "our", "that", "the", "this", "to", "us", "was", "we",
        "were", "will", "with", "would", "you", "your", "not", "no", "can", "may", "shall",
    )
)  # fmt: skip
_CLASSES: Final = frozenset("wdsWDSbBAZ")
_NOTHING: Final[Anchors] = frozenset()


def anchors_of(pattern: str) -> Anchors:
    return _Reader(pattern).alternatives()


@dataclass(slots=True)
class _Best:
    """The most telling anchors of a sequence: few and long ones."""

    anchors: Anchors = _NOTHING

    def take(self, other: Anchors) -> None:
        if other and (not self.anchors or _worth(other) > _worth(self.anchors)):
            self.anchors = other


def _worth(anchors: Anchors) -> float:
    """Few and long ones tell most; words that stand in every sentence tell nothing."""
    return min(_telling(each) for each in anchors) - 0.1 * len(anchors)


def _telling(anchor: str) -> float:
    words = [word for word in anchor.split() if word not in _COMMON]
    return max(map(len, words), default=0) + 0.01 * len(anchor)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.place = pattern, 0

    def alternatives(self) -> Anchors:
        """Up to the closing bracket: one of the alternatives must match, so each needs anchors."""
        found = [self._sequence()]
        while self._sign() == "|":
            self.place += 1
            found.append(self._sequence())
        return frozenset().union(*found) if all(found) else _NOTHING

    def _sequence(self) -> Anchors:
        best, run = _Best(), ""
        while self.place < len(self.pattern) and self._sign() not in "|)":
            literal, anchors = self._item()
            if self._is_optional():
                literal, anchors = "", _NOTHING
            if literal:
                run += literal
                continue
            best.take(_as_anchors(run))
            best.take(anchors)
            run = ""
        best.take(_as_anchors(run))
        return best.anchors

    def _sign(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def _item(self) -> tuple[str, Anchors]:
        """A literal sign, or the anchors of a group; nothing for what matches many signs."""
        sign = self._sign()
        self.place += 1
        if sign == "(":
            return "", self._group()
        if sign == "[":
            self._class()
            return "", _NOTHING
        if sign == "\\":
            escaped = self._sign()
            self.place += 1
            return ("", _NOTHING) if escaped in _CLASSES or escaped.isdigit() else (escaped.lower(), _NOTHING)
        return ("", _NOTHING) if sign in ".^$" else (sign.lower(), _NOTHING)

    def _group(self) -> Anchors:
        is_look = self.pattern.startswith(("?!", "?=", "?<"), self.place)
        if self.pattern.startswith("?P<", self.place):
            self.place = self.pattern.index(">", self.place) + 1
        elif self._sign() == "?":
            self.place = self.pattern.index(":", self.place) + 1 if not is_look else self.place + 2
        anchors = self.alternatives()
        self.place += 1
        return _NOTHING if is_look else anchors

    def _class(self) -> None:
        self.place += 1 if self._sign() == "^" else 0
        self.place += 1  # a bracket in first place is one of the class
        while self._sign() != "]":
            self.place += 2 if self._sign() == "\\" else 1
        self.place += 1

    def _is_optional(self) -> bool:
        sign = self._sign()
        if sign in {"?", "*", "+"}:
            self.place += 1
            return sign != "+"
        if sign != "{":
            return False
        end = self.pattern.index("}", self.place)
        least = self.pattern[self.place + 1 : end].split(",")[0]
        self.place = end + 1
        if self._sign() == "?":
            self.place += 1
        return not least.isdigit() or int(least) == 0


def _as_anchors(run: str) -> Anchors:
    return frozenset([run]) if len(run) >= _SHORTEST else _NOTHING


def pieces_of(text: str) -> frozenset[str]:
    """Every three signs that stand together."""
    return frozenset(text[place : place + _PIECE] for place in range(len(text) - _PIECE + 1))


class Index:
    """Which patterns may match a text, told by the rarest piece of each of their anchors."""

    def __init__(self, anchors: Sequence[Anchors]) -> None:
        """`anchors` of each pattern, in the order in which patterns are numbered."""
        known = Counter(piece for each in anchors for anchor in each for piece in pieces_of(anchor))
        self.always = [order for order, each in enumerate(anchors) if not _are_long(each)]
        self.by_piece: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for order, each in enumerate(anchors):
            for anchor in each if _are_long(each) else ():
                rarest = min(sorted(pieces_of(anchor)), key=lambda piece: known[piece])
                self.by_piece[rarest].append((anchor, order))

    def worth_trying(self, text: str) -> list[int]:
        """Numbers of patterns in their order; the text is in lower case."""
        found = set(self.always)
        for piece in self.by_piece.keys() & pieces_of(text):
            for anchor, order in self.by_piece[piece]:
                if anchor in text:
                    found.add(order)
        return sorted(found)


def _are_long(anchors: Anchors) -> bool:
    return bool(anchors) and all(len(anchor) >= _PIECE for anchor in anchors)

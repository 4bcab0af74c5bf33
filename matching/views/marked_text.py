"""A text in which the words of findings are marked, also where they overlap or stand in each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matching.reading.findings import Span


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found at `spans`: `key` is the id of its place on the page, `name` what it is called there."""

    key: str
    name: str
    kind: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text that the same findings cover; `link` is the one that it leads to, if any.

    Each finding gets one link, at the first piece where it is the shortest that has none yet; `anchors` are
    the places of findings that begin here.
    """

    text: str
    owners: tuple[Marked, ...] = ()
    link: Marked | None = None
    anchors: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        return " ".join(owner.key for owner in self.owners)

    @property
    def kind(self) -> str:
        return self.owners[0].kind if self.owners else ""


def anchor_of(key: str, number: int) -> str:
    """The id of the finding's first, second … place in the text."""
    return f"w-{key}-{number}" if number else f"w-{key}"


@dataclass(frozen=True, slots=True)
class _Place:
    span: Span
    order: int
    anchor: str
    owner: Marked


def pieces_of(text: str, found: Sequence[Marked]) -> list[Piece]:
    places = list(_places(text, found))
    opening, closing = _by_place(places, "start"), _by_place(places, "end")
    cuts = sorted({0, len(text), *opening, *closing})
    linked: set[str] = set()
    open_now: set[_Place] = set()
    made = []
    for start, end in pairwise(cuts):
        open_now.difference_update(closing.get(start, ()))
        open_now.update(opening.get(start, ()))
        owners = _shortest_first(open_now)
        link = next((owner for owner in owners if owner.key not in linked), None)
        linked |= {link.key} if link else set()
        anchors = tuple(place.anchor for place in opening.get(start, ()))
        made.append(Piece(text[start:end], owners, link, anchors))
    return made


def _places(text: str, found: Sequence[Marked]) -> Iterator[_Place]:
    for order, each in enumerate(found):
        for number, span in enumerate(each.spans):
            if 0 <= span.start < span.end <= len(text):
                yield _Place(span, order, anchor_of(each.key, number), each)


def _by_place(places: Iterable[_Place], end: str) -> dict[int, list[_Place]]:
    found: dict[int, list[_Place]] = {}
    for place in places:
        found.setdefault(getattr(place.span, end), []).append(place)
    return found


def _shortest_first(places: Iterable[_Place]) -> tuple[Marked, ...]:
    ordered = sorted(places, key=lambda place: (place.span.end - place.span.start, place.order))
    return tuple(dict.fromkeys(place.owner for place in ordered))

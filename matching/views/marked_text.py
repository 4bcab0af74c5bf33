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
class Segment:
    """A piece of the text that the same findings cover; `link` is the one that it leads to, if any.

    Each finding gets one link, at the first piece where it is the shortest that has none yet; `starts` are
    the findings whose words begin here.
    """

    text: str
    owners: tuple[Marked, ...] = ()
    link: Marked | None = None
    starts: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        return " ".join(owner.key for owner in self.owners)

    @property
    def kind(self) -> str:
        return self.owners[0].kind if self.owners else ""


def segments(text: str, found: Sequence[Marked]) -> list[Segment]:
    places = [(span, order, each) for order, each in enumerate(found) for span in _inside(each.spans, text)]
    opening = _by(((span.start, (span, order, each)) for span, order, each in places))
    closing = _by(((span.end, (span, order, each)) for span, order, each in places))
    cuts = sorted({0, len(text), *opening, *closing})
    linked: set[str] = set()
    started: set[str] = set()
    open_now: set[tuple[Span, int, Marked]] = set()
    made = []
    for start, end in pairwise(cuts):
        open_now.difference_update(closing.get(start, ()))
        open_now.update(opening.get(start, ()))
        owners = _shortest_first(open_now)
        link = next((owner for owner in owners if owner.key not in linked), None)
        starts = tuple(owner.key for owner in owners if owner.key not in started)
        linked |= {link.key} if link else set()
        started |= set(starts)
        made.append(Segment(text[start:end], owners, link, starts))
    return made


type Place = tuple[Span, int, Marked]


def _inside(spans: Iterable[Span], text: str) -> Iterator[Span]:
    return (span for span in spans if 0 <= span.start < span.end <= len(text))


def _by(places: Iterable[tuple[int, Place]]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for at, place in places:
        found.setdefault(at, []).append(place)
    return found


def _shortest_first(places: Iterable[Place]) -> tuple[Marked, ...]:
    ordered = sorted(places, key=lambda place: (place[0].end - place[0].start, place[1]))
    return tuple(dict.fromkeys(each for _span, _order, each in ordered))

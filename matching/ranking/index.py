"""The columns of all sites in a few segments, of which a change replaces only the sites that it touched.

A changed site is masked out where it stood and loaded into a new segment. Segments of about one size are
loaded again as one, so there are never many, and a change costs in proportion to itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from matching.ranking.column_loading import load
from matching.ranking.loading import campus_neighbours
from matching.scoring.columns.arrays import Bools, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.tables import Segment

RATIO = 4
"""A segment has over four times the sites of the next, so about eight hold what the world has."""

MOST_MASKED = 0.25
"""Past this share of sites that count no more, everything is loaded again."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment and which of its sites still count. Nothing in it is ever changed in place."""

    segment: Segment
    campus: Ints
    is_current: Bools

    @property
    def current(self) -> set[int]:
        return set(self.segment.sites.pk[self.is_current].tolist())

    @property
    def size(self) -> int:
        return int(self.is_current.sum())

    def position(self, pk: int) -> int | None:
        """Where the site stands, if it still counts."""
        keys = self.segment.sites.pk
        at = int(np.searchsorted(keys, pk))
        return at if at < len(keys) and keys[at] == pk and self.is_current[at] else None

    def without(self, pks: Ints) -> "Part":
        is_gone = np.isin(self.segment.sites.pk, pks)
        return replace(self, is_current=self.is_current & ~is_gone) if is_gone.any() else self


@dataclass(frozen=True, slots=True)
class Directory:
    """All sites at one moment; who holds one sees no later change. The largest part comes first."""

    parts: tuple[Part, ...] = ()

    @property
    def site_count(self) -> int:
        return sum(part.size for part in self.parts)

    def find(self, pk: int) -> tuple[Part, int] | None:
        """The part in which the site counts, and its position there."""
        for part in self.parts:
            if (position := part.position(pk)) is not None:
                return part, position
        return None

    def neighbours(self, pks: Collection[int]) -> set[int]:
        """All sites on the grounds on which these sites stood when they were loaded."""
        found: set[int] = set()
        grounds = self.grounds(pks)
        for part in self.parts if len(grounds) else ():
            found |= set(part.segment.sites.pk[np.isin(part.campus, grounds) & part.is_current].tolist())
        return found

    def grounds(self, pks: Collection[int]) -> Ints:
        wanted = array(pks)
        on = [
            part.campus[np.isin(part.segment.sites.pk, wanted) & part.is_current & (part.campus > 0)]
            for part in self.parts
        ]
        return np.unique(np.concatenate(on)) if on else wanted[:0]

    def without(self, pks: Collection[int]) -> "Directory":
        gone = array(pks)
        return Directory(tuple(part.without(gone) for part in self.parts))

    @property
    def masked_share(self) -> float:
        held = sum(len(part.is_current) for part in self.parts)
        return 1 - self.site_count / held if held else 0.0


def array(pks: Iterable[int]) -> Ints:
    return np.fromiter(pks, dtype=np.int64)


def loaded(book: CodeBook, pks: Collection[int] | None) -> Part:
    found = load(book, pks)
    return Part(found.segment, found.campus, np.ones(found.segment.site_count, dtype=np.bool_))


def whole(book: CodeBook) -> Directory:
    return Directory((loaded(book, None),))


def changed(directory: Directory, pks: Collection[int], book: CodeBook) -> Directory:
    """The directory after these sites changed, came or went. Their neighbours' hazards are theirs too."""
    reached = set(pks) | directory.neighbours(pks) | campus_neighbours(pks)
    kept = directory.without(reached)
    if kept.masked_share > MOST_MASKED:
        return whole(book)
    parts = [part for part in kept.parts if part.size]
    while parts and parts[-1].size <= RATIO * len(reached):
        reached |= parts.pop().current
    parts.append(loaded(book, reached))
    return Directory(tuple(parts))

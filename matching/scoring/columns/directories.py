"""All sites as a process holds them: segments, in each of which some sites may have been superseded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.drafting import segment_of
from matching.scoring.columns.tables import Segment
from matching.scoring.facts import SiteFacts


@dataclass(frozen=True, slots=True)
class Share:
    """A segment, and which of its sites are current: a changed site is taken over by a later segment."""

    segment: Segment
    is_current: Bools


@dataclass(frozen=True, slots=True)
class Directory:
    """Immutable, so that a match under way keeps the one it started with. Every site is current once."""

    shares: tuple[Share, ...]
    book: CodeBook

    @property
    def site_count(self) -> int:
        return sum(int(share.is_current.sum()) for share in self.shares)


def directory_of(sites: Sequence[SiteFacts]) -> Directory:
    """The sites by their positions."""
    book = CodeBook()
    segment = segment_of(sites, book)
    return Directory((Share(segment, np.ones(len(sites), dtype=np.bool_)),), book)

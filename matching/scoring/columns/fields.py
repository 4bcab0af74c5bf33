"""All current sites of a directory, judged and weighed: arrays with one entry per site."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from matching.scoring.columns.arrays import Anything, Bools, Bytes, Floats, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.directories import Directory, Share
from matching.scoring.columns.grounds import Ground
from matching.scoring.columns.standings import Judged, Standings, judged, weighed
from matching.scoring.columns.tables import Segment, Sites
from matching.scoring.contexts import Context
from matching.scoring.criteria import Criterion
from matching.scoring.facts import SiteFacts
from matching.scoring.lines import Group, Kept
from matching.scoring.requirements import BriefAsked

MOST_BRIEFS, MOST_SEGMENTS, MOST_WORDS = 6, 10, 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A brief as columns are asked: with its criteria and their weights, and the groups that share a line."""

    brief: BriefAsked
    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...]
    context: Context

    @property
    def apart_from_weights(self) -> Hashable:
        """What verdicts and values depend on; two briefs that differ in weights only have it in common."""
        brief = self.brief
        asked = (brief.requirements, brief.steps, brief.time_frame, brief.stage, brief.modality)
        return (*asked, brief.dosage_form, self.context.today, id(self.context.vocabulary))


@dataclass
class Remembered:
    """What was judged for one brief on one day: by segment on columns, by site in words."""

    vocabulary: object
    segments: dict[int, tuple[Segment, Judged]] = field(default_factory=dict)
    words: dict[int, tuple[SiteFacts, Kept]] = field(default_factory=dict)

    def judged(self, asked: Asked, ground: Ground) -> Judged:
        key = id(ground.segment)
        if (known := self.segments.get(key)) is not None:
            return known[1]
        found = judged(asked.brief, asked.criteria, ground)
        while len(self.segments) >= MOST_SEGMENTS:
            self.segments.pop(next(iter(self.segments)), None)
        # The segment is kept too: while it lives, nothing else can have its id.
        self.segments[key] = (ground.segment, found)
        return found

    def kept(self, site: SiteFacts) -> Kept:
        """The verdicts in words on this site, to be filled by who judges it."""
        known = self.words.get(id(site))
        if known is None:
            while len(self.words) >= MOST_WORDS:
                self.words.pop(next(iter(self.words)), None)
            known = self.words[id(site)] = (site, {})
        return known[1]


@dataclass
class Memory:
    """What was judged last, so that moving a weight judges nothing again. Shared by threads."""

    briefs: OrderedDict[Hashable, Remembered] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def of(self, asked: Asked) -> Remembered:
        key = asked.apart_from_weights
        with self.lock:
            if key not in self.briefs:
                # The vocabulary is kept, because the key has no more of it than its id.
                self.briefs[key] = Remembered(asked.context.vocabulary)
            self.briefs.move_to_end(key)
            while len(self.briefs) > MOST_BRIEFS:
                self.briefs.popitem(last=False)
            return self.briefs[key]

    def forget(self) -> None:
        with self.lock:
            self.briefs.clear()


@dataclass(frozen=True, slots=True)
class Field:
    """`gates` is gates × sites. `share` and `place` say where the names of a site stand."""

    book: CodeBook
    segments: tuple[Segment, ...]
    share: Ints
    place: Ints
    pk: Ints
    partner: Ints
    is_profiled: Bools
    gates: Bytes
    standing: Bytes
    low: Floats
    high: Floats
    met: Ints

    def sites(self, position: int) -> tuple[Sites, int]:
        return self.segments[self.share[position]].sites, int(self.place[position])

    def partner_key(self, position: int) -> str:
        return self.book.partners.codes[int(self.partner[position])]

    def name(self, position: int) -> str:
        sites, place = self.sites(position)
        return sites.names[place]

    def key(self, position: int) -> str:
        sites, place = self.sites(position)
        return sites.keys[place]

    def ordered(self, positions: Ints, *by: Anything) -> Ints:
        """By these columns (of all sites, most important first), then by name and key."""
        columns = [column[positions] for column in by]
        order = positions[np.lexsort(columns[::-1])] if columns else positions
        is_tied = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
        for column in by:
            is_tied &= column[order[1:]] == column[order[:-1]]
        result = order.copy()
        for start, end in runs(is_tied):
            tied = sorted(order[start:end].tolist(), key=lambda each: (self.name(each), self.key(each)))
            result[start:end] = tied
        return result


def runs(is_tied: Bools) -> Iterable[tuple[int, int]]:
    """Stretches of equals, as half-open ranges: `is_tied[i]` says that entries i and i + 1 are equal."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_tied, [False])).astype(np.int8)))
    return [(int(start), int(end) + 1) for start, end in edges.reshape(-1, 2)]


def field_of(asked: Asked, directory: Directory, remembered: Remembered) -> Field:
    found = [standings_of(asked, share, directory, remembered) for share in directory.shares]
    current = [np.flatnonzero(share.is_current) for share in directory.shares]
    sites = [share.segment.sites for share in directory.shares]

    def together(columns: Sequence[Anything]) -> Anything:
        return np.concatenate([column[..., at] for column, at in zip(columns, current, strict=True)], axis=-1)

    return Field(
        book=directory.book,
        segments=tuple(share.segment for share in directory.shares),
        share=np.repeat(np.arange(len(current)), [len(at) for at in current]),
        place=np.concatenate(current),
        pk=together([each.pk for each in sites]),
        partner=together([each.partner for each in sites]),
        is_profiled=together([each.is_profiled for each in sites]),
        gates=together([each.gates for each in found]),
        standing=together([each.standing for each in found]),
        low=together([each.low for each in found]),
        high=together([each.high for each in found]),
        met=together([each.met for each in found]),
    )


def standings_of(asked: Asked, share: Share, directory: Directory, remembered: Remembered) -> Standings:
    ground = Ground(share.segment, directory.book, asked.context)
    return weighed(remembered.judged(asked, ground), asked.brief, asked.criteria, asked.groups, ground)

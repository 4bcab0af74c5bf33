"""What is known of all sites, held once per process and kept current by the sites' change rows.

A reader asks; changes that committed since the last question are loaded first, at a cost in proportion to the
change. With `MATCHING_KEEPS_FACTS` off, every question loads everything (tests, whose uncommitted rows no
change mark can see).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from matching.ranking.following import Follower
from matching.ranking.index import Directory, changed, whole
from matching.ranking.loading import (
    campus_neighbours,
    load_site_facts,
    load_vocabulary,
    vocabulary_version,
)
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.directories import Directory as Columns
from matching.scoring.columns.directories import Share
from matching.scoring.columns.tables import Segment
from matching.scoring.facts import SiteFacts, Vocabulary

MOST_EXPLAINED = 2_000
"""How many sites' facts are kept for explaining them again."""


@dataclass(frozen=True)
class Known:
    """The vocabulary, with columns and facts of all sites, each read when it is first looked at.

    `book` numbers the codes of the columns. Facts are by primary key of the site.
    """

    vocabulary: Vocabulary
    book: CodeBook
    read_directory: Callable[[], Directory]
    read_sites: Callable[[], Mapping[int, SiteFacts]]
    facts_of: Callable[[Collection[int]], Mapping[int, SiteFacts]]
    keeps: bool = True

    @cached_property
    def directory(self) -> Directory:
        return self.read_directory()

    @cached_property
    def columns(self) -> Columns:
        """The directory as scoring looks at it."""
        shares = tuple(Share(part.segment, part.is_current) for part in self.directory.parts)
        return Columns(shares, self.book)

    @property
    def is_current(self) -> bool:
        """Whether nothing has changed since the directory was read, so that sites read since are the same."""
        return not self.keeps or self.read_directory() is self.directory

    @cached_property
    def sites(self) -> Mapping[int, SiteFacts]:
        return self.read_sites()


class FactStore:
    def __init__(self) -> None:
        self.book = CodeBook()
        self.columns = Follower[Directory](self._whole, self._changed)
        self.sites = Follower[Mapping[int, SiteFacts]](load_site_facts, replaced_facts)
        self.vocabulary = KeptVocabulary()
        self.explained = Explained()

    def known(self) -> Known:
        """Everything committed before this call is in what it gives."""
        if not settings.MATCHING_KEEPS_FACTS:
            book = CodeBook()
            return Known(
                load_vocabulary(), book, lambda: whole(book), load_site_facts, load_site_facts, keeps=False
            )
        return Known(self.vocabulary.now(), self.book, self.columns.now, self.sites.now, self.facts_of)

    def facts_of(self, pks: Collection[int]) -> dict[int, SiteFacts]:
        """The facts of a few sites, to explain them, by primary key; sites that are gone are left out."""
        if not settings.MATCHING_KEEPS_FACTS:
            return load_site_facts(pks)
        return self.explained.of(pks, self.columns.now())

    def _whole(self) -> Directory:
        return whole(self.book)

    def _changed(self, directory: Directory, pks: set[int]) -> Directory:
        return changed(directory, pks, self.book)


def replaced_facts(sites: Mapping[int, SiteFacts], pks: set[int]) -> Mapping[int, SiteFacts]:
    """A new dictionary, so that a match under way keeps the one it started with.

    A site that is gone is among the changed and not among the fresh.
    """
    reached = pks | campus_neighbours(pks)
    return {pk: facts for pk, facts in sites.items() if pk not in reached} | load_site_facts(reached)


@dataclass
class KeptVocabulary:
    """Read again when a term was added, changed or taken away."""

    version: tuple[int, int] | None = None
    kept: Vocabulary = field(default_factory=Vocabulary)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Vocabulary:
        with self.lock:
            version = vocabulary_version()  # before loading: what commits meanwhile is loaded again
            if version != self.version:
                self.kept, self.version = load_vocabulary(), version
            return self.kept


@dataclass
class Explained:
    """Facts that were asked for lately. They hold as long as the site counts in the same segment."""

    kept: OrderedDict[int, tuple[Segment, SiteFacts]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, pks: Collection[int], directory: Directory) -> dict[int, SiteFacts]:
        segments = {pk: found[0].segment for pk in pks if (found := directory.find(pk)) is not None}
        with self.lock:
            held = {
                pk: entry[1]
                for pk, segment in segments.items()
                if (entry := self._entry(pk, segment)) is not None
            }
        missing = segments.keys() - held.keys()
        fresh = load_site_facts(missing) if missing else {}
        with self.lock:
            for pk, facts in fresh.items():
                self.kept[pk] = (segments[pk], facts)
                self.kept.move_to_end(pk)
            while len(self.kept) > MOST_EXPLAINED:
                self.kept.popitem(last=False)
        return held | fresh

    def _entry(self, pk: int, segment: Segment) -> tuple[Segment, SiteFacts] | None:
        entry = self.kept.get(pk)
        if entry is None or entry[0] is not segment:
            return None
        self.kept.move_to_end(pk)
        return entry


store = FactStore()

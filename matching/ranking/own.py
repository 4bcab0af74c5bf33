"""An organisation's own facts over the columns that everybody shares, at the moment it asks.

The shared columns and facts stay as they are. Sites that the organisation knows something of, those that it
blocks and those that exclude it are masked out of them; the first come back in a small segment of their own.
"""

import datetime as dt
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.directories import Directory, Share
from matching.scoring.columns.drafting import segment_of
from matching.scoring.columns.tables import Segment
from matching.scoring.facts import MeasureFact, OwnStatement, SiteFacts, Vocabulary
from matching.scoring.matching import FactsOf
from matching.scoring.own_facts import NOTHING, OwnFacts, with_own
from partners.models import PrivateFact, PrivateRecord, Site
from partners.own_status import blocked_sites
from partners.readers import sites_excluding

MOST_ORGANISATIONS = 50


@dataclass(frozen=True, slots=True)
class Own:
    """What one organisation knows, by key of the site as scoring has it, with the primary keys."""

    organisation_id: int = 0
    facts: OwnFacts = NOTHING
    pks: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> list[int]:
        return [self.pks[key] for key in self.facts.said]

    @property
    def blocked(self) -> list[int]:
        return [self.pks[key] for key in self.facts.blocked]

    @property
    def excluding(self) -> list[int]:
        return [self.pks[key] for key in self.facts.excluding]


def own_of(organisation_id: int | None) -> Own:
    """Two cheap questions for an organisation that nobody excludes and that noted nothing that counts."""
    if organisation_id is None:
        return Own()
    excluding = _by_key(sites_excluding(organisation_id))
    noted = PrivateRecord.objects.present().filter(organisation_id=organisation_id)
    has_facts = Exists(PrivateFact.objects.present().filter(record=OuterRef("pk")))
    if not noted.filter(Q(status=PrivateRecord.Status.BLOCKED) | has_facts).exists():
        return Own(organisation_id, OwnFacts(excluding=frozenset(excluding)), excluding)
    blocked = _by_key(blocked_sites(organisation_id))
    rows = PrivateFact.objects.present().filter(record__in=noted, record__site__isnull=False)
    said: dict[str, list[OwnStatement]] = defaultdict(list)
    gone = {**blocked, **excluding}
    pks = dict(gone)
    for row in rows.select_related("record__site", "term", "measure", "line").order_by("pk"):
        site = row.record.site
        if site is None or str(site.uid) in gone or row.is_place_gone:
            continue
        said[str(site.uid)].append(statement_of(row))
        pks[str(site.uid)] = site.pk
    facts = OwnFacts(
        {key: tuple(each) for key, each in said.items()}, frozenset(blocked), frozenset(excluding)
    )
    return Own(organisation_id, facts, pks)


def _by_key(sites: QuerySet[Site]) -> dict[str, int]:
    return {str(uid): pk for uid, pk in sites.values_list("uid", "pk")}


def statement_of(row: PrivateFact) -> OwnStatement:
    measures: tuple[MeasureFact, ...] = ()
    if row.measure is not None:
        measures = (MeasureFact(row.measure.code, _number(row.lo), _number(row.hi), row.count),)
    return OwnStatement(
        term=row.term.code,
        is_offered=row.is_offered,
        confirmed_on=row.as_of,
        basis=row.basis,
        source=row.source,
        stages=frozenset(row.stages),
        measures=measures,
        place=str(row.line.uid) if row.line else "",
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a brief is matched against; so many `blocked` sites were left out of it."""

    columns: Directory
    facts_of: FactsOf
    blocked: int = 0


def laid(own: Own, columns: Directory, facts_of: FactsOf, vocabulary: Vocabulary, today: dt.date) -> Ground:
    """The shared columns with what the organisation knows laid over them."""
    if not own.facts:
        return Ground(columns, facts_of)
    masked, blocked = without(columns, own.blocked)
    masked, _ = without(masked, own.excluding)
    base = facts_of(own.known)  # sites that are gone are left out
    if not base:
        return Ground(masked, facts_of, blocked)
    overlay = overlays.of(own, base, Asked(columns.book, vocabulary, today))
    masked, _count = without(masked, list(base))
    whole = np.ones(overlay.segment.site_count, dtype=np.bool_)
    shares = (*masked.shares, Share(overlay.segment, whole))

    def known_facts(pks: Sequence[int]) -> Mapping[int, SiteFacts]:
        others = facts_of([pk for pk in pks if pk not in overlay.sites])
        return {**others, **{pk: overlay.sites[pk] for pk in pks if pk in overlay.sites}}

    return Ground(Directory(shares, columns.book), known_facts, blocked)


def without(columns: Directory, pks: Collection[int]) -> tuple[Directory, int]:
    """The directory without these sites, and how many of them stood there."""
    if not pks:
        return columns, 0
    gone = np.fromiter(pks, dtype=np.int64)
    shares = []
    for share in columns.shares:
        left = share.is_current & ~np.isin(share.segment.sites.pk, gone)
        shares.append(replace(share, is_current=left))
    found = Directory(tuple(shares), columns.book)
    return found, columns.site_count - found.site_count


@dataclass(frozen=True, slots=True)
class Asked:
    """What an overlay is made by, beside the facts themselves."""

    book: CodeBook
    vocabulary: Vocabulary
    today: dt.date

    def is_as(self, other: "Asked") -> bool:
        """The vocabulary and the numbers of codes are the very same objects while nothing changed in them."""
        return self.book is other.book and self.vocabulary is other.vocabulary and self.today == other.today


@dataclass(frozen=True, slots=True)
class Overlay:
    """Sites as one organisation knows them on one day, as facts and as columns."""

    facts: OwnFacts
    base: Mapping[int, SiteFacts]
    asked: Asked
    sites: Mapping[int, SiteFacts]
    segment: Segment


@dataclass
class Overlays:
    """The last overlay of each organisation that asked lately: moving a weight then judges nothing again."""

    kept: OrderedDict[int, Overlay] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, own: Own, base: Mapping[int, SiteFacts], asked: Asked) -> Overlay:
        with self.lock:
            found = self.kept.get(own.organisation_id)
        if found and found.asked.is_as(asked) and (found.facts, found.base) == (own.facts, base):
            return found
        overlay = overlay_of(own, base, asked)
        with self.lock:
            self.kept[own.organisation_id] = overlay
            self.kept.move_to_end(own.organisation_id)
            while len(self.kept) > MOST_ORGANISATIONS:
                self.kept.popitem(last=False)
        return overlay


def overlay_of(own: Own, base: Mapping[int, SiteFacts], asked: Asked) -> Overlay:
    said, vocabulary, today = own.facts.said, asked.vocabulary, asked.today
    sites = {pk: with_own(base[pk], said[base[pk].key], vocabulary, today) for pk in sorted(base)}
    segment = segment_of(list(sites.values()), asked.book, list(sites))
    return Overlay(own.facts, base, asked, sites, segment)


overlays = Overlays()

"""What a reader may know of the sites that are compared: a fixed number of queries, however many they are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cdmo_portal.accounts.actors import Actor
from partners.ageing import is_stale
from partners.comparing.numbers import Number
from partners.comparing.options import Option
from partners.models import (
    Capability,
    Certificate,
    Facet,
    Hazard,
    Inspection,
    Line,
    Measure,
    Registration,
    Site,
)
from partners.open_capacity import CapacityTable, Opening, capacity_tables, next_openings
from partners.permissions import is_capacity_told
from partners.term_index import TermIndex, term_index

STATED: Final = (
    "pk",
    "site_id",
    "line__name",
    "term__code",
    "is_offered",
    "stages",
    "basis",
    "source",
    "confirmed_on",
)
ENTERED: Final = ("lo", "hi", "count", "entered_text", "entered_unit")
HANDLED: Final = (
    "site_id",
    "scope",
    "line__name",
    "building__name",
    "term__code",
    "is_present",
    "basis",
    "source",
    "confirmed_on",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a statement is backed. `is_stale`: too old to count in matching."""

    basis: str
    source: str
    confirmed_on: dt.date
    is_stale: bool

    def of(self, measure: str, today: dt.date) -> "Evidence":
        """How a number of this measure is backed, which may count for a shorter time than its statement."""
        return replace(self, is_stale=is_stale(self.confirmed_on, today, measure))


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated yes or no of a site, or of the line that is named, with its numbers by measure."""

    site_id: int
    line: str
    term: str
    is_yes: bool
    stages: tuple[str, ...]
    evidence: Evidence
    numbers: Mapping[str, Sequence[Number]]


@dataclass(frozen=True, slots=True)
class Handled:
    """Whether a hazard is handled, and where at the site."""

    site_id: int
    scope: str
    place: str
    term: str
    is_present: bool
    evidence: Evidence


@dataclass(frozen=True)
class Facts:
    """Everything by site. `capacity` holds only numbers that the reader may see."""

    today: dt.date
    terms: TermIndex
    facets: Mapping[str, str]
    statements: Mapping[int, Sequence[Stated]]
    hazards: Mapping[int, Sequence[Handled]]
    certificates: Mapping[int, Sequence[Certificate]]
    inspections: Mapping[int, Sequence[Inspection]]
    registrations: Mapping[int, Sequence[Registration]]
    lines: Mapping[int, Sequence[Line]]
    openings: Mapping[int, Opening] = field(default_factory=dict)
    capacity: Mapping[int, CapacityTable] = field(default_factory=dict)
    told_capacity: frozenset[int] = frozenset()

    def of[Fact](self, option: Option, facts: Mapping[int, Sequence[Fact]]) -> list[Fact]:
        return [each for site in option.sites for each in facts.get(site.pk, ())]


def facts_about(options: Iterable[Option], *, actor: Actor, today: dt.date) -> Facts:
    sites = {site.pk: site for option in options for site in option.sites}
    lines = _by_site(Line.objects.filter(site_id__in=sites).select_related("building").order_by("name", "pk"))
    return Facts(
        today=today,
        terms=term_index(),
        facets=dict(Facet.objects.order_by("position").values_list("code", "label")),
        statements=_statements(sites, actor, today),
        hazards=_hazards(sites, actor, today),
        certificates=_by_site(
            Certificate.objects.filter(site_id__in=sites).select_related("term", "authority")
        ),
        inspections=_by_site(
            Inspection.objects.filter(site_id__in=sites)
            .select_related("authority")
            .prefetch_related("outcomes")
        ),
        registrations=_by_site(Registration.objects.filter(site_id__in=sites).select_related("last_seen")),
        lines=lines,
        openings=next_openings(sites.values(), actor=actor, today=today),
        capacity=capacity_tables(sites.values(), lines, actor=actor, today=today),
        told_capacity=frozenset(pk for pk, site in sites.items() if is_capacity_told(actor, site)),
    )


def _by_site[Row: (Certificate, Inspection, Registration, Line)](rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.site_id].append(row)
    return found


def _statements(sites: Mapping[int, Site], actor: Actor, today: dt.date) -> dict[int, list[Stated]]:
    """As plain values: a comparison may read thousands of statements."""
    told = Capability.objects.shown_to(actor).filter(site_id__in=sites)
    numbers = _numbers(told.values("pk").order_by())
    found: dict[int, list[Stated]] = defaultdict(list)
    for pk, site_id, line, term, is_yes, stages, *backing in told.order_by("line__name", "pk").values_list(
        *STATED
    ):
        evidence = _evidence(*backing, today=today)
        found[site_id].append(
            Stated(site_id, line or "", term, is_yes, tuple(stages), evidence, numbers.get(pk, {}))
        )
    return found


def _numbers(capabilities: Any) -> dict[int, dict[str, list[Number]]]:
    """By statement and measure. `capabilities` is a query of keys, which Django types in a way of its own."""
    found: dict[int, dict[str, list[Number]]] = defaultdict(lambda: defaultdict(list))
    rows = Measure.objects.filter(capability__in=capabilities).select_related("term").order_by("lo", "pk")
    for row in rows.only("capability_id", *ENTERED, "term__code"):
        number = Number(row.lo, row.hi, row.count, row.number, row.entered_unit)
        found[row.capability_id][row.term.code].append(number)
    return found


def _hazards(sites: Mapping[int, Site], actor: Actor, today: dt.date) -> dict[int, list[Handled]]:
    told = Hazard.objects.shown_to(actor).filter(site_id__in=sites).order_by("scope", "pk")
    found: dict[int, list[Handled]] = defaultdict(list)
    for site_id, scope, line, building, term, is_present, *backing in told.values_list(*HANDLED):
        evidence = _evidence(*backing, today=today)
        found[site_id].append(Handled(site_id, scope, line or building or "", term, is_present, evidence))
    return found


def _evidence(basis: str, source: str, confirmed_on: dt.date, *, today: dt.date) -> Evidence:
    return Evidence(basis, source, confirmed_on, is_stale(confirmed_on, today))

"""What the pages of the own profile show, read with a fixed number of queries per page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.ageing import CAPABILITY_MONTHS, CAPACITY_DAYS, add_months, is_older_than_days
from partners.importers.operations import operation_label
from partners.models import (
    Capability,
    CapacityWindow,
    Hazard,
    Line,
    Origin,
    Partner,
    Registration,
    Site,
    Term,
)
from partners.quarters import Quarter, quarters_from, shares
from partners.site_profile import evidence

QUARTERS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Statement:
    capability: Capability
    stages: str
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FacetStatements:
    label: str
    statements: list[Statement]


@dataclass(frozen=True, slots=True)
class PlaceStatements:
    """What is stated of the whole site (no line) or of one line."""

    line: Line | None
    facets: list[FacetStatements]


@dataclass(frozen=True, slots=True)
class HazardAnswer:
    """One question with the answers given anywhere at the site and their evidence; none means not stated."""

    term: Term
    stated: list[tuple[Hazard, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What a register says; the company cannot change it."""

    row: Registration
    operations: str


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state of a line over the coming quarters; `None` where no window speaks of it."""

    state: str
    label: str
    cells: list[tuple[Quarter, Decimal | None]]


@dataclass(frozen=True, slots=True)
class LineCapacity:
    line: Line
    windows: list[CapacityWindow]
    rows: list[StateRow]
    observed_on: dt.date | None
    is_old: bool

    @property
    def is_kept_by_form(self) -> bool:
        return self.line.capacity_source == Line.Source.FORM


def sites_of(partner: Partner) -> QuerySet[Site]:
    """The partner's sites with how much is stated of each and how old the oldest and newest of it is."""
    old = add_months(timezone.localdate(), -CAPABILITY_MONTHS)
    return partner.sites.annotate(
        statements=Count("capabilities", distinct=True),
        old_statements=Count("capabilities", filter=Q(capabilities__confirmed_on__lt=old), distinct=True),
        line_count=Count("lines", distinct=True),
        hazard_count=Count("hazards__term", distinct=True),
        confirmed_first=Min("capabilities__confirmed_on"),
        confirmed_last=Max("capabilities__confirmed_on"),
    ).order_by("name", "pk")


def site_context(site: Site) -> dict[str, Any]:
    """Everything of the own page of one site."""
    lines = list(site.lines.select_related("building"))
    certificates = site.certificates.select_related("term", "authority", "document")
    inspections = site.inspections.select_related("authority").prefetch_related("outcomes")
    return {
        "places": places(site, lines),
        "hazards": hazard_answers(site),
        "own_certificates": certificates.filter(origin=Origin.COMPANY),
        "own_inspections": inspections.filter(origin=Origin.COMPANY),
        "published_certificates": certificates.filter(origin=Origin.REGULATOR),
        "published_inspections": inspections.filter(origin=Origin.REGULATOR),
        "registrations": [
            RegisterEntry(row, ", ".join(operation_label(code) for code in row.operations))
            for row in site.registrations.select_related("last_seen")
        ],
        "identifiers": site.identifiers.all(),
        "capacity": line_capacity(lines),
        "today": timezone.localdate(),
    }


def places(site: Site, lines: Iterable[Line]) -> list[PlaceStatements]:
    """The whole site first, then every line, also one of which nothing is stated yet."""
    rows = (
        site.capabilities.select_related("term__facet", "line", "document")
        .prefetch_related("measures__term")
        .order_by("term__facet__position", "term__position", "pk")
    )
    by_line: dict[int | None, list[Capability]] = defaultdict(list)
    for row in rows:
        by_line[row.line_id].append(row)
    stages = {term.code: term.label for term in Term.objects.filter(facet__code="stage")}
    return [
        PlaceStatements(line, _by_facet(by_line[line.pk if line else None], stages))
        for line in (None, *lines)
    ]


def _by_facet(rows: Iterable[Capability], stages: dict[str, str]) -> list[FacetStatements]:
    today = timezone.localdate()
    return [
        FacetStatements(
            label,
            [
                Statement(
                    row,
                    ", ".join(stages.get(code, code) for code in row.stages),
                    evidence(row, today),
                )
                for row in group
            ],
        )
        for label, group in groupby(rows, key=lambda row: row.term.facet.label)
    ]


def hazard_terms() -> QuerySet[Term]:
    """Every hazard that is asked about, in the order of the vocabulary."""
    return Term.objects.filter(facet__code="hazard", retired_at__isnull=True).order_by("position")


def hazard_answers(site: Site) -> list[HazardAnswer]:
    today = timezone.localdate()
    stated: dict[int, list[tuple[Hazard, dict[str, Any]]]] = defaultdict(list)
    for row in site.hazards.select_related("line", "building"):
        stated[row.term_id].append((row, evidence(row, today)))
    return [HazardAnswer(term, stated[term.pk]) for term in hazard_terms()]


def line_capacity(lines: Iterable[Line], quarters: Sequence[Quarter] = ()) -> list[LineCapacity]:
    """The coming eight quarters of each line, or those asked for, by state; and all windows of the line."""
    lines = list(lines)
    current = CapacityWindow.objects.current().filter(line__in=lines).order_by("period", "state")
    windows: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in current.select_related("feed"):
        windows[window.line_id].append(window)
    shown = quarters or quarters_from(Quarter.of(timezone.localdate()), QUARTERS_SHOWN)
    return [_capacity(line, windows[line.pk], shown) for line in lines]


def _capacity(line: Line, windows: list[CapacityWindow], quarters: Sequence[Quarter]) -> LineCapacity:
    observed = min((window.observed_at.date() for window in windows), default=None)
    is_old = observed is not None and is_older_than_days(observed, timezone.localdate(), CAPACITY_DAYS)
    table: dict[tuple[Quarter, str], Decimal] = defaultdict(Decimal)
    for window in windows:
        if window.period.lower is None or window.period.upper is None:
            continue
        for quarter, part in shares(window.period.lower, window.period.upper, window.quantity).items():
            table[quarter, window.state] += part
    rows = [
        StateRow(state, str(label), [(quarter, table.get((quarter, state))) for quarter in quarters])
        for state, label in CapacityWindow.State.choices
    ]
    return LineCapacity(line, windows, rows, observed, is_old)


def why_read_only(line: Line) -> str:
    """Why nobody can type capacity in here; empty where they can."""
    reasons = {
        Line.Source.FEED: _(
            "This line's capacity is read from a feed. To type it in, switch it to form first."
        ),
        Line.Source.UPLOAD: _(
            "This line's capacity comes by upload. To type it in, switch it to form first."
        ),
        Line.Source.API: _("This line's capacity comes by API. To type it in, switch it to form first."),
    }
    return reasons.get(Line.Source(line.capacity_source), "")

"""The sites that a search finds, as a table to take away: every row in the order shown, batch by batch."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.spreadsheets import Cell, Column, Export, Sheet
from partners.ageing import CAPACITY_DAYS
from partners.facets import TERM_FACETS
from partners.filters import SORTS, SiteFilter
from partners.importers.countries import country_name
from partners.importers.operations import operation_label
from partners.models import Capability, RegisterSnapshot, SearchRow, Site
from partners.permissions import can_see_capacity_of_others, directory_statements
from partners.search_address import address
from partners.search_chips import chips
from partners.site_cards import Asked, Badge, Facts, exact_terms, facts_of
from partners.site_sources import Proof
from partners.term_index import TermIndex

BATCH: Final = 500
MOST_ROWS: Final = 50_000
"""Several directories full; a workbook of more would take more memory than one download may."""
TITLE: Final = "CDMO sites"
COLUMNS: Final = (
    Column("Site", 36), Column("Partner", 30), Column("City"), Column("Region"), Column("Country"),
    Column("Country code", 9), Column("Known from", 22), Column("Note", 24),
    *(Column(str(label), 34) for label in TERM_FACETS.values()),
    Column("Statements by the company", 12), Column("Newest statement confirmed on", 13),
    Column("Oldest statement confirmed on", 13), Column("Registered with FDA for", 34),
    Column("FDA register as of", 13), Column("Latest inspection on", 13),
    Column("Inspections and certificates", 50), Column("Next open quarter", 12),
    Column("Reported open on", 13), Column("Latitude (degrees)", 11), Column("Longitude (degrees)", 11),
    Column("Page", 50),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes the table, when, and from which address; `absolute` makes addresses of the portal whole."""

    by: Actor
    at: dt.datetime
    absolute: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the rows to take, in the order shown; `is_cut` where there are more."""

    ids: Sequence[int]
    is_cut: bool


def found(filters: SiteFilter, most: int = MOST_ROWS) -> Found:
    ids = list(filters.rows.values_list("pk", flat=True)[: most + 1])
    return Found(ids[:most], len(ids) > most)


def directory_export(filters: SiteFilter, found: Found, taking: Taking) -> Export:
    """What was found, and what the sheet "About this export" says of it."""
    columns = [*COLUMNS, *(Column(number.label(filters.terms), 30) for number in filters.asked_numbers)]
    sheet = Sheet("Sites", columns, _rows(filters, found.ids, taking))
    return Export(TITLE, [sheet], about(filters, found, taking))


def _rows(filters: SiteFilter, ids: Sequence[int], taking: Taking) -> Iterator[list[Cell]]:
    asked = Asked(filters.actor, filters.terms, filters.today, numbers=filters.asked_numbers)
    for chunk in batched(ids, BATCH):
        rows = SearchRow.objects.defer("words", "name").in_bulk(chunk)
        kept = [rows[pk] for pk in chunk if pk in rows]
        facts = facts_of([row.site_id for row in kept], asked)
        for row in kept:
            if row.site_id in facts.sites:
                yield _cells(row, facts, filters, taking)


def _cells(row: SearchRow, facts: Facts, filters: SiteFilter, taking: Taking) -> list[Cell]:
    site = facts.sites[row.site_id]
    stated = facts.stated.get(site.pk)
    opening = facts.openings.get(site.pk)
    return [
        site.name,
        site.partner.name if site.partner else None,
        site.city,
        site.region,
        country_name(site.country),
        site.country,
        "Profile" if site.is_profiled else "Register only",
        _note(site),
        *_offers(row, filters.terms),
        stated.count if stated else 0,
        stated.newest if stated else None,
        stated.oldest if stated else None,
        ", ".join(sorted(operation_label(code) for code in row.operations)),
        facts.registered.get(site.pk),
        row.last_inspected_on,
        "; ".join(_record(badge) for badge in facts.badges.get(site.pk, ())),
        str(opening.quarter) if opening else None,
        opening.reported_on if opening else None,
        site.latitude,
        site.longitude,
        taking.absolute(site.get_absolute_url()),
        *_proofs(facts.proofs.get(site.pk, ()), len(filters.asked_numbers)),
    ]


def _note(site: Site) -> str | None:
    if site.partner is None:
        return None
    if site.partner.is_sample:
        return "Fictional sample"
    return "Suggested, not confirmed by the company" if site.partner.is_only_suggested else None


def _offers(row: SearchRow, terms: TermIndex) -> list[Cell]:
    exact = exact_terms(row.term_bits, terms)
    return [", ".join(entry.label for entry in exact if entry.facet == facet) for facet in TERM_FACETS]


def _record(badge: Badge) -> str:
    on = f"{badge.on:%Y-%m-%d}" if badge.on else "date not stated"
    return f"{badge.text} ({on}{', old' if badge.is_old else ''}; {badge.source})"


def _proofs(found: Sequence[Proof], asked: int) -> list[Cell]:
    cells: list[Cell] = [
        f"{proof.number} ({proof.place}, confirmed {proof.confirmed_on:%Y-%m-%d})" for proof in found
    ]
    return [*cells, *[None] * (asked - len(cells))][:asked]


def about(filters: SiteFilter, found: Found, taking: Taking) -> list[tuple[str, Cell]]:
    """Who took what, when, by which filters, and how old and whose the facts are."""
    organisation = taking.by.organisation
    sort = str(SORTS[filters.form.cleaned_data.get("sort") or "relevance"])
    asked = [(chip.facet, chip.label) for chip in chips(filters, filters.data)]
    return [
        ("Made by", str(taking.by.user or "")),
        ("For", organisation.name if organisation else None),
        ("Made on (UTC)", taking.at.astimezone(dt.UTC).replace(tzinfo=None)),
        ("Sites", len(found.ids)),
        *([("Cut", f"More were found; the first {len(found.ids):,} are here.")] if found.is_cut else []),
        *((f"Filter: {facet}", label) for facet, label in asked or [("none", "all sites of the directory")]),
        ("Order", sort),
        ("Address", taking.absolute(address(filters.request.GET, without=("page",)))),
        *_sources(filters),
        ("Not here", "What companies show only after an agreement, or for matching alone, is in no export."),
        ("Absence", "A record that is not here is no clearance: it may not have been published or imported."),
    ]


def _sources(filters: SiteFilter) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = [("Source: companies", _statements(filters))]
    for snapshot in _latest_snapshots():
        found.append((f"Source: {snapshot.publisher_name}", _snapshot(snapshot)))
    if can_see_capacity_of_others(filters.actor):
        capacity = (
            f"As the company reported it at most {CAPACITY_DAYS} days ago; older reports count as unknown."
        )
        found.append(("Source: open quarters", capacity))
    records = "Inspections and certificates each say in their cell who states them."
    return [*found, ("Source: records", records)]


def _statements(filters: SiteFilter) -> str:
    sites = filters.rows.order_by().values("site_id")
    told = Capability.objects.filter(directory_statements(filters.actor), site_id__in=sites).order_by()
    ages = told.aggregate(oldest=Min("confirmed_on"), newest=Max("confirmed_on"))
    if ages["oldest"] is None:
        return "No statement of a company is among these sites."
    return (
        f"Their own statements, confirmed between {ages['oldest']:%Y-%m-%d} and {ages['newest']:%Y-%m-%d}; "
        "how each is backed stands on the page of its site."
    )


def _latest_snapshots() -> QuerySet[RegisterSnapshot]:
    by_publisher = RegisterSnapshot.objects.order_by("publisher", "-snapshot_on", "-pk")
    return by_publisher.distinct("publisher")


def _snapshot(snapshot: RegisterSnapshot) -> str:
    imported = timezone.localdate(snapshot.imported_at)
    return (
        f"List of {snapshot.snapshot_on:%Y-%m-%d}, imported on {imported:%Y-%m-%d}, {snapshot.rows:,} rows. "
        "Registered for an operation is no proof that it is offered, and no approval."
    )


def kinds_of_filters(filters: SiteFilter) -> Iterable[str]:
    """The names of the filters in use, which is all that an event may tell of a search."""
    cleaned = filters.form.cleaned_data
    return sorted(name for name in filters.filters if cleaned.get(name))

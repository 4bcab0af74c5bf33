"""Tables that leave for an upload: the profile as it stands, ready to be changed and sent back, and what was
refused of an upload."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.spreadsheets import Cell, Column, Export, Sheet
from partners import capability_rows
from partners.actions.profiles import OWN_BASES
from partners.actions.stated import STATED_FACETS
from partners.capability_rows import SCALE, STATED, Places
from partners.feeds.cells import COLUMNS
from partners.models import (
    Audience,
    Basis,
    Capability,
    CapacityWindow,
    Line,
    Measure,
    Partner,
    ProfileUpload,
    Site,
    Term,
)
from partners.term_words import entries_of, term_called
from partners.units import units_of
from partners.upload_plans import Outcome
from partners.vocabulary import current_vocabulary

CAPACITY_COLUMNS: Final = tuple(name for name in COLUMNS if name != "observed_at")
"""Without a day of its own, what is sent was seen on the day that it is sent."""
TYPED: Final = (Line.Source.UPLOAD, Line.Source.FORM)
"""Lines whose windows a template holds: those of a feed or the API are kept by the CDMO's own systems."""

type Rows = Iterator[Sequence[Cell]]


def template(partner: Partner, kind: str, *, site: Site | None = None) -> Export:
    """Everything that the profile, or one site of it, states now. Sent back unchanged, it changes nothing."""
    sites = [site] if site else list(partner.sites.order_by("name", "pk"))
    if kind == ProfileUpload.Kind.CAPACITY:
        return _capacity(partner, sites)
    return _capabilities(partner, sites)


def refused_export(uploaded: ProfileUpload, *, actor: Actor, now: dt.datetime) -> Export:
    columns = [Column(_("Row"), 8), Column(_("What"), 50), Column(_("Column"), 18), Column(_("Reason"), 80)]
    rows = [
        (number, each["what"], *each["problem"])
        for each in uploaded.plan
        if each["outcome"] == Outcome.REFUSED
        for number in each["rows"]
    ]
    about: list[tuple[str, Cell]] = [
        (_("What this is"), _("Rows of %s that were not taken into your profile") % uploaded.file_name),
        (_("Exported by"), actor.user.email if actor.user else ""),
        (_("Exported at (UTC)"), now.strftime("%Y-%m-%d %H:%M")),
        (_("Row"), _("As numbered in the file; put them right there and send it again")),
    ]
    return Export("Refused rows", [Sheet("Refused rows", columns, rows)], about)


def _id_of(row: Site | Line) -> str:
    return row.external_id or str(row.uid)


def _columns(names: Sequence[str]) -> list[Column]:
    return [
        Column(name, 30 if name in {"term", "note", "source", "resource_label"} else 16) for name in names
    ]


def _capacity(partner: Partner, sites: Sequence[Site]) -> Export:
    lines = list(Line.objects.filter(site__in=sites).select_related("site").order_by("site__name", "name"))
    windows: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in CapacityWindow.objects.current().filter(line__in=lines).order_by("period", "state"):
        windows[window.line_id].append(window)
    rows = (
        [_window_cells(line, window).get(name) for name in CAPACITY_COLUMNS]
        for line in lines
        if line.capacity_source in TYPED
        for window in windows[line.pk]
        if window.unit == line.capacity_unit
    )
    about: list[tuple[str, Cell]] = [
        (_("A row"), _("One period of a line, a state and a quantity, at most 10,000 rows in a file.")),
        (_("period_end"), _("The first day after the period: the third quarter ends on 1 October.")),
        (_("state"), _("open, held, committed or unavailable")),
        (_("quantity"), _("In the unit of the line; 0 where nothing is left.")),
        (_("confidence"), _("firm, planned or indicative; empty means firm.")),
        (_("What is left out"), _("A period that a line had before and has not in the file is closed.")),
        (_("Lines left out"), _("A line that the file does not name stays as it is.")),
        (_("Where it comes from"), _("Only lines whose capacity comes by upload are written.")),
        (_("observed_at"), _("A column of your own choice: the day on which it was seen, if not today.")),
    ]
    sheets = [Sheet("Capacity", _columns(CAPACITY_COLUMNS), rows), _lines_sheet(lines)]
    return Export(f"Capacity of {partner.name}", sheets, about)


def _window_cells(line: Line, window: CapacityWindow) -> Mapping[str, Cell]:
    return {
        "site_id": _id_of(line.site),
        "resource_id": _id_of(line),
        "resource_label": line.name,
        "period_start": window.period.lower,
        "period_end": window.period.upper,
        "state": window.state,
        "quantity": window.quantity,
        "unit": window.unit,
        "lead_time_weeks": window.lead_time_weeks,
        "min_campaign": window.smallest_campaign,
        "confidence": window.confidence,
        "reason": window.reason,
        "held_until": window.held_until,
        "valid_until": window.valid_until,
        "note": window.note,
    }


def _lines_sheet(lines: Sequence[Line]) -> Sheet:
    heads = ("Site", "Line", "site_id", "resource_id", "unit", "Most in a quarter", "Capacity comes by")
    rows = [
        (
            line.site.name,
            line.name,
            _id_of(line.site),
            _id_of(line),
            line.capacity_unit,
            line.nominal_per_quarter,
            line.get_capacity_source_display(),
        )
        for line in lines
    ]
    return Sheet("Your lines", [Column(head, 24) for head in heads], rows)


def _capabilities(partner: Partner, sites: Sequence[Site]) -> Export:
    # What inspections and the like prove is told on pages of its own, not in a table.
    stated = Capability.objects.filter(site__in=sites, term__facet__code__in=STATED_FACETS)
    stands = stated.select_related("site", "line", "term")
    ordered = stands.order_by("site__name", "line__name", "term__position").prefetch_related("measures__term")
    places = Places(partner)
    names = capability_rows.COLUMNS
    rows = (
        [cells.get(name) for name in names] for each in ordered for cells in _statement_cells(each, places)
    )
    about: list[tuple[str, Cell]] = [
        (_("A row"), _("What a site or a line can do. Every further number of it takes a row of its own.")),
        (_("line"), _("Name or id of the line; empty means the whole site.")),
        (_("term"), _("As in the sheet of terms: label, code or a synonym.")),
        (_("offered"), _("yes or no; needed for what is stated for the first time.")),
        (_("stages"), _("Several with semicolons between them; empty means that it stays as it is.")),
        (_("number"), _("50, 50–2,000, up to 5, 3 × 2,000. The numbers given replace those that stand.")),
        (_("confirmed_on"), _("Empty means today for what is new or changed.")),
        (_("Empty cells"), _("They leave what stands. What the file leaves out stays as well.")),
    ]
    sheets = [
        Sheet("Capabilities", _columns(names), rows),
        _places_sheet(sites),
        _terms_sheet(),
        _words_sheet(),
    ]
    return Export(f"Capabilities of {partner.name}", sheets, about)


def _statement_cells(row: Capability, places: Places) -> Iterator[Mapping[str, Cell]]:
    is_called_so = row.line is None or places.lines.get((row.site_id, row.line.name.casefold())) == row.line
    line = "" if row.line is None else row.line.name if is_called_so else str(row.line.uid)
    key: dict[str, Cell] = {"site_id": _id_of(row.site), "line": line, "term": _called(row.term, STATED)}
    labels = current_vocabulary().label
    said: dict[str, Cell] = {
        "offered": "yes" if row.is_offered else "no",
        "stages": "; ".join(labels(code) for code in row.stages),
        "basis": str(Basis(row.basis).label),
        "source": row.source,
        "confirmed_on": row.confirmed_on,
        "audience": str(Audience(row.audience).label),
        "note": row.note,
    }
    numbers = [_measure_cells(each) for each in row.measures.all()]
    yield {**key, **said, **(numbers[0] if numbers else {})}
    for each in numbers[1:]:
        yield {**key, **each}


def _measure_cells(measure: Measure) -> Mapping[str, Cell]:
    named = _called(measure.term, SCALE)
    return {"measure": named, "number": measure.number, "unit": measure.entered_unit}


def _called(term: Term, facets: frozenset[str]) -> str:
    """The label where it says which term is meant, else the code."""
    found = term_called(term.label, facets)
    return term.label if found is not None and found.code == term.code else term.code


def _places_sheet(sites: Sequence[Site]) -> Sheet:
    lines = Line.objects.filter(site__in=sites).order_by("site__name", "name").select_related("site")
    rows: list[Sequence[Cell]] = [(site.name, _id_of(site), "") for site in sites]
    rows += [(line.site.name, _id_of(line.site), line.name) for line in lines]
    return Sheet("Your sites and lines", [Column(head, 30) for head in ("Site", "site_id", "line")], rows)


def _terms_sheet() -> Sheet:
    facets = current_vocabulary().facet_labels
    rows: list[Sequence[Cell]] = [
        (facets[facet], entry.label, entry.code, "; ".join(entry.synonyms))
        for facet in STATED_FACETS
        for entry in entries_of({facet})
    ]
    rows += [
        (facets["scale"], entry.label, entry.code, "; ".join(units_of(entry.code)))
        for entry in entries_of(SCALE)
    ]
    heads = ("Facet", "Term or measure", "Code", "Synonyms, or units of a measure")
    return Sheet("Terms and measures", [Column(head, 34) for head in heads], rows)


def _words_sheet() -> Sheet:
    rows: list[Sequence[Cell]] = [("stages", entry.label) for entry in entries_of({"stage"})]
    rows += [("basis", str(Basis(basis).label)) for basis in OWN_BASES]
    rows += [("audience", str(label)) for label in Audience.labels]
    rows += [("offered", "yes"), ("offered", "no")]
    return Sheet("Allowed words", [Column("Column", 16), Column("Word", 40)], rows)

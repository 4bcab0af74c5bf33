"""Rows of an uploaded table of capabilities: which place and term each is about, and what it says of it.

A statement with several numbers takes several rows, one for each. A cell that is empty says nothing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import TextChoices

from partners.actions.profiles import MeasureFacts
from partners.actions.stated import STATED_FACETS, measure_of
from partners.feeds.cells import CellRefused, shown
from partners.importers.record_cells import CellUnreadable, DateOrder, day_of, line_of
from partners.models import Audience, Basis, Line, Partner, Site, Term
from partners.term_words import labels_near, term_called
from partners.units import NumberUnreadable, UnitUnknown
from partners.upload_tables import TextRow, TextTable, table_of

COLUMNS: Final = (
    "site_id",
    "line",
    "term",
    "offered",
    "stages",
    "measure",
    "number",
    "unit",
    "basis",
    "source",
    "confirmed_on",
    "audience",
    "note",
)
NEEDED: Final = ("site_id", "term")
LONGEST: Final = {"source": 300, "note": 500, "number": 80, "unit": 30}
YES, NO = frozenset({"yes", "y", "true", "x"}), frozenset({"no", "n", "false"})
MOST_HINTS: Final = 30
"""Unknown words that are compared with the whole vocabulary; a table can have thousands."""

STATED: Final = frozenset(STATED_FACETS)
SCALE: Final = frozenset({"scale"})
STAGE: Final = frozenset({"stage"})

type Key = tuple[int, int | None, str]


def capability_table(rows: Sequence[Sequence[Any]]) -> TextTable:
    """Raises TableRefused."""
    return table_of(rows, known=COLUMNS, needed=NEEDED)


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One row. `key` is what it is about, as soon as that can be told; `says` leaves out what it is silent
    on; `problem` is the first cell that cannot be used."""

    number: int
    what: str
    key: Key | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    measure: MeasureFacts | None = None
    problem: tuple[str, str] | None = None


class Places:
    """Sites and lines of one partner by the names that a table may use for them."""

    def __init__(self, partner: Partner, *, is_locking: bool = False) -> None:
        self.sites: dict[str, Site] = {}
        self.lines: dict[tuple[int, str], Line] = {}
        self.by_pk: dict[int, Line] = {}
        sites = partner.sites.order_by("-pk")
        # Before its lines, as whoever publishes drafts of a site does.
        for site in sites.select_for_update(of=("self",), no_key=True) if is_locking else sites:
            self.sites |= {text: site for text in (site.external_id, str(site.uid)) if text}
        lines = Line.objects.filter(site__partner=partner).order_by("pk")
        # None of them is removed before what is said of it is written.
        for line in lines.select_for_update(of=("self",), no_key=True) if is_locking else lines:
            self.by_pk[line.pk] = line
        # An id goes before a name that another line happens to have.
        for names in ("name", "external_id", "uid"):
            self.lines |= {
                (line.site_id, _folded(str(getattr(line, names)))): line for line in self.by_pk.values()
            }

    def site(self, text: str) -> Site:
        found = self.sites.get(text)
        if not text or found is None:
            said = f"No site of yours has the id {shown(text)}." if text else "The cell is empty."
            raise CellRefused("site_id", f"{said} The template has the ids of your sites.")
        return found

    def line(self, site: Site, text: str) -> Line | None:
        """None is the whole site."""
        found = self.lines.get((site.pk, _folded(text))) if text else None
        if text and found is None:
            raise CellRefused("line", f"{site.name} has no line with the name or id {shown(text)}.")
        return found


class RowReader:
    def __init__(self, header: Sequence[str], places: Places, *, today: dt.date) -> None:
        self.header, self.places, self.today = header, places, today
        self.terms = {term.code: term for term in Term.objects.all()}
        self.hints: dict[str, str] = {}

    def read(self, row: TextRow) -> SaidRow:
        values = dict(zip(self.header, row.cells, strict=False))
        what = ", ".join(shown(values.get(name, ""))[1:-1] for name in NEEDED if values.get(name))
        key: Key | None = None
        try:
            _refuse_more(row.cells, self.header)
            site = self.places.site(values["site_id"])
            line = self.places.line(site, values.get("line", ""))
            term = self._term("term", values["term"], STATED)
            key = (site.pk, line.pk if line else None, term.code)
            what = ", ".join([site.name, *([line.name] if line else []), term.label])
            return SaidRow(row.number, what, key, self._says(values), self._measure(values))
        except CellRefused as error:
            return SaidRow(row.number, what, key, problem=(error.field, error.message))

    def _says(self, values: Mapping[str, str]) -> dict[str, Any]:
        said = {
            "is_offered": _offered(values.get("offered", "")),
            "stages": self._stages(values.get("stages", "")),
            "basis": _choice("basis", values.get("basis", ""), Basis),
            "source": _text("source", values),
            "confirmed_on": self._day(values.get("confirmed_on", "")),
            "audience": _choice("audience", values.get("audience", ""), Audience),
            "note": _text("note", values),
        }
        return {name: value for name, value in said.items() if value not in (None, "", ())}

    def _term(self, column: str, text: str, facets: frozenset[str]) -> Term:
        if not text:
            raise CellRefused(column, "The cell is empty, but this column is needed.")
        entry = term_called(text, facets)
        term = self.terms.get(entry.code) if entry else None
        if term is None:
            raise CellRefused(column, f"{shown(text)} is not in the vocabulary.{self._hint(text, facets)}")
        return term

    def _hint(self, text: str, facets: frozenset[str]) -> str:
        if text not in self.hints:
            near = labels_near(text[:80], facets) if len(self.hints) < MOST_HINTS else []
            self.hints[text] = f" Did you mean: {', '.join(near)}?" if near else ""
        return self.hints[text]

    def _stages(self, text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
        return tuple(dict.fromkeys(self._term("stages", part, STAGE).code for part in parts))

    def _day(self, text: str) -> dt.date | None:
        try:
            return day_of(text, DateOrder.UNSAID, today=self.today, is_past=True)
        except CellUnreadable as error:
            said = f"The day {error}." if not str(error).startswith("“") else f"{error}."
            raise CellRefused("confirmed_on", said) from error

    def _measure(self, values: Mapping[str, str]) -> MeasureFacts | None:
        text, number, unit = values.get("measure", ""), _text("number", values), _text("unit", values)
        if not text and not number:
            return None
        if not number:
            raise CellRefused("number", "The row names a measure, but no number.")
        term = self._term("measure", text, SCALE)
        try:
            return measure_of(term, number, unit)
        except UnitUnknown as error:
            raise CellRefused("unit", str(error)) from error
        except NumberUnreadable as error:
            raise CellRefused("number", str(error)) from error


def _refuse_more(cells: Sequence[str], header: Sequence[str]) -> None:
    if len(cells) > len(header):
        raise CellRefused("", "There are cells to the right of the last heading.")


def _offered(text: str) -> bool | None:
    word = _folded(text)
    if word in YES or word in NO:
        return word in YES
    if not word:
        return None
    raise CellRefused("offered", f"{shown(text)} is neither yes nor no.")


def _choice(column: str, text: str, choices: type[TextChoices]) -> str:
    """The code of a choice that is given by code or label."""
    words = {_folded(word): code for code, label in choices.choices for word in (code, str(label))}
    if text and _folded(text) not in words:
        labels = ", ".join(str(label) for label in choices.labels)
        raise CellRefused(column, f"{shown(text)} is not one of: {labels}.")
    return str(words[_folded(text)]) if text else ""


def _text(column: str, values: Mapping[str, str]) -> str:
    try:
        return line_of(values.get(column, ""), LONGEST[column])
    except CellUnreadable as error:
        raise CellRefused(column, f"The text {error}.") from error


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()

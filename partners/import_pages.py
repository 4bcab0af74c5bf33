"""What the dry run of an import shows, and the tables that leave from it: refused rows, an empty list."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.spreadsheets import Cell, Column, Export, Sheet
from partners.importers.record_rows import headings_of
from partners.models import PrivateAgreement, PrivateChange, RecordImport
from partners.record_pages import FieldChange
from partners.record_planning import Outcome, Plan, is_open
from partners.record_words import COLUMNS, Words

OUTCOMES: Final = {
    Outcome.NEW: (lazy("New"), "info"),
    Outcome.CHANGED: (lazy("Changed"), "warn"),
    Outcome.UNCHANGED: (lazy("Unchanged"), ""),
    Outcome.REFUSED: (lazy("Refused"), "bad"),
}
HOW: Final = {
    "DUNS": lazy("by DUNS number"),
    "FEI": lazy("by FEI number"),
    "name": lazy("by name and country"),
    "own": lazy("as in your list"),
    "chosen": lazy("as you chose"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab of the dry run."""

    label: Any
    keeps: Callable[[Plan], bool]


def _of(outcome: Outcome) -> Callable[[Plan], bool]:
    return lambda each: bool(each["outcome"] == outcome)


SHOWN: Final[Mapping[str, Shown]] = {
    "": Shown(lazy("All rows"), lambda _each: True),
    "choose": Shown(lazy("Yours to choose"), is_open),
    **{each.value: Shown(label, _of(each)) for each, (label, _level) in OUTCOMES.items()},
}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    planned: Plan
    label: str
    level: str
    how: str
    changes: list[FieldChange]
    problems: list[tuple[str, str]]


def planned_rows(plans: Sequence[Plan], imported: RecordImport) -> list[PlannedRow]:
    """Rows of one page, with ids and codes in words, looked up for all of them together."""
    words = Words(
        PrivateChange(field=name, before=before, after=after)
        for each in plans
        for name, before, after in each["changes"]
    )
    kinds = {kind.value: str(kind.label) for kind in PrivateAgreement.Kind}
    heads = headings_by_field(imported)

    def change(name: str, before: str, after: str) -> FieldChange:
        if name in kinds:
            return FieldChange(kinds[name], before, after)
        return FieldChange(words.label(name), words.value(name, before), words.value(name, after))

    return [
        PlannedRow(
            each,
            str(OUTCOMES[Outcome(each["outcome"])][0]),
            OUTCOMES[Outcome(each["outcome"])][1],
            str(HOW.get(each["how"], "")),
            [change(*parts) for parts in each["changes"]],
            [(heads.get(name, str(COLUMNS.get(name, name))), reason) for name, reason in each["problems"]],
        )
        for each in plans
    ]


def headings_by_field(imported: RecordImport) -> dict[str, str]:
    """The list's own heading of each field, as its owner knows the column; empty once the table is gone."""
    if imported.sheet is None or not imported.sheets:
        return {}
    heads = headings_of(imported.sheets[imported.sheet]["rows"])
    columns: Mapping[str, int] = imported.mapping.get("columns", {})
    return {name: heads[at] for name, at in columns.items() if at < len(heads) and heads[at]}


def refused_export(imported: RecordImport, *, actor: Actor, now: dt.datetime) -> Export:
    columns = [Column("Row", 8), Column("Name", 34), Column("Column", 24), Column("Reason", 70)]

    def rows() -> Iterator[Sequence[Cell]]:
        refused = [each for each in imported.plan if each["outcome"] == Outcome.REFUSED]
        for each in planned_rows(refused, imported):
            for column, reason in each.problems:
                yield each.planned["row"], each.planned["name"], column, reason

    about: list[tuple[str, Cell]] = [
        (_("What this is"), _("Rows of %s that were not taken into your list") % imported.file_name),
        (_("Exported by"), actor.user.email if actor.user else ""),
        (_("Exported at (UTC)"), now.strftime("%Y-%m-%d %H:%M")),
        (_("Row"), _("As numbered in the file; put them right there and upload it again")),
    ]
    return Export("Refused rows", [Sheet("Refused rows", columns, rows())], about)


def template_export() -> Export:
    heads = [Column(str(label), 22) for label in COLUMNS.values()]
    about: list[tuple[str, Cell]] = [
        (_("Name"), _("The only column that is needed. Leave out the others that you do not have.")),
        (_("Country"), _("Code such as IE, or the English name.")),
        (_("DUNS, FEI number"), _("They find the site in the portal without doubt.")),
        (_("Status"), _("Approved, conditional, blocked; your own words are asked about on screen.")),
        (_("Dates"), _("Excel dates, 2027-01-31 or 31/01/2027.")),
        (_("Until"), _("The last day in force, or: open-ended.")),
        (_("Relationship owner"), _("E-mail address of a member of your organisation.")),
    ]
    return Export("Our CDMOs, empty list", [Sheet("Our CDMOs", heads, [])], about)

"""What an uploaded table of capabilities would do to the statements of a profile; nothing is written here.

Statements that the table leaves out stay as they are, and so does what its rows are silent on. Of a statement
of which some row is refused nothing is changed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from partners.actions.profiles import (
    CapabilityFacts,
    EvidenceIsForTheOldStatement,
    MeasureFacts,
    require_evidence,
)
from partners.actions.stated import MOST_MEASURES, measures_of
from partners.capability_rows import Key, Places, RowReader, SaidRow
from partners.models import Audience, Basis, Capability, Measure, Partner
from partners.upload_plans import FieldChange, Outcome, PlannedRow, in_order, planned, refused
from partners.upload_tables import TextTable
from partners.vocabulary import current_vocabulary

LABELS: Final[Mapping[str, Any]] = {
    "is_offered": _("Offered"),
    "stages": _("Stages"),
    "measures": _("Numbers"),
    "basis": _("Backed by"),
    "source": _("Source"),
    "confirmed_on": _("Confirmed on"),
    "audience": _("Seen by"),
    "note": _("Note"),
}
TOLD: Final = ("is_offered", "stages", "basis", "source", "confirmed_on", "audience", "note")
NEW: Final = {"basis": Basis.CLAIMED.value, "audience": Audience.PUBLIC.value}
"""What a new statement is where its rows do not say, as in the form."""

type Meaning = tuple[str, Decimal | None, Decimal | None, int]


class _Refused(Exception):
    """The statement cannot be made: the row, the column and the reason."""

    def __init__(self, row: SaidRow, column: str, reason: str) -> None:
        super().__init__(reason)
        self.row, self.column, self.reason = row, column, reason


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """A statement that is to be made or changed; `stands` is the row that it changes."""

    site_id: int
    facts: CapabilityFacts
    stands: Capability | None


def plan_capabilities(
    partner: Partner, table: TextTable, *, today: dt.date, is_locking: bool = False
) -> tuple[list[StatementPlan], list[PlannedRow]]:
    """What has to be written, and all rows in words; what stands is locked to the end of the transaction if
    asked."""
    reader = RowReader(table.header, Places(partner, is_locking=is_locking), today=today)
    groups: dict[Key, list[SaidRow]] = defaultdict(list)
    rows: list[PlannedRow] = []
    for said in map(reader.read, table.rows):
        if said.key is None:
            column, reason = said.problem or ("", "")
            rows.append(refused(said.number, what=said.what, column=column, reason=reason))
        else:
            groups[said.key].append(said)
    stands = _standing(partner, is_locking=is_locking)
    plans: list[StatementPlan] = []
    for key, group in groups.items():
        row = stands.get(key)
        try:
            plan = StatementPlan(key[0], _facts(reader, key, group, row), row)
        except _Refused as error:
            rows += _refused_rows(group, error)
            continue
        rows.append(_in_words(plan, group))
        if rows[-1]["outcome"] != Outcome.SAME:
            plans.append(plan)
    return plans, in_order(rows)


def _standing(partner: Partner, *, is_locking: bool) -> dict[Key, Capability]:
    rows = Capability.objects.filter(site__partner=partner).order_by("pk")
    rows = rows.select_for_update(of=("self",)) if is_locking else rows
    rows = rows.select_related("term", "line").prefetch_related("measures__term")
    return {(row.site_id, row.line_id, row.term.code): row for row in rows}


def _facts(
    reader: RowReader, key: Key, group: Sequence[SaidRow], stands: Capability | None
) -> CapabilityFacts:
    """What the rows say over what stands. Raises _Refused."""
    _refuse_problems(group)
    says = _agreed(group)
    if stands is None and "is_offered" not in says:
        raise _Refused(group[0], "offered", "This is a new statement: say yes or no.")
    facts = CapabilityFacts(
        term=reader.terms[key[2]],
        line=None if key[1] is None else reader.places.by_pk[key[1]],
        measures=_measures(group, stands),
        **{"confirmed_on": reader.today, **NEW, **_told_by(stands), **says},
    )
    if stands is not None and "confirmed_on" not in says and _changes(stands, facts):
        facts = replace(facts, confirmed_on=reader.today)
    try:
        require_evidence(stands, facts)
    except EvidenceIsForTheOldStatement as error:
        raise _Refused(group[0], "basis", str(error)) from error
    return facts


def _told_by(stands: Capability | None) -> dict[str, Any]:
    told = {name: getattr(stands, name) for name in TOLD} if stands else {}
    return {**told, "stages": tuple(told["stages"])} if told else {}


def _refuse_problems(group: Iterable[SaidRow]) -> None:
    for row in group:
        if row.problem is not None:
            raise _Refused(row, *row.problem)


def _agreed(group: Iterable[SaidRow]) -> dict[str, Any]:
    """What the rows of one statement say together; a row that contradicts one above is refused."""
    says: dict[str, Any] = {}
    first: dict[str, int] = {}
    for row in group:
        for name, value in row.says.items():
            if says.setdefault(name, value) != value:
                column = "offered" if name == "is_offered" else name
                raise _Refused(row, column, f"Row {first[name]} says something else of the same statement.")
            first.setdefault(name, row.number)
    return says


def _measures(group: Sequence[SaidRow], stands: Capability | None) -> tuple[MeasureFacts, ...]:
    """Those of the rows, or else those that stand. A number that means the same stays as it was entered."""
    standing = {meaning(each): each for each in measures_of(stands.measures.all() if stands else ())}
    found: dict[Meaning, tuple[int, MeasureFacts]] = {}
    for row in group:
        if row.measure is None:
            continue
        number = meaning(row.measure)
        if number in found:
            raise _Refused(row, "number", f"The same number stands in row {found[number][0]}.")
        found[number] = row.number, standing.get(number, row.measure)
    if len(found) > MOST_MEASURES:
        raise _Refused(group[-1], "number", f"A statement has at most {MOST_MEASURES} numbers.")
    return tuple(each for _row, each in found.values()) or tuple(standing.values())


def meaning(measure: MeasureFacts) -> Meaning:
    """What a number says, as exactly as it is stored."""
    lo, hi = (None if end is None else round(end, 8) for end in (measure.lo, measure.hi))
    return measure.term.code, lo, hi, measure.count


def _changes(stands: Capability | None, facts: CapabilityFacts) -> list[FieldChange]:
    before, after = _said(stands), _said(facts)
    return [
        (str(label), before.get(name, ""), after[name])
        for name, label in LABELS.items()
        if before.get(name, "") != after[name]
    ]


def _said(said: Capability | CapabilityFacts | None) -> dict[str, str]:
    """A statement in the words of the page."""
    if said is None:
        return {}
    rows = measures_of(said.measures.all()) if isinstance(said, Capability) else said.measures
    return {
        "is_offered": str(_("Yes")) if said.is_offered else str(_("No")),
        "stages": "; ".join(current_vocabulary().label(code) for code in said.stages),
        "measures": "; ".join(sorted(map(_number, rows))),
        "basis": str(Basis(said.basis).label),
        "source": said.source,
        "confirmed_on": f"{said.confirmed_on}",
        "audience": str(Audience(said.audience).label),
        "note": said.note,
    }


def _number(each: MeasureFacts) -> str:
    number = Measure(count=each.count, entered_text=each.entered_text, entered_unit=each.entered_unit)
    return f"{each.term.label} {number}"


def _in_words(plan: StatementPlan, group: Sequence[SaidRow]) -> PlannedRow:
    changes = _changes(plan.stands, plan.facts)
    kept = Outcome.CHANGED if changes else Outcome.SAME
    outcome = kept if plan.stands else Outcome.NEW
    return planned(outcome, rows=[row.number for row in group], what=group[0].what, changes=changes)


def _refused_rows(group: Iterable[SaidRow], error: _Refused) -> Iterator[PlannedRow]:
    """The row that is wrong, others that are wrong as well, and those that are left out with them."""
    for row in group:
        column, reason = row.problem or ("", f"Left out with row {error.row.number}: {error.reason}")
        if row is error.row:
            column, reason = error.column, error.reason
        yield refused(row.number, what=row.what, column=column, reason=reason)

"""Many statements of capability at once, by the rules of `profiles.save_capability`.

A row about what is stated already says it anew, as a window of the same period does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.editing import ChangedMeanwhile, require_editor
from partners.actions.profile_values import CAPABILITY_FIELDS
from partners.actions.profiles import (
    CapabilityFacts,
    EvidenceIsForTheOldStatement,
    MeasureFacts,
    require_evidence,
)
from partners.actions.stated import measures_of
from partners.actions.statements import write_statements
from partners.bulk_rows import Became, Mode, Outcome, refused, totals_of, without_effect
from partners.capability_uploads import StatementPlan, meaning
from partners.models import Capability, Line, Site

type Key = tuple[int, int | None, int]

NO_SITE: Final = "You have no such site."
NO_LINE: Final = "This site has no such line."
MEANWHILE: Final = "Somebody else has stated the same, or removed the line, at this moment. Send it again."


@dataclass(frozen=True, slots=True)
class SaidStatement:
    """One good row: a statement about a site that the actor keeps."""

    index: int
    site: Site
    facts: CapabilityFacts

    @property
    def key(self) -> Key:
        line = self.facts.line
        return self.site.pk, line.pk if line else None, self.facts.term.pk


@dataclass(slots=True)
class _Plan:
    write: list[tuple[int, StatementPlan]] = field(default_factory=list)
    same: list[tuple[int, Capability]] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)

    def would_become(self) -> list[Outcome]:
        """Of new statements it is not known yet what they will be called."""
        return [
            *self.refused,
            *(Outcome(index, Became.UNCHANGED, row.uid) for index, row in self.same),
            *(
                Outcome(index, Became.UPDATED, plan.stands.uid)
                if plan.stands
                else Outcome(index, Became.CREATED)
                for index, plan in self.write
            ),
        ]


@transaction.atomic
def state_all(
    *, said: Sequence[SaidStatement], by: Actor, mode: Mode, are_all_good: bool = True
) -> list[Outcome]:
    """Make and change statements. Raises NotAllowed, or ChangedMeanwhile where somebody else was quicker.

    In the mode all-or-nothing nothing is kept where a row is refused, here or before (not `are_all_good`);
    the outcomes still say what would have become of every row.
    """
    for site in {each.site.pk: each.site for each in said}.values():
        require_editor(by, site)
    plan = _planned(said)
    if mode is Mode.ALL_OR_NOTHING and (plan.refused or not are_all_good):
        return without_effect(plan.would_become())
    return _written(plan, by=by)


def _written(plan: _Plan, *, by: Actor) -> list[Outcome]:
    became = {id(each): Became.UPDATED if each.stands else Became.CREATED for _index, each in plan.write}
    try:
        with transaction.atomic():
            rows = write_statements([each for _index, each in plan.write], by=by)
    except IntegrityError as error:
        raise ChangedMeanwhile(MEANWHILE) from error
    written = zip(plan.write, rows, strict=True)
    outcomes = [
        *plan.refused,
        *(Outcome(index, Became.UNCHANGED, row.uid) for index, row in plan.same),
        *(Outcome(index, became[id(each)], row.uid) for (index, each), row in written),
    ]
    if plan.write:
        sites = sorted({row.site_id for row in rows})
        record("capability.bulk_stated", by=by, data={**totals_of(outcomes), "sites": sites})
    return outcomes


def _planned(said: Sequence[SaidStatement]) -> _Plan:
    """What is to be done, under locks in the order in which an uploaded table takes them."""
    plan = _Plan()
    sites = _locked(Site.objects.filter(pk__in={each.site.pk for each in said}))
    lines = _locked(Line.objects.filter(pk__in={each.facts.line.pk for each in said if each.facts.line}))
    stands = _standing(said)
    first: dict[Key, int] = {}
    for each in said:
        refusal = _refusal(each, sites, lines, first) or _unbacked(each, stands.get(each.key))
        if refusal is not None:
            plan.refused.append(refusal)
            continue
        row = stands.get(each.key)
        if row is not None and _says(row, each.facts):
            plan.same.append((each.index, row))
        else:
            plan.write.append((each.index, StatementPlan(each.site.pk, each.facts, row)))
    return plan


def _locked(rows: QuerySet[Site] | QuerySet[Line]) -> set[int]:
    """None of them is removed before what is said of it is written."""
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return set(locked.values_list("pk", flat=True))


def _standing(said: Iterable[SaidStatement]) -> dict[Key, Capability]:
    rows = Capability.objects.filter(
        site__in={each.site.pk for each in said}, term__in={each.facts.term.pk for each in said}
    )
    rows = rows.select_for_update(of=("self",)).order_by("pk")
    rows = rows.select_related("term", "line").prefetch_related("measures__term")
    return {(row.site_id, row.line_id, row.term_id): row for row in rows}


def _refusal(said: SaidStatement, sites: set[int], lines: set[int], first: dict[Key, int]) -> Outcome | None:
    if said.site.pk not in sites:
        return refused(said.index, "site", NO_SITE)
    if said.facts.line is not None and said.facts.line.pk not in lines:
        return refused(said.index, "line", NO_LINE)
    other = first.setdefault(said.key, said.index)
    if other != said.index:
        return refused(said.index, "term", f"The row with index {other} is about the same term and place.")
    return None


def _unbacked(said: SaidStatement, stands: Capability | None) -> Outcome | None:
    try:
        require_evidence(stands, said.facts)
    except EvidenceIsForTheOldStatement as error:
        return refused(said.index, "basis", str(error), "invalid")
    return None


def _says(row: Capability, facts: CapabilityFacts) -> bool:
    names = [name for name in CAPABILITY_FIELDS if name != "stages"]
    if any(getattr(row, name) != getattr(facts, name) for name in names):
        return False
    if list(row.stages) != list(facts.stages):
        return False
    return sorted(map(_number, measures_of(row.measures.all())), key=repr) == sorted(
        map(_number, facts.measures), key=repr
    )


def _number(measure: MeasureFacts) -> tuple[object, ...]:
    return *meaning(measure), measure.entered_text, measure.entered_unit

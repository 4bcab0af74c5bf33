"""Many capacity windows at once, by the rules of `capacity.set_window` and in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.capacity import (
    WindowFacts,
    fill_window,
    kept_elsewhere,
    key_of,
    new_window,
)
from partners.actions.capacity_ledgers import Key, LineLedger, MoreThanNominal, WindowsOverlap
from partners.actions.editing import require_editor
from partners.bulk_rows import Became, Mode, Outcome, refused, totals_of, without_effect
from partners.changes import mark_changed
from partners.models import CapacityWindow, Line
from partners.snapshot_plans import span_of

BATCH: Final = 1_000
GONE: Final = "You have no such line."
WRITTEN: Final = (
    "quantity",
    "unit",
    "lead_time_weeks",
    "smallest_campaign",
    "confidence",
    "reason",
    "held_until",
    "observed_at",
    "valid_until",
    "note",
    "audience",
    "follows_line",
    "source",
    "feed",
)
COMPARED: Final = (
    "quantity",
    "lead_time_weeks",
    "smallest_campaign",
    "confidence",
    "reason",
    "held_until",
    "valid_until",
    "note",
)


@dataclass(frozen=True, slots=True)
class SaidWindow:
    """One good row: a window of a line that the actor keeps."""

    index: int
    line: Line
    facts: WindowFacts


@dataclass(slots=True)
class _Plan:
    add: list[tuple[int, CapacityWindow]] = field(default_factory=list)
    update: list[tuple[int, CapacityWindow]] = field(default_factory=list)
    confirm: list[tuple[int, CapacityWindow]] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)

    def outcomes(self) -> list[Outcome]:
        kept = (
            (Became.CREATED, self.add),
            (Became.UPDATED, self.update),
            (Became.UNCHANGED, self.confirm),
        )
        return [
            *self.refused,
            *(Outcome(index, became, window.uid) for became, rows in kept for index, window in rows),
        ]

    def windows(self) -> Iterable[CapacityWindow]:
        return (window for rows in (self.add, self.update, self.confirm) for _index, window in rows)


@transaction.atomic
def set_windows(
    *, said: Sequence[SaidWindow], by: Actor, mode: Mode, are_all_good: bool = True
) -> list[Outcome]:
    """Keep the windows; one of the same line, period and state is taken over. Raises NotAllowed.

    In the mode all-or-nothing nothing is kept where a row is refused, here or before (not `are_all_good`);
    the outcomes still say what would have become of every row.
    """
    for site in {each.line.site_id: each.line.site for each in said}.values():
        require_editor(by, site)
    plan = _planned(said, mode)
    if mode is Mode.ALL_OR_NOTHING and (plan.refused or not are_all_good):
        return without_effect(plan.outcomes())
    _write(plan)
    outcomes = plan.outcomes()
    _tell(plan, outcomes, by=by)
    return outcomes


def _planned(said: Sequence[SaidWindow], mode: Mode) -> _Plan:
    """What is to be done, under the lock of every line that is named, in the order of their keys."""
    plan = _Plan()
    by_line: dict[int, list[SaidWindow]] = defaultdict(list)
    for each in said:
        by_line[each.line.pk].append(each)
    rows = Line.objects.filter(pk__in=by_line).select_for_update(of=("self",)).order_by("pk")
    lines = {line.pk: line for line in rows}
    standing: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in CapacityWindow.objects.current().filter(line__in=lines):
        standing[window.line_id].append(window)
    for pk, of_line in by_line.items():
        line = lines.get(pk)
        reason = GONE if line is None else _other_source(line)
        if line is None or reason:
            plan.refused += [refused(each.index, "line", reason) for each in of_line]
        else:
            _plan_line(plan, line, standing[pk], _once(plan, of_line), mode)
    return plan


def _once(plan: _Plan, said: Sequence[SaidWindow]) -> list[SaidWindow]:
    """Without the rows that are about the same as an earlier one."""
    first: dict[Key, SaidWindow] = {}
    for each in said:
        other = first.setdefault(each.facts.key, each)
        if other is not each:
            reason = f"The row with index {other.index} is about the same line, period and state."
            plan.refused.append(refused(each.index, "period_start", reason))
    return list(first.values())


def _plan_line(
    plan: _Plan, line: Line, standing: Sequence[CapacityWindow], said: Sequence[SaidWindow], mode: Mode
) -> None:
    """All together are judged by what results; each for itself, by what stands when its turn comes."""
    named = {each.facts.key for each in said} if mode is Mode.ALL_OR_NOTHING else set()
    ledger = LineLedger(line, [window for window in standing if key_of(window) not in named])
    stands = {key_of(window): window for window in standing}
    for each in said:
        window = stands.get(each.facts.key)
        if window is not None and not named:
            ledger.leave(span_of(window), unit=window.unit)
        refusal = _refusal(ledger, each)
        if refusal is None:
            ledger.enter(each.facts.span, unit=line.capacity_unit)
            _keep(plan, line, window, each)
            continue
        plan.refused.append(refusal)
        if window is not None and not named:
            ledger.enter(span_of(window), unit=window.unit)


def _other_source(line: Line) -> str:
    return "" if line.capacity_source == Line.Source.API else kept_elsewhere(line, Line.Source.API)


def _refusal(ledger: LineLedger, said: SaidWindow) -> Outcome | None:
    try:
        ledger.require_room(said.facts.span)
    except WindowsOverlap as error:
        return refused(said.index, "period_start", str(error))
    except MoreThanNominal as error:
        return refused(said.index, "quantity", str(error), "invalid")
    return None


def _keep(plan: _Plan, line: Line, window: CapacityWindow | None, said: SaidWindow) -> None:
    is_same = window is not None and _says(window, line, said.facts)
    rows = plan.add if window is None else plan.confirm if is_same else plan.update
    kept = window or new_window(line)
    fill_window(kept, line, said.facts, Line.Source.API)
    rows.append((said.index, kept))


def _says(window: CapacityWindow, line: Line, facts: WindowFacts) -> bool:
    same_facts = all(getattr(window, name) == getattr(facts, name) for name in COMPARED)
    return same_facts and window.unit == line.capacity_unit and window.source == Line.Source.API


def _write(plan: _Plan) -> None:
    CapacityWindow.objects.bulk_create([window for _index, window in plan.add], batch_size=BATCH)
    # An UPDATE of many rows with values of their own is slow to say and to plan; this is neither. Every row
    # stands, so that none is inserted.
    CapacityWindow.objects.bulk_create(
        [window for _index, window in plan.update],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=WRITTEN,
    )
    confirmed = [window.pk for _index, window in plan.confirm]
    CapacityWindow.objects.filter(pk__in=confirmed).update(observed_at=timezone.now())


def _tell(plan: _Plan, outcomes: Sequence[Outcome], *, by: Actor) -> None:
    """One event for all, with the lines and sites that it is about."""
    windows = list(plan.windows())
    if not windows:
        return
    sites = sorted({window.site_id for window in windows})
    lines = sorted({window.line_id for window in windows})
    record("capacity.bulk_set", by=by, data={**totals_of(outcomes), "lines": lines, "sites": sites})
    mark_changed(*sites)

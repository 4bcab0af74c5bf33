"""Giving a field or a requirement of a brief the value back that it had before a change."""

from uuid import UUID

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from matching.actions.brief_sections import SectionConflict, save_section
from matching.actions.briefs import BriefActionRefused, locked
from matching.actions.requirements import add_requirement, change_requirement, remove_requirement
from matching.merging import Values, marks
from matching.models import Brief, BriefChange, Requirement
from matching.plain_briefs import fill_requirement, requirement_values, same_asked

CAN_BE_TAKEN_BACK = frozenset({BriefChange.Kind.FIELD, BriefChange.Kind.REQUIREMENT})


class CannotTakeBack(BriefActionRefused):
    """Something else has happened since that the old value would undo as well."""


@transaction.atomic
def take_back(*, by: Actor, change: BriefChange) -> int:
    """Undo one change by another one; how many requirements moved with it, into their step or out of it.

    Raises CannotTakeBack when what it changed was changed again since.
    """
    brief = locked(by, change.brief)
    if change.kind == BriefChange.Kind.FIELD:
        return _take_back_field(by, brief, change)
    if change.kind != BriefChange.Kind.REQUIREMENT:
        raise CannotTakeBack("A change of this kind is not taken back here.")
    _take_back_requirement(by, brief, change)
    return 0


def _take_back_field(by: Actor, brief: Brief, change: BriefChange) -> int:
    name = change.subject
    try:
        saved = save_section(
            by=by,
            brief=brief,
            sent={name: change.stood_before},
            opened=marks({name: change.after}),
            takes_back=change,
        )
    except SectionConflict as conflict:
        raise CannotTakeBack("This was changed again since; take back the later change first.") from conflict
    if not saved.changed:
        raise CannotTakeBack("It has that value already.")
    return saved.moved


def _take_back_requirement(by: Actor, brief: Brief, change: BriefChange) -> None:
    rows = brief.requirements.select_related("term", "measure", "step", "brief")
    row = rows.filter(uid=change.subject).first()
    if not _is_as_left(row, change.after):
        raise CannotTakeBack("This requirement was changed again since; take back the later change first.")
    before = change.stood_before
    if before is None and row is not None:
        remove_requirement(by=by, requirement=row, version=row.version, takes_back=change)
        return
    wanted = row or Requirement(uid=UUID(change.subject), brief=brief)
    try:
        fill_requirement(wanted, before, brief.steps.all())
    except KeyError as error:
        raise CannotTakeBack("The brief no longer has the work that this was asked of.") from error
    if row is None:
        add_requirement(by=by, brief=brief, requirement=wanted, takes_back=change)
    else:
        change_requirement(by=by, requirement=wanted, version=row.version, takes_back=change)


def _is_as_left(row: Requirement | None, after: Values | None) -> bool:
    """Whether the requirement asks what it did after the change, wherever it stands now."""
    if row is None or after is None:
        return row is None and after is None
    return same_asked(requirement_values(row), after)

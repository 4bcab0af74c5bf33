"""Adding, changing and removing the lines of a brief. Each is a row with a version of its own."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.brief_history import note_requirement
from matching.actions.briefs import BriefActionRefused, locked, move_on
from matching.models import Brief, BriefChange, Requirement
from matching.plain_briefs import REQUIREMENT_FIELDS, as_stored, requirement_values, same_asked


class RequirementChangedMeanwhile(BriefActionRefused):
    """Somebody saved this requirement after this person opened it."""


class RequirementGone(BriefActionRefused):
    """Somebody removed this requirement after this person opened it."""


@transaction.atomic
def add_requirement(
    *, by: Actor, brief: Brief, requirement: Requirement, takes_back: BriefChange | None = None
) -> Requirement:
    """Append a validated, unsaved requirement to the brief; taken back, it comes where it stood."""
    locked(by, brief)
    requirement.brief, requirement.organisation_id = brief, brief.organisation_id
    if takes_back is None:
        last = brief.requirements.aggregate(last=Max("position"))["last"]
        requirement.position = 0 if last is None else last + 1
    as_stored(requirement).save()
    move_on(brief)
    note_requirement(
        by=by, row=requirement, before=None, after=requirement_values(requirement), takes_back=takes_back
    )
    record("brief.requirement_added", by=by, about=brief, data={"requirement": requirement.pk})
    return requirement


@transaction.atomic
def change_requirement(
    *, by: Actor, requirement: Requirement, version: int, takes_back: BriefChange | None = None
) -> Requirement:
    """Save a validated, changed requirement.

    Raises RequirementChangedMeanwhile or RequirementGone when it is not the one of that version any more.
    """
    brief = locked(by, requirement.brief)
    stands = _of_version(requirement, version)
    before = requirement_values(stands)
    # Where it stands is nothing that this person saw, and another's change of the order moves no version.
    requirement.position, requirement.version = stands.position, version + 1
    as_stored(requirement).save(update_fields=[*REQUIREMENT_FIELDS, "version"])
    move_on(brief)
    note_requirement(
        by=by,
        row=requirement,
        before=before,
        after=requirement_values(requirement),
        takes_back=takes_back,
    )
    record("brief.requirement_changed", by=by, about=brief, data={"requirement": requirement.pk})
    return requirement


@transaction.atomic
def remove_requirement(
    *, by: Actor, requirement: Requirement, version: int, takes_back: BriefChange | None = None
) -> None:
    """Take the requirement out of its brief; raises as `change_requirement` does."""
    brief = locked(by, requirement.brief)
    stands = _of_version(requirement, version)
    note_requirement(by=by, row=stands, before=requirement_values(stands), after=None, takes_back=takes_back)
    record("brief.requirement_removed", by=by, about=brief, data={"requirement": stands.pk})
    stands.delete()
    move_on(brief)


@transaction.atomic
def replace_requirements(*, by: Actor, brief: Brief, requirements: Sequence[Requirement]) -> None:
    """Let the brief ask just these, in this order; those that ask what one of its rows asks are that row."""
    locked(by, brief)
    stored = list(brief.requirements.select_related("term", "measure", "step", "brief"))
    for position, wanted in enumerate(requirements):
        values = requirement_values(as_stored(wanted))
        same = next((row for row in stored if same_asked(requirement_values(row), values)), None)
        if same is None:
            add_requirement(by=by, brief=brief, requirement=wanted)
            same = wanted
        else:
            stored.remove(same)
        Requirement.objects.filter(pk=same.pk).update(position=position)
    for row in stored:
        remove_requirement(by=by, requirement=row, version=row.version)


def _of_version(requirement: Requirement, version: int) -> Requirement:
    rows = Requirement.objects.select_related("term", "measure", "step", "brief")
    stands = rows.select_for_update(of=("self",)).filter(pk=requirement.pk).first()
    if stands is None:
        raise RequirementGone("Somebody else has removed this requirement since you opened it.")
    if stands.version != version:
        raise RequirementChangedMeanwhile("Somebody else has changed this requirement since you opened it.")
    return stands

"""Copying a brief, putting it away and getting it back."""

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Kind, note
from matching.actions.briefs import BriefNotInState, NotAllowed, start
from matching.models import Brief, Requirement
from matching.permissions import can_own_brief, can_write_briefs, role_on
from matching.plain_briefs import columns_of, fill_requirement, requirement_values, values_of

LONGEST_TITLE = 200


@transaction.atomic
def duplicate(*, by: Actor, brief: Brief) -> Brief:
    """A new draft that asks the same, without runs, shortlist and comments, and with the same access."""
    if role_on(by, brief) is None or not can_write_briefs(by):
        raise NotAllowed("Your role may read briefs, not write them.")
    values = values_of(brief)
    columns = columns_of(values) | {
        "title": f"Copy of {brief.title}"[:LONGEST_TITLE],
        "access": brief.access,
    }
    copy = start(by, columns, [step.kind for step in brief.steps.all()])
    steps = list(copy.steps.all())
    rows = []
    for asked in brief.requirements.select_related("term", "measure", "step"):
        row = Requirement(brief=copy, organisation_id=copy.organisation_id)
        fill_requirement(row, requirement_values(asked), steps)
        rows.append(row)
    Requirement.objects.bulk_create(rows)
    note(Kind.CREATED, by=by, brief=copy, after={"copied_from": brief.title})
    record("brief.created", by=by, about=copy, data={"copied_from": brief.pk})
    return copy


@transaction.atomic
def archive(*, by: Actor, brief: Brief) -> Brief:
    """Put the brief away: it stays readable, and is not changed or matched any more."""
    now = _locked(by, brief)
    if now.is_archived:
        raise BriefNotInState("This brief is archived already.")
    return _put(by, now, "brief.archived", before=now.state, after="archived", archived_at=timezone.now())


@transaction.atomic
def restore(*, by: Actor, brief: Brief) -> Brief:
    """Get an archived brief back in the state that it had."""
    now = _locked(by, brief)
    if not now.is_archived:
        raise BriefNotInState("This brief is not archived.")
    return _put(by, now, "brief.restored", before="archived", after=now.state, archived_at=None)


@transaction.atomic
def delete_draft(*, by: Actor, brief: Brief) -> Brief:
    """Delete a draft, which was never opened; `undelete` gets it back."""
    now = _locked(by, brief)
    if now.state != Brief.State.DRAFT:
        raise BriefNotInState("Only a draft is deleted. Archive a brief that was opened.")
    return _put(by, now, "brief.deleted", before=now.state, after="deleted", deleted_at=timezone.now())


@transaction.atomic
def undelete(*, by: Actor, brief: Brief) -> Brief:
    """Get a deleted draft back. The brief is one of `restorable_by(by)`."""
    now = Brief.objects.restorable_by(by).select_for_update(of=("self",)).filter(pk=brief.pk).first()
    if now is None:
        raise BriefNotInState("This draft is not deleted any more.")
    now.deleted_at = None
    if not can_own_brief(by, now):
        raise NotAllowed("Only owners of a brief get it back.")
    return _put(by, now, "brief.undeleted", before="deleted", after=now.state, deleted_at=None)


def _locked(by: Actor, brief: Brief) -> Brief:
    now = Brief.objects.select_for_update().get(pk=brief.pk)
    if not can_own_brief(by, now):
        raise NotAllowed("Only owners of a brief archive, restore or delete it.")
    return now


def _put(by: Actor, brief: Brief, kind: str, *, before: str, after: str, **columns: object) -> Brief:
    Brief.objects.filter(pk=brief.pk).update(**columns)
    note(Kind.STATE, by=by, brief=brief, before=before, after=after)
    record(kind, by=by, about=brief)
    brief.refresh_from_db()
    return brief

"""Copying a brief, putting it away and getting it back."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Kind, note
from matching.actions.briefs import BriefNotInState, NotAllowed, start
from matching.models import LONGEST_TITLE, Brief, Requirement, Step
from matching.permissions import can_own_brief, can_write_briefs, owned_among, role_on
from matching.plain_briefs import DAYS, REQUIREMENT_FIELDS, TERMS, WEEKS

COPIED = (*TERMS, *DAYS, *WEEKS, "text", "preset", "weights", "weighting", "access")


@transaction.atomic
def duplicate(*, by: Actor, brief: Brief) -> Brief:
    """A new draft that asks the same, without runs, shortlist and comments, and with the same access."""
    if role_on(by, brief) is None or not can_write_briefs(by):
        raise NotAllowed("Your role may read briefs, not write them.")
    columns = {name: getattr(brief, name) for name in COPIED}
    copy = start(by, columns | {"title": _title_of_copy(brief)}, [step.kind for step in brief.steps.all()])
    steps = {step.kind: step for step in copy.steps.all()}
    rows = [_copied(row, copy, steps) for row in brief.requirements.select_related("term", "measure", "step")]
    Requirement.objects.bulk_create(rows)
    note(Kind.CREATED, by=by, brief=copy, after={"copied_from": brief.title})
    record("brief.created", by=by, about=copy, data={"copied_from": brief.pk})
    return copy


def _title_of_copy(brief: Brief) -> str:
    return f"Copy of {brief.title}"[:LONGEST_TITLE]


def _copied(row: Requirement, copy: Brief, steps: Mapping[str, Step]) -> Requirement:
    """The same as loaded, so that no term is looked up again."""
    columns = {name: getattr(row, name) for name in REQUIREMENT_FIELDS}
    step = steps[row.step.kind] if row.step else None
    return Requirement(**{**columns, "step": step}, brief=copy, organisation_id=copy.organisation_id)


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
    """Get a deleted draft back. The brief is one of `deleted_for(by)`."""
    now = Brief.objects.deleted_for(by).select_for_update(of=("self",)).filter(pk=brief.pk).first()
    if now is None:
        raise BriefNotInState("This draft is not deleted any more.")
    if not owned_among(by, [now]):
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

"""What a sponsor does with a brief as a whole. Every function checks the state, writes, and records an event.

An action that changes a brief locks its row first, so that what it compares with is what it changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Kind, note, note_fields
from matching.actions.brief_steps import set_steps
from matching.models import Brief, BriefColleague, Requirement
from matching.permissions import can_edit_brief, can_reopen_brief, can_write_briefs
from matching.plain_briefs import values_of, weight_columns
from matching.scoring.weightings import Weighting


class BriefActionRefused(Exception):
    """What was asked cannot be done; the message says why."""


class NotAllowed(BriefActionRefused):
    pass


class BriefChangedMeanwhile(BriefActionRefused):
    """Somebody saved the brief after this person opened it."""


class BriefAlreadyWritten(BriefActionRefused):
    """The same draft was sent twice at once, and the other was first."""


class BriefHasNothingToMatch(BriefActionRefused):
    pass


class BriefNotInState(BriefActionRefused):
    pass


@transaction.atomic
def create(*, by: Actor, fields: Mapping[str, Any], steps: Sequence[str], uid: UUID | None = None) -> Brief:
    """A draft brief of the actor's organisation, who owns it. `steps` are kinds in the order of the work.

    `uid` is what a page called the brief that it was about to write, so that sending it twice writes one.
    """
    brief = start(by, fields, steps, uid=uid)
    note(Kind.CREATED, by=by, brief=brief)
    record("brief.created", by=by, about=brief)
    return brief


@transaction.atomic
def create_with_requirements(
    *, by: Actor, fields: Mapping[str, Any], steps: Sequence[str], requirements: Sequence[Requirement]
) -> Brief:
    """A draft with validated, unsaved requirements in their order; each finds its step by the step's kind."""
    brief = start(by, fields, steps)
    by_kind = {step.kind: step for step in brief.steps.all()}
    for position, row in enumerate(requirements):
        row.brief, row.organisation_id, row.position = brief, brief.organisation_id, position
        row.step = by_kind[row.step.kind] if row.step else None
    Requirement.objects.bulk_create(requirements)
    note(Kind.CREATED, by=by, brief=brief, after={"requirements": len(requirements)})
    record("brief.created", by=by, about=brief)
    record("brief.requirements_added", by=by, about=brief, data={"count": len(requirements)})
    return brief


def start(by: Actor, fields: Mapping[str, Any], steps: Sequence[str], *, uid: UUID | None = None) -> Brief:
    """The row of a draft, its steps, and its writer as its owner; whoever calls tells of it."""
    if not can_write_briefs(by) or by.organisation is None:
        raise NotAllowed("Your role may read briefs, not write them.")
    brief = Brief(uid=uid or uuid4(), organisation=by.organisation, created_by=by.user, **fields)
    try:
        with transaction.atomic():
            brief.save(force_insert=True)
    except IntegrityError as error:
        raise BriefAlreadyWritten("This draft is written already.") from error
    member = Member.objects.filter(organisation=by.organisation, user_id=by.user_id or 0).first()
    if member is not None:
        BriefColleague.objects.create(
            organisation=by.organisation, brief=brief, member=member, role=Role.OWNER, added_by=by.user
        )
    set_steps(brief, steps)
    return brief


@transaction.atomic
def update(
    *, by: Actor, brief: Brief, version: int, fields: Mapping[str, Any], steps: Sequence[str]
) -> Brief:
    """Change the brief's own fields and steps; requirements of a removed step become whole-project ones."""
    now = claimed(by, brief, version)
    before = values_of(now)
    Brief.objects.filter(pk=brief.pk).update(**fields)
    moved = set_steps(brief, steps)
    note_fields(by=by, brief=now, before=before, after=values_of(_fresh(brief)), moved=moved)
    record("brief.updated", by=by, about=brief, data={"fields": sorted(fields)})
    brief.refresh_from_db()
    return brief


@transaction.atomic
def weigh(*, by: Actor, brief: Brief, version: int, weighting: Weighting) -> Brief:
    """Give the brief other weights, said in one of the ways; nothing else of it changes."""
    now = claimed(by, brief, version)
    before = values_of(now)
    Brief.objects.filter(pk=brief.pk).update(**weight_columns(weighting))
    note_fields(by=by, brief=now, before=before, after=values_of(_fresh(brief)))
    record("brief.weighed", by=by, about=brief, data={"by": weighting.by})
    brief.refresh_from_db()
    return brief


@transaction.atomic
def open_brief(*, by: Actor, brief: Brief) -> Brief:
    """Confirm a draft: from now on it is matched."""
    return _move(by, brief, {Brief.State.DRAFT}, Brief.State.OPEN, "brief.opened")


@transaction.atomic
def close(*, by: Actor, brief: Brief) -> Brief:
    return _move(by, brief, {Brief.State.DRAFT, Brief.State.OPEN}, Brief.State.CLOSED, "brief.closed")


@transaction.atomic
def reopen(*, by: Actor, brief: Brief) -> Brief:
    return _move(by, brief, {Brief.State.CLOSED}, Brief.State.OPEN, "brief.reopened")


def locked(by: Actor, brief: Brief) -> Brief:
    """The brief as it stands now, locked for a change by somebody who may edit it."""
    rows = Brief.objects.select_related("stage", "modality", "dosage_form")
    now = rows.select_for_update(of=("self",)).filter(pk=brief.pk).first()
    if now is None or not can_edit_brief(by, now):
        raise NotAllowed("This brief is closed or archived, or your role may only read it.")
    return now


def move_on(brief: Brief) -> None:
    """The brief has another version now: who holds an older one is told."""
    Brief.objects.filter(pk=brief.pk).update(version=F("version") + 1, updated_at=timezone.now())


def claimed(by: Actor, brief: Brief, version: int) -> Brief:
    """The locked brief, its version moved on, if it is still the one that the person saw."""
    now = locked(by, brief)
    if now.version != version:
        raise BriefChangedMeanwhile("A colleague saved this brief while you were editing it.")
    move_on(brief)
    return now


def _fresh(brief: Brief) -> Brief:
    return Brief.objects.select_related("stage", "modality", "dosage_form").get(pk=brief.pk)


def _move(by: Actor, brief: Brief, sources: set[Brief.State], target: Brief.State, kind: str) -> Brief:
    now = Brief.objects.select_for_update().get(pk=brief.pk)
    if not can_reopen_brief(by, now):
        raise NotAllowed("This brief is archived or deleted, or your role may only read it.")
    if now.state not in sources:
        raise BriefNotInState(f"This brief is {now.get_state_display().lower()} already.")
    if target == Brief.State.OPEN:
        _require_gate(now)
    Brief.objects.filter(pk=brief.pk).update(state=target)
    move_on(brief)
    note(Kind.STATE, by=by, brief=brief, before=now.state, after=target.value)
    record(kind, by=by, about=brief)
    brief.refresh_from_db()
    return brief


def _require_gate(brief: Brief) -> None:
    if not brief.requirements.exclude(strength=Requirement.Strength.PREFER).exists():
        raise BriefHasNothingToMatch("Add at least one requirement that must or must not hold first.")

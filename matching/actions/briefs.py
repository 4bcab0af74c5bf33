"""What a sponsor does with briefs. Every function checks the state, writes, and records an event."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.models import Brief, Requirement, Step
from matching.permissions import can_edit_brief, can_reopen_brief, can_write_briefs
from matching.scoring.weightings import Weighting, to_plain


class BriefActionRefused(Exception):
    """What was asked cannot be done; the message says why."""


class NotAllowed(BriefActionRefused):
    pass


class BriefChangedMeanwhile(BriefActionRefused):
    """Somebody saved the brief after this person opened it."""


class BriefHasNothingToMatch(BriefActionRefused):
    pass


class BriefNotInState(BriefActionRefused):
    pass


@transaction.atomic
def create(*, by: Actor, fields: Mapping[str, Any], steps: Sequence[str]) -> Brief:
    """A draft brief of the actor's organisation. `steps` are Step.Kind values in the order of the work."""
    if not can_write_briefs(by) or by.organisation is None:
        raise NotAllowed("Your role may read briefs, not write them.")
    brief = Brief.objects.create(organisation=by.organisation, created_by=by.user, **fields)
    _set_steps(brief, steps)
    record("brief.created", by=by, about=brief)
    return brief


@transaction.atomic
def create_with_requirements(
    *, by: Actor, fields: Mapping[str, Any], steps: Sequence[str], requirements: Sequence[Requirement]
) -> Brief:
    """A draft with validated, unsaved requirements in their order; each finds its step by the step's kind."""
    brief = create(by=by, fields=fields, steps=steps)
    by_kind = {step.kind: step for step in brief.steps.all()}
    for position, row in enumerate(requirements):
        row.brief, row.organisation_id, row.position = brief, brief.organisation_id, position
        row.step = by_kind[row.step.kind] if row.step else None
    Requirement.objects.bulk_create(requirements)
    record("brief.requirements_added", by=by, about=brief, data={"count": len(requirements)})
    return brief


@transaction.atomic
def update(
    *, by: Actor, brief: Brief, version: int, fields: Mapping[str, Any], steps: Sequence[str]
) -> Brief:
    """Change the brief's own fields and steps; requirements of a removed step become whole-project ones."""
    _claim_version(by, brief, version)
    Brief.objects.filter(pk=brief.pk).update(**fields)
    _set_steps(brief, steps)
    record("brief.updated", by=by, about=brief, data={"fields": sorted(fields)})
    brief.refresh_from_db()
    return brief


@transaction.atomic
def weigh(*, by: Actor, brief: Brief, version: int, weighting: Weighting) -> Brief:
    """Give the brief other weights, said in one of the ways; nothing else of it changes."""
    _claim_version(by, brief, version)
    Brief.objects.filter(pk=brief.pk).update(**weight_columns(weighting))
    record("brief.weighed", by=by, about=brief, data={"by": weighting.by})
    brief.refresh_from_db()
    return brief


def weight_columns(weighting: Weighting) -> dict[str, Any]:
    """Where a statement about weights is kept. A preset has a column of its own, which stays as it is."""
    is_points = weighting.by == "points"
    is_raw = weighting.by in {"swings", "order"}
    return {
        "weights": dict(weighting.numbers) if is_points else {},
        "weighting": to_plain(weighting) if is_raw else {},
    }


@transaction.atomic
def add_requirement(*, by: Actor, brief: Brief, requirement: Requirement) -> Requirement:
    """Append a validated, unsaved requirement to the brief."""
    _touch(by, brief)
    requirement.brief, requirement.organisation_id = brief, brief.organisation_id
    requirement.position = brief.requirements.count()
    requirement.save()
    record("brief.requirement_added", by=by, about=brief, data={"requirement": requirement.pk})
    return requirement


@transaction.atomic
def change_requirement(*, by: Actor, requirement: Requirement) -> Requirement:
    """Save a validated, changed requirement."""
    _touch(by, requirement.brief)
    requirement.save()
    record("brief.requirement_changed", by=by, about=requirement.brief, data={"requirement": requirement.pk})
    return requirement


@transaction.atomic
def remove_requirement(*, by: Actor, requirement: Requirement) -> None:
    brief = requirement.brief
    _touch(by, brief)
    record("brief.requirement_removed", by=by, about=brief, data={"requirement": requirement.pk})
    requirement.delete()


@transaction.atomic
def open_brief(*, by: Actor, brief: Brief) -> Brief:
    """Confirm a draft: from now on it is matched."""
    if not brief.requirements.exclude(strength=Requirement.Strength.PREFER).exists():
        raise BriefHasNothingToMatch("Add at least one requirement that must or must not hold first.")
    return _move(by, brief, {Brief.State.DRAFT}, Brief.State.OPEN, "brief.opened")


@transaction.atomic
def close(*, by: Actor, brief: Brief) -> Brief:
    return _move(by, brief, {Brief.State.DRAFT, Brief.State.OPEN}, Brief.State.CLOSED, "brief.closed")


@transaction.atomic
def reopen(*, by: Actor, brief: Brief) -> Brief:
    return _move(by, brief, {Brief.State.CLOSED}, Brief.State.OPEN, "brief.reopened")


def _set_steps(brief: Brief, kinds: Sequence[str]) -> None:
    brief.requirements.exclude(step__kind__in=kinds).update(step=None)
    brief.steps.exclude(kind__in=kinds).delete()
    for position, kind in enumerate(kinds):
        Step.objects.update_or_create(
            brief=brief,
            kind=kind,
            defaults={"position": position, "organisation_id": brief.organisation_id},
        )


def _claim_version(by: Actor, brief: Brief, version: int) -> None:
    """Move the version on, if it is still the one that the person saw."""
    if not can_edit_brief(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")
    claimed = Brief.objects.filter(pk=brief.pk, version=version).update(
        version=F("version") + 1, updated_at=timezone.now()
    )
    if not claimed:
        raise BriefChangedMeanwhile("A colleague saved this brief while you were editing it.")


def _touch(by: Actor, brief: Brief) -> None:
    """Requirements are rows of their own, so a change of one never overwrites another: only count it."""
    if not can_edit_brief(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")
    Brief.objects.filter(pk=brief.pk).update(version=F("version") + 1, updated_at=timezone.now())


def _move(by: Actor, brief: Brief, sources: set[Brief.State], target: Brief.State, kind: str) -> Brief:
    if not can_reopen_brief(by, brief):
        raise NotAllowed("Your role may read this brief, not change it.")
    moved = Brief.objects.filter(pk=brief.pk, state__in=sources).update(
        state=target, version=F("version") + 1, updated_at=timezone.now()
    )
    if not moved:
        raise BriefNotInState(f"This brief is {brief.get_state_display().lower()} already.")
    record(kind, by=by, about=brief)
    brief.refresh_from_db()
    return brief

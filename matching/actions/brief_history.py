"""Writing down what became of a brief's values, in the transaction of the action that changed them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from matching.merging import Plain, Values, mark
from matching.models import Brief, BriefChange, Requirement
from matching.plain_briefs import requirement_values

Kind = BriefChange.Kind

ONE_SITTING = dt.timedelta(minutes=30)
"""Saves of one person about one thing, none of them later than this after the one before, are one change."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A requirement that is asked of the whole project because its step went away, or of its step again."""

    row: Requirement
    before: dict[str, Plain]


def note(
    kind: BriefChange.Kind,
    *,
    by: Actor,
    brief: Brief,
    subject: str = "",
    before: Plain = None,
    after: Plain = None,
    takes_back: BriefChange | None = None,
    at: dt.datetime | None = None,
) -> BriefChange:
    """Append one change. One of several that were made `at` the same instant goes on with none before."""
    change = BriefChange(
        at=at or timezone.now(),
        organisation_id=brief.organisation_id,
        brief=brief,
        by_id=by.user_id,
        kind=kind,
        subject=subject,
        before=before,
        after=after,
        takes_back=takes_back,
    )
    change.continues = _continued(change) if at is None else None
    if change.continues is not None:
        change.before = None
    change.save()
    return change


def note_fields(
    *,
    by: Actor,
    brief: Brief,
    before: Values,
    after: Values,
    moved: Iterable[Moved] = (),
    takes_back: BriefChange | None = None,
) -> None:
    """Append a change for every field that has another value now, and for what `moved` with the steps.

    That the steps and what moved with them have the same time is how `moved_with_step` finds these.
    """
    moved, at = list(moved), timezone.now()
    for each in moved:
        note(
            Kind.REQUIREMENT,
            by=by,
            brief=brief,
            subject=str(each.row.uid),
            before=each.before,
            after=requirement_values(each.row),
            at=at,
        )
    for name, value in after.items():
        if mark(value) != mark(before[name]):
            note(
                Kind.FIELD,
                by=by,
                brief=brief,
                subject=name,
                before=before[name],
                after=value,
                takes_back=takes_back,
                at=at if moved and name == "steps" else None,
            )


def moved_with_step(brief: Brief, step: str) -> QuerySet[BriefChange]:
    """What became of the requirements of this step when it last went away."""
    of_steps = BriefChange.objects.filter(brief=brief, kind=Kind.FIELD, subject="steps")
    gone = of_steps.filter(before__contains=[step]).exclude(after__contains=[step])
    of_requirements = BriefChange.objects.filter(brief=brief, kind=Kind.REQUIREMENT, before__step=step)
    return of_requirements.filter(at__in=gone.values("at")[:1])


def note_requirement(
    *,
    by: Actor,
    row: Requirement,
    before: dict[str, Plain] | None,
    after: dict[str, Plain] | None,
    takes_back: BriefChange | None = None,
) -> None:
    """Append that a requirement was added (nothing before), changed, or removed (nothing after)."""
    if before == after:
        return
    note(
        Kind.REQUIREMENT,
        by=by,
        brief=row.brief,
        subject=str(row.uid),
        before=before,
        after=after,
        takes_back=takes_back,
    )


def _continued(change: BriefChange) -> BriefChange | None:
    """The first of the changes that this one goes on with: the same person's, of the same thing, just now."""
    is_typed = change.kind in {Kind.FIELD, Kind.REQUIREMENT} and change.by_id is not None
    is_of_one_life = change.kind == Kind.FIELD or None not in (change.before, change.after)
    if change.takes_back is not None or not is_typed or not is_of_one_life:
        return None
    rows = BriefChange.objects.filter(brief=change.brief, kind=change.kind, subject=change.subject)
    last = rows.select_related("continues").first()
    if last is None or last.by_id != change.by_id or last.takes_back_id is not None:
        return None
    is_soon = change.at - last.at < ONE_SITTING
    return (last.continues or last) if is_soon and mark(last.after) == mark(change.before) else None

"""What colleagues say about a brief: writing, editing and removing comments, and hearing of them."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Kind, note
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.models import Brief, BriefComment, BriefNotice, Requirement
from matching.permissions import can_comment, can_own_brief, role_on
from matching.telling import BETWEEN_MAILS

EDITABLE_FOR = dt.timedelta(minutes=30)


class CommentChangedMeanwhile(BriefActionRefused):
    """It was edited or removed after this person opened it."""


class TooLateToEdit(BriefActionRefused):
    pass


def is_own(actor: Actor, comment: BriefComment) -> bool:
    return comment.by_id is not None and comment.by_id == actor.user_id


def is_own_and_young(actor: Actor, comment: BriefComment) -> bool:
    """Own comments can be put right for half an hour."""
    is_young = timezone.now() - comment.written_at < EDITABLE_FOR
    return is_young and comment.removed_at is None and is_own(actor, comment)


@transaction.atomic
def write(*, by: Actor, brief: Brief, body: str, requirement: Requirement | None = None) -> BriefComment:
    """Say something about the brief or one of its requirements; the others hear of it by mail."""
    if not can_comment(by, brief):
        raise NotAllowed("This brief is archived, or you may not comment on it.")
    notices = _locked_notices(by, brief)
    comment = BriefComment.objects.create(
        organisation_id=brief.organisation_id,
        brief=brief,
        requirement_uid=requirement.uid if requirement else None,
        about=str(requirement)[:300] if requirement else "",
        by=by.user,
        body=body,
    )
    _make_due(notices)
    record("brief.commented", by=by, about=brief, data={"comment": comment.pk})
    return comment


@transaction.atomic
def edit(*, by: Actor, comment: BriefComment, version: int, body: str) -> BriefComment:
    """Put one's own comment right; it is shown as edited."""
    now = _locked(comment)
    if not is_own(by, now) or not can_comment(by, now.brief):
        raise NotAllowed("Only who wrote a comment edits it.")
    if now.removed_at is not None or now.version != version:
        raise CommentChangedMeanwhile("This comment was edited or removed since you opened it.")
    if not is_own_and_young(by, now):
        raise TooLateToEdit("A comment can be edited for half an hour. Write another one.")
    now.body, now.edited_at, now.version = body, timezone.now(), version + 1
    now.save(update_fields=["body", "edited_at", "version"])
    record("brief.comment_edited", by=by, about=now.brief, data={"comment": now.pk})
    return now


@transaction.atomic
def remove(*, by: Actor, comment: BriefComment) -> None:
    """Take a comment away; that there was one is still shown. Removing it twice is one removal."""
    now = _locked(comment)
    if now.removed_at is not None and role_on(by, now.brief) is not None:
        return
    if not can_comment(by, now.brief) or not (is_own(by, now) or can_own_brief(by, now.brief)):
        raise NotAllowed("Only who wrote a comment, or an owner of the brief, removes it.")
    now.body, now.removed_at, now.removed_by, now.version = "", timezone.now(), by.user, now.version + 1
    now.save(update_fields=["body", "removed_at", "removed_by", "version"])
    note(Kind.COMMENT, by=by, brief=now.brief, subject=str(now.uid))
    record("brief.comment_removed", by=by, about=now.brief, data={"comment": now.pk})


@transaction.atomic
def mute(*, by: Actor, brief: Brief, is_muted: bool) -> None:
    """Say whether mails tell the actor of this brief's comments; what waits to be told is told to nobody."""
    member = _member_of(by)
    if role_on(by, brief) is None or member is None:
        raise NotAllowed("You do not read this brief.")
    BriefNotice.objects.update_or_create(
        brief=brief,
        member=member,
        defaults={"organisation_id": brief.organisation_id, "is_muted": is_muted, "due_at": None},
    )


def is_muted_for(actor: Actor, brief: Brief) -> bool:
    return brief.notices.filter(member__user_id=actor.user_id or 0, is_muted=True).exists()


def _locked_notices(by: Actor, brief: Brief) -> list[int]:
    """Of named colleagues and all who commented, but for who writes now.

    Locked before the comment is written: else a mail that is made at this moment would neither tell of the
    comment nor leave it to the next one.
    """
    members = _listeners(brief).exclude(user_id=by.user_id or 0).order_by("pk")
    rows = [
        BriefNotice(organisation_id=brief.organisation_id, brief=brief, member=member) for member in members
    ]
    BriefNotice.objects.bulk_create(rows, ignore_conflicts=True)
    notices = BriefNotice.objects.filter(brief=brief, member__in=members).order_by("pk")
    return list(notices.select_for_update(of=("self",)).values_list("pk", flat=True))


def _make_due(notices: Collection[int]) -> None:
    rows = BriefNotice.objects.filter(pk__in=notices, is_muted=False, due_at=None)
    rows.update(due_at=Greatest(Value(timezone.now()), F("mailed_at") + BETWEEN_MAILS))


def _listeners(brief: Brief) -> QuerySet[Member]:
    writers = brief.comments.values("by_id")
    named = brief.colleagues.values("member_id")
    members = Member.objects.filter(organisation_id=brief.organisation_id)
    return members.filter(Q(pk__in=named) | Q(user_id__in=writers))


def _member_of(actor: Actor) -> Member | None:
    rows = Member.objects.filter(organisation_id=actor.organisation_id or 0, user_id=actor.user_id or 0)
    return rows.first()


def _locked(comment: BriefComment) -> BriefComment:
    rows = BriefComment.objects.select_related("brief").select_for_update(of=("self",))
    return rows.get(pk=comment.pk)

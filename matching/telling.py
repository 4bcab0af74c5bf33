"""Mails about new comments: one an hour per brief and person, to those for whom the brief is still there."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.events.recording import enqueue_mail
from matching.models import BriefNotice
from matching.permissions import role_on

BETWEEN_MAILS = dt.timedelta(hours=1)
AT_ONCE = 100


def tell_due() -> int:
    """Put the mails that are due into the outbox; how many notices were looked at.

    A notice and its mail are written together, so that no crash tells anybody twice or never.
    """
    looked = 0
    while found := _tell_some():
        looked += found
    return looked


@transaction.atomic
def _tell_some() -> int:
    rows = BriefNotice.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    rows = rows.select_related("brief", "member__user", "member__organisation")
    notices = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    for notice in notices:
        if _has_to_hear(notice):
            _mail(notice)
            notice.mailed_at = timezone.now()
        notice.due_at = None
        notice.save(update_fields=["due_at", "mailed_at"])
    return len(notices)


def _has_to_hear(notice: BriefNotice) -> bool:
    """Whether somebody else commented since the last mail, and the member still sees the brief."""
    member = notice.member
    if notice.is_muted or not member.user.is_active or not role_on(actor_of_member(member), notice.brief):
        return False
    comments = notice.brief.comments.filter(removed_at__isnull=True).exclude(by=member.user)
    if notice.mailed_at is not None:
        comments = comments.filter(written_at__gt=notice.mailed_at)
    return comments.exists()


def _mail(notice: BriefNotice) -> None:
    title = " ".join(notice.brief.title.split())
    link = settings.PUBLIC_URL + reverse("matching:comment_list", args=[notice.brief.uid])
    enqueue_mail(
        event=None,
        to_user=notice.member.user,
        subject=f"New comments: {title}",
        body=f"There are new comments on the brief “{title}”.\n\n{link}\n\n"
        "You get such a mail once an hour at most. The page of the comments mutes it.",
    )

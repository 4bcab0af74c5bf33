"""Whose API key ends soon hears of it once, in time to rotate it."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.models import APIKey, Organisation
from cdmo_portal.events.recording import enqueue_mail

AHEAD: Final = dt.timedelta(days=7)
MOST_AT_ONCE: Final = 500


def tell_due() -> int:
    """Mail the members of keys that end within a week; how many were told."""
    now = timezone.now()
    return sum(_tell(key, now) for key in _due(now)[:MOST_AT_ONCE])


def _due(now: dt.datetime) -> QuerySet[APIKey]:
    """Keys that nobody has made a follower of. One made to last a week or less ends as was meant."""
    rows = APIKey.objects.working(now).filter(
        expires_at__lte=now + AHEAD,
        expires_at__gt=F("created_at") + AHEAD,
        end_told_at__isnull=True,
        replaced_by__isnull=True,
        member__user__is_active=True,
        organisation__state=Organisation.State.APPROVED,
    )
    return rows.select_related("member__user", "organisation").order_by("pk")


@transaction.atomic
def _tell(key: APIKey, now: dt.datetime) -> bool:
    """The mail stands with the note that it was told, so that two workers write one."""
    if not APIKey.objects.filter(pk=key.pk, end_told_at__isnull=True).update(end_told_at=now):
        return False
    enqueue_mail(
        event=None,
        to_user=key.member.user,
        subject=f"Your API key {key.name} ends on {key.expires_at:%d %B %Y}",
        body=f"The API key “{key.name}” of {key.organisation.name}, which begins with {key.prefix}, stops on"
        f" {key.expires_at:%d %B %Y at %H:%M} UTC. Rotate it before then: the new key may the same, and both"
        f" work for as long as you choose.\n\n{settings.PUBLIC_URL}{reverse('accounts:key_list')}",
    )
    return True

"""Trials of feeds: an address read once to see what it would bring. Nothing of it is applied."""

import datetime as dt
from typing import Any, ClassVar, Final, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.leases import LeasedRow
from partners.models.capacity import Line
from partners.models.feeds import Feed
from partners.models.partners import Partner

KEPT_FOR: Final = dt.timedelta(hours=1)
MOST_AN_HOUR: Final = 20


def trial_expiry() -> dt.datetime:
    return timezone.now() + KEPT_FOR


class FeedTrialQuerySet(models.QuerySet["FeedTrial"]):
    def visible_to(self, actor: Actor) -> Self:
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id, expires_at__gt=timezone.now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class FeedTrial(LeasedRow):
    """`feed` is None while the feed is only thought of; the facts are those that a feed would have."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, null=True, related_name="trials")
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=2048)
    host = models.CharField(max_length=255)
    format = models.CharField(max_length=10, choices=Feed.Format)
    calendar_line = models.ForeignKey(Line, on_delete=models.SET_NULL, null=True, related_name="+")
    interval_seconds = models.PositiveIntegerField()
    secret_header = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=trial_expiry, db_index=True)

    objects: ClassVar[FeedTrialQuerySet] = FeedTrialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:feed_trial", args=[self.uid])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def as_feed(self) -> Feed:
        """The feed that these facts make, which is not saved."""
        facts = ("organisation_id", "partner_id", "name", "url", "host", "format", "calendar_line_id")
        more = {"interval_seconds": self.interval_seconds, "secret_header": self.secret_header}
        return Feed(**{name: getattr(self, name) for name in facts}, **more)

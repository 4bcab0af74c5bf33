"""Feeds: addresses at which a CDMO publishes capacity, and the refreshes that read them.

Everything about when and whether a feed is read stands on its row; a Celery message is only a hint.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.leases import LeasedRow
from partners.models.capacity import Line
from partners.models.partners import Partner


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, actor: Actor) -> Self:
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class Feed(LeasedRow):
    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        JSON = "json", _("JSON")
        ICAL = "ical", _("Calendar (iCalendar)")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        QUARANTINED = "quarantined", _("Stopped after repeated failures")

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="feeds")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=2048)
    host = models.CharField(max_length=255, help_text=_("Of the URL; at most two fetches per host at once."))
    format = models.CharField(max_length=10, choices=Format, default=Format.CSV)
    calendar_line = models.ForeignKey(
        Line,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Of a calendar: the line of events that name none."),
    )
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    interval_seconds = models.PositiveIntegerField(default=3600)
    secret_header = models.BinaryField(null=True, blank=True, help_text=_("Encrypted `Name: value`."))
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("Failures since the last success."))
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_succeeded_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    last_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Feed"]] = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], condition=models.Q(state="active"), name="feed_active_by_due"
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(lease_until__isnull=False), name="feed_leased"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(interval_seconds__gte=15),
                name="feed_interval_is_at_least_15_seconds",
                violation_error_message=_("A feed is read every 15 seconds at most."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:feed_detail", args=[self.uid])


class Refresh(models.Model):
    """One run of one feed: when, what changed, what was refused, what failed."""

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Nothing new")
        FAILED = "failed", _("Failed")
        HELD = "held", _("Held for confirmation")

    uid = uid_field()
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="refreshes")
    lease_token = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    windows_added = models.PositiveIntegerField(default=0)
    windows_changed = models.PositiveIntegerField(default=0)
    windows_closed = models.PositiveIntegerField(default=0)
    row_errors = models.JSONField(default=list, blank=True, help_text=_("[{line, field, message, place}]"))
    changes = models.JSONField(
        default=list, blank=True, help_text=_("[{line, period, state, before, after}]")
    )
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "refreshes"
        constraints = [
            models.UniqueConstraint(fields=["feed", "lease_token"], name="a_lease_applies_at_most_once")
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.outcome}"


class HeldReading(models.Model):
    """The question whether a file is right in which half of what stood is gone; one per feed."""

    class Decision(models.TextChoices):
        OPEN = "open", _("Not decided")
        APPLIED = "applied", _("The file is right")
        KEPT = "kept", _("The last values are right")

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, related_name="held_reading")
    refresh = models.ForeignKey(Refresh, on_delete=models.CASCADE, related_name="+")
    gone = models.JSONField(help_text=_("Keys of the windows that the file says nothing of, in order."))
    standing = models.PositiveIntegerField(help_text=_("How many windows there were."))
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.feed} {self.decision}"

"""Append-only events, and deliveries: an event on its way to one recipient.

Events hold ids, never names or e-mail addresses, so that a person can be erased. The application role
may insert and read events, but not change them (see the migration `events_are_append_only`).
"""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import User
from cdmo_portal.events.leases import LeasedRow


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, actor: Actor) -> Self:
        """The events of the actor's own organisation."""
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class Event(models.Model):
    uid = uid_field()
    kind = models.CharField(max_length=60, help_text=_("noun.verb, e.g. brief.opened"))
    at = models.DateTimeField(default=timezone.now)
    user_id = models.BigIntegerField(null=True, blank=True)
    organisation_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager["Event"]] = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="event_of_object"),
            # For `data__contains`: the events that name a thing, also one that is gone.
            GinIndex(OpClass("data", name="jsonb_path_ops"), name="event_naming"),
        ]

    def __str__(self) -> str:
        return self.kind


class Delivery(LeasedRow):
    """A mail that leaves by the outbox: at least once, with a stable id."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    uid = uid_field()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="deliveries")
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True, help_text=_("For people without an account."))
    subject = models.CharField(max_length=200)
    body = models.TextField()
    unsubscribe_url = models.CharField(
        max_length=400,
        blank=True,
        help_text=_("Answers a POST without sign-in by stopping such mails (RFC 8058)."),
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_due_at"], condition=models.Q(state="waiting"), name="delivery_waiting_by_due"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class KeptMail(models.Model):
    """A mail that the demo kept instead of sending it."""

    sent_at = models.DateTimeField(default=timezone.now)
    to = models.TextField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    unsubscribe_url = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject


class Heartbeat(models.Model):
    """The last sign of life of a background process; one row each, written by every pump run."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    runs = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

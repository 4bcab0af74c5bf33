"""Addresses of organisations that are told of events, what they are told, and every try to tell it."""

import datetime as dt
from typing import ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Member, Organisation
from cdmo_portal.events.leases import LeasedRow
from cdmo_portal.events.models.events import Event

LONGEST_ANSWER: Final = 1_000
"""Bytes of a receiver's answer that are kept."""


class UntoldEvent(models.Model):
    """An event of a kind that webhooks tell, until it has become deliveries.

    Written in the transaction of the event, so that whenever that commits, the telling is not missed.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="+")
    next_due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("How often it could not be told."))

    class Meta:
        ordering = ["event_id"]

    def __str__(self) -> str:
        return f"event {self.event_id}"


class OfOrganisationQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows of one organisation, whichever kind it is."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class WebhookEndpointQuerySet(OfOrganisationQuerySet["WebhookEndpoint"]):
    def told_of(self, types: list[str]) -> Self:
        """Those of approved organisations that asked for any of these types; stopped ones are left out."""
        approved = self.filter(organisation__state=Organisation.State.APPROVED)
        return approved.filter(event_types__overlap=types).exclude(state=WebhookEndpoint.State.DISABLED)


class WebhookEndpoint(models.Model):
    """An address that news is sent to. It is told what its member may read, and no more."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Stopped")

    class StopReason(models.TextChoices):
        FAILURES = "failures", _("Nothing but failures for five days")
        GONE = "gone", _("The address answered 410 Gone")

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="webhook_endpoints")
    member = models.ForeignKey(
        Member,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who last said what is sent where; news is what this person may read."),
    )
    url = models.CharField(max_length=2048)
    host = models.CharField(max_length=255, help_text=_("Of the URL; at most two calls per host at once."))
    description = models.CharField(max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=40))
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    stop_reason = models.CharField(max_length=10, choices=StopReason, blank=True)
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text=_("The first failure since the last success.")
    )
    last_delivered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[WebhookEndpointQuerySet] = WebhookEndpointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        indexes = [GinIndex(fields=["event_types"], name="webhook_endpoint_by_type")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="disabled") & ~models.Q(stop_reason="")
                | ~models.Q(state="disabled") & models.Q(stop_reason=""),
                name="a_stopped_webhook_endpoint_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.description or self.host

    def get_absolute_url(self) -> str:
        return reverse("accounts:webhook_detail", args=[self.uid])


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    def signing(self, now: dt.datetime) -> Self:
        """Those that sign at this moment, the newest first."""
        return self.filter(models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=now)).order_by("-pk")


class WebhookSecret(models.Model):
    """A key that signs for an endpoint. After a rotation the old one goes on signing beside the new one."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField(help_text=_("Encrypted `whsec_…`."))
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WebhookSecretQuerySet] = WebhookSecretQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"secret {self.pk}"


class WebhookDeliveryQuerySet(OfOrganisationQuerySet["WebhookDelivery"]):
    pass


class WebhookDelivery(LeasedRow):
    """One event on its way to one endpoint: at least once, always with the same id."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held while paused")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=40)
    lane = models.CharField(
        max_length=100, help_text=_("Endpoint and object: of one lane only the oldest is sent.")
    )
    data = models.JSONField(help_text=_("Ids and addresses, nothing else."))
    happened_at = models.DateTimeField()
    host = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WebhookDeliveryQuerySet] = WebhookDeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "endpoint"], name="an_event_makes_one_delivery_per_endpoint"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"],
                condition=models.Q(state="waiting"),
                name="webhook_waiting_by_due",
            ),
            models.Index(
                fields=["lane", "id"], condition=models.Q(state="waiting"), name="webhook_waiting_by_lane"
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="webhook_leased",
            ),
            models.Index(fields=["endpoint", "uid"], name="webhook_of_endpoint"),
            models.Index(fields=["created_at"], name="webhook_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_id}"

    @property
    def webhook_id(self) -> str:
        """The same on every try, so that a receiver can tell a repetition."""
        return f"msg_{self.uid.hex}"

    @property
    def is_on_its_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.HELD}


class WebhookAttempt(models.Model):
    """One try: when, how long it took, what the receiver answered."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    lease_token = models.BigIntegerField()
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True, help_text=_("The first bytes of the answer."))

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="webhook_attempt_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "lease_token"], name="a_lease_is_one_webhook_attempt")
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.status_code or self.error}"

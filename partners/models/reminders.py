"""Reminders of what grows old in a profile: when each profile is looked at, what was told, who wants none."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation, User
from cdmo_portal.events.leases import LeasedRow
from partners.models.partners import Partner


class ProfileWatch(LeasedRow):
    """One per kept partner. A queue as of cdmo_portal.events.leases.

    `told` says of each statement until when it counted and how near that was when people were told of it.
    """

    class State(models.TextChoices):
        ACTIVE = "active"

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="watch")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    told = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "profile watches"
        indexes = [models.Index(fields=["next_due_at"], name="profile_watch_by_due")]

    def __str__(self) -> str:
        return f"{self.partner_id}"


class ReminderStopQuerySet(models.QuerySet["ReminderStop"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own, for the organisation that they act for."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id, user_id=actor.user_id)


class ReminderStop(models.Model):
    """A member who wants no reminders of their organisation's profile; without a row they get them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ReminderStopQuerySet] = ReminderStopQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="a_member_stops_reminders_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

"""Rows that were sent to the API at once and are worked on in the background, and what became of each."""

import datetime as dt
from typing import Any, ClassVar, Final, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import APIKey, Organisation, User
from cdmo_portal.events.leases import LeasedRow

KEPT_FOR: Final = dt.timedelta(days=7)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, actor: Actor) -> Self:
        """The jobs of the actor's organisation, whoever of it sent them."""
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def expired(self) -> Self:
        return self.filter(ended_at__lte=timezone.now() - KEPT_FOR)


class Job(LeasedRow):
    """A body of rows on its way into the profile. The body is emptied when the job ends.

    `checked_count` moves on while rows are read; they are applied in the transaction that also ends the job,
    so what is done is all of it or nothing yet.
    """

    class Kind(models.TextChoices):
        WINDOWS = "capacity-windows", _("Capacity windows")
        CAPABILITIES = "capabilities", _("Capabilities")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.ForeignKey(APIKey, on_delete=models.SET_NULL, null=True, related_name="+")
    is_by_key = models.BooleanField()
    kind = models.CharField(max_length=20, choices=Kind)
    mode = models.CharField(max_length=20)
    media_type = models.CharField(max_length=40)
    body = models.BinaryField(default=bytes)
    row_count = models.PositiveIntegerField()
    checked_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    totals: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True, help_text=_("How many rows became what; null until they are judged.")
    )
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_due_at"], condition=models.Q(state="waiting"), name="job_waiting_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.row_count}"

    @property
    def is_held(self) -> bool:
        """Whether a worker has it."""
        return self.lease_until is not None and self.lease_until > timezone.now()

    @property
    def shown_state(self) -> str:
        is_running = self.state == self.State.WAITING and self.is_held
        return "running" if is_running else str(self.state)

    @property
    def done_count(self) -> int:
        return self.row_count if self.state == self.State.DONE else 0


class JobRow(models.Model):
    """What became of one row of a job: by its place, and its line where the body had lines."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows")
    index = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=10)
    uid = models.UUIDField(null=True, help_text=_("Of the window or statement that the row became."))
    errors: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(default=list)

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["job", "index"], name="a_job_has_each_row_once")]

    def __str__(self) -> str:
        return f"{self.index}: {self.status}"

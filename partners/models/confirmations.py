"""What somebody said is still true, and what stood before, so that it can be undone."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.models.sites import Site


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own organisation, as long as it keeps the site."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(
            organisation_id=actor.organisation_id, site__partner__organisation_id=actor.organisation_id
        )

    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)


class Confirmation(models.Model):
    """One "still true" of the review. `after` marks what it left: undone only while that stands."""

    class Kind(models.TextChoices):
        CAPABILITY = "capability", _("Capability")
        HAZARD = "hazard", _("Hazard")
        LEAD_TIME = "lead-time", _("Lead time")
        CAPACITY = "capacity", _("Capacity")

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    subject_uid = models.UUIDField(help_text=_("Of the capability or hazard; of the line for the others."))
    before = models.JSONField(default=dict)
    after = models.CharField(max_length=120)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConfirmationQuerySet] = ConfirmationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "at"], name="confirmation_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_uid}"

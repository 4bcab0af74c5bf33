"""What a profile said before and after each change, for whoever keeps it."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation
from partners.models.partners import Partner
from partners.models.sites import Site

type Values = dict[str, object]


class Subject(models.TextChoices):
    """What a change or a draft is of."""

    CAPABILITY = "capability", _("Capability")
    HAZARDS = "hazards", _("Answers about hazards")
    CERTIFICATE = "certificate", _("Certificate")
    INSPECTION = "inspection", _("Inspection")
    SITE = "site", _("Name and address")
    PARTNER = "partner", _("Summary and website")
    LINE = "line", _("Line")


class ProfileChangeQuerySet(models.QuerySet["ProfileChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """What the actor's own organisation changed; values that nobody else may read are among it."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class ProfileChange(models.Model):
    """Append-only. `before` is None where nothing was stated, `after` where it was taken back.

    `key` says which one of the subject: the uid of its row, or the place of answers about hazards.
    """

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=12, choices=Subject)
    key = models.CharField(max_length=64)
    about = models.CharField(max_length=300, blank=True)
    before: models.JSONField[Values | None, Values | None] = models.JSONField(null=True)
    after: models.JSONField[Values | None, Values | None] = models.JSONField(null=True)
    # A number, as in events: the person may be erased, and this row is not changed for it.
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    objects: ClassVar[ProfileChangeQuerySet] = ProfileChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="profile_change_newest"),
            models.Index(fields=["site", "-id"], name="profile_change_of_site"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(before__isnull=False) | models.Q(after__isnull=False),
                name="profile_change_says_something",
            )
        ]

    def __str__(self) -> str:
        subject = self.get_subject_display()
        return f"{subject}: {self.about}" if self.about else subject

    def get_absolute_url(self) -> str:
        return reverse("partners:change_detail", args=[self.uid])

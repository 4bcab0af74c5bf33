"""Partners that a sponsor follows for a brief."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet
from partners.models import Partner


class ShortlistEntryQuerySet(OfBriefQuerySet["ShortlistEntry"]):
    pass


class ShortlistEntry(models.Model):
    """A partner that a sponsor follows for a brief."""

    class Stage(models.TextChoices):
        LONG_LIST = "long-list", _("Long list")
        SHORTLIST = "shortlist", _("Shortlist")
        CONTACTED = "contacted", _("Contacted")
        DECLINED = "declined", _("Declined")
        SELECTED = "selected", _("Selected")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="shortlist")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.SHORTLIST)
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, max_length=4000)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ShortlistEntryQuerySet] = ShortlistEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-added_at", "pk"]
        verbose_name_plural = "shortlist entries"
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "partner"], name="a_partner_is_shortlisted_once_per_brief"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.get_stage_display()})"

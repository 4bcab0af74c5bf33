"""A table of capacity or capabilities that CDMO staff sent, on its way into their profile."""

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.models.partners import Partner
from partners.models.record_imports import expiry


class ProfileUploadQuerySet(models.QuerySet["ProfileUpload"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the asking member: a colleague's half-done table is nobody else's business."""
        if not actor.is_cdmo:
            return self.none()
        own = self.filter(organisation_id=actor.organisation_id, user_id=actor.user_id)
        return own.filter(expires_at__gt=timezone.now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class ProfileUpload(models.Model):
    """An uploaded table between upload and confirmation. The table is emptied once it is used; the row
    itself, with what was refused, goes when it expires.

    `plan` is the dry run as it was shown. The confirmation works it out once more, under locks, and writes
    nothing unless the same comes out.
    """

    class Kind(models.TextChoices):
        CAPACITY = "capacity", _("Capacity")
        CAPABILITIES = "capabilities", _("Capabilities")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    file_name = models.CharField(max_length=200)
    sheets: models.JSONField[list[Any], list[Any]] = models.JSONField(
        default=list, help_text="[{name, rows, refused}] as cdmo_portal.documents says"
    )
    sheet = models.PositiveSmallIntegerField(null=True)
    plan: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    counts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=expiry, db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ProfileUploadQuerySet] = ProfileUploadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The step that it is at."""
        step = "upload_sheet" if self.sheet is None else "upload_check"
        return reverse(f"partners:{step}", args=[self.uid])

    @property
    def rows(self) -> list[list[Any]]:
        """The table that was chosen; empty once it is used."""
        if self.sheet is None or self.sheet >= len(self.sheets):
            return []
        rows: list[list[Any]] = self.sheets[self.sheet]["rows"]
        return rows

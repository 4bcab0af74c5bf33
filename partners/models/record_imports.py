"""A sponsor's list on its way into private records, and how its columns were read last."""

import datetime as dt
from typing import ClassVar, Final, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from cdmo_portal.accounts.ownership import OwnedQuerySet

KEPT_FOR: Final = dt.timedelta(hours=24)


def expiry() -> dt.datetime:
    return timezone.now() + KEPT_FOR


class RecordImportQuerySet(OwnedQuerySet["RecordImport"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the asking member: a colleague's half-done list is nobody else's business."""
        return super().visible_to(actor).filter(user_id=actor.user_id, expires_at__gt=timezone.now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class RecordImport(models.Model):
    """An uploaded table between upload and confirmation. The table is emptied once it is used; the row
    itself, with what was refused, goes when it expires.

    `plan` is the dry run, which the confirmation applies as it stands; `base` says which state of the
    organisation's records it was worked out on.
    """

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    sheets = models.JSONField(default=list, help_text="[{name, rows, refused}] as cdmo_portal.documents says")
    sheet = models.PositiveSmallIntegerField(null=True)
    mapping = models.JSONField(default=dict)
    choices = models.JSONField(default=dict, help_text="Row number → what the person chose for it.")
    plan = models.JSONField(default=list)
    base = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=expiry, db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RecordImportQuerySet] = RecordImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The step that it is at."""
        step = "import_sheet" if self.sheet is None else "import_check" if self.mapping else "import_columns"
        return reverse(f"partners:{step}", args=[self.uid])


class ImportMappingQuerySet(OwnedQuerySet["ImportMapping"]):
    pass


class ImportMapping(models.Model):
    """How an organisation's own list is read: which heading is which field, what its status words mean."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    headings = models.JSONField(default=dict, help_text="Field → heading, folded.")
    statuses = models.JSONField(default=dict, help_text="Word, folded → status.")
    date_order = models.CharField(max_length=4, blank=True)

    objects: ClassVar[ImportMappingQuerySet] = ImportMappingQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.organisation}"

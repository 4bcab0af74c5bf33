"""The history of a brief: who changed what, from which value to which, when. Rows are never changed."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet


class BriefChangeQuerySet(OfBriefQuerySet["BriefChange"]):
    def as_read(self) -> Self:
        """One row per change as people mean it: the last of those that go on with each other."""
        later = BriefChange.objects.filter(continues=models.OuterRef("first"), pk__gt=models.OuterRef("pk"))
        rows = self.annotate(first=Coalesce("continues_id", "pk"))
        return rows.filter(~models.Exists(later))


class BriefChange(models.Model):
    """One value of a brief that became another. The values are confidential, so events do not hold them.

    Somebody who types saves many times: rows of one person about one thing, one soon after the other,
    `continue` the first of them, which holds the value that stood before all of them.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("Written")
        FIELD = "field", _("Field")
        REQUIREMENT = "requirement", _("Requirement")
        STATE = "state", _("State")
        ACCESS = "access", _("Access")
        COLLEAGUE = "colleague", _("Colleague")
        COMMENT = "comment", _("Comment")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="changes")
    # Rows cannot be changed, so an erased person's number stays, and leads to nobody.
    by = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=12, choices=Kind)
    subject = models.CharField(
        max_length=40, blank=True, help_text=_("The field, the uid of the requirement or comment, the user.")
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    continues = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    takes_back = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    objects: ClassVar[BriefChangeQuerySet] = BriefChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["brief", "-id"], name="change_of_brief"),
            models.Index(fields=["brief", "kind", "subject", "-id"], name="change_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.brief}: {self.kind} {self.subject}"

    @property
    def stood_before(self) -> Any:
        """The value before this and all that it goes on with; select `continues` for lists."""
        return self.continues.before if self.continues else self.before

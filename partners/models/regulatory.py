"""Dated regulatory facts about a site, each with its authority and its source.

What a regulator published and what the company says never share a row: `origin` keeps them apart.
Absence of a record is not clearance.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import uid_field
from partners.models.sites import Site
from partners.models.vocabulary import Term


class Origin(models.TextChoices):
    COMPANY = "company", _("Stated by the company")
    REGULATOR = "regulator", _("Published by the regulator")


PUBLISHER_NAMES = {"fda-registrations": "FDA establishment register"}


class RegisterSnapshot(models.Model):
    """One imported file of a publisher."""

    publisher = models.CharField(max_length=40, help_text=_("e.g. fda-registrations"))
    sha256 = models.CharField(max_length=64)
    snapshot_on = models.DateField(help_text=_("The day the publisher's list stands for."))
    imported_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    no_longer_listed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-snapshot_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.publisher} {self.snapshot_on}"

    @property
    def publisher_name(self) -> str:
        """What screens call the publisher's list."""
        return PUBLISHER_NAMES.get(self.publisher, self.publisher)


class Registration(models.Model):
    """A row of FDA's establishment register: registered for operations, no proof of a service."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="registrations")
    authority = models.CharField(max_length=40, default="reg.fda")
    row_key = models.CharField(max_length=40, help_text=_("The publisher's key of the row: the DUNS number."))
    fei = models.CharField(max_length=20, blank=True)
    firm_name = models.CharField(max_length=300)
    registrant_name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=600)
    operations = ArrayField(models.CharField(max_length=12), default=list, help_text=_("NCIt codes."))
    row_sha256 = models.CharField(max_length=64)
    first_seen = models.ForeignKey(RegisterSnapshot, on_delete=models.PROTECT, related_name="+")
    last_seen = models.ForeignKey(RegisterSnapshot, on_delete=models.PROTECT, related_name="registrations")
    no_longer_listed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["site_id", "row_key"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "row_key"], name="a_register_row_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} ({self.row_key})"


class Certificate(models.Model):
    """A certificate or licence. An EU GMP certificate has no expiry: its age counts from the inspection."""

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="certificates")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", help_text=_("A cer.* term."))
    authority = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text=_("A reg.* term.")
    )
    authority_name = models.CharField(
        max_length=160, blank=True, help_text=_("The issuing national authority.")
    )
    number = models.CharField(max_length=80, blank=True)
    inspected_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    operations = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.COMPANY)
    source = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(
        "partners.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )

    class Meta:
        ordering = ["-inspected_on", "-issued_on", "pk"]

    def __str__(self) -> str:
        return f"{self.term} {self.number}".strip()


class Inspection(models.Model):
    """One visit of one authority. Its outcomes hang on project areas and may differ."""

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="inspections")
    authority = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="+", help_text=_("A reg.* term.")
    )
    authority_name = models.CharField(max_length=160, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text=_("Unknown when not stated."))
    covers = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        help_text=_("Codes of the operations inspected."),
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.COMPANY)
    source = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(blank=True)

    class Meta:
        ordering = ["-ended_on", "pk"]

    def __str__(self) -> str:
        return f"{self.authority} {self.ended_on or ''}".strip()


class InspectionOutcome(models.Model):
    class Outcome(models.TextChoices):
        NAI = "NAI", _("No action indicated")
        VAI = "VAI", _("Voluntary action indicated")
        OAI = "OAI", _("Official action indicated")
        COMPLIANT = "compliant", _("Compliant")
        NON_COMPLIANT = "non-compliant", _("Not compliant")

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="outcomes")
    project_area = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "project_area"], name="one_outcome_per_project_area"
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

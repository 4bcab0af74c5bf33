"""What somebody says is wrong on a profile, and what its keeper made of it."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.models.partners import Partner
from partners.models.sites import Site


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    def visible_to(self, actor: Actor) -> Self:
        """Operators read all; a CDMO those about its own partner and sites."""
        if actor.is_operator:
            return self
        if not actor.is_cdmo:
            return self.none()
        return self.filter(
            models.Q(partner__organisation_id=actor.organisation_id)
            | models.Q(site__partner__organisation_id=actor.organisation_id)
        )


class ErrorReport(models.Model):
    """About a site or about a partner. Who reported it is told to operators only, unless they wish."""

    class Part(models.TextChoices):
        """The sections of the page."""

        BASICS = "basics", _("Name, address or place")
        SUMMARY = "summary", _("Summary or website")
        SITES = "sites", _("Which sites there are")
        CAPABILITIES = "capabilities", _("Capabilities")
        HAZARDS = "hazards", _("Hazards")
        REGISTER = "register", _("Register entries")
        CERTIFICATES = "certificates", _("Certificates and licences")
        INSPECTIONS = "inspections", _("Inspections")
        CAPACITY = "capacity", _("Lines and capacity")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        NEW = "new", _("New")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="error_reports")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="error_reports")
    part = models.CharField(max_length=20, choices=Part)
    wrong = models.TextField(max_length=2000)
    right = models.TextField(max_length=2000, blank=True)
    how_known = models.TextField(max_length=1000)
    reporter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, related_name="+", help_text=_("The reporter's.")
    )
    names_organisation = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reason = models.TextField(max_length=2000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[ErrorReportQuerySet] = ErrorReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["reporter", "made_at"], name="error_report_by_reporter")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner__isnull=True) ^ models.Q(site__isnull=True),
                name="an_error_report_is_about_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_part_display()}"

    def get_absolute_url(self) -> str:
        return reverse("partners:report_decide", args=[self.uid])

    @property
    def subject(self) -> Site | Partner:
        """What it is about; select both for lists."""
        found = self.site or self.partner
        if found is None:
            raise ValueError("An error report is about a site or a partner.")
        return found

    @property
    def keeper_id(self) -> int | None:
        """The organisation that keeps the profile, if any does; select `site__partner` for lists."""
        partner = self.site.partner if self.site else self.partner
        return partner.organisation_id if partner else None

"""Who asks to keep a profile: claims of partners and sites, contests of kept ones, codes sent as proof."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.mail_domains import domain_of
from partners.models.partners import Partner
from partners.models.sites import Site


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, actor: Actor) -> Self:
        """Operators read all; a CDMO those that it made itself."""
        if actor.is_operator:
            return self
        return self.made_for(actor)

    def made_for(self, actor: Actor) -> Self:
        """Those of the actor's own organisation."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def against(self, actor: Actor) -> Self:
        """Contests of what the actor's organisation kept when they were made."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(kind=Claim.Kind.CONTEST, keeper_id=actor.organisation_id)

    def open(self) -> Self:
        return self.filter(state=Claim.State.OPEN)

    def about(self, subject: Partner | Site) -> Self:
        if isinstance(subject, Site):
            return self.filter(site=subject)
        return self.filter(partner=subject)

    def with_subjects(self) -> Self:
        """With everything that `subject` and `now_kept_by_id` read."""
        return self.select_related("partner", "site__partner", "organisation", "made_by", "document")


class Claim(models.Model):
    """A CDMO organisation's request to keep a partner or a single site; an operator decides."""

    class Kind(models.TextChoices):
        NEW = "new", _("Claim of a free profile")
        CONTEST = "contest", _("Contest of a kept profile")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Answer(models.TextChoices):
        OBJECTS = "objects", _("The profile is ours")
        AGREES = "agrees", _("Let it go to the other organisation")

    uid = uid_field()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEW)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="claims")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="claims")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claims")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    proof = models.TextField(max_length=2000)
    document = models.ForeignKey(
        "partners.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    proved_domain = models.CharField(
        max_length=253, blank=True, help_text=_("Of the address to which a code was mailed and typed back.")
    )
    proved_at = models.DateTimeField(null=True, blank=True)
    keeper = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="contests"
    )
    answer_until = models.DateTimeField(
        null=True, blank=True, help_text=_("How long a decision waits for the keeper.")
    )
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_words = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True, max_length=2000)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "made_at"], name="claim_queue")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner__isnull=True) ^ models.Q(site__isnull=True),
                name="a_claim_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["partner", "organisation"],
                condition=models.Q(state="open"),
                name="one_open_claim_per_organisation_and_partner",
                violation_error_message=_("Your organisation already has an open claim for this profile."),
            ),
            models.UniqueConstraint(
                fields=["site", "organisation"],
                condition=models.Q(state="open"),
                name="one_open_claim_per_organisation_and_site",
                violation_error_message=_("Your organisation already has an open claim for this site."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.subject}"

    def get_absolute_url(self) -> str:
        """The claimant's own page."""
        return reverse("partners:claim_detail", args=[self.uid])

    @property
    def subject(self) -> Partner | Site:
        found = self.site or self.partner
        if found is None:
            raise ValueError("A claim is about a partner or a site.")
        return found

    @property
    def now_kept_by_id(self) -> int | None:
        """The organisation that keeps the subject at this moment, if any does."""
        partner = self.site.partner if self.site else self.partner
        return partner.organisation_id if partner else None

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_contest(self) -> bool:
        return self.kind == self.Kind.CONTEST

    def waits_for_keeper(self, now: dt.datetime) -> bool:
        """Whether the keeper of a contested profile has neither answered nor run out of time."""
        has_time = self.answer_until is not None and now < self.answer_until
        return self.is_contest and not self.answer and has_time


class ClaimCodeQuerySet(models.QuerySet["ClaimCode"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_operator:
            return self
        return self.filter(organisation_id=actor.organisation_id) if actor.is_cdmo else self.none()

    def usable(self, now: dt.datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=now, tries__lt=ClaimCode.MOST_TRIES)


class ClaimCode(models.Model):
    """A code mailed to an address at the company's domain; only a keyed hash of it is kept."""

    MOST_TRIES = 5

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="codes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ClaimCodeQuerySet] = ClaimCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "made_at"], name="claim_code_by_organisation")]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.address}"

    @property
    def domain(self) -> str:
        return domain_of(self.address)

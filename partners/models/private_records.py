"""What one sponsor knows of a partner or site. Seen and matched only inside that organisation.

Nothing here is ever copied into a table that others read: the directory's search rows, the facts that runs
share and the events hold no more than ids of these rows. What is removed stays, so that it can be put back.
"""

import datetime as dt
from typing import ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Member, Organisation, User, country_code
from cdmo_portal.accounts.ownership import OwnedQuerySet
from partners.models.capabilities import Basis
from partners.models.capacity import Line
from partners.models.partners import Partner
from partners.models.sites import CurrentTransaction, Site
from partners.models.vocabulary import Term

DAYS_AHEAD: Final = 90
"""An agreement that ends, or an audit that is due, within so many days is told of."""

BASES: Final = {
    Basis.CLAIMED: _("They told us"),
    Basis.DOCUMENT: _("Shown to us in a document"),
    Basis.CERTIFICATE: _("On a certificate"),
    Basis.INSPECTED: _("Seen in our audit"),
    Basis.DONE: _("Done for us before"),
}
"""How an organisation backs a fact of its own; the codes and their order are those of every statement."""


class PrivateQuerySet[Row: models.Model](OwnedQuerySet[Row]):
    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)


class PrivateRow(models.Model):
    """What records, agreements and facts have in common."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class PrivateRecordQuerySet(PrivateQuerySet["PrivateRecord"]):
    def of_site(self, site: Site) -> Self:
        """The records of the site itself and of the partner that it belongs to."""
        about = models.Q(site=site)
        if site.partner_id is not None:
            about |= models.Q(partner_id=site.partner_id)
        return self.present().filter(about)


class PrivateRecord(PrivateRow):
    """About a partner, or about one site, or about a company that the portal does not know (yet).

    `name`, `country` and `city` are the organisation's own words, so that the record outlives what it is
    linked to.
    """

    class Status(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CONDITIONAL = "conditional", _("Conditional")
        BLOCKED = "blocked", _("Blocked")
        NONE = "none", _("None stated")

    partner = models.ForeignKey(
        Partner, on_delete=models.SET_NULL, null=True, blank=True, related_name="private_records"
    )
    site = models.ForeignKey(
        Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="private_records"
    )
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True, validators=[country_code])
    status = models.CharField(max_length=12, choices=Status, default=Status.NONE)
    condition = models.CharField(max_length=1000, blank=True)
    vendor_number = models.CharField(max_length=60, blank=True)
    last_audit_on = models.DateField(null=True, blank=True)
    next_audit_due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        Member,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who keeps the relationship."),
    )
    notes = models.TextField(blank=True, max_length=4000)

    objects: ClassVar[PrivateRecordQuerySet] = PrivateRecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["organisation", "name"], name="private_record_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner__isnull=True) | models.Q(site__isnull=True),
                name="a_private_record_is_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["organisation", "partner"],
                condition=models.Q(partner__isnull=False, removed_at__isnull=True),
                name="one_private_record_per_partner",
            ),
            models.UniqueConstraint(
                fields=["organisation", "site"],
                condition=models.Q(site__isnull=False, removed_at__isnull=True),
                name="one_private_record_per_site",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:record_detail", args=[self.uid])

    @property
    def subject(self) -> Partner | Site | None:
        return self.site or self.partner

    @property
    def subject_key(self) -> tuple[str, int] | None:
        """What kind of thing the record is of, and its key; nothing for a company of the sponsor's own."""
        if self.site_id is not None:
            return "site", self.site_id
        return ("partner", self.partner_id) if self.partner_id is not None else None

    def is_audit_overdue(self, today: dt.date) -> bool:
        return self.next_audit_due_on is not None and self.next_audit_due_on < today

    def is_audit_due_soon(self, today: dt.date) -> bool:
        due = self.next_audit_due_on
        return due is not None and today <= due <= today + dt.timedelta(days=DAYS_AHEAD)


class PrivateAgreementQuerySet(PrivateQuerySet["PrivateAgreement"]):
    def in_force(self, today: dt.date) -> Self:
        return self.present().filter(started(today), models.Q(ends_on__isnull=True) | ~ended(today))

    def ended(self, today: dt.date) -> Self:
        return self.present().filter(ended(today))


def started(today: dt.date) -> models.Q:
    return models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=today)


def ended(today: dt.date) -> models.Q:
    return models.Q(ends_on__lt=today)


class PrivateAgreement(PrivateRow):
    """An agreement as the sponsor's own list has it; its last day counts as in force."""

    class Kind(models.TextChoices):
        CDA = "cda", _("CDA")
        MSA = "msa", _("MSA")
        QUALITY = "quality", _("Quality agreement")
        OTHER = "other", _("Other agreement")

    class State(models.TextChoices):
        COMING = "coming", _("Not yet in force")
        IN_FORCE = "in_force", _("In force")
        EXPIRING = "expiring", _("In force, ends soon")
        EXPIRED = "expired", _("Expired")

    record = models.ForeignKey(PrivateRecord, on_delete=models.CASCADE, related_name="agreements")
    kind = models.CharField(max_length=10, choices=Kind)
    reference = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True, help_text=_("Empty: not stated."))
    ends_on = models.DateField(null=True, blank=True, help_text=_("Empty: open-ended."))

    objects: ClassVar[PrivateAgreementQuerySet] = PrivateAgreementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["kind", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="a_private_agreement_starts_before_it_ends",
                violation_error_message=_("The agreement ends before it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}".rstrip()

    def state_on(self, today: dt.date) -> State:
        if self.starts_on is not None and self.starts_on > today:
            return self.State.COMING
        if self.ends_on is None:
            return self.State.IN_FORCE
        if self.ends_on < today:
            return self.State.EXPIRED
        is_near = self.ends_on <= today + dt.timedelta(days=DAYS_AHEAD)
        return self.State.EXPIRING if is_near else self.State.IN_FORCE


class PrivateFactQuerySet(PrivateQuerySet["PrivateFact"]):
    pass


class PrivateFact(PrivateRow):
    """What the organisation itself found out about one term at a site, with at most one number.

    `line_name` is kept because a line may be taken away: what was found there is then no fact of the site.
    """

    record = models.ForeignKey(PrivateRecord, on_delete=models.CASCADE, related_name="facts")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=True)
    line = models.ForeignKey(Line, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    line_name = models.CharField(max_length=120, blank=True)
    measure = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lo = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    hi = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    count = models.PositiveSmallIntegerField(default=1)
    entered_text = models.CharField(max_length=80, blank=True)
    entered_unit = models.CharField(max_length=30, blank=True)
    stages = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    basis = models.CharField(max_length=12, choices=[*BASES.items()], default=Basis.INSPECTED)
    source = models.CharField(max_length=300, help_text=_("Such as: our audit 2027."))
    as_of = models.DateField()

    objects: ClassVar[PrivateFactQuerySet] = PrivateFactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["term__position", "line_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "term", "line_name", "measure"],
                condition=models.Q(removed_at__isnull=True),
                nulls_distinct=False,
                name="one_private_fact_per_term_place_and_measure",
            ),
            models.CheckConstraint(
                condition=models.Q(lo__isnull=True)
                | models.Q(hi__isnull=True)
                | models.Q(lo__lte=models.F("hi")),
                name="private_fact_low_end_is_below_high_end",
            ),
            models.CheckConstraint(
                condition=models.Q(measure__isnull=True, lo__isnull=True, hi__isnull=True)
                | (models.Q(measure__isnull=False) & ~models.Q(lo__isnull=True, hi__isnull=True)),
                name="private_fact_number_has_a_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term}: {'yes' if self.is_offered else 'no'}"

    @property
    def number(self) -> str:
        return f"{self.entered_text} {self.entered_unit}".strip()

    @property
    def is_place_gone(self) -> bool:
        return bool(self.line_name) and self.line_id is None


class PrivateChangeQuerySet(OwnedQuerySet["PrivateChange"]):
    def since(self, mark: int) -> Self:
        """Changes of transactions from this mark on (see `partners.changes`)."""
        return self.filter(transaction_id__gte=mark)


class PrivateChange(models.Model):
    """Who changed which field of a record, or of an agreement or fact of it, from what to what.

    Values are as stored, codes and ids as they are; pages put them into words.
    """

    class What(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")
        RESTORED = "restored", _("put back")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(PrivateRecord, on_delete=models.CASCADE, related_name="changes")
    agreement = models.ForeignKey(PrivateAgreement, on_delete=models.CASCADE, null=True, related_name="+")
    fact = models.ForeignKey(PrivateFact, on_delete=models.CASCADE, null=True, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    field = models.CharField(max_length=40, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    is_import = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction())

    objects: ClassVar[PrivateChangeQuerySet] = PrivateChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "transaction_id"], name="private_change_followed"),
            models.Index(fields=["record", "-id"], name="private_change_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.what}".lstrip()

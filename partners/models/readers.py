"""Which organisations read more of a CDMO after an agreement, and which are excluded, by e-mail domain.

A domain, never an organisation: a CDMO does not learn by these rows who uses the portal. A row concerns
whoever has its domain verified.
"""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, OrganisationDomain, User

RESTORABLE: Final = dt.timedelta(days=7)
REMEMBERED: Final = "reader_rights"


class ByDomainQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that an organisation keeps about a domain."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own organisation, removed ones too; whom they concern never sees them."""
        return self.filter(organisation_id=actor.organisation_id) if actor.is_cdmo else self.none()

    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def forgettable(self, now: dt.datetime) -> Self:
        """Removed so long ago that nobody puts them back."""
        return self.filter(removed_at__lt=now - RESTORABLE)

    def concerning(self, organisation_id: int) -> Self:
        """Those about a domain that this organisation has verified."""
        verified = OrganisationDomain.objects.filter(
            organisation_id=organisation_id, verified_at__isnull=False
        )
        return self.present().filter(domain__in=verified.annotate(name=Lower("domain")).values("name"))


class ByDomain(models.Model):
    """What an organisation keeps about the company behind a domain."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=253, help_text=_("In small letters."))
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def restorable_until(self) -> dt.datetime | None:
        return self.removed_at + RESTORABLE if self.removed_at else None

    def can_be_restored(self, now: dt.datetime) -> bool:
        return self.removed_at is not None and now <= self.removed_at + RESTORABLE


class ReaderAgreementQuerySet(ByDomainQuerySet["ReaderAgreement"]):
    def in_force(self, today: dt.date) -> Self:
        """The last day counts as in force."""
        is_open = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=today)
        return self.filter(is_open, starts_on__lte=today)


class ReaderAgreement(ByDomain):
    """A CDMO's own word that an agreement with the company behind a domain is in force."""

    class Kind(models.TextChoices):
        CDA = "cda", _("Confidentiality agreement")
        MSA = "msa", _("Master services agreement")
        QUALITY = "quality", _("Quality agreement")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CDA)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text=_("The last day; none where it is open."))
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ReaderAgreementQuerySet] = ReaderAgreementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["domain", "starts_on", "pk"]
        indexes = [models.Index(fields=["domain"], name="reader_agreement_by_domain")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="reader_agreement_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} with {self.domain}"


class ExclusionQuerySet(ByDomainQuerySet["Exclusion"]):
    pass


class Exclusion(ByDomain):
    """A company that reads of a CDMO what everybody reads, and is never matched with it."""

    reason = models.CharField(max_length=300, blank=True, help_text=_("A note of one's own."))

    objects: ClassVar[ExclusionQuerySet] = ExclusionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["domain", "pk"]
        indexes = [models.Index(fields=["domain"], name="exclusion_by_domain")]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("domain"),
                condition=models.Q(removed_at__isnull=True),
                name="a_domain_is_excluded_once",
                violation_error_message=_("This domain is excluded already."),
            )
        ]

    def __str__(self) -> str:
        return self.domain


@dataclass(frozen=True, slots=True)
class ReaderRights:
    """By primary key, the organisations whose profiles an actor reads as under an agreement, or as excluded.

    None is in both: an exclusion beats an agreement.
    """

    agreed: frozenset[int] = frozenset()
    excluding: frozenset[int] = frozenset()


NO_RIGHTS: Final = ReaderRights()


def reader_rights(actor: Actor) -> ReaderRights:
    """One query for each sponsor's request. Others have no use for it: they read what is public."""
    if not actor.is_sponsor or actor.organisation_id is None:
        return NO_RIGHTS
    found: ReaderRights | None = actor.remembered.get(REMEMBERED)
    if found is None:
        found = _rights_of(actor.organisation_id)
        remember_rights(actor, found)
    return found


def remember_rights(actor: Actor, rights: ReaderRights) -> None:
    """The actor reads by these from now on; for whoever stands in for a reader, nothing is looked up."""
    actor.remembered[REMEMBERED] = rights


def _rights_of(organisation_id: int) -> ReaderRights:
    agreed = ReaderAgreement.objects.concerning(organisation_id).in_force(timezone.localdate())
    excluding = Exclusion.objects.concerning(organisation_id)
    both = [
        rows.order_by()
        .annotate(is_excluding=models.Value(is_excluding, models.BooleanField()))
        .values_list("is_excluding", "organisation_id")
        for rows, is_excluding in ((agreed, False), (excluding, True))
    ]
    found = set(both[0].union(both[1]).order_by())
    out = frozenset(pk for is_excluding, pk in found if is_excluding)
    return ReaderRights(frozenset(pk for is_excluding, pk in found if not is_excluding) - out, out)

"""The asking organisation's own status of sites, beside the directory and never in its shared rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, F, FilteredRelation, Prefetch, Q, QuerySet, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from partners.models import PrivateAgreement, PrivateRecord, SearchRow, Site

Status = PrivateRecord.Status
ABSENT: Final = "absent"
FACET: Final = {
    Status.APPROVED.value: _("Approved by us"),
    Status.CONDITIONAL.value: _("Conditional"),
    Status.BLOCKED.value: _("Blocked by us"),
    Status.NONE.value: _("In our list, no status"),
    ABSENT: _("Not in our list"),
}
LEVELS: Final = {Status.APPROVED: "good", Status.CONDITIONAL: "warn", Status.BLOCKED: "bad", Status.NONE: ""}
WORDS: Final = {
    Status.APPROVED: _("Approved by us"),
    Status.CONDITIONAL: _("Conditional for us"),
    Status.BLOCKED: _("Blocked by us"),
    Status.NONE: _("In our list"),
}
STATED: Final = [Status.APPROVED, Status.CONDITIONAL]


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """What holds for a site, and the record that says so; `agreements` are those in force, by kind."""

    status: Status
    record: PrivateRecord
    agreements: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(WORDS[self.status])

    @property
    def level(self) -> str:
        return LEVELS[self.status]


def own_statuses(sites: Iterable[Site], actor: Actor) -> dict[int, OwnStatus]:
    """By primary key of the site; two queries for a sponsor with records, none for anybody else."""
    if not actor.is_sponsor:
        return {}
    sites = list(sites)
    partners = {site.partner_id for site in sites} - {None}
    about = Q(site__in=[site.pk for site in sites]) | Q(partner__in=partners)
    in_force = PrivateAgreement.objects.in_force(timezone.localdate())
    records = PrivateRecord.objects.visible_to(actor).present().filter(about)
    records = records.prefetch_related(Prefetch("agreements", in_force, to_attr="in_force"))
    by_site = {record.site_id: record for record in records if record.site_id}
    by_partner = {record.partner_id: record for record in records if record.partner_id}
    found = {
        site.pk: [each for each in (by_site.get(site.pk), by_partner.get(site.partner_id or 0)) if each]
        for site in sites
    }
    return {pk: _together(several) for pk, several in found.items() if several}


def _together(records: Sequence[PrivateRecord]) -> OwnStatus:
    """As `status_case`: whatever blocks counts, then what is said of the site, then of its partner."""
    blocking = [each for each in records if each.status == Status.BLOCKED]
    stating = [each for each in records if each.status in STATED]
    says = (blocking or stating or list(records))[0]
    kinds = {
        agreement.kind: str(agreement.get_kind_display())
        for each in records
        for agreement in each.in_force  # type: ignore[attr-defined]  # the prefetch above puts it there
    }
    return OwnStatus(Status(says.status), says, tuple(kinds.values()))


def has_records(actor: Actor) -> bool:
    return PrivateRecord.objects.visible_to(actor).present().exists()


def own_condition(values: Sequence[str], actor: Actor) -> Q:
    """Rows of sites with any of these statuses; nothing chosen is no condition."""
    if not values:
        return Q()
    listed = Site.objects.alias(**_relations(actor, "")).alias(own=status_case()).filter(own__isnull=False)
    found = Q(site_id__in=listed.filter(own__in=list(values)).order_by().values("pk"))
    return found | ~Q(site_id__in=listed.order_by().values("pk")) if ABSENT in values else found


def own_counts(rows: QuerySet[SearchRow], actor: Actor) -> Counter[str]:
    """How many of these rows have each status; one query."""
    known = rows.order_by().alias(**_relations(actor, "site__")).annotate(own=status_case(ABSENT))
    return Counter(dict(known.values("own").annotate(number=Count("pk")).values_list("own", "number")))


def blocked_sites(organisation_id: int) -> QuerySet[Site]:
    """Sites that the organisation blocks, by a record of the site or of its partner."""
    blocked = PrivateRecord.objects.present().filter(organisation_id=organisation_id, status=Status.BLOCKED)
    return Site.objects.filter(
        Q(pk__in=blocked.filter(site__isnull=False).values("site"))
        | Q(partner__in=blocked.filter(partner__isnull=False).values("partner"))
    )


def _relations(actor: Actor, prefix: str) -> dict[str, FilteredRelation]:
    """At most one record each: constraints of the table say so."""

    def own(path: str) -> FilteredRelation:
        own_ones = {f"{path}__organisation_id": actor.organisation_id, f"{path}__removed_at": None}
        return FilteredRelation(path, condition=Q(**own_ones))

    return {
        "of_site": own(f"{prefix}private_records"),
        "of_partner": own(f"{prefix}partner__private_records"),
    }


def status_case(default: str | None = None) -> Case:
    otherwise: dict[str, Any] = {"default": Value(default), "output_field": TextField()}
    return Case(
        When(Q(of_site__status=Status.BLOCKED) | Q(of_partner__status=Status.BLOCKED), Value(Status.BLOCKED)),
        When(of_site__status__in=STATED, then=F("of_site__status")),
        When(of_partner__status__in=STATED, then=F("of_partner__status")),
        When(Q(of_site__isnull=False) | Q(of_partner__isnull=False), Value(Status.NONE)),
        **otherwise,
    )

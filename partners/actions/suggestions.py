"""Unclaimed profiles for groups that an editor knows among the registered sites, labelled as suggested."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.events.recording import record
from partners.actions.register import AUTHORITY
from partners.changes import mark_changed
from partners.importers.known_sites import KnownSite
from partners.importers.names import slug_words
from partners.models import FormerSlug, Partner, Registration, Site

LONGEST_SLUG = 120


@dataclass(frozen=True, slots=True)
class SuggestionReport:
    """`left_alone` names groups whose address belongs to a profile that somebody keeps."""

    groups: int
    new_partners: int
    attached_sites: int
    not_registered: int
    left_alone: tuple[str, ...] = ()

    @property
    def changed_nothing(self) -> bool:
        return not self.new_partners and not self.attached_sites


@transaction.atomic
def suggest_partners(*, known_sites: Iterable[KnownSite], by: Actor = NOBODY) -> SuggestionReport:
    """Make an unclaimed partner for each group with a free registered site, and attach its sites.

    A site that has a partner keeps it, and a profile that was claimed or made otherwise is left alone.
    """
    duns_by_group: dict[str, set[str]] = defaultdict(set)
    for known in known_sites:
        duns_by_group[known.group].add(known.duns)
    site_of = dict(Registration.objects.filter(authority=AUTHORITY).values_list("row_key", "site_id"))
    new_partners, attached, left_alone = 0, 0, []
    for group, duns in sorted(duns_by_group.items()):
        partner, is_new = _partner_for(group)
        if partner is None:
            left_alone.append(group)
            continue
        count = _attach(partner, {site_of[number] for number in duns if number in site_of})
        if is_new and not count:
            partner.delete()
            continue
        new_partners += is_new
        attached += count
    report = SuggestionReport(
        groups=len(duns_by_group),
        new_partners=new_partners,
        attached_sites=attached,
        not_registered=len(set().union(*duns_by_group.values()) - site_of.keys()),
        left_alone=tuple(left_alone),
    )
    if not report.changed_nothing:
        record("partners.suggested", by=by, data={"partners": new_partners, "sites": attached})
    return report


def _partner_for(group: str) -> tuple[Partner | None, bool]:
    """The suggested partner of a group, made if need be; none where its address is somebody's."""
    slug = slug_words(group)[:LONGEST_SLUG].strip("-")
    if not slug or FormerSlug.objects.filter(slug=slug).exists():
        return None, False
    partner, is_new = Partner.objects.get_or_create(slug=slug, defaults={"name": group, "is_suggested": True})
    return (partner, is_new) if partner.is_only_suggested else (None, False)


def _attach(partner: Partner, site_ids: set[int]) -> int:
    free = list(Site.objects.filter(pk__in=site_ids, partner=None).values_list("pk", flat=True))
    Site.objects.filter(pk__in=free).update(partner=partner, updated_at=timezone.now())
    mark_changed(*free)
    return len(free)

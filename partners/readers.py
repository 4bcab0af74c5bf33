"""What a CDMO says of its readers, and whom that concerns."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from partners.models import Exclusion, Partner, ReaderAgreement, Site


@dataclass(frozen=True, slots=True)
class Removed:
    """`kind` is how addresses call it."""

    kind: str
    row: ReaderAgreement | Exclusion


@dataclass(frozen=True, slots=True)
class Readers:
    """What an organisation keeps of its readers. Agreements that have not begun stand among the present."""

    agreements: Sequence[ReaderAgreement]
    ended: Sequence[ReaderAgreement]
    excluded: Sequence[Exclusion]
    removed: Sequence[Removed]
    today: dt.date


def listed(actor: Actor, now: dt.datetime) -> Readers:
    """Of the actor's own organisation; two queries."""
    today = timezone.localdate(now)
    agreements = list(ReaderAgreement.objects.visible_to(actor).select_related("made_by"))
    exclusions = list(Exclusion.objects.visible_to(actor).select_related("made_by"))
    present = [each for each in agreements if each.removed_at is None]
    removed = [
        *(Removed("agreements", each) for each in agreements if each.can_be_restored(now)),
        *(Removed("exclusions", each) for each in exclusions if each.can_be_restored(now)),
    ]
    return Readers(
        agreements=[each for each in present if each.ends_on is None or each.ends_on >= today],
        ended=[each for each in present if each.ends_on is not None and each.ends_on < today],
        excluded=[each for each in exclusions if each.removed_at is None],
        removed=removed,
        today=today,
    )


def sites_excluding(organisation_id: int) -> QuerySet[Site]:
    """The sites of CDMOs that exclude this organisation. It never learns which."""
    keepers = Exclusion.objects.concerning(organisation_id).values("organisation_id")
    return Site.objects.filter(partner__organisation_id__in=keepers)


def is_excluded(organisation_id: int, *, by: Partner) -> bool:
    return Exclusion.objects.concerning(organisation_id).filter(organisation=by.organisation).exists()

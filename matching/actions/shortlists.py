"""Following partners for a brief."""

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.briefs import NotAllowed
from matching.models import Brief, ShortlistEntry
from matching.permissions import can_shortlist
from partners.models import Partner


@transaction.atomic
def add(*, by: Actor, brief: Brief, partner: Partner) -> ShortlistEntry:
    """Follow the partner for this brief; doing it twice is one entry."""
    _check(by, brief)
    entry, is_new = ShortlistEntry.objects.get_or_create(
        brief=brief,
        partner=partner,
        defaults={"organisation_id": brief.organisation_id, "added_by": by.user},
    )
    if is_new:
        record("shortlist.added", by=by, about=brief, data={"partner": partner.pk})
    return entry


@transaction.atomic
def remove(*, by: Actor, brief: Brief, partner: Partner) -> None:
    """Stop following the partner; nothing happens if it was not followed."""
    _check(by, brief)
    gone, _ = ShortlistEntry.objects.filter(brief=brief, partner=partner).delete()
    if gone:
        record("shortlist.removed", by=by, about=brief, data={"partner": partner.pk})


def _check(by: Actor, brief: Brief) -> None:
    if not can_shortlist(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")

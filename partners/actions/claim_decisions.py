"""What an operator decides about claims, and what a profile's new keeper gets and its old one loses.

Rows are locked in one order everywhere: organisation, site, partners, claims by key.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.recording import record
from partners.actions import claim_mails, stored_files
from partners.actions.claim_refusals import (
    AlreadyClaimed,
    AlreadyDecided,
    ClaimRefused,
    KeeperNotHeard,
    KeepsAnother,
)
from partners.actions.claims import locked_subject, note_for_keeper, open_claim, told_of
from partners.actions.editing import NotAllowed, locked
from partners.actions.profiles import free_slug
from partners.changes import mark_changed
from partners.models import CapacityWindow, Claim, Feed, Partner, ProfileWatch, Site
from partners.searching import rebuild_on_commit


@transaction.atomic
def accept(*, claim: Claim, by: Actor, reason: str = "") -> None:
    """Give the partner or the site to the claiming organisation, and tell whoever asked and whoever kept it.

    Claims that this makes pointless are refused with it. Raises NotAllowed or a ClaimRefused.
    """
    _require_operator(by)
    organisation = locked(claim.organisation)
    subject = locked_subject(claim.subject)
    touched = _locked_open_claims(subject, organisation)
    row = next((each for each in touched if each.pk == claim.pk), None)
    if row is None:
        raise AlreadyDecided(_("This claim was decided or withdrawn meanwhile."))
    if refusal := why_not(row):
        raise refusal
    if row.waits_for_keeper(timezone.now()):
        raise KeeperNotHeard(_("The keeper has not answered yet and has time left. Decide after that."))
    _hand_over(subject, organisation, by)
    _decide(row, Claim.State.ACCEPTED, reason, by)
    _refuse_overtaken(subject, organisation, by)


@transaction.atomic
def refuse(*, claim: Claim, reason: str, by: Actor) -> None:
    """Turn a claim down, with the reason that the claimant reads."""
    _require_operator(by)
    _decide(open_claim(claim), Claim.State.REFUSED, reason, by)


def why_not(row: Claim) -> ClaimRefused | None:
    """What stands in the way of granting the claim as things are now, if anything does."""
    kept_by = row.now_kept_by_id
    if not row.organisation.is_approved:
        return ClaimRefused(_("%(name)s is not an approved organisation.") % {"name": row.organisation})
    if kept_by == row.organisation_id:
        return AlreadyClaimed(_("Your organisation keeps this already."))
    if row.partner_id and Partner.objects.filter(organisation_id=row.organisation_id).exists():
        return KeepsAnother(_("%(name)s keeps another profile already.") % {"name": row.organisation})
    if kept_by is not None and (not row.is_contest or kept_by != row.keeper_id):
        return AlreadyClaimed(_("Another organisation keeps this profile meanwhile."))
    return None


def _require_operator(by: Actor) -> None:
    if not by.is_operator:
        raise NotAllowed(_("Operators decide about claims."))


def _locked_open_claims(subject: Partner | Site, organisation: Organisation) -> list[Claim]:
    """Every open claim that granting one may decide as well, locked in one go.

    In the order of their keys: two operators who decide at once wait for each other, never crosswise.
    """
    concerned = Q(organisation=organisation)
    if isinstance(subject, Site):
        concerned |= Q(site=subject)
    else:
        concerned |= Q(partner=subject) | Q(site__partner=subject)
    keys = list(Claim.objects.open().filter(concerned).order_by("pk").values_list("pk", flat=True))
    rows = Claim.objects.open().filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    list(rows)
    # Read once more, so that what hangs on them is as it stands under the locks.
    return list(Claim.objects.open().with_subjects().filter(pk__in=keys).order_by("pk"))


def _hand_over(subject: Partner | Site, organisation: Organisation, by: Actor) -> None:
    if isinstance(subject, Partner):
        _hand_over_partner(subject, organisation)
        site_ids = list(subject.sites.values_list("pk", flat=True))
    else:
        _hand_over_site(subject, _own_partner(organisation, by))
        site_ids = [subject.pk]
    stored_files.detach_others(site_ids=site_ids, organisation=organisation)
    mark_changed(*site_ids)
    rebuild_on_commit(*site_ids)


def _hand_over_partner(partner: Partner, organisation: Organisation) -> None:
    # A feed is its organisation's, with an address and a secret of theirs: it must not write here any more.
    Feed.objects.filter(partner=partner).exclude(organisation=organisation).delete()
    # Its new keepers were told of nothing yet.
    ProfileWatch.objects.filter(partner=partner).delete()
    partner.organisation, partner.is_suggested, partner.version = organisation, False, partner.version + 1
    partner.save()


def _hand_over_site(site: Site, partner: Partner) -> None:
    # The campus and the id in feeds were said by the other partner, of its own sites.
    site.partner, site.campus, site.external_id = partner, None, ""
    site.version += 1
    site.save()
    windows = CapacityWindow.objects.filter(line__site=site, feed__isnull=False)
    windows.exclude(feed__partner=partner).update(feed=None)


def _own_partner(organisation: Organisation, by: Actor) -> Partner:
    """The partner that a claimed site goes to; made where the organisation keeps none yet."""
    partner = Partner.objects.filter(organisation=organisation).first()
    if partner is not None:
        return partner
    partner = Partner.objects.create(
        slug=free_slug(Partner, organisation.name),
        name=organisation.name,
        organisation=organisation,
        is_sample=organisation.is_sample,
    )
    record("partner.created", by=by, about=partner, organisation_id=organisation.pk)
    return partner


def _decide(row: Claim, state: Claim.State, reason: str, by: Actor) -> None:
    row.state, row.reason, row.decided_at, row.decided_by = state, reason, timezone.now(), by.user
    row.save()
    event = record(f"claim.{state}", by=by, about=row, data=told_of(row), organisation_id=row.organisation_id)
    claim_mails.tell_claimant_of_decision(row, event)
    if row.is_contest:
        is_lost = state == Claim.State.ACCEPTED
        note_for_keeper("profile.lost" if is_lost else "profile.contest_refused", row, by)
        claim_mails.tell_keeper_of_end(row, event)


def _refuse_overtaken(subject: Partner | Site, organisation: Organisation, by: Actor) -> None:
    """Open claims that can be granted no more, now that the subject has a new keeper."""
    for row in _locked_open_claims(subject, organisation):
        if why_not(row) is None:
            continue
        reason = _("The profile was given to another organisation.")
        if row.organisation_id == organisation.pk:
            reason = _("Your organisation keeps another profile now, or this one already.")
        _decide(row, Claim.State.REFUSED, reason, by)

"""How a CDMO organisation comes to keep a partner: it claims an unclaimed one, or makes its own."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation, Role
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import enqueue_mail, record
from partners.actions.editing import NotAllowed, locked, refusing_duplicates
from partners.actions.profiles import SiteFacts, free_slug, save_site
from partners.changes import mark_changed
from partners.models import Claim, Partner
from partners.searching import rebuild_on_commit


class ClaimRefused(Exception):
    """The claim cannot be made or decided like this; the sentence says why."""


class AlreadyClaimed(ClaimRefused):
    """Somebody keeps this profile: it is never taken over in silence."""


class KeepsAnother(ClaimRefused):
    """An organisation keeps one partner at most."""


class AlreadyDecided(ClaimRefused):
    """The claim is not open any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts:
    name: str
    summary: str = ""
    website: str = ""


def organisation_without_partner(by: Actor) -> Organisation:
    """The actor's CDMO organisation, if the actor edits for it and it keeps no partner yet."""
    if by.organisation is None or not by.is_cdmo or not by.has_role(Role.EDITOR):
        raise NotAllowed(_("Editors and owners of a CDMO organisation claim or make its profile."))
    if Partner.objects.filter(organisation=by.organisation).exists():
        raise KeepsAnother(_("Your organisation keeps a profile already; it can have only one."))
    return by.organisation


@transaction.atomic
def claim(*, partner: Partner, proof: str, by: Actor) -> Claim:
    """Ask to keep an unclaimed partner; an operator decides. Raises NotAllowed or a ClaimRefused."""
    organisation = organisation_without_partner(by)
    if locked(partner).is_claimed:
        raise AlreadyClaimed(_("This profile is kept by an organisation already."))
    if Claim.objects.filter(partner=partner, organisation=organisation, state=Claim.State.OPEN).exists():
        raise ClaimRefused(_("Your organisation already has an open claim for this profile."))
    row = Claim.objects.create(partner=partner, organisation=organisation, made_by=by.user, proof=proof)
    record("claim.made", by=by, about=row, data={"partner": partner.pk})
    return row


@transaction.atomic
def accept(*, claim: Claim, by: Actor, reason: str = "") -> None:
    """Give the partner to the claiming organisation, and tell whoever asked.

    Claims that this makes pointless are refused with it. Raises NotAllowed or a ClaimRefused.
    """
    _require_operator(by)
    row = _open(claim)
    partner, organisation = locked(row.partner), locked(row.organisation)
    if partner.is_claimed:
        raise AlreadyClaimed(_("Another organisation keeps this profile meanwhile."))
    if Partner.objects.filter(organisation=organisation).exists():
        raise KeepsAnother(_("%(name)s keeps another profile already.") % {"name": organisation})
    if not organisation.is_approved:
        raise ClaimRefused(_("%(name)s is not an approved organisation.") % {"name": organisation})
    partner.organisation, partner.is_suggested, partner.version = organisation, False, partner.version + 1
    partner.save()
    _decide(row, Claim.State.ACCEPTED, reason, by)
    _refuse_overtaken(row, by)
    site_ids = list(partner.sites.values_list("pk", flat=True))
    mark_changed(*site_ids)
    rebuild_on_commit(*site_ids)


@transaction.atomic
def refuse(*, claim: Claim, reason: str, by: Actor) -> None:
    """Turn a claim down, with the reason that the claimant reads."""
    _require_operator(by)
    _decide(_open(claim), Claim.State.REFUSED, reason, by)


@transaction.atomic
def create_partner(*, facts: PartnerFacts, site: SiteFacts, by: Actor) -> Partner:
    """A profile of one's own with its first site, for a company that no register names."""
    organisation = organisation_without_partner(by)
    with refusing_duplicates(_("Your organisation keeps a profile already; it can have only one.")):
        partner = Partner.objects.create(
            slug=free_slug(Partner, facts.name),
            name=facts.name,
            summary=facts.summary,
            website=facts.website,
            organisation=organisation,
            is_sample=organisation.is_sample,
        )
    record("partner.created", by=by, about=partner)
    save_site(partner=partner, facts=site, by=by)
    return partner


def _require_operator(by: Actor) -> None:
    if not by.is_operator:
        raise NotAllowed(_("Operators decide about claims."))


def _open(claim: Claim) -> Claim:
    row = locked(claim)
    if row.state != Claim.State.OPEN:
        raise AlreadyDecided(_("This claim was decided meanwhile."))
    return row


def _decide(row: Claim, state: Claim.State, reason: str, by: Actor) -> None:
    row.state, row.reason, row.decided_at, row.decided_by = state, reason, timezone.now(), by.user
    row.save()
    event = record(
        f"claim.{state}",
        by=by,
        about=row,
        data={"partner": row.partner_id},
        organisation_id=row.organisation_id,
    )
    _tell_claimant(row, event)


def _refuse_overtaken(accepted: Claim, by: Actor) -> None:
    rivals = Claim.objects.filter(state=Claim.State.OPEN, partner_id=accepted.partner_id)
    for row in rivals.select_for_update(of=("self",)).order_by("pk"):
        _decide(row, Claim.State.REFUSED, _("The profile was given to another organisation."), by)
    others = Claim.objects.filter(state=Claim.State.OPEN, organisation_id=accepted.organisation_id)
    for row in others.select_for_update(of=("self",)).order_by("pk"):
        _decide(row, Claim.State.REFUSED, _("Your organisation keeps another profile now."), by)


def _tell_claimant(row: Claim, event: Event) -> None:
    if row.made_by is None:
        return
    name = " ".join(row.partner.name.split())
    is_accepted = row.state == Claim.State.ACCEPTED
    said = _("was accepted: your organisation keeps it now.") if is_accepted else _("was refused.")
    reason = f"\n\n{row.reason}" if row.reason else ""
    enqueue_mail(
        event=event,
        to_user=row.made_by,
        subject=_("Your claim of “%(name)s”") % {"name": name},
        body=_("Your claim of the profile “%(name)s” %(said)s") % {"name": name, "said": said} + reason,
    )

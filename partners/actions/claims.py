"""How a CDMO comes to keep a profile: it claims a free one, contests a kept one, or makes its own."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.recording import record
from partners.actions import claim_codes, claim_mails, stored_files
from partners.actions.claim_refusals import (
    AlreadyClaimed,
    AlreadyDecided,
    ClaimRefused,
    KeepsAnother,
    TooManyClaims,
)
from partners.actions.editing import NotAllowed, locked, refusing_duplicates
from partners.actions.profiles import SiteFacts, free_slug, save_site
from partners.actions.stored_files import FileFacts
from partners.models import Claim, Partner, Site
from partners.permissions import can_answer_claim, can_make_claims, can_withdraw_claim, keeper_id_of

DAYS_TO_ANSWER: Final = 14
MOST_OPEN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts:
    name: str
    summary: str = ""
    website: str = ""


def claiming_organisation(by: Actor) -> Organisation:
    """The CDMO organisation that the actor edits for."""
    if by.organisation is None or not can_make_claims(by):
        raise NotAllowed(_("Editors and owners of a CDMO organisation claim or make its profile."))
    return by.organisation


def organisation_without_partner(by: Actor) -> Organisation:
    """As `claiming_organisation`, if it keeps no partner yet."""
    organisation = claiming_organisation(by)
    if Partner.objects.filter(organisation=organisation).exists():
        raise KeepsAnother(_("Your organisation keeps a profile already; it can have only one."))
    return organisation


def require_claimable(subject: Partner | Site, by: Actor, *, is_contest: bool) -> Organisation:
    """The organisation that may claim, or with `is_contest` contest, this now.

    Raises NotAllowed or a ClaimRefused.
    """
    organisation, keeper_id = claiming_organisation(by), keeper_id_of(subject)
    if keeper_id == organisation.pk:
        raise AlreadyClaimed(_("Your organisation keeps this already."))
    if isinstance(subject, Partner) and Partner.objects.filter(organisation=organisation).exists():
        raise KeepsAnother(
            _("Your organisation keeps a profile already; it can have only one. Claim single sites instead.")
        )
    if keeper_id is not None and not is_contest:
        raise AlreadyClaimed(_("This profile is kept by an organisation already."))
    if keeper_id is None and is_contest:
        raise ClaimRefused(_("Nobody keeps this any more, so there is nothing to contest. Claim it."))
    return organisation


@transaction.atomic
def claim(
    *,
    subject: Partner | Site,
    proof: str,
    by: Actor,
    address: str = "",
    document: FileFacts | None = None,
    is_contest: bool = False,
) -> Claim:
    """Ask to keep a partner or a single site; an operator decides. Nothing is taken over by it.

    With `is_contest`, of one that another organisation keeps: its people are told and have two weeks to
    answer. With an address, a code goes there; a document is read by operators and the claiming organisation.
    Raises NotAllowed, a ClaimRefused, or stored_files.NoRoom.
    """
    # The organisation first, as whoever decides locks it: two that lock crosswise would end each other.
    locked(claiming_organisation(by))
    subject = locked_subject(subject)
    organisation = require_claimable(subject, by, is_contest=is_contest)
    if Claim.objects.open().about(subject).filter(organisation=organisation).exists():
        raise ClaimRefused(_("Your organisation already has an open claim for this profile."))
    if Claim.objects.open().filter(organisation=organisation).count() >= MOST_OPEN:
        raise TooManyClaims(_("%d claims of yours wait already. Wait for some decisions.") % MOST_OPEN)
    row = Claim(organisation=organisation, made_by=by.user, proof=proof, **_about(subject))
    if is_contest:
        row.kind, row.keeper_id = Claim.Kind.CONTEST, keeper_id_of(subject)
        row.answer_until = timezone.now() + dt.timedelta(days=DAYS_TO_ANSWER)
    row.save()
    event = record("claim.contested" if is_contest else "claim.made", by=by, about=row, data=told_of(row))
    if is_contest:
        note_for_keeper("profile.contested", row, by)
        claim_mails.tell_keeper_of_contest(row, event)
    if address:
        claim_codes.send_code(claim=row, address=address, by=by)
    if document is not None:
        # Last, since bytes are not rolled back where something else refuses.
        row.document = stored_files.keep(facts=document, by=by)
        row.save(update_fields=["document"])
    return row


@transaction.atomic
def withdraw(*, claim: Claim, by: Actor) -> None:
    """Take an own claim back before it is decided. Raises NotAllowed or AlreadyDecided."""
    if not can_withdraw_claim(by, claim):
        raise NotAllowed(_("Editors and owners of the organisation that claims may withdraw it."))
    row = open_claim(claim)
    row.state, row.decided_at, row.decided_by = Claim.State.WITHDRAWN, timezone.now(), by.user
    row.save()
    event = record("claim.withdrawn", by=by, about=row, data=told_of(row))
    if row.document and not Claim.objects.exclude(pk=row.pk).filter(document=row.document).exists():
        stored_files.remove(file=row.document, by=by)
    if row.is_contest:
        note_for_keeper("profile.contest_withdrawn", row, by)
        claim_mails.tell_keeper_of_end(row, event)


@transaction.atomic
def answer(*, claim: Claim, answer: str, words: str, by: Actor) -> None:
    """What the keeper of a contested profile says to it; may be said anew until it is decided.

    Raises NotAllowed or AlreadyDecided.
    """
    if not can_answer_claim(by, claim):
        raise NotAllowed(_("Editors and owners of the organisation that keeps the profile answer."))
    row = open_claim(claim)
    row.answer, row.answer_words = answer, words
    row.answered_at, row.answered_by = timezone.now(), by.user
    row.save()
    event = record("claim.answered", by=by, about=row, data={**told_of(row), "answer": answer})
    claim_mails.tell_claimant_of_answer(row, event)


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


def open_claim(claim: Claim) -> Claim:
    """The claim as it stands, locked; raises AlreadyDecided when it is not open any more."""
    row = locked(claim)
    if not row.is_open:
        raise AlreadyDecided(_("This claim was decided or withdrawn meanwhile."))
    return row


def locked_subject(subject: Partner | Site) -> Partner | Site:
    """A partner, or a site and then its partner, as they stand now; always in this order."""
    row = locked(subject)
    if isinstance(row, Site) and row.partner is not None:
        row.partner = locked(row.partner)
    return row


def note_for_keeper(kind: str, row: Claim, by: Actor) -> None:
    """The keeper's own line about a contest; an event stands in the log of one organisation only."""
    if row.keeper_id is not None:
        record(kind, by=by, about=row, data=told_of(row), organisation_id=row.keeper_id)


def told_of(row: Claim) -> dict[str, int]:
    """What an event says of the claim: its subject."""
    return {"site": row.site_id} if row.site_id else {"partner": row.partner_id or 0}


def _about(subject: Partner | Site) -> dict[str, Partner | Site]:
    return {"site": subject} if isinstance(subject, Site) else {"partner": subject}

"""Asking partners of a shortlist, blinded, whether they are interested; answering; taking the question back.

What a sponsor asks that the partner excludes is kept for the sponsor, and never reaches the partner. That is
settled when it is asked: a question that came or went with an exclusion would tell who had asked it.

An event stands in the log of one organisation only, and neither side's holds ids of the other: the sponsor's
is about the brief, the CDMO's about the interest, and what the other side did was done by nobody it knows.
"""

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import record
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.interest_mails import tell_asker_of_answer, tell_partner_of_question
from matching.interest_teasers import FEWEST_LINES, Teaser, mark_of, teaser_of
from matching.models import Brief, Interest, ShortlistEntry
from matching.permissions import can_answer_interest, can_ask_interest
from partners.models import Partner, PrivateRecord
from partners.own_status import blocked_sites
from partners.readers import is_excluded


class InterestRefused(BriefActionRefused):
    """The partner cannot be asked; the message says why."""


class TeaserChanged(BriefActionRefused):
    """The brief says something else than what the person was shown."""


class InterestWithdrawn(BriefActionRefused):
    pass


@transaction.atomic
def ask(*, by: Actor, entry: ShortlistEntry, shown: str) -> Interest:
    """Ask the partner; asking twice is one question. `shown` is the mark of the teaser that was previewed.

    Raises NotAllowed, InterestRefused or TeaserChanged, and then asks nothing.
    """
    # The brief's row, so that two who ask at once, or ask and close it, come one after the other.
    brief = Brief.objects.select_for_update(of=("self",)).get(pk=entry.brief_id)
    if not can_ask_interest(by, brief):
        raise NotAllowed("Your role may read this brief, not ask partners.")
    entry = ShortlistEntry.ever.select_related("partner__organisation").get(pk=entry.pk)
    asked = brief.interests.live().filter(partner=entry.partner).first()
    if asked is not None:
        return asked
    teaser = askable(brief, entry)
    if mark_of(teaser) != shown:
        raise TeaserChanged("The brief was changed since you looked. Look again at what the partner is told.")
    interest = Interest.objects.create(
        organisation_id=brief.organisation_id,
        brief=brief,
        partner=entry.partner,
        made_by=by.user,
        teaser=teaser,
        is_withheld=is_excluded(brief.organisation_id, by=entry.partner),
    )
    _note_for_sponsor("interest.asked", interest, by)
    if not interest.is_withheld:
        tell_partner_of_question(interest, _note_for_partner("interest.asked", interest, NOBODY))
    return interest


def askable(brief: Brief, entry: ShortlistEntry) -> Teaser:
    """What the partner would be told. Raises InterestRefused where it cannot be asked."""
    check_state(brief, entry)
    if _is_blocked(brief.organisation_id, entry.partner):
        raise InterestRefused("Your organisation blocks this partner in “Our CDMOs”.")
    teaser = teaser_of(brief)
    if len(teaser) < FEWEST_LINES:
        raise InterestRefused(
            "The brief says too little that may be told. State at least two of: stage, modality, dosage form,"
            " steps, when it is needed, where, batch size."
        )
    return teaser


def check_state(brief: Brief, entry: ShortlistEntry) -> None:
    """Raises InterestRefused where the state of brief, card or partner forbids to ask."""
    if brief.is_archived:
        raise InterestRefused("This brief is archived. Restore it first.")
    if brief.state == Brief.State.DRAFT:
        raise InterestRefused("This brief is a draft. Open it first, then ask partners.")
    if brief.state == Brief.State.CLOSED:
        raise InterestRefused("This brief is closed. Open it again first.")
    if entry.removed_at is not None:
        raise InterestRefused("This partner is off the shortlist. Bring it back first.")
    if not can_be_asked(entry.partner):
        raise InterestRefused("Nobody keeps this partner’s profile yet, so nobody could answer.")


def can_be_asked(partner: Partner) -> bool:
    """Whether an organisation that may sign in keeps it."""
    return partner.organisation is not None and partner.organisation.is_approved


@transaction.atomic
def withdraw(*, by: Actor, interest: Interest) -> Interest:
    """Take the question back, answered or not. Twice is one withdrawal."""
    now = _locked(interest)
    if not can_ask_interest(by, now.brief):
        raise NotAllowed("Your role may read this brief, not withdraw what was asked.")
    if now.is_withdrawn:
        return now
    now.withdrawn_at = timezone.now()
    now.save(update_fields=["withdrawn_at"])
    _note_for_sponsor("interest.withdrawn", now, by)
    if not now.is_withheld:
        _note_for_partner("interest.withdrawn", now, NOBODY)
    return now


@transaction.atomic
def answer(
    *, by: Actor, interest: Interest, answer: Interest.Answer, reason: str = "", note: str = ""
) -> Interest:
    """Answer, or change the answer: the last one counts, and the event log keeps each."""
    now = _locked(interest)
    if not can_answer_interest(by, now):
        raise NotAllowed("Your role may read the inbox, not answer.")
    if now.is_withdrawn:
        raise InterestWithdrawn("The sponsor has withdrawn this question; it needs no answer any more.")
    if (now.answer, now.reason, now.note) == (answer, reason, note):
        return now
    now.answer, now.reason, now.note = answer, reason, note
    now.answered_by, now.answered_at = by.user, timezone.now()
    now.save(update_fields=["answer", "reason", "note", "answered_by", "answered_at"])
    _note_for_partner("interest.answered", now, by)
    tell_asker_of_answer(now, _note_for_sponsor("interest.answered", now, NOBODY))
    return now


def _locked(interest: Interest) -> Interest:
    rows = Interest.objects.select_related("brief", "partner__organisation", "made_by")
    return rows.select_for_update(of=("self",)).get(pk=interest.pk)


def _is_blocked(organisation_id: int, partner: Partner) -> bool:
    """By a record of the partner, or of each of its sites."""
    records = PrivateRecord.objects.present().filter(organisation_id=organisation_id, partner=partner)
    if records.filter(status=PrivateRecord.Status.BLOCKED).exists():
        return True
    sites = set(partner.sites.values_list("pk", flat=True))
    return bool(sites) and sites <= set(blocked_sites(organisation_id).values_list("pk", flat=True))


def _note_for_sponsor(kind: str, interest: Interest, by: Actor) -> Event:
    data = {"interest": interest.pk, "partner": interest.partner_id, **_said(kind, interest)}
    organisation_id = interest.organisation_id
    return record(kind, by=by, about=interest.brief, data=data, organisation_id=organisation_id)


def _note_for_partner(kind: str, interest: Interest, by: Actor) -> Event:
    organisation_id = interest.partner.organisation_id
    return record(kind, by=by, about=interest, data=_said(kind, interest), organisation_id=organisation_id)


def _said(kind: str, interest: Interest) -> dict[str, str]:
    return {"answer": interest.answer, "reason": interest.reason} if kind == "interest.answered" else {}

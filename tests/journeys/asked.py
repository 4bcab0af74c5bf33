"""Briefs of the sample sponsor with partners that were asked whether they are interested, and one to ask."""

import datetime as dt

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member
from matching.actions import interests, shortlists
from matching.interest_teasers import mark_of, teaser_of
from matching.models import Brief, Interest, ShortlistEntry
from partners.models import Partner, Term
from tests.factories.briefs import BriefFactory, StepFactory
from tests.journeys.people import CDMO, SPONSOR

LARKFEN, NOT_ASKED = "Larkfen Dosage", "Cloonmore Biologics"
WAITING, DECLINED, WITHDRAWN, TO_ASK = "Asked", "Asked and declined", "Asked and withdrawn", "Not asked yet"


def add_interests() -> None:
    """One question without an answer, one declined, one withdrawn."""
    sponsor, cdmo = actor_of(SPONSOR), actor_of(CDMO)
    for title in (WAITING, DECLINED, WITHDRAWN, TO_ASK):
        follow(sponsor, title)
    asked = {title: ask(sponsor, title) for title in (WAITING, DECLINED, WITHDRAWN)}
    interests.answer(
        by=cdmo,
        interest=asked[DECLINED],
        answer=Interest.Answer.DECLINED,
        reason=Interest.Reason.NO_CAPACITY,
        note="The hall is rebuilt until the summer.\nAsk again then.",
    )
    interests.withdraw(by=sponsor, interest=asked[WITHDRAWN])


def follow(by: Actor, title: str) -> None:
    """An open brief with its shortlist."""
    brief = BriefFactory.create(
        title=title,
        organisation=by.organisation,
        open=True,
        stage=Term.objects.get(code="stg.phase2"),
        dosage_form=Term.objects.get(code="df.tablet.film-coated"),
        needed_by=dt.date(2030, 8, 17),
    )
    StepFactory.create(brief=brief)
    for name in (LARKFEN, NOT_ASKED):
        shortlists.add(by=by, brief=brief, partner=Partner.objects.get(name=name))


def ask(by: Actor, title: str) -> Interest:
    brief = Brief.objects.get(title=title)
    return interests.ask(by=by, entry=card_of(LARKFEN, title), shown=mark_of(teaser_of(brief)))


def asked_brief() -> Brief:
    return Brief.objects.get(title=DECLINED)


def card_of(partner: str, title: str = DECLINED) -> ShortlistEntry:
    return ShortlistEntry.objects.get(brief__title=title, partner__name=partner)


def actor_of(email: str) -> Actor:
    return actor_of_member(Member.objects.select_related("user", "organisation").get(user__email=email))

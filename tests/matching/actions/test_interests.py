"""Asking, answering, changing one's mind, withdrawing; who may; who hears of it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Organisation, OrganisationDomain
from cdmo_portal.events.models import Delivery, Event
from matching.actions import interests, shortlists
from matching.actions.briefs import NotAllowed
from matching.actions.interests import InterestRefused, InterestWithdrawn, TeaserChanged
from matching.interest_teasers import mark_of, teaser_of
from matching.models import Brief, Interest
from partners.models import Exclusion
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, InterestFactory, ShortlistEntryFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import PrivateRecordFactory
from tests.factories.readers import ExclusionFactory
from tests.matching.asking_interest import Asking, ask, unkept_entry
from tests.partners.editors import house

pytestmark = pytest.mark.django_db
Answer, Reason = Interest.Answer, Interest.Reason


@pytest.fixture
def asking() -> Asking:
    return Asking()


def mails() -> list[Delivery]:
    return list(Delivery.objects.order_by("pk"))


def events(organisation: Organisation, kind: str) -> list[Event]:
    return list(Event.objects.filter(organisation_id=organisation.pk, kind=kind))


def test_ask_when_allowed_keeps_what_is_told_and_mails_who_keeps_the_profile(asking: Asking) -> None:
    interest = asking.ask()

    assert interest.teaser == [
        {"label": "Work", "value": "Drug product"},
        {"label": "Needed by", "value": "Q3 2030"},
    ]
    assert interest.made_by == asking.member.user
    (mail,) = mails()
    assert mail.recipient == asking.house.editor.user
    assert "/profile/inbox/" in mail.body
    assert asking.entry.stage == "shortlist"


def test_ask_when_sent_twice_is_one_question_and_one_mail(asking: Asking) -> None:
    first, second = asking.ask(), asking.ask()

    assert first == second
    assert len(mails()) == 1
    assert len(events(asking.member.organisation, "interest.asked")) == 1


def test_ask_when_withdrawn_before_is_a_new_question(asking: Asking) -> None:
    interests.withdraw(by=asking.actor, interest=asking.ask())

    again = asking.ask()

    assert Interest.objects.count() == 2
    assert again.is_waiting


def test_ask_when_the_brief_says_something_else_than_what_was_shown_sends_nothing(asking: Asking) -> None:
    shown = mark_of(teaser_of(asking.brief))
    Brief.objects.filter(pk=asking.brief.pk).update(needed_by="2031-02-01")

    with pytest.raises(TeaserChanged):
        interests.ask(by=asking.actor, entry=asking.entry, shown=shown)

    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "draft"}, "a draft"),
        ({"state": "closed"}, "closed"),
        ({"archived_at": "2027-01-01T00:00Z"}, "archived"),
        ({"needed_by": None}, "too little"),
    ],
)
def test_ask_when_the_brief_is_not_ready_is_refused(asking: Asking, fields: dict[str, Any], why: str) -> None:
    Brief.objects.filter(pk=asking.brief.pk).update(**fields)

    with pytest.raises(InterestRefused, match=why):
        asking.ask()

    assert not Interest.objects.exists()
    assert mails() == []


def test_ask_when_the_partner_excludes_the_sponsor_never_reaches_it_and_nobody_learns_of_it(
    asking: Asking,
) -> None:
    exclude(asking)

    interest = asking.ask()
    interests.withdraw(by=asking.actor, interest=interest)
    asking.ask()

    assert not Interest.objects.received_by(asking.house.actor).exists()
    assert Interest.objects.visible_to(asking.actor).live().get().said == "No answer yet"
    assert mails() == []
    assert not Event.objects.filter(organisation_id=asking.house.organisation.pk).exists()


def test_question_when_its_sponsor_is_excluded_later_stays_so_that_it_does_not_tell_whose_it_was(
    asking: Asking,
) -> None:
    asking.ask()

    exclude(asking)

    assert Interest.objects.received_by(asking.house.actor).count() == 1


def test_question_that_was_withheld_stays_so_when_the_exclusion_ends(asking: Asking) -> None:
    exclude(asking)
    asking.ask()

    Exclusion.objects.all().delete()

    assert not Interest.objects.received_by(asking.house.actor).exists()


def exclude(asking: Asking) -> None:
    OrganisationDomain.objects.create(
        organisation=asking.member.organisation, domain="sponsor.example", verified_at=timezone.now()
    )
    ExclusionFactory.create(organisation=asking.house.organisation, domain="sponsor.example")


def test_ask_when_nobody_keeps_the_partner_is_refused(asking: Asking) -> None:
    with pytest.raises(InterestRefused, match="Nobody keeps"):
        ask(asking.actor, unkept_entry(asking))


def test_ask_when_the_keeper_may_not_sign_in_is_refused(asking: Asking) -> None:
    Organisation.objects.filter(pk=asking.house.organisation.pk).update(state="suspended")

    with pytest.raises(InterestRefused, match="Nobody keeps"):
        asking.ask()


def test_ask_when_the_partner_is_off_the_shortlist_is_refused(asking: Asking) -> None:
    shortlists.remove(by=asking.actor, brief=asking.brief, partner=asking.house.partner)

    with pytest.raises(InterestRefused, match="off the shortlist"):
        asking.ask()


@pytest.mark.parametrize("is_of_partner", [True, False])
def test_ask_when_the_organisation_blocks_the_partner_or_all_its_sites_is_refused(
    asking: Asking, *, is_of_partner: bool
) -> None:
    about = {"partner": asking.house.partner, "site": None} if is_of_partner else {"site": asking.house.site}
    PrivateRecordFactory.create(blocked=True, organisation=asking.member.organisation, **about)

    with pytest.raises(InterestRefused, match="blocks this partner"):
        asking.ask()


def test_ask_when_one_site_of_two_or_somebody_else_blocks_goes_out(asking: Asking) -> None:
    SiteFactory.create(partner=asking.house.partner)
    PrivateRecordFactory.create(blocked=True, organisation=asking.member.organisation, site=asking.house.site)
    PrivateRecordFactory.create(blocked=True, partner=asking.house.partner, site=None)

    assert asking.ask().is_waiting


def test_ask_and_withdraw_when_not_by_an_editor_of_the_brief_are_refused(asking: Asking) -> None:
    others = [
        MemberFactory.create(viewer=True, organisation=asking.member.organisation),
        MemberFactory.create(),
        asking.house.editor,
    ]
    interest = asking.ask()
    other = ShortlistEntryFactory.create(brief=asking.brief)

    for member in others:
        with pytest.raises(NotAllowed):
            ask(actor_of_member(member), other)
        with pytest.raises(NotAllowed):
            interests.withdraw(by=actor_of_member(member), interest=interest)

    assert Interest.objects.get().is_waiting


def test_answer_when_changed_lets_the_last_count_and_the_log_keep_each(asking: Asking) -> None:
    interest = asking.ask()
    by = asking.house.actor

    interests.answer(by=by, interest=interest, answer=Answer.INTERESTED)
    declined: dict[str, Any] = {"answer": Answer.DECLINED, "reason": Reason.TIMING, "note": "Not before May"}
    for _ in range(2):
        interests.answer(by=by, interest=interest, **declined)

    interest.refresh_from_db()
    assert (interest.answer, interest.reason, interest.note) == ("declined", "timing", "Not before May")
    for organisation in (asking.member.organisation, asking.house.organisation):
        said = [event.data["answer"] for event in events(organisation, "interest.answered")]
        assert sorted(said) == ["declined", "interested"]


def test_answer_when_given_mails_who_asked_while_they_see_the_brief(asking: Asking) -> None:
    interest = asking.ask()
    Delivery.objects.all().delete()

    interests.answer(
        by=asking.house.actor, interest=interest, answer=Answer.DECLINED, reason=Reason.NO_CAPACITY
    )

    (mail,) = mails()
    assert mail.recipient == asking.member.user
    assert asking.house.partner.name in mail.subject
    assert "“Ours”" in mail.body
    assert "Declined: No capacity in that time" in mail.body

    asking.member.delete()
    interests.answer(by=asking.house.actor, interest=interest, answer=Answer.INTERESTED)

    assert len(mails()) == 1


def test_answer_when_withdrawn_is_refused(asking: Asking) -> None:
    interest = asking.ask()
    interests.withdraw(by=asking.actor, interest=interest)

    with pytest.raises(InterestWithdrawn):
        interests.answer(by=asking.house.actor, interest=interest, answer=Answer.INTERESTED)

    assert Interest.objects.get().answer == ""


def test_answer_when_not_by_an_editor_of_the_keeper_is_refused(asking: Asking) -> None:
    interest = asking.ask()

    for member in (asking.house.viewer, house().editor, asking.member):
        with pytest.raises(NotAllowed):
            interests.answer(by=actor_of_member(member), interest=interest, answer=Answer.INTERESTED)


def test_withdraw_when_the_brief_is_closed_and_twice_is_one_withdrawal(asking: Asking) -> None:
    interest = asking.ask()
    interests.answer(by=asking.house.actor, interest=interest, answer=Answer.INTERESTED)
    Brief.objects.filter(pk=asking.brief.pk).update(state="closed")

    interests.withdraw(by=asking.actor, interest=interest)
    interests.withdraw(by=asking.actor, interest=interest)

    assert Interest.objects.get().is_withdrawn
    assert len(events(asking.house.organisation, "interest.withdrawn")) == 1


def test_events_when_read_by_a_cdmo_hold_nothing_of_the_sponsor(asking: Asking) -> None:
    interest = asking.ask()
    interests.answer(by=asking.house.actor, interest=interest, answer=Answer.INTERESTED)
    interests.withdraw(by=asking.actor, interest=interest)

    kinds = ["interest.asked", "interest.answered", "interest.withdrawn"]
    theirs = list(Event.objects.filter(organisation_id=asking.house.organisation.pk).order_by("pk"))
    ours = [event for kind in kinds for event in events(asking.member.organisation, kind)]

    assert [each.kind for each in theirs] == kinds
    assert [each.user_id for each in theirs] == [None, asking.house.editor.user_id, None]
    assert {(each.object_kind, each.object_id) for each in theirs} == {("matching.interest", interest.pk)}
    assert [each.data for each in theirs] == [{}, {"answer": "interested", "reason": ""}, {}]
    assert {each.user_id for each in ours} == {None, asking.member.user_id}
    assert {each.object_kind for each in ours} == {"matching.brief"}


def test_rows_when_asked_for_are_those_of_ones_own_side(asking: Asking) -> None:
    interest = asking.ask()
    InterestFactory.create()
    named = BriefFactory.create(organisation=asking.member.organisation, named=True, open=True)
    InterestFactory.create(brief=named)

    def seen(by: Actor) -> tuple[list[Interest], list[Interest]]:
        return list(Interest.objects.visible_to(by)), list(Interest.objects.received_by(by))

    assert seen(asking.actor) == ([interest], [])
    assert seen(asking.house.actor) == ([], [interest])
    assert seen(house().actor) == ([], [])
    assert seen(Actor()) == ([], [])


def test_table_when_an_answer_is_half_said_refuses_it(asking: Asking) -> None:
    fields: list[dict[str, Any]] = [
        {"answer": "interested"},
        {"answer": "", "answered_at": "2027-01-01T00:00Z"},
        {"answer": "declined", "answered_at": "2027-01-01T00:00Z"},
        {"answer": "interested", "reason": "timing", "answered_at": "2027-01-01T00:00Z"},
    ]
    interest = asking.ask()

    for each in fields:
        with pytest.raises(IntegrityError), transaction.atomic():
            Interest.objects.filter(pk=interest.pk).update(**each)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterestFactory.create(brief=interest.brief, partner=interest.partner)
    assert InterestFactory.create(brief=interest.brief, partner=PartnerFactory.create()).is_waiting

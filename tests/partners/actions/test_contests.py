"""A kept profile is never taken over in silence: its keeper is told and answers, an operator decides."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Delivery, Event
from partners.actions import claim_decisions, claims
from partners.actions.claim_refusals import AlreadyClaimed, AlreadyDecided, KeeperNotHeard
from partners.actions.editing import NotAllowed
from partners.models import CapacityWindow, Claim, Feed, Partner
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory
from tests.partners.editors import House, house, operator

pytestmark = pytest.mark.django_db

PROOF = "The site was sold to us in May."


def contested(keeper: House) -> tuple[Claim, Actor]:
    by = actor_of_member(MemberFactory.create(cdmo=True, editor=True))
    return claims.claim(subject=keeper.partner, proof=PROOF, by=by, is_contest=True), by


def test_contest_then_nothing_changes_and_the_keepers_editors_are_told_by_when_to_answer() -> None:
    keeper = house()

    claim, by = contested(keeper)

    assert claim.keeper == keeper.organisation
    assert Partner.objects.get().organisation == keeper.organisation
    mail = Delivery.objects.get()
    assert mail.recipient == keeper.editor.user
    assert by.organisation is not None
    assert by.organisation.name in mail.body
    assert f"/profile/contests/{claim.uid}/" in mail.body


def test_accept_before_the_keeper_was_heard_is_refused_and_after_two_weeks_it_is_not() -> None:
    claim, _by = contested(house())

    with pytest.raises(KeeperNotHeard):
        claim_decisions.accept(claim=claim, by=operator())
    with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
        claim_decisions.accept(claim=claim, by=operator())

    assert Partner.objects.get().organisation == claim.organisation


def test_answer_of_the_keeper_is_kept_told_to_the_claimant_and_lets_the_operator_decide() -> None:
    keeper = house()
    claim, by = contested(keeper)

    claims.answer(claim=claim, answer=Claim.Answer.OBJECTS, words="See our deed.", by=keeper.actor)
    claim_decisions.refuse(claim=claim, reason="The deed is good.", by=operator())

    claim.refresh_from_db()
    assert (claim.answer, claim.answer_words, claim.answered_by) == (
        "objects",
        "See our deed.",
        keeper.editor.user,
    )
    assert Partner.objects.get().organisation == keeper.organisation
    told = [mail.body for mail in Delivery.objects.filter(recipient=by.user)]
    assert len(told) == 2
    assert "The deed is good." in "".join(told)
    assert "See our deed." not in "".join(told)
    assert "go on keeping" in Delivery.objects.filter(recipient=keeper.editor.user).latest("pk").body
    assert Event.objects.filter(organisation_id=keeper.organisation.pk, kind="claim.answered").exists()


def test_answer_by_viewer_stranger_or_claimant_is_refused_and_after_the_decision_too() -> None:
    keeper = house()
    claim, by = contested(keeper)

    for person in (actor_of_member(keeper.viewer), house().actor, by, operator()):
        with pytest.raises(NotAllowed):
            claims.answer(claim=claim, answer="agrees", words="", by=person)
    claims.withdraw(claim=claim, by=by)
    with pytest.raises(AlreadyDecided):
        claims.answer(claim=claim, answer="agrees", words="", by=keeper.actor)

    claim.refresh_from_db()
    assert claim.answer == ""


def test_accept_of_a_contest_then_takes_the_old_keepers_feeds_away_and_tells_both() -> None:
    keeper = house()
    FeedFactory.create(partner=keeper.partner, organisation=keeper.organisation)
    claim, _by = contested(keeper)
    claims.answer(claim=claim, answer=Claim.Answer.AGREES, words="", by=keeper.actor)

    claim_decisions.accept(claim=claim, by=operator(), reason="Both agree.")

    assert Partner.objects.get().organisation == claim.organisation
    assert not Feed.objects.exists()
    assert "keeps it from now on" in Delivery.objects.filter(recipient=keeper.editor.user).latest("pk").body
    assert Event.objects.filter(organisation_id=keeper.organisation.pk, kind="profile.lost").exists()


def test_accept_of_a_contested_site_then_only_this_site_goes_and_no_feed_of_the_old_keeper_with_it() -> None:
    keeper, winner = house(), house()
    feed = FeedFactory.create(partner=keeper.partner, organisation=keeper.organisation)
    CapacityWindowFactory.create(line=LineFactory.create(site=keeper.site), feed=feed)
    claim = claims.claim(subject=keeper.site, proof=PROOF, by=winner.actor, is_contest=True)
    claims.answer(claim=claim, answer=Claim.Answer.AGREES, words="", by=keeper.actor)

    claim_decisions.accept(claim=claim, by=operator())

    keeper.site.refresh_from_db()
    assert keeper.site.partner == winner.partner
    assert Partner.objects.get(pk=keeper.partner.pk).organisation == keeper.organisation
    assert CapacityWindow.objects.get().feed is None
    assert Feed.objects.get() == feed


def test_accept_of_a_contest_when_somebody_else_keeps_it_meanwhile_is_refused() -> None:
    claim, _by = contested(house())
    Partner.objects.update(organisation=MemberFactory.create(cdmo=True).organisation)

    with time_machine.travel(timezone.now() + dt.timedelta(days=15)), pytest.raises(AlreadyClaimed):
        claim_decisions.accept(claim=claim, by=operator())

"""How a profile comes to be kept: claims, decisions, and profiles of one's own."""

import pytest

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.models import Delivery, Event
from partners.actions import claim_decisions, claims
from partners.actions.claim_refusals import AlreadyClaimed, AlreadyDecided, ClaimRefused, KeepsAnother
from partners.actions.claims import PartnerFacts
from partners.actions.editing import NotAllowed
from partners.actions.profiles import SiteFacts
from partners.models import Claim, Partner, Site, SiteChange
from tests.factories.accounts import MemberFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.partners.editors import house, operator

pytestmark = pytest.mark.django_db

PROOF = "I am the head of quality; see the imprint of our website."


def claimant() -> Actor:
    return actor_of_member(MemberFactory.create(cdmo=True, editor=True))


def test_claim_of_an_unclaimed_partner_waits_and_takes_nothing_over() -> None:
    partner, by = PartnerFactory.create(unclaimed=True), claimant()

    claim = claims.claim(subject=partner, proof=PROOF, by=by)

    assert (claim.state, claim.organisation, claim.made_by) == (Claim.State.OPEN, by.organisation, by.user)
    assert not Partner.objects.get(pk=partner.pk).is_claimed
    assert Event.objects.filter(kind="claim.made", object_id=claim.pk).exists()


def test_claim_of_a_claimed_partner_is_refused() -> None:
    with pytest.raises(AlreadyClaimed):
        claims.claim(subject=PartnerFactory.create(), proof=PROOF, by=claimant())

    assert not Claim.objects.exists()


def test_claim_by_an_organisation_that_keeps_one_is_refused() -> None:
    with pytest.raises(KeepsAnother):
        claims.claim(subject=PartnerFactory.create(unclaimed=True), proof=PROOF, by=house().actor)


def test_claim_made_twice_is_refused() -> None:
    partner, by = PartnerFactory.create(unclaimed=True), claimant()
    claims.claim(subject=partner, proof=PROOF, by=by)

    with pytest.raises(ClaimRefused):
        claims.claim(subject=partner, proof=PROOF, by=by)


def test_claim_by_viewer_sponsor_operator_or_unapproved_is_refused() -> None:
    pending = MemberFactory.create(cdmo=True)
    Organisation.objects.filter(pk=pending.organisation_id).update(state=Organisation.State.PENDING)
    pending.organisation.refresh_from_db()
    others = [
        actor_of_member(MemberFactory.create(cdmo=True, viewer=True)),
        actor_of_member(MemberFactory.create()),
        actor_of_member(pending),
        operator(),
    ]

    for by in others:
        with pytest.raises(NotAllowed):
            claims.claim(subject=PartnerFactory.create(unclaimed=True), proof=PROOF, by=by)


def test_accept_gives_the_partner_tells_the_claimant_and_marks_the_sites() -> None:
    claim = ClaimFactory.create(partner__is_suggested=True)
    site = SiteFactory.create(partner=claim.partner)

    claim_decisions.accept(claim=claim, by=operator())

    partner = Partner.objects.get(claims=claim)
    assert (partner.organisation, partner.is_suggested) == (claim.organisation, False)
    assert Delivery.objects.get().recipient == claim.made_by
    assert SiteChange.objects.filter(site=site).exists()
    assert Event.objects.get(kind="claim.accepted").organisation_id == claim.organisation_id


def test_accept_refuses_the_claims_that_it_overtakes() -> None:
    claim = ClaimFactory.create()
    rival = ClaimFactory.create(partner=claim.partner)
    other = ClaimFactory.create(organisation=claim.organisation)
    unrelated = ClaimFactory.create()

    claim_decisions.accept(claim=claim, by=operator())

    states = dict(Claim.objects.values_list("pk", "state"))
    assert (states[rival.pk], states[other.pk]) == (Claim.State.REFUSED, Claim.State.REFUSED)
    assert states[unrelated.pk] == Claim.State.OPEN
    assert Delivery.objects.count() == 3


def test_accept_of_a_profile_claimed_meanwhile_takes_nothing_over() -> None:
    claim = ClaimFactory.create()
    keeper = PartnerFactory.create().organisation
    Partner.objects.filter(organisation=keeper).update(organisation=None)
    Partner.objects.filter(claims=claim).update(organisation=keeper)

    with pytest.raises(AlreadyClaimed):
        claim_decisions.accept(claim=claim, by=operator())

    assert Partner.objects.get(claims=claim).organisation == keeper
    assert Claim.objects.get().state == Claim.State.OPEN


def test_accept_for_an_organisation_that_keeps_another_or_is_suspended_is_refused() -> None:
    busy = ClaimFactory.create()
    PartnerFactory.create(organisation=busy.organisation)
    suspended = ClaimFactory.create(organisation__state=Organisation.State.SUSPENDED)

    with pytest.raises(KeepsAnother):
        claim_decisions.accept(claim=busy, by=operator())
    with pytest.raises(ClaimRefused):
        claim_decisions.accept(claim=suspended, by=operator())


def test_refuse_keeps_the_profile_free_and_tells_why() -> None:
    claim = ClaimFactory.create()

    claim_decisions.refuse(claim=claim, reason="The domain is not yours.", by=operator())

    assert Claim.objects.get().reason == "The domain is not yours."
    assert "The domain is not yours." in Delivery.objects.get().body
    assert not Partner.objects.get(claims=claim).is_claimed


def test_deciding_twice_is_refused() -> None:
    claim = ClaimFactory.create()
    claim_decisions.refuse(claim=claim, reason="No proof.", by=operator())

    with pytest.raises(AlreadyDecided):
        claim_decisions.accept(claim=claim, by=operator())


def test_deciding_by_anybody_but_an_operator_is_refused() -> None:
    claim = ClaimFactory.create()

    for by in (house().actor, actor_of_member(MemberFactory.create())):
        with pytest.raises(NotAllowed):
            claim_decisions.accept(claim=claim, by=by)
        with pytest.raises(NotAllowed):
            claim_decisions.refuse(claim=claim, reason="No.", by=by)

    assert Claim.objects.get().state == Claim.State.OPEN


def test_deciding_when_the_claimant_has_left_mails_nobody() -> None:
    claim = ClaimFactory.create(made_by=None)

    claim_decisions.accept(claim=claim, by=operator())

    assert not Delivery.objects.exists()


def test_create_partner_makes_the_profile_with_its_first_site() -> None:
    by = claimant()

    partner = claims.create_partner(
        facts=PartnerFacts(name="Larkfen Oral Solids"),
        site=SiteFacts(name="Nottingham", city="Nottingham", country="GB"),
        by=by,
    )

    assert partner.organisation == by.organisation
    assert Site.objects.get(partner=partner).slug == "larkfen-oral-solids-nottingham"
    assert Event.objects.filter(kind="partner.created").exists()


def test_create_partner_a_second_time_is_refused() -> None:
    by = claimant()
    site = SiteFacts(name="Nottingham", country="GB")
    claims.create_partner(facts=PartnerFacts(name="Larkfen"), site=site, by=by)

    with pytest.raises(KeepsAnother):
        claims.create_partner(facts=PartnerFacts(name="Larkfen"), site=site, by=by)

    assert Partner.objects.count() == 1

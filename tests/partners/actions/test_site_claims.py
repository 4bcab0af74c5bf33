"""Claims of single sites: without a partner, out of a suggested group, and beside sites kept already."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Event
from partners.actions import claim_decisions, claims
from partners.actions.claim_refusals import AlreadyClaimed, ClaimRefused, TooManyClaims
from partners.models import Claim, Partner, SearchRow, Site, SiteChange
from tests.factories.accounts import MemberFactory
from tests.factories.partners import CampusFactory, ClaimFactory, PartnerFactory, SiteFactory
from tests.partners.editors import house, operator

PROOF = "I am the head of quality."


def claimant() -> Actor:
    return actor_of_member(MemberFactory.create(cdmo=True, editor=True))


@pytest.mark.django_db
def test_accept_of_a_site_without_a_partner_then_makes_one_for_the_organisation(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    by = claimant()
    claim = claims.claim(subject=SiteFactory.create(registered_only=True), proof=PROOF, by=by)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        claim_decisions.accept(claim=claim, by=operator())

    site = Site.objects.select_related("partner").get()
    assert site.partner is not None
    assert by.organisation is not None
    assert (site.partner.organisation, site.partner.name) == (by.organisation, by.organisation.name)
    assert SiteChange.objects.filter(site=site).exists()
    assert by.organisation.name.lower() in SearchRow.objects.filter(site=site)[0].sort_name
    assert Event.objects.get(kind="claim.accepted").data == {"site": site.pk}


@pytest.mark.django_db
def test_accept_of_a_second_site_then_attaches_it_to_the_partner_that_is_kept() -> None:
    kept = house()
    group = PartnerFactory.create(unclaimed=True, is_suggested=True)
    site = SiteFactory.create(partner=group, campus=CampusFactory.create(partner=group), external_id="A")
    SiteFactory.create(partner=group)
    SiteFactory.create(partner=kept.partner, external_id="A")

    claim_decisions.accept(claim=claims.claim(subject=site, proof=PROOF, by=kept.actor), by=operator())

    site.refresh_from_db()
    assert (site.partner, site.campus, site.external_id) == (kept.partner, None, "")
    assert Partner.objects.count() == 2
    assert group.sites.count() == 1


@pytest.mark.django_db
def test_claim_of_a_site_that_somebody_keeps_is_refused_unless_it_is_contested() -> None:
    site, own = house().site, house()

    with pytest.raises(AlreadyClaimed):
        claims.claim(subject=site, proof=PROOF, by=own.actor)
    with pytest.raises(AlreadyClaimed):
        claims.claim(subject=own.site, proof=PROOF, by=own.actor, is_contest=True)
    with pytest.raises(ClaimRefused):
        claims.claim(
            subject=SiteFactory.create(registered_only=True), proof=PROOF, by=own.actor, is_contest=True
        )

    assert not Claim.objects.exists()


@pytest.mark.django_db
def test_claim_when_very_many_wait_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    by = claimant()
    monkeypatch.setattr(claims, "MOST_OPEN", 1)
    claims.claim(subject=SiteFactory.create(registered_only=True), proof=PROOF, by=by)

    with pytest.raises(TooManyClaims):
        claims.claim(subject=SiteFactory.create(registered_only=True), proof=PROOF, by=by)


@pytest.mark.django_db
def test_accept_of_a_partner_then_refuses_claims_of_its_sites_but_not_of_others() -> None:
    claim = ClaimFactory.create()
    theirs = SiteFactory.create(partner=claim.partner)
    rival = ClaimFactory.create(partner=None, site=theirs)
    elsewhere = ClaimFactory.create(of_site=True, organisation=claim.organisation)

    claim_decisions.accept(claim=claim, by=operator())

    states = dict(Claim.objects.values_list("pk", "state"))
    assert states[rival.pk] == Claim.State.REFUSED
    assert states[elsewhere.pk] == Claim.State.OPEN


@pytest.mark.django_db
def test_accept_of_a_site_then_refuses_the_organisations_claims_of_whole_profiles() -> None:
    claim = ClaimFactory.create(of_site=True)
    profile = ClaimFactory.create(organisation=claim.organisation)

    claim_decisions.accept(claim=claim, by=operator())

    profile.refresh_from_db()
    assert profile.state == Claim.State.REFUSED


@pytest.mark.django_db
def test_withdraw_by_the_claimant_then_nothing_can_be_decided_and_it_may_be_claimed_again() -> None:
    by, site = claimant(), SiteFactory.create(registered_only=True)
    claim = claims.claim(subject=site, proof=PROOF, by=by)
    claims.withdraw(claim=claim, by=by)

    with pytest.raises(ClaimRefused):
        claim_decisions.accept(claim=claim, by=operator())
    claims.claim(subject=site, proof=PROOF, by=by)

    assert sorted(Claim.objects.values_list("state", flat=True)) == ["open", "withdrawn"]
    assert Event.objects.filter(kind="claim.withdrawn", object_id=claim.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_accept_when_two_operators_take_rivals_at_once_then_one_wins_and_the_other_is_told() -> None:
    site = SiteFactory.create(registered_only=True)
    rivals = [ClaimFactory.create(partner=None, site=site) for _rival in range(2)]
    by, start = operator(), threading.Barrier(2)

    def decide(claim: Claim) -> bool:
        start.wait(10)
        try:
            claim_decisions.accept(claim=claim, by=by)
        except ClaimRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(decide, rivals))

    assert sorted(outcomes) == [False, True]
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["accepted", "refused"]
    assert Partner.objects.count() == 1

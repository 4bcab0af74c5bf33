"""Claims on the page: asking, the operator's queue, deciding, and a profile of one's own."""

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Claim, Partner, Site
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.partners import ClaimFactory, PartnerFactory
from tests.partners.editors import house, signed_in

pytestmark = pytest.mark.django_db

PROOF = {"proof": "I am the head of quality; see the imprint."}
OWN = {"company": "Larkfen", "name": "Nottingham", "city": "Nottingham", "country": "GB", "time_zone": "UTC"}


def operator_client() -> Client:
    client = Client()
    client.force_login(UserFactory.create(operator=True))
    return client


def test_claim_create_by_an_editor_waits_in_the_operators_queue() -> None:
    partner = PartnerFactory.create(unclaimed=True)
    client = signed_in(MemberFactory.create(cdmo=True, editor=True))
    url = reverse("partners:claim_create", args=[partner.slug])

    assert client.get(url).status_code == 200
    assert client.post(url, PROOF).status_code == 302

    page = operator_client().get(reverse("partners:claim_list")).content.decode()
    assert partner.name in page
    assert "Waits for an operator" in client.get(reverse("partners:own_profile")).content.decode()


def test_claim_create_of_a_claimed_partner_is_refused_with_the_reason() -> None:
    client = signed_in(MemberFactory.create(cdmo=True))
    url = reverse("partners:claim_create", args=[PartnerFactory.create().slug])

    answer = client.post(url, PROOF)

    assert answer.status_code == 409
    assert "kept by an organisation already" in answer.content.decode()
    assert not Claim.objects.exists()


def test_claim_create_by_those_who_may_not_is_refused() -> None:
    url = reverse("partners:claim_create", args=[PartnerFactory.create(unclaimed=True).slug])

    assert signed_in(MemberFactory.create()).post(url, PROOF).status_code == 404
    assert signed_in(MemberFactory.create(cdmo=True, viewer=True)).post(url, PROOF).status_code == 403
    assert signed_in(house().editor).post(url, PROOF).status_code == 409
    assert not Claim.objects.exists()


@pytest.mark.parametrize("proof", ["", "x" * 2_001, "a\x00b"])
def test_claim_create_with_nonsense_is_refused(proof: str) -> None:
    client = signed_in(MemberFactory.create(cdmo=True))
    url = reverse("partners:claim_create", args=[PartnerFactory.create(unclaimed=True).slug])

    answer = client.post(url, {"proof": proof})

    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_claim_list_and_decision_are_not_there_for_anybody_else() -> None:
    decide = reverse("partners:claim_decide", args=[ClaimFactory.create().uid])

    for member in (MemberFactory.create(), house().editor):
        client = signed_in(member)
        assert client.get(reverse("partners:claim_list")).status_code == 404
        assert client.post(decide, {"decision": "accept"}).status_code == 404

    assert Claim.objects.get().state == Claim.State.OPEN


def test_claim_decide_accepts_and_refuses() -> None:
    wanted, unwanted = ClaimFactory.create(), ClaimFactory.create()
    client = operator_client()

    client.post(reverse("partners:claim_decide", args=[wanted.uid]), {"decision": "accept"})
    client.post(
        reverse("partners:claim_decide", args=[unwanted.uid]),
        {"decision": "refuse", "reason": "Not your domain."},
    )

    assert Partner.objects.get(claims=wanted).organisation == wanted.organisation
    unwanted.refresh_from_db()
    assert (unwanted.state, unwanted.reason) == (Claim.State.REFUSED, "Not your domain.")
    assert client.get(reverse("partners:claim_decide", args=[wanted.uid])).status_code == 200


@pytest.mark.parametrize("typed", [{}, {"decision": "maybe"}, {"decision": "refuse", "reason": ""}])
def test_claim_decide_without_a_decision_or_a_reason_is_refused(typed: dict[str, str]) -> None:
    claim = ClaimFactory.create()

    answer = operator_client().post(reverse("partners:claim_decide", args=[claim.uid]), typed)

    assert answer.status_code == 422
    claim.refresh_from_db()
    assert claim.state == Claim.State.OPEN


def test_claim_decide_about_a_profile_claimed_meanwhile_says_so() -> None:
    claim = ClaimFactory.create()
    Partner.objects.filter(claims=claim).update(organisation=MemberFactory.create(cdmo=True).organisation)

    answer = operator_client().post(
        reverse("partners:claim_decide", args=[claim.uid]), {"decision": "accept"}
    )

    assert answer.status_code == 422
    assert "Another organisation keeps this profile" in answer.content.decode()


def test_partner_create_makes_a_profile_and_a_second_one_is_refused() -> None:
    client = signed_in(MemberFactory.create(cdmo=True, editor=True))
    url = reverse("partners:partner_create")

    assert client.get(url).status_code == 200
    client.post(url, OWN)
    client.post(url, OWN)

    assert Partner.objects.get().name == "Larkfen"
    assert Site.objects.get().partner == Partner.objects.get()


def test_partner_create_with_nonsense_writes_nothing() -> None:
    client = signed_in(MemberFactory.create(cdmo=True))

    answer = client.post(reverse("partners:partner_create"), {**OWN, "country": "ZZ", "website": "no"})

    assert answer.status_code == 422
    assert {"country", "website"} <= answer.context["form"].errors.keys()
    assert not Partner.objects.exists()


def test_partner_create_is_for_editors_of_a_cdmo() -> None:
    url = reverse("partners:partner_create")

    assert signed_in(MemberFactory.create()).post(url, OWN).status_code == 404
    assert signed_in(MemberFactory.create(cdmo=True, viewer=True)).post(url, OWN).status_code == 403

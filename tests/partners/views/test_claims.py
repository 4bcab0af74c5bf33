"""Finding, claiming, proving, contesting and deciding on the pages, by the three people."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.events.models import Delivery
from partners.mail_domains import FREE_MAIL
from partners.models import Claim, Partner, Site
from partners.searching import rebuild_all
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.partners.editors import house, signed_in

pytestmark = pytest.mark.django_db

PROOF = {"proof": "I am the head of quality; see the imprint."}
SEARCH = reverse("partners:claim_search")


def operator_client() -> Client:
    client = Client()
    client.force_login(UserFactory.create(operator=True))
    return client


def editor_client() -> Client:
    return signed_in(MemberFactory.create(cdmo=True, editor=True))


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_search_when_the_number_is_typed_leads_to_the_claim_of_the_site() -> None:
    site = SiteIdentifierFactory.create(site__registered_only=True, value="3001234567").site
    rebuild_all()

    page = text_of(editor_client(), f"{SEARCH}?q=FEI+3001234567")

    assert "1 site may be it" in page
    assert reverse("partners:site_claim", args=[site.slug]) in page


def test_search_when_nothing_is_found_or_nonsense_asked_says_what_to_do() -> None:
    client = editor_client()

    assert "No site was found" in text_of(client, f"{SEARCH}?q=nowhere")
    assert "There is a problem" in text_of(client, f"{SEARCH}?q=x&country=ZZ", status=400)
    assert "There is a problem" in text_of(client, f"{SEARCH}?q={'x' * 201}", status=400)


def test_search_is_for_cdmos_and_viewers_may_look_but_not_claim() -> None:
    site = SiteFactory.create(registered_only=True)
    rebuild_all()

    viewer = signed_in(MemberFactory.create(cdmo=True, viewer=True))

    assert reverse("partners:site_claim", args=[site.slug]) not in text_of(viewer, f"{SEARCH}?country=IE&q=")
    assert signed_in(MemberFactory.create()).get(SEARCH).status_code == 404
    assert operator_client().get(SEARCH).status_code == 404


def test_search_when_the_page_is_full_then_its_queries_are_bounded(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    SiteFactory.create_batch(25, registered_only=True)
    rebuild_all()
    client = editor_client()

    with django_assert_max_num_queries(16):
        assert "25 sites may be it" in text_of(client, f"{SEARCH}?country=IE&q=")


def test_site_page_offers_the_claim_to_those_who_may_and_a_contest_of_what_is_kept() -> None:
    free, kept = SiteFactory.create(registered_only=True), house()
    client, claim = editor_client(), reverse("partners:site_claim", args=[free.slug])
    contest = reverse("partners:site_claim", args=[kept.site.slug])

    assert claim in text_of(client, free.get_absolute_url())
    assert contest in text_of(client, kept.site.get_absolute_url())
    for other in (signed_in(MemberFactory.create()), signed_in(kept.viewer)):
        assert claim not in text_of(other, free.get_absolute_url())
        assert contest not in text_of(other, kept.site.get_absolute_url())
    assert claim in text_of(signed_in(kept.editor), free.get_absolute_url())


def test_site_claim_by_mailed_code_then_operator_then_the_site_is_edited() -> None:
    site = SiteFactory.create(registered_only=True)
    client = editor_client()
    url = reverse("partners:site_claim", args=[site.slug])

    made = client.post(url, {**PROOF, "address": "quality@larkfen.example"})
    claim = Claim.objects.get()
    assert made.headers["Location"] == claim.get_absolute_url()
    assert client.get(url).headers["Location"] == claim.get_absolute_url()
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", Delivery.objects.get().body)
    assert code is not None
    wrong = client.post(claim.get_absolute_url(), {"code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "Tries left: 4" in wrong.content.decode()
    assert "proved" in client.post(claim.get_absolute_url(), {"code": code[0]}, follow=True).content.decode()

    operators = operator_client()
    assert "larkfen.example proved" in text_of(operators, reverse("partners:claim_list"))
    operators.post(reverse("partners:claim_decide", args=[claim.uid]), {"decision": "accept"})

    assert client.get(reverse("partners:own_site", args=[site.slug])).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {"address": f"someone@{min(FREE_MAIL)}"},
        {"address": "no address"},
        {"address": "a\x00@b.example"},
        {"proof": ""},
    ],
)
def test_site_claim_with_nonsense_is_refused_and_nothing_is_made_or_mailed(typed: dict[str, str]) -> None:
    url = reverse("partners:site_claim", args=[SiteFactory.create(registered_only=True).slug])

    assert editor_client().post(url, {**PROOF, **typed}).status_code == 422
    assert not Claim.objects.exists()
    assert not Delivery.objects.exists()


def test_claim_pages_are_not_there_for_strangers_and_viewers_only_read() -> None:
    claim = ClaimFactory.create(of_site=True)
    viewer = signed_in(MemberFactory.create(organisation=claim.organisation, viewer=True))
    withdraw = reverse("partners:claim_withdraw", args=[claim.uid])
    send = reverse("partners:claim_code_send", args=[claim.uid])

    assert viewer.get(claim.get_absolute_url()).status_code == 200
    assert viewer.post(claim.get_absolute_url(), {"code": "AAAA-AAAA"}).status_code == 403
    for url, fields in ((withdraw, {}), (send, {"address": "a@larkfen.example"})):
        assert viewer.post(url, fields).status_code == 403
        for other in (signed_in(house().editor), signed_in(MemberFactory.create()), operator_client()):
            assert other.post(url, fields).status_code == 404
    claim.refresh_from_db()
    assert claim.is_open


def test_claim_when_withdrawn_by_its_editor_says_so_and_a_second_time_is_told() -> None:
    claim = ClaimFactory.create(of_site=True)
    client = signed_in(MemberFactory.create(organisation=claim.organisation, editor=True))
    url = reverse("partners:claim_withdraw", args=[claim.uid])

    assert "was withdrawn" in client.post(url, follow=True).content.decode()
    assert "decided or withdrawn meanwhile" in client.post(url, follow=True).content.decode()


def test_claim_when_it_cannot_be_sent_any_more_then_what_was_typed_stays_with_the_reason() -> None:
    client, url = editor_client(), reverse("partners:site_claim", args=[house().site.slug])

    answer = client.post(url, PROOF)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "kept by an organisation already" in page
    assert PROOF["proof"] in page


def test_contest_when_sent_then_the_keeper_reads_it_answers_and_the_operator_sees_both() -> None:
    keeper, client = house(), editor_client()
    url = reverse("partners:site_claim", args=[keeper.site.slug])

    assert "Another organisation keeps this" in text_of(client, url)
    assert client.post(url, PROOF).status_code == 409
    client.post(url, {**PROOF, "is_contest": "1"})

    claim = Claim.objects.get()
    answer = reverse("partners:claim_answer", args=[claim.uid])
    assert answer in text_of(signed_in(keeper.viewer), reverse("partners:own_profile"))
    assert PROOF["proof"] in text_of(signed_in(keeper.editor), answer)
    silent = signed_in(keeper.editor).post(answer, {"answer": "objects", "words": ""})
    assert silent.status_code == 422
    said = {"answer": "objects", "words": "Here is the deed."}
    assert signed_in(keeper.viewer).post(answer, said).status_code == 403
    for stranger in (signed_in(house().editor), client, operator_client()):
        assert stranger.post(answer, said).status_code == 404
    signed_in(keeper.editor).post(answer, said)

    operators = operator_client()
    page = text_of(operators, reverse("partners:claim_decide", args=[claim.uid]))
    assert "Here is the deed." in page
    assert keeper.organisation.name in page
    assert "Here is the deed." not in text_of(client, claim.get_absolute_url())


def test_contest_when_accepted_before_the_keeper_was_heard_says_why_not() -> None:
    claim = ClaimFactory.create(contest=True)

    answer = operator_client().post(
        reverse("partners:claim_decide", args=[claim.uid]), {"decision": "accept"}
    )

    assert answer.status_code == 422
    assert "has not answered yet" in answer.content.decode()
    assert Partner.objects.get().organisation == claim.keeper


def test_own_profile_when_it_is_kept_lists_claims_of_more_sites_and_leads_to_the_search() -> None:
    kept = house()
    claim = ClaimFactory.create(of_site=True, organisation=kept.organisation)

    page = text_of(signed_in(kept.editor), reverse("partners:own_profile"))

    assert claim.subject.name in page
    assert SEARCH in page


def test_queue_when_it_is_long_is_paged_the_oldest_first_with_what_speaks_against(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    claims = ClaimFactory.create_batch(27, of_site=True)
    ClaimFactory.create(partner=None, site=claims[0].site)
    client = operator_client()

    with django_assert_max_num_queries(16):
        first = text_of(client, reverse("partners:claim_list"))
    second = text_of(client, reverse("partners:claim_list") + "?page=2")

    assert "28 waiting" in first
    assert "Also claimed by" in first
    assert claims[0].organisation.name in first
    assert reverse("partners:claim_decide", args=[claims[26].uid]) in second
    assert "Nothing was decided yet" in text_of(client, reverse("partners:claim_list") + "?show=decided")


def test_claim_of_a_site_in_a_free_group_points_at_the_whole_profile() -> None:
    partner = PartnerFactory.create(unclaimed=True, is_suggested=True)
    site: Site = SiteFactory.create(partner=partner)

    page = text_of(editor_client(), reverse("partners:site_claim", args=[site.slug]))

    assert reverse("partners:claim_create", args=[partner.slug]) in page

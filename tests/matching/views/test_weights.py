"""Live weights on the match page: a preview in the address, and saving it."""

import datetime as dt
import re
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.events.models import Event
from matching.models import Brief, MatchRun
from partners.models import InspectionOutcome, Term
from tests.factories.briefs import RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import InspectionFactory
from tests.matching.views.conftest import People

TODAY = dt.datetime.now(dt.UTC).date()
INSPECTED, NEAR = "Inspected Ltd", "Near Ltd"
HEADS = ("fit", "quality", "timing", "experience", "place")
HTMX = {"HX-Request": "true"}


def points(**given: int | str) -> dict[str, int | str]:
    return {f"w_{head}": given.get(head, 0) for head in HEADS}


ONLY_PLACE = points(place=100)


def address(name: str, brief: Brief) -> str:
    return reverse(f"matching:{name}", args=[brief.uid])


def ask(client: Client, brief: Brief, given: Mapping[str, object], **headers: str) -> str:
    answer = client.get(f"{address('match_list', brief)}?{urlencode(given)}", headers=headers or None)
    return str(answer.content.decode())


@pytest.fixture
def matched(people: People, brief: Brief) -> Brief:
    """Two eligible partners: one inspected well, which the own weights favour, one in the wished place."""
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])
    lyo = Term.objects.get(code="op.lyophilisation")
    for name in (INSPECTED, NEAR):
        site = SiteFactory.create(
            partner=PartnerFactory.create(name=name),
            name=f"{name} works",
            country="IE" if name == NEAR else "US",
        )
        line = LineFactory.create(site=site)
        CapabilityFactory.create(site=site, line=line, term=lyo, confirmed_on=TODAY)
        if name == INSPECTED:
            visit = InspectionFactory.create(site=site, ended_on=TODAY - dt.timedelta(days=60))
            InspectionOutcome.objects.create(inspection=visit, outcome="NAI")
    people.author.post(address("brief_open", brief))
    brief.refresh_from_db()
    return brief


def order_of(page: str) -> list[str]:
    found = re.search(r'<section[^>]*aria-labelledby="list-eligible".*?</section>', page, re.S)
    assert found is not None
    return re.findall(r"<h3 id=.*?>(?:<a[^>]*>)?([^<,]+ Ltd)", found.group())


def test_weight_when_moved_in_the_address_ranks_anew_and_stores_nothing(
    people: People, matched: Brief
) -> None:
    own = order_of(ask(people.author, matched, {}))

    page = ask(people.author, matched, ONLY_PLACE)

    assert own == [INSPECTED, NEAR]
    assert order_of(page) == [NEAR, INSPECTED]
    assert "Preview with other weights; nothing is saved." in page
    assert "up 1" in page
    assert "down 1" in page
    assert "against the brief&#x27;s own weights" in page
    assert (MatchRun.objects.count(), Brief.objects.get(pk=matched.pk).version) == (1, matched.version)


def test_preview_when_asked_by_htmx_answers_the_results_alone_and_says_who_leads(
    people: People, matched: Brief
) -> None:
    answer = people.author.get(address("match_list", matched), ONLY_PLACE, headers=HTMX)

    page = answer.content.decode()
    assert "<html" not in page
    assert 'name="w_place"' not in page.replace('type="hidden" name="w_place"', "")
    assert f"Ranking updated: {NEAR} first, {INSPECTED} second." in page
    assert answer.headers["HX-Push-Url"].endswith(
        "?w_fit=0&w_quality=0&w_timing=0&w_experience=0&w_place=100"
    )


def test_preview_when_one_head_moves_on_replaces_its_address(people: People, matched: Brief) -> None:
    answer = people.author.get(
        address("match_list", matched), ONLY_PLACE, headers={**HTMX, "X-Same-Move": "1"}
    )

    assert "HX-Push-Url" not in answer.headers
    assert "w_place=100" in answer.headers["HX-Replace-Url"]


def test_preview_when_it_is_the_briefs_own_weights_is_no_preview(people: People, matched: Brief) -> None:
    own = points(fit=35, quality=20, timing=20, experience=15, place=10)

    answer = people.author.get(address("match_list", matched), own, headers=HTMX)

    assert "nothing is saved.</strong>" not in answer.content.decode()
    assert answer.headers["HX-Push-Url"] == address("match_list", matched)


def test_order_when_given_alone_weighs_by_rank_order_centroid(people: People, matched: Brief) -> None:
    order = {
        "by": "order",
        "rank_place": 1,
        "rank_quality": 2,
        "rank_fit": 3,
        "rank_timing": 4,
        "rank_experience": 5,
    }

    page = ask(people.author, matched, order)

    assert order_of(page) == [NEAR, INSPECTED]
    assert "45.7 %" in page
    assert "all weights that keep your order" in page or "exactly over all weights" in page


def test_kept_head_when_the_others_do_not_add_up_keeps_its_share(people: People, matched: Brief) -> None:
    page = ask(people.author, matched, {**points(fit=10, quality=10, place=50), "keep": "place"})

    shown = dict(re.findall(r'type="hidden" name="w_(\w+)" value="([\d.]+)"', page))
    assert shown == {"fit": "25", "quality": "25", "timing": "0", "experience": "0", "place": "50"}


BAD_WEIGHTS: Mapping[str, tuple[str, str]] = {
    "negative": (urlencode(points(fit=50, quality=-5)), "Quality and regulatory record"),
    "all zero": (urlencode(points()), "above zero"),
    "not a number": (urlencode(points(timing="NaN")), "Capacity and timing"),
    "infinite": (urlencode(points(timing="Infinity")), "Capacity and timing"),
    "text": (urlencode(points(experience="a lot")), "Experience"),
    "too much": (urlencode(points(place=101)), "Place and terms"),
    "left out": ("w_fit=100", "Quality and regulatory record"),
    "unknown head": (urlencode({**points(fit=100), "w_colour": 3}), "colour"),
    "twice": (urlencode(points(fit=100)) + "&w_fit=3", "Technical and equipment fit"),
    "kept too much": (urlencode({**points(fit=60, place=60)}) + "&keep=fit&keep=place", "more than 100"),
    "unknown kept": (urlencode({**points(fit=100), "keep": "colour"}), "colour"),
    "same rank": (
        "by=order&rank_fit=1&rank_quality=1&rank_timing=3&rank_experience=4&rank_place=5",
        "same rank",
    ),
    "rank left out": ("by=order&rank_fit=1", "Quality and regulatory record"),
    "unknown way": (urlencode({**points(fit=100), "by": "magic"}), "magic"),
    "weighs nothing here": (urlencode(points(timing=100)), "applies to this brief"),
}


@pytest.mark.parametrize("case", BAD_WEIGHTS)
def test_weights_when_they_are_nonsense_are_named_and_the_own_ones_shown(
    people: People, matched: Brief, case: str
) -> None:
    query, words = BAD_WEIGHTS[case]
    path = f"{address('match_list', matched)}?{query}"

    answers = [people.author.get(path), people.author.get(path, headers=HTMX)]

    for answer in answers:
        page = answer.content.decode()
        error = re.search(r'<div class="error-summary".*?</div>', page, re.S)
        assert answer.status_code == 422
        assert error is not None
        assert words in error.group()
        assert order_of(page) == [INSPECTED, NEAR]
        assert "nothing is saved.</strong>" not in page
        assert "HX-Push-Url" not in answer.headers


def test_weights_when_they_are_nonsense_are_not_saved(people: People, matched: Brief) -> None:
    queries = [query for query, _ in BAD_WEIGHTS.values()] + [""]

    answers = [
        people.author.post(
            address("match_weights", matched),
            f"{query}&version={matched.version}",
            content_type="application/x-www-form-urlencoded",
            follow=True,
        )
        for query in queries
    ]

    assert all('class="message error"' in answer.content.decode() for answer in answers)
    assert (Brief.objects.get(pk=matched.pk).version, MatchRun.objects.count()) == (matched.version, 1)


def test_weights_when_saved_change_the_brief_and_match_it_in_one_step(people: People, matched: Brief) -> None:
    sent = {**ONLY_PLACE, "version": matched.version}

    answer = people.author.post(address("match_weights", matched), sent, follow=True)

    matched.refresh_from_db()
    page = answer.content.decode()
    assert matched.weights == {"fit": 0, "quality": 0, "timing": 0, "experience": 0, "place": 100}
    assert order_of(page) == [NEAR, INSPECTED]
    assert "changed after this match" not in page
    assert MatchRun.objects.count() == 2
    assert Event.objects.filter(kind="brief.weighed", object_id=matched.pk).count() == 1


def test_order_when_saved_is_kept_as_an_order(people: People, matched: Brief) -> None:
    ranks = {f"rank_{head}": rank for rank, head in enumerate(reversed(HEADS), 1)}

    people.author.post(
        address("match_weights", matched), {"by": "order", **ranks, "version": matched.version}
    )

    matched.refresh_from_db()
    assert matched.weighting == {"by": "order", "order": list(reversed(HEADS)), "rule": "roc"}
    assert matched.weights == {}


def test_weights_when_a_colleague_saved_first_are_not_saved_and_not_lost(
    people: People, matched: Brief
) -> None:
    Brief.objects.filter(pk=matched.pk).update(version=matched.version + 1)

    answer = people.author.post(
        address("match_weights", matched), {**ONLY_PLACE, "version": matched.version}, follow=True
    )

    page = answer.content.decode()
    assert "A colleague saved this brief" in page
    assert order_of(page) == [NEAR, INSPECTED]
    assert (Brief.objects.get(pk=matched.pk).weights, MatchRun.objects.count()) == ({}, 1)


def test_preview_when_asked_by_a_colleague_and_a_stranger(people: People, matched: Brief) -> None:
    page = ask(people.colleague, matched, ONLY_PLACE)
    stranger = people.stranger.get(address("match_list", matched), ONLY_PLACE)

    assert order_of(page) == [NEAR, INSPECTED]
    assert "Save these weights" not in page
    assert stranger.status_code == 404


def test_weights_when_a_reader_or_stranger_saves_them_stay(people: People, matched: Brief) -> None:
    sent = {**ONLY_PLACE, "version": matched.version}

    reader = people.colleague.post(address("match_weights", matched), sent, follow=True)
    stranger = people.stranger.post(address("match_weights", matched), sent)

    assert "your role may only read it" in reader.content.decode()
    assert stranger.status_code == 404
    assert (Brief.objects.get(pk=matched.pk).weights, MatchRun.objects.count()) == ({}, 1)


def test_draft_when_never_matched_has_no_panel(people: People, brief: Brief) -> None:
    page = ask(people.author, brief, ONLY_PLACE)

    assert "Not matched yet" in page
    assert "data-weights" not in page


def test_preview_when_more_candidates_come_needs_no_more_queries(
    people: People, matched: Brief, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        line = LineFactory.create()
        CapabilityFactory.create(
            site=line.site, line=line, term=Term.objects.get(code="op.lyophilisation"), confirmed_on=TODAY
        )

    with django_assert_max_num_queries(34):
        page = ask(people.author, matched, ONLY_PLACE)

    assert page.count('<span class="moved new">') == 4


def test_page_when_two_are_eligible_says_how_firm_their_order_is(people: People, matched: Brief) -> None:
    page = ask(people.author, matched, {})

    assert f"{INSPECTED} is first in" in page or f"{INSPECTED} leads on what is proven" in page
    assert "weightings sampled" in page
    assert "Why not first:" in page
    assert "Next question." in page


def test_page_when_one_is_eligible_says_that_there_is_nothing_to_compare(
    people: People, matched: Brief
) -> None:
    RequirementFactory.create(brief=matched, kind="place", term=None, places=["IE"])
    people.author.post(address("match_rerun", matched))

    page = ask(people.author, matched, {})

    assert "nothing to compare it with" in page

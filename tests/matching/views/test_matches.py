"""The match page, from a real run over a small world, and the shortlist."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.models import Brief, MatchRun, ShortlistEntry
from partners.models import Partner, Term
from tests.factories.briefs import RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.matching.views.conftest import People

TODAY = dt.datetime.now(dt.UTC).date()


def address(name: str, brief: Brief, *more: object) -> str:
    return reverse(f"matching:{name}", args=[brief.uid, *more])


@pytest.fixture
def candidates(brief: Brief) -> dict[str, Partner]:
    """One partner that offers lyophilisation, one that says no, one that is silent about it."""
    lyo, isolator = (Term.objects.get(code=f"op.{name}") for name in ("lyophilisation", "isolator"))
    RequirementFactory.create(brief=brief, step=brief.steps.get(), scope="line", term=isolator)
    partners = {name: PartnerFactory.create(name=f"{name} Ltd") for name in ("Offers", "Refuses", "Silent")}
    for name, partner in partners.items():
        line = LineFactory.create(site=SiteFactory.create(partner=partner, name=f"{name} works"))
        CapabilityFactory.create(site=line.site, line=line, term=isolator, confirmed_on=TODAY)
        if name != "Silent":
            CapabilityFactory.create(
                site=line.site, line=line, term=lyo, is_offered=name == "Offers", confirmed_on=TODAY
            )
    return partners


def section(page: str, key: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="list-{key}".*?</section>', page, re.S)
    return found.group() if found else ""


def test_match_page_when_brief_is_opened_lists_eligible_and_open_questions(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    answer = people.author.post(address("brief_open", brief), follow=True)

    page = answer.content.decode()
    assert "Offers Ltd" in section(page, "eligible")
    assert "Silent Ltd" in section(page, "open_questions")
    assert "Refuses Ltd" not in section(page, "eligible") + section(page, "open_questions")
    assert "How this score is built" in page


def test_match_page_when_read_adds_up_and_writes_nothing(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    people.author.post(address("brief_open", brief))
    before = MatchRun.objects.count()

    page = people.colleague.get(address("match_list", brief)).content.decode()

    table = re.search(r'aria-label="Score of Offers Ltd, Offers works.*?</table>', page, re.S)
    assert table is not None
    points = [float(text) for text in re.findall(r'<td>([\d.]+)</td><td class="barcell"><svg', table.group())]
    total = re.search(r"Score</th><td></td><td></td><td>([\d.]+)<", table.group())
    assert total is not None
    assert round(sum(points), 1) == float(total.group(1))
    assert MatchRun.objects.count() == before


def test_match_page_when_brief_changes_later_says_so(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    people.author.post(address("brief_open", brief))
    people.author.post(
        address("requirement_create", brief, "place"), {"strength": "must", "scope": "site", "places": ["JP"]}
    )

    outdated = people.author.get(address("match_list", brief)).content.decode()
    people.author.post(address("match_rerun", brief))
    fresh = people.author.get(address("match_list", brief)).content.decode()

    assert "changed after this match" in outdated
    assert "changed after this match" not in fresh
    assert "Offers Ltd" not in section(fresh, "eligible")


def test_match_page_when_more_candidates_come_needs_no_more_queries(
    people: People,
    brief: Brief,
    candidates: dict[str, Partner],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(8):
        line = LineFactory.create()
        for code in ("op.lyophilisation", "op.isolator"):
            CapabilityFactory.create(
                site=line.site, line=line, term=Term.objects.get(code=code), confirmed_on=TODAY
            )
    people.author.post(address("brief_open", brief))

    with django_assert_max_num_queries(16):
        answer = people.author.get(address("match_list", brief))

    assert answer.content.decode().count('class="card result"') == 6


def test_shortlist_when_toggled_by_htmx_answers_with_the_button(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    people.author.post(address("brief_open", brief))
    toggle = address("shortlist_toggle", brief, candidates["Offers"].uid)

    on = people.author.post(toggle, {"on": "1"}, headers={"HX-Request": "true"})
    shown = people.colleague.get(address("shortlist", brief)).content.decode()
    off = people.author.post(toggle, {"on": "0"}, follow=True)

    assert 'aria-pressed="true"' in on.content.decode()
    assert "Offers Ltd" in shown
    assert "Offers Ltd is off the shortlist" in off.content.decode()
    assert not ShortlistEntry.objects.exists()


def test_shortlist_when_toggled_by_a_reader_or_stranger_stays_empty(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    toggle = address("shortlist_toggle", brief, candidates["Offers"].uid)

    people.colleague.post(toggle, {"on": "1"})
    stranger = people.stranger.post(toggle, {"on": "1"})

    assert stranger.status_code == 404
    assert not ShortlistEntry.objects.exists()


def test_brief_when_its_weights_fit_no_criterion_says_so_and_stays_a_draft(
    people: People, brief: Brief, candidates: dict[str, Partner]
) -> None:
    brief.weights = {"fit": 0, "quality": 0, "timing": 0, "experience": 0, "place": 0}
    brief.save()

    answer = people.author.post(address("brief_open", brief), follow=True)

    brief.refresh_from_db()
    assert "cannot be scored" in answer.content.decode()
    assert (brief.state, brief.match_runs.count()) == ("draft", 0)

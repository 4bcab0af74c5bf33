"""Lists with more candidates than a run explains: turning their pages, and comparing runs that have them."""

import datetime as dt
import re

import pytest
from django.db import transaction
from django.urls import reverse

from matching.models import Brief
from matching.scoring.matching import SHOWN as EXPLAINED
from matching.views.match_cards import SHOWN
from partners.changes import mark_changed
from partners.models import Capability, Partner, Site, Term
from tests.factories.briefs import RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.matching.views.conftest import People

TODAY = dt.datetime.now(dt.UTC).date()
MORE = 3
LAST = str(EXPLAINED // SHOWN + 1)
"""The page of those whom the run lists by score alone."""


@pytest.fixture
def many(brief: Brief, people: People) -> list[Partner]:
    """Partners that score the same, so that they stand in the order of their names; matched once."""
    term = Term.objects.get(code="op.lyophilisation")
    partners = [PartnerFactory.create(name=f"Partner {number:02}") for number in range(EXPLAINED + MORE)]
    for partner in partners:
        line = LineFactory.create(site=SiteFactory.create(partner=partner, name=f"{partner.name} works"))
        CapabilityFactory.create(site=line.site, line=line, term=term, confirmed_on=TODAY)
    people.author.post(reverse("matching:brief_open", args=[brief.uid]))
    return partners


def cards(page: str) -> list[str]:
    return re.findall(r"Score of (Partner \d\d) works, part by part", page)


def matches(brief: Brief) -> str:
    return reverse("matching:match_list", args=[brief.uid])


def test_list_when_longer_than_a_page_then_the_rest_is_a_page_further(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    first = people.author.get(matches(brief)).content.decode()
    second = people.author.get(matches(brief), {"show": "eligible", "page": "2"}).content.decode()
    last = people.author.get(matches(brief), {"show": "eligible", "page": LAST}).content.decode()

    assert cards(first) == [partner.name for partner in many[:SHOWN]]
    assert f"<dt>Eligible</dt><dd>{EXPLAINED + MORE}</dd>" in first
    assert f"Next {SHOWN}" in first
    assert cards(second) == [partner.name for partner in many[SHOWN : 2 * SHOWN]]
    assert f"Next {min(SHOWN, EXPLAINED + MORE - 2 * SHOWN)}" in second
    assert cards(last) == [partner.name for partner in many[EXPLAINED:]]
    assert f"Previous {SHOWN}" in last
    assert f"page={int(LAST) + 1}" not in last


def test_page_further_when_facts_changed_since_then_it_still_says_what_the_run_saw(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    address, query = matches(brief), {"show": "eligible", "page": LAST}
    before = cards(people.author.get(address, query).content.decode())
    with transaction.atomic():
        Capability.objects.update(is_offered=False)
        mark_changed(*Site.objects.all())

    after = cards(people.author.get(address, query).content.decode())

    assert after == before != []


@pytest.mark.parametrize(
    "query",
    [
        {"show": "eligible", "page": "99"},
        {"show": "eligible", "page": "-1"},
        {"show": "eligible", "page": "²"},
        {"show": "nothing", "page": "2"},
        {"show": "eligible", "page": "9" * 400},
        {"show": "registered_only", "page": "2"},
    ],
)
def test_page_that_there_is_not_then_the_first_is_shown(
    people: People, brief: Brief, many: list[Partner], query: dict[str, str]
) -> None:
    answer = people.author.get(matches(brief), query)

    assert answer.status_code == 200
    assert len(cards(answer.content.decode())) == SHOWN


def test_page_further_when_weights_are_previewed_then_it_is_explained_with_them(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    weights = {f"w_{head}": "10" for head in ("fit", "timing", "experience", "place")} | {"w_quality": "60"}

    page = people.author.get(matches(brief), {**weights, "show": "eligible", "page": LAST}).content.decode()

    assert cards(page) == [partner.name for partner in many[EXPLAINED:]]
    assert "Preview with other weights" in page


def test_page_further_when_asked_by_others_then_colleagues_see_it_and_strangers_nothing(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    query = {"show": "eligible", "page": LAST}

    codes = [each.get(matches(brief), query).status_code for each in (people.colleague, people.stranger)]

    assert codes == [200, 404]


def test_comparison_when_somebody_falls_behind_the_explained_then_he_moved_and_did_not_leave(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    site = Site.objects.get(partner=many[0])
    site.name = "Zymurgy works"
    with transaction.atomic():
        site.save()
        mark_changed(site)
    people.author.post(reverse("matching:match_rerun", args=[brief.uid]))

    page = people.author.get(reverse("matching:run_compare", args=[brief.uid])).content.decode()

    assert brief.match_runs.count() == 2
    assert brief.match_runs.latest("pk").result["further"]["eligible"][-1]["name"] == "Zymurgy works"
    assert "Left the lists" not in page


def judged(brief: Brief, partner: Partner) -> str:
    site = partner.sites.get()
    return reverse("matching:match_judged", args=[brief.uid, site.uid])


def test_judged_when_a_candidate_is_opened_says_every_requirement_also_of_those_listed_by_score_alone(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    for partner in (many[0], many[-1]):
        page = people.colleague.get(judged(brief, partner)).content.decode()
        part = people.colleague.get(judged(brief, partner), headers={"hx-request": "true"}).content.decode()

        assert f"Requirements judged for {partner.name} works" in page
        assert page.count('class="verdict') == brief.requirements.count()
        assert part.startswith("<div")
        assert part in page


def test_judged_when_matched_again_meanwhile_says_what_the_page_it_is_opened_from_shows(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    run = brief.match_runs.get()
    opened = people.author.get(matches(brief)).content.decode()
    RequirementFactory.create(brief=brief, term=Term.objects.get(code="op.isolator"), wish=True)
    people.author.post(reverse("matching:match_rerun", args=[brief.uid]))
    path = judged(brief, many[0])

    pages = [people.author.get(path, query).content.decode() for query in ({"run": str(run.uid)}, {})]

    assert f'hx-get="{path}?run={run.uid}"' in opened
    assert [page.count('class="verdict') for page in pages] == [1, 2]
    for unknown in ("nonsense", str(brief.uid)):
        assert people.author.get(path, {"run": unknown}).status_code == 404


def test_judged_when_a_stranger_asks_or_the_run_names_no_such_site_is_not_found(
    people: People, brief: Brief, many: list[Partner]
) -> None:
    elsewhere = SiteFactory.create()
    unlisted = reverse("matching:match_judged", args=[brief.uid, elsewhere.uid])

    assert people.stranger.get(judged(brief, many[0])).status_code == 404
    assert people.author.get(unlisted).status_code == 404

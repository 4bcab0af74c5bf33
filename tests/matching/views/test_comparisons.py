"""The list of a brief's matches, two of them compared, and the note on what the background found."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.models import Brief, BriefWatch, MatchRun
from matching.ranking import match_brief
from matching.ranking.keeping import keep
from matching.watching import note_what_is_new
from partners.models import Capability, Partner, Term
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.matching.views.conftest import People

TODAY = timezone.localdate()


def address(name: str, brief: Brief) -> str:
    return reverse(f"matching:{name}", args=[brief.uid])


@pytest.fixture
def partner(brief: Brief) -> Partner:
    """Offers what the brief asks for."""
    partner = PartnerFactory.create(name="Offers Ltd")
    line = LineFactory.create(site=SiteFactory.create(partner=partner, name="Offers works"))
    term = Term.objects.get(code="op.lyophilisation")
    CapabilityFactory.create(site=line.site, line=line, term=term, confirmed_on=TODAY)
    return partner


@pytest.fixture
def matched(people: People, brief: Brief, partner: Partner) -> Brief:
    people.author.post(address("brief_open", brief))
    return Brief.objects.get(pk=brief.pk)


def run_in_background(brief: Brief) -> MatchRun:
    """What the worker does when the facts changed; its own tests go the whole way."""
    previous = brief.match_runs.first()
    run = keep(brief, match_brief(brief), made_by=None, in_background=True)
    watch, _ = BriefWatch.objects.get_or_create(brief=brief, organisation=brief.organisation)
    note_what_is_new(watch, previous, run)
    watch.save()
    return run


def withdraw() -> None:
    Capability.objects.update(is_offered=False)


def test_compare_when_a_candidate_was_dropped_then_the_verdict_that_turned_is_shown(
    people: People, matched: Brief
) -> None:
    withdraw()
    people.author.post(address("match_rerun", matched))

    page = people.colleague.get(address("run_compare", matched)).content.decode()

    section = re.search(r'aria-labelledby="group-left".*?</section>', page, re.S)
    assert section is not None
    assert "Offers Ltd" in section.group()
    assert "Eligible, place 1 → In no list" in " ".join(section.group().split())
    assert "met → unmet" in section.group()
    assert "one dropped: it no longer meets" in page


def test_compare_when_a_weight_changed_then_the_table_adds_up(people: People, matched: Brief) -> None:
    term = Term.objects.get(code="op.isolator")
    RequirementFactory.create(brief=matched, wish=True, term=term)
    CapabilityFactory.create(site=Capability.objects.get().site, term=term, confirmed_on=TODAY)
    Brief.objects.update(weights={"fit": 70, "quality": 10, "timing": 10, "experience": 5, "place": 5})
    people.author.post(address("match_rerun", matched))

    page = people.author.get(address("run_compare", matched)).content.decode()

    assert "The brief was changed" in page
    assert "Technical and equipment fit: 35.0 → 70.0" in page
    table = re.search(r"<tbody>(.*?)</tbody>\s*<tfoot>(.*?)</tfoot>", page, re.S)
    assert table is not None
    rows = [numbers(row) for row in re.findall(r"<tr>.*?</tr>", table.group(1), re.S)]
    total = numbers(table.group(2))
    assert [round(sum(column), 1) for column in zip(*rows, strict=True)] == total
    for row in [*rows, total]:
        assert round(sum(row[:-1]), 1) == row[-1]


def numbers(row: str) -> list[float]:
    cells = re.findall(r'<td class="num">([^<]*)</td>', row)
    return [float(cell.replace("−", "-")) for cell in cells]


def test_compare_when_there_is_one_match_or_none_then_the_page_says_so(
    people: People, brief: Brief, matched: Brief
) -> None:
    other = BriefFactory.create(organisation=people.organisation)

    for each in (matched, other):
        assert "Nothing to compare yet" in people.author.get(address("run_compare", each)).content.decode()


def test_compare_when_two_runs_are_picked_then_those_are_compared(people: People, matched: Brief) -> None:
    withdraw()
    for _ in range(2):
        people.author.post(address("match_rerun", matched))
    newest, middle, oldest = matched.match_runs.all()

    same = people.author.get(
        address("run_compare", matched), {"from": str(middle.uid), "to": str(newest.uid)}
    )
    other = people.author.get(
        address("run_compare", matched), {"from": str(oldest.uid), "to": str(newest.uid)}
    )

    assert "the lists hold the same candidates" in same.content.decode()
    assert "one dropped" in other.content.decode()
    assert f'<option value="{oldest.uid}" selected>' in other.content.decode()


@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_compare_when_a_run_is_not_of_this_brief_then_answers_404(
    people: People, matched: Brief, value: str
) -> None:
    assert people.author.get(address("run_compare", matched), {"from": value}).status_code == 404


def test_pages_of_runs_when_a_stranger_asks_then_they_do_not_exist(people: People, matched: Brief) -> None:
    for name in ("run_list", "run_compare"):
        assert people.stranger.get(address(name, matched)).status_code == 404
        assert people.cdmo.get(address(name, matched)).status_code == 404
        assert people.colleague.get(address(name, matched)).status_code == 200
    assert people.stranger.post(address("note_seen", matched)).status_code == 404


def test_run_list_when_read_then_says_who_made_each_and_what_it_found(people: People, matched: Brief) -> None:
    author = matched.match_runs.get().made_by
    run_in_background(matched)

    page = people.colleague.get(address("run_list", matched)).content.decode()

    assert "in the background" in page
    assert str(author) in page
    MatchRun.objects.update(made_by=None)
    assert "a former member" in people.colleague.get(address("run_list", matched)).content.decode()


def test_run_list_when_there_are_more_runs_then_asks_no_more_questions(
    people: People, matched: Brief, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        run_in_background(matched)

    with django_assert_max_num_queries(12):
        people.author.get(address("run_list", matched))


def test_compare_when_there_are_more_runs_then_asks_no_more_questions(
    people: People, matched: Brief, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        run_in_background(matched)
    withdraw()
    run_in_background(matched)

    with django_assert_max_num_queries(15):
        people.author.get(address("run_compare", matched))


def test_note_when_the_background_found_something_then_matches_and_briefs_tell(
    people: People, matched: Brief
) -> None:
    since = matched.match_runs.get().made_at
    withdraw()
    run_in_background(matched)

    for name in ("match_list", "brief_list"):
        path = reverse("matching:brief_list") if name == "brief_list" else address(name, matched)
        page = people.colleague.get(path).content.decode()
        assert f"Since {since.day} {since:%B}: one dropped: it no longer meets" in page


def test_note_when_a_person_looks_then_it_is_gone_and_the_comparison_shown(
    people: People, matched: Brief
) -> None:
    withdraw()
    run_in_background(matched)

    shown = people.author.post(address("note_seen", matched), follow=True)

    assert "Two matches compared" in shown.content.decode()
    assert "one dropped" in shown.content.decode()
    assert "Since " not in people.author.get(address("match_list", matched)).content.decode()
    again = people.author.post(address("note_seen", matched), follow=True)
    assert "Nothing is new" in again.content.decode()


def test_note_when_a_reader_asks_to_take_it_off_then_it_stays(people: People, matched: Brief) -> None:
    withdraw()
    run_in_background(matched)

    people.colleague.post(address("note_seen", matched))

    page = people.colleague.get(address("match_list", matched)).content.decode()
    assert "one dropped" in page
    assert 'action="' + address("note_seen", matched) not in page


def test_reading_when_done_then_nothing_is_written(people: People, matched: Brief) -> None:
    withdraw()
    run_in_background(matched)
    before = list(BriefWatch.objects.values())

    for name in ("match_list", "run_list", "run_compare"):
        people.author.get(address(name, matched))

    assert list(BriefWatch.objects.values()) == before

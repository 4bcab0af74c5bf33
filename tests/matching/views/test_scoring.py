"""The pages of the scoring: nobody's numbers before all are open, everybody's after, all of them computed."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cdmo_portal.accounts.models import Member
from matching.models import (
    Brief,
    CriterionScore,
    Scorecard,
    ScoringCriterion,
    ShortlistChange,
    ShortlistEntry,
)
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory
from tests.matching.views.conftest import People, client_of
from tests.matching.views.sent_forms import fields_of

HTMX = {"HX-Request": "true"}
SECRET = "Their head of quality left in May"


@pytest.fixture
def brief(people: People) -> Brief:
    return BriefFactory.create(organisation=people.organisation, open=True)


@pytest.fixture
def entry(brief: Brief) -> ShortlistEntry:
    return ShortlistEntryFactory.create(brief=brief, partner__name="Larkfen Dosage")


@pytest.fixture
def criteria(people: People, brief: Brief, entry: ShortlistEntry) -> list[ScoringCriterion]:
    """As an editor confirms those that are proposed."""
    page = people.author.get(address("criteria_update", brief))
    people.author.post(address("criteria_update", brief), fields_of(page.content.decode()))
    return list(brief.scoring_criteria.current())


def address(name: str, brief: Brief, *more: object) -> str:
    return reverse(f"matching:{name}", args=[brief.uid, *more])


def scores(criteria: list[ScoringCriterion], *codes: str, comment: str = "") -> dict[str, str]:
    given = {f"s{row.pk}": code for row, code in zip(criteria, codes, strict=False)}
    return {**given, f"c{criteria[0].pk}": comment}


def hand_in(
    client: Client, entry: ShortlistEntry, criteria: list[ScoringCriterion], *codes: str, comment: str = ""
) -> None:
    client.post(
        address("scorecard_update", entry.brief, entry.uid), scores(criteria, *codes, comment=comment)
    )
    client.post(address("scorecard_hand_in", entry.brief), {"on": "1"})


def test_criteria_when_proposed_are_the_heads_with_the_weights_of_the_brief(
    people: People, brief: Brief, criteria: list[ScoringCriterion]
) -> None:
    assert [(row.name, int(row.points)) for row in criteria] == [
        ("Technical and equipment fit", 35),
        ("Quality and regulatory record", 20),
        ("Capacity and timing", 20),
        ("Experience", 15),
        ("Place and terms", 10),
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"criteria-0-name": ""}, "Name the criterion."),
        ({"criteria-0-points": ""}, "Give it points"),
        ({"criteria-0-points": "101"}, "less than or equal to 100"),
        ({"criteria-0-points": "NaN"}, "Enter a number"),
        ({"criteria-1-name": "technical AND equipment fit"}, "stands twice"),
        ({f"criteria-{number}-points": "0" for number in range(5)}, "more than 0 points"),
        ({f"criteria-{number}-DELETE": "on" for number in range(5)}, "at least one criterion"),
        ({"criteria-TOTAL_FORMS": "x"}, "There is a problem"),
    ],
)
def test_criteria_when_they_make_no_sense_are_refused_with_what_is_wrong(
    people: People, brief: Brief, criteria: list[ScoringCriterion], changes: dict[str, str], problem: str
) -> None:
    form = fields_of(people.author.get(address("criteria_update", brief)).content.decode())

    answer = people.author.post(address("criteria_update", brief), {**form, **changes})

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert "<title>Error: Criteria of the scorecards" in answer.content.decode()
    assert brief.scoring_criteria.current().count() == 5


def test_criteria_when_a_row_names_the_criterion_of_another_are_two_criteria(
    people: People, brief: Brief, criteria: list[ScoringCriterion]
) -> None:
    form = fields_of(people.author.get(address("criteria_update", brief)).content.decode())

    answer = people.author.post(
        address("criteria_update", brief), {**form, "criteria-1-uid": form["criteria-0-uid"]}
    )

    assert answer.status_code == 302
    assert [row.name for row in brief.scoring_criteria.current()] == [row.name for row in criteria]


def test_criteria_when_a_colleague_saved_first_show_both_and_keep_what_was_typed(
    people: People, brief: Brief, criteria: list[ScoringCriterion]
) -> None:
    path = address("criteria_update", brief)
    form = fields_of(people.author.get(path).content.decode())
    people.author.post(path, {**form, "criteria-0-points": "50"})

    answer = people.author.post(path, {**form, "criteria-0-points": "60"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Technical and equipment fit 60" in page
    assert "Technical and equipment fit 50" in page
    people.author.post(path, fields_of(page))
    assert brief.scoring_criteria.current()[0].points == 60


def test_criteria_when_cards_are_handed_in_ask_to_reopen_all(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    hand_in(people.colleague, entry, criteria, "8", "8", "8", "8", "8")
    path = address("criteria_update", brief)
    form = {**fields_of(people.author.get(path).content.decode()), "criteria-0-points": "50"}

    refused = people.author.post(path, form)
    people.author.post(path, {**form, "reopens": "on"})

    assert refused.status_code == 422
    assert "Changing them reopens all" in refused.content.decode()
    assert brief.scoring_criteria.current()[0].points == 50
    assert not brief.scorecards.handed_in().exists()


def test_criteria_when_a_reader_asks_are_forbidden(people: People, brief: Brief) -> None:
    assert people.colleague.get(address("criteria_update", brief)).status_code == 403
    assert people.stranger.get(address("criteria_update", brief)).status_code == 404


def test_scorecard_when_saved_by_htmx_says_when_and_what_it_comes_to(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    path = address("scorecard_update", brief, entry.uid)

    answer = people.colleague.post(path, scores(criteria, "8", "cannot", "0"), headers=HTMX)

    page = answer.content.decode()
    assert "<html" not in page
    assert "Saved at" in page
    assert "<b>28.0</b>–73.0" in page
    assert "55 % of the weight is judged" in page
    assert "3 scores missing" not in page
    assert "2 scores missing" in page


def test_scorecard_when_wrong_is_refused_and_says_what(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    path = address("scorecard_update", brief, entry.uid)

    for sent in (scores(criteria, "11"), scores(criteria, "8", comment="x" * 301)):
        assert people.colleague.post(path, sent).status_code == 422
    by_htmx = people.colleague.post(path, scores(criteria, "eight"), headers=HTMX)

    assert by_htmx.status_code == 422
    assert "Not saved" in by_htmx.content.decode()
    assert not CriterionScore.objects.exists()


def page_of(client: Client, path: str) -> dict[str, str]:
    """The scorecard as a window holds it: no score is chosen yet, but what it was opened with is noted."""
    found = fields_of(client.get(path).content.decode())
    return {name: value for name, value in found.items() if not re.fullmatch(r"s\d+", name)}


def test_scorecard_when_two_windows_change_different_scores_keeps_both_and_shows_them(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    path = address("scorecard_update", brief, entry.uid)
    one, other = page_of(people.colleague, path), page_of(people.colleague, path)
    fit, quality, *_rest = criteria
    people.colleague.post(path, {**one, f"s{fit.pk}": "8"}, headers=HTMX)

    answer = people.colleague.post(path, {**other, f"s{quality.pk}": "3"}, headers=HTMX).content.decode()

    assert dict(CriterionScore.objects.exclude(value=None).values_list("criterion", "value")) == {
        fit.pk: 8,
        quality.pk: 3,
    }
    assert "in another window too" in answer
    assert re.search(rf'<fieldset class="score-row" id="row-{fit.pk}" hx-swap-oob="true">', answer)
    assert f'id="row-{quality.pk}"' not in answer


def test_scorecard_when_two_windows_change_the_same_score_shows_both_and_loses_neither(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    path = address("scorecard_update", brief, entry.uid)
    one, other = page_of(people.colleague, path), page_of(people.colleague, path)
    name = f"s{criteria[0].pk}"
    saved = people.colleague.post(path, {**one, name: "8"}, headers=HTMX).content.decode()
    marks = dict(re.findall(r'name="(opened-[sc]\d+)" value="(\w+)" hx-swap-oob', saved))

    answer = people.colleague.post(path, {**other, name: "3"}, headers=HTMX)
    goes_on = people.colleague.post(path, {**one, **marks, name: "9"}, headers=HTMX)

    assert answer.status_code == 409
    assert "<td>3</td><td>8</td>" in answer.content.decode()
    assert goes_on.status_code == 200
    assert CriterionScore.objects.exclude(value=None).get().value == 9
    people.colleague.post(path, {**other, name: "3", "mine": "1"})
    assert CriterionScore.objects.exclude(value=None).get().value == 3


@pytest.mark.parametrize("what", ["moved", "taken off", "closed"])
def test_scorecard_when_it_is_sent_too_late_comes_back_with_the_reason_and_what_was_chosen(
    people: People,
    brief: Brief,
    entry: ShortlistEntry,
    criteria: list[ScoringCriterion],
    what: str,
) -> None:
    if what == "closed":
        brief.state = Brief.State.CLOSED
        brief.save()
    else:
        change = {"stage": "declined"} if what == "moved" else {"removed_at": timezone.now()}
        ShortlistEntry.objects.update(**change)

    path = address("scorecard_update", brief, entry.uid)
    sent = scores(criteria, "8", comment="Three weeks of work")
    plain, by_htmx = (people.colleague.post(path, sent, headers=each) for each in ({}, HTMX))

    reason = "This brief is closed" if what == "closed" else "no longer among those to be scored"
    for answer in (plain, by_htmx):
        assert answer.status_code == 422
        assert reason in answer.content.decode()
    assert "Three weeks of work" in plain.content.decode()
    assert not CriterionScore.objects.exists()


def test_scorecard_when_the_partner_is_not_to_be_scored_has_no_page(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    ShortlistEntry.objects.update(stage="long-list")

    assert people.colleague.get(address("scorecard_update", brief, entry.uid)).status_code == 404


def test_scorecard_when_read_asks_each_thing_once(
    people: People,
    brief: Brief,
    entry: ShortlistEntry,
    criteria: list[ScoringCriterion],
) -> None:
    path = address("scorecard_update", brief, entry.uid)

    with CaptureQueriesContext(connection) as asked:
        people.author.get(path)

    read = [each["sql"] for each in asked.captured_queries if 'FROM "matching_criterionscore"' in each["sql"]]
    assert len(read) == 1


def test_scorecard_when_saved_plainly_goes_on_to_the_next_partner_that_is_not_complete(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    other = ShortlistEntryFactory.create(brief=brief, partner__name="Aarequell")
    all_of_it = scores(criteria, "1", "1", "1", "1", "1")

    first = people.colleague.post(address("scorecard_update", brief, entry.uid), all_of_it)
    last = people.colleague.post(address("scorecard_update", brief, other.uid), all_of_it)

    assert first["Location"] == address("scorecard_update", brief, other.uid)
    assert last["Location"] == address("scoring", brief)


def test_hand_in_when_scores_are_missing_says_how_many(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    answer = people.colleague.post(address("scorecard_hand_in", brief), {"on": "1"}, follow=True)

    assert "5 of 5 scores are missing" in answer.content.decode()
    assert not brief.scorecards.handed_in().exists()


def everything_shown(client: Client, entry: ShortlistEntry) -> str:
    """All pages and files of the scoring as one text."""
    brief = entry.brief
    pages = [
        address("shortlist", brief),
        address("shortlist_history", brief),
        address("shortlist_card", brief, entry.uid),
        address("scoring", brief),
        address("scorecard_update", brief, entry.uid),
        address("scores_together", brief),
        address("scores_of", brief, entry.uid),
        reverse("api-shortlist-list", args=[brief.uid]),
    ]
    text = "".join(client.get(page, follow=True).content.decode() for page in pages)
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(address("scores_export", brief)).content))
    return text + "".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def test_numbers_of_others_when_each_is_alone_are_nowhere(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    hand_in(people.colleague, entry, criteria, "9", "9", "9", "9", "9", comment=SECRET)

    alone = everything_shown(people.author, entry)
    own = everything_shown(people.colleague, entry)
    people.author.post(address("scoring_open", brief), {"on": "1"})
    together = everything_shown(people.author, entry)

    assert SECRET not in alone
    assert not re.search(r"\b90\.0\b", alone)
    assert "handed in" in alone
    assert SECRET in own
    assert SECRET in together
    assert "90.0" in together


def test_together_when_open_is_computed_for_every_partner_and_criterion(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    hand_in(people.colleague, entry, criteria, "10", "6", "6", "cannot", "5")
    hand_in(people.author, entry, criteria, "5", "6", "5", "8", "cannot")
    people.author.post(address("scoring_open", brief), {"on": "1"})

    page = people.colleague.get(address("scores_together", brief)).content.decode()

    # 35 % × 7.5 + 20 % × 6 + 20 % × 5.5 + 15 % × 8 + 10 % × 5, of 10: 26.25 + 12 + 11 + 12 + 5
    assert "<b>66.3</b>" in page
    assert "1 disagree" in page
    assert page.count('<span class="badge warn">Disagree</span>') == 1
    assert page.count('class="num machine"') == 2


def test_agreed_when_a_colleague_entered_some_first_shows_both(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    hand_in(people.colleague, entry, criteria, "8", "8", "8", "8", "8")
    people.author.post(address("scoring_open", brief), {"on": "1"})
    path = address("scores_of", brief, entry.uid)
    people.author.post(path, {**scores(criteria, "7", "7", "7", "7", "7"), "version": "0"})

    answer = people.author.post(path, {**scores(criteria, "3", "7", "7", "7", "7"), "version": "0"})
    reader = people.colleague.post(path, scores(criteria, "1"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>3</td><td>7</td>" in page
    assert reader.status_code == 403
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    people.author.post(path, {**scores(criteria, "3", "7", "7", "7", "7"), "version": version.group(1)})
    change = ShortlistChange.objects.filter(kind="agreed")[0]
    shown = people.author.get(f"{address('scores_together', brief)}?done={change.uid}")
    together = shown.content.decode()
    assert "<b>56.0</b>" in together
    sent = fields_of(together)
    back = people.author.post(address("shortlist_undo", brief, change.uid), {"from": sent["from"]})
    assert back["Location"].startswith(f"{address('scores_together', brief)}?done=")
    told = people.author.get(address("shortlist_history", brief)).content.decode()
    assert "<dt>Technical and equipment fit</dt><dd><del>7</del> → <ins>3</ins></dd>" in told


def test_agreed_when_the_brief_was_closed_meanwhile_comes_back_with_what_was_typed(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    hand_in(people.colleague, entry, criteria, "8", "8", "8", "8", "8")
    people.author.post(address("scoring_open", brief), {"on": "1"})
    people.author.post(reverse("matching:brief_close", args=[brief.uid]))

    answer = people.author.post(
        address("scores_of", brief, entry.uid), scores(criteria, "7", comment="Agreed on the phone")
    )

    assert answer.status_code == 422
    assert "This brief is closed" in answer.content.decode()
    assert "Agreed on the phone" in answer.content.decode()


def test_pages_of_numbers_when_not_open_are_not_there(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    together = people.author.get(address("scores_together", brief))

    assert together["Location"] == address("scoring", brief)
    assert people.author.get(address("scores_of", brief, entry.uid)).status_code == 404


def test_evaluator_when_asked_by_an_editor_is_undone_from_the_same_page(
    people: People, brief: Brief, criteria: list[ScoringCriterion]
) -> None:
    colleague = Member.objects.get(organisation=people.organisation, role="viewer")
    path = address("evaluator_ask", brief)

    asked = people.author.post(path, {"member": str(colleague.uid), "on": "1"}, follow=True)
    change = ShortlistChange.objects.filter(kind="evaluators").get()
    people.author.post(address("shortlist_undo", brief, change.uid), {"from": "scoring"})
    unknown = [people.author.post(path, {"member": each, "on": "1"}).status_code for each in ("x", "")]
    strangers = MemberFactory.create()

    assert f"You asked {colleague.user} to score." in asked.content.decode()
    assert not Scorecard.objects.filter(is_invited=True).exists()
    assert unknown == [404, 404]
    assert people.author.post(path, {"member": str(strangers.uid), "on": "1"}).status_code == 404


def test_scoring_when_read_by_a_stranger_or_from_a_closed_brief(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    brief.state = Brief.State.CLOSED
    brief.save()
    other = client_of(MemberFactory.create(organisation=people.organisation, editor=True))

    path = address("scorecard_update", brief, entry.uid)
    read, sent = other.get(path, follow=True), other.post(path, scores(criteria, "1"))

    assert "nothing for you to score" in read.content.decode()
    assert sent.status_code == 422
    assert not CriterionScore.objects.exists()
    for name in ("scoring", "scores_together", "scores_export"):
        assert people.stranger.get(address(name, brief)).status_code == 404


def test_pages_when_setting_the_criteria_was_undone_say_that_there_are_none(
    people: People, brief: Brief, entry: ShortlistEntry, criteria: list[ScoringCriterion]
) -> None:
    first = ShortlistChange.objects.get(kind="criteria")
    people.author.post(address("shortlist_undo", brief, first.uid), {"from": "scoring"})

    pages = [
        people.author.get(address("scoring", brief)),
        people.author.get(address("scores_export", brief)),
        people.author.post(address("scorecard_hand_in", brief), {"on": "1"}, follow=True),
        people.author.post(address("scorecard_update", brief, entry.uid), scores(criteria, "8"), follow=True),
    ]

    assert not brief.scoring_criteria.current().exists()
    assert [page.status_code for page in pages] == [200] * 4
    assert "Proposed criteria" in pages[0].content.decode()

"""The shortlist's board, its moves and their conflicts, its history, its files."""

import json
from io import BytesIO
from typing import Protocol

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from matching.models import Brief, MatchRun, ShortlistChange, ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefFactory,
    CriterionScoreFactory,
    ScorecardFactory,
    ScoringCriterionFactory,
    ScoringRoundFactory,
    ShortlistEntryFactory,
)
from tests.factories.partners import PartnerFactory
from tests.matching.views.conftest import People, client_of
from tests.matching.views.sent_forms import fields_of

HTMX = {"HX-Request": "true"}


def address(name: str, brief: Brief, *more: object) -> str:
    return reverse(f"matching:{name}", args=[brief.uid, *more])


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def text_of(answer: Answer) -> str:
    return answer.content.decode()


@pytest.fixture
def brief(people: People) -> Brief:
    """Without requirements: a shortlist needs none."""
    return BriefFactory.create(organisation=people.organisation, open=True)


@pytest.fixture
def entry(brief: Brief) -> ShortlistEntry:
    return ShortlistEntryFactory.create(
        brief=brief, partner__name="Larkfen Dosage", note="Spoke at a fair", tags=["EU"]
    )


def matched(brief: Brief, *entries: ShortlistEntry) -> MatchRun:
    """A run in which these partners are eligible, best first."""
    listed = [
        {
            "key": str(number),
            "name": f"{entry.partner.name}, Cork",
            "partner": str(entry.partner.uid),
            "score": {"shown": 90.0 - number},
        }
        for number, entry in enumerate(entries)
    ]
    result = {"eligible": listed, "open_questions": [], "near_misses": [], "registered_only": []}
    return MatchRun.objects.create(
        brief=brief,
        organisation=brief.organisation,
        brief_version=1,
        engine_version="1",
        asked={},
        facts_sha256="0" * 64,
        result={**result, "further": {}},
    )


def test_board_when_read_shows_where_each_partner_stands(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    matched(brief, entry)
    ShortlistEntryFactory.create(brief=brief, partner__name="Never matched", stage="declined", reason="Far")

    page = text_of(people.colleague.get(address("shortlist", brief)))

    assert "Larkfen Dosage, Cork: eligible, <b>90.0</b>, rank 1" in " ".join(page.split())
    assert "Not in the latest match" in page
    assert "Reason: Far" in page
    assert "Spoke at a fair" in page
    assert address("shortlist_move", brief, entry.uid) not in page
    assert "Move to" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=larkFEN", {"Larkfen Dosage"}),
        ("q=fair", {"Larkfen Dosage"}),
        ("tag=ｅｕ", {"Larkfen Dosage"}),
        ("stage=declined", {"Basaltine"}),
        ("q=nobody", set()),
        ("sort=nonsense&view=nonsense&stage=nonsense", {"Larkfen Dosage", "Basaltine"}),
        ("view=table", {"Larkfen Dosage", "Basaltine"}),
    ],
)
def test_board_when_filtered_shows_only_what_fits(
    people: People, brief: Brief, entry: ShortlistEntry, query: str, shown: set[str]
) -> None:
    ShortlistEntryFactory.create(brief=brief, partner__name="Basaltine", stage="declined")

    page = text_of(people.author.get(f"{address('shortlist', brief)}?{query}"))

    assert {name for name in ("Larkfen Dosage", "Basaltine") if f">{name}</a>" in page} == shown


def test_board_when_sorted_by_name_or_score_follows(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    other = ShortlistEntryFactory.create(brief=brief, partner__name="Aarequell")
    matched(brief, entry, other)

    by_score = text_of(people.author.get(address("shortlist", brief)))
    by_name = text_of(people.author.get(f"{address('shortlist', brief)}?sort=name"))

    assert by_score.index(">Larkfen Dosage</a>") < by_score.index(">Aarequell</a>")
    assert by_name.index(">Larkfen Dosage</a>") > by_name.index(">Aarequell</a>")


def big_board(brief: Brief, people: People) -> None:
    """60 partners, 8 evaluators with 12 criteria, all handed in."""
    entries = [
        ShortlistEntryFactory.create(
            brief=brief, stage=stage, note="A note of some length. " * 20, tags=["EU", "QP release", "second"]
        )
        for stage in ("shortlist", "contacted", "selected")
        for _ in range(20)
    ]
    matched(brief, *entries)
    ScoringRoundFactory.create(brief=brief, open=True)
    criteria = ScoringCriterionFactory.create_batch(12, brief=brief)
    for number, card in enumerate(ScorecardFactory.create_batch(8, brief=brief, handed_in=True)):
        CriterionScoreFactory._meta.model.objects.bulk_create(
            CriterionScoreFactory.build(
                scorecard=card,
                brief=brief,
                organisation=brief.organisation,
                entry=entry,
                criterion=criterion,
                value=(number + place) % 11,
                comment="Their lines are full until the summer, and the answer took three weeks.",
            )
            for place, entry in enumerate(entries)
            for criterion in criteria
        )


@pytest.mark.parametrize("is_big", [False, True])
def test_pages_when_the_shortlist_is_large_need_no_more_queries_and_stay_small(
    people: People,
    brief: Brief,
    entry: ShortlistEntry,
    is_big: bool,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    if is_big:
        big_board(brief, people)
    else:
        ScoringRoundFactory.create(brief=brief, open=True)
    entry.delete()
    one = brief.shortlist.first() or ShortlistEntryFactory.create(brief=brief)
    pages = {
        address("shortlist", brief): 13,
        f"{address('shortlist', brief)}?view=table": 13,
        address("shortlist_card", brief, one.uid): 17,
        address("shortlist_history", brief): 9,
        address("scoring", brief): 13,
        address("scores_together", brief): 14,
        address("scores_of", brief, one.uid): 15,
    }

    for page, most in pages.items():
        with django_assert_max_num_queries(most):
            answer = people.author.get(page)
        assert answer.status_code == 200
        assert len(answer.content) < 150_000, f"{page}: {len(answer.content)}"


def test_board_when_it_has_too_many_cards_leads_to_all_of_a_stage(people: People, brief: Brief) -> None:
    ShortlistEntryFactory.create_batch(61, brief=brief)

    page = text_of(people.author.get(address("shortlist", brief)))
    stage = text_of(people.author.get(f"{address('shortlist', brief)}?stage=shortlist"))

    assert page.count("data-card") == 12
    assert 'href="?stage=shortlist">All 61</a>' in page
    assert stage.count("data-card") == 60
    assert "page=2" in stage


def test_partner_when_found_by_name_is_added_to_the_stage_that_was_chosen(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    wanted = PartnerFactory.create(name="Halvenby Services")
    page = text_of(people.author.get(f"{address('shortlist', brief)}?find=halven"))
    sent = {"on": "1", "from": "shortlist", "stage": "long-list"}

    answer = people.author.post(address("shortlist_toggle", brief, wanted.uid), sent, follow=True)

    assert "Halvenby Services" in page
    assert "You added Halvenby Services." in text_of(answer)
    assert brief.shortlist.get(partner=wanted).stage == "long-list"
    found = text_of(people.author.get(f"{address('shortlist', brief)}?find=larkfen"))
    assert "No partner of that name" in found


def test_partner_when_it_is_on_the_list_already_reports_no_other_change_to_be_undone(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    people.author.post(address("shortlist_move", brief, entry.uid), move("contacted"))
    toggle = address("shortlist_toggle", brief, entry.partner.uid)

    plain = people.author.post(toggle, {"on": "1", "from": "shortlist"})
    by_htmx = people.author.post(toggle, {"on": "1"}, headers=HTMX)

    assert plain["Location"] == address("shortlist", brief)
    assert json.loads(by_htmx["HX-Trigger"]) == {"toast": {"text": "Larkfen Dosage is on the shortlist."}}


def move(stage: str, version: int = 1, **more: str) -> dict[str, str]:
    return {"stage": stage, "version": str(version), **more}


def test_move_when_posted_plainly_says_so_with_an_undo_that_works(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    moved = people.author.post(
        address("shortlist_move", brief, entry.uid), move("declined", reason="Far"), follow=True
    )
    change = ShortlistChange.objects.get()
    undone = people.author.post(address("shortlist_undo", brief, change.uid), {"from": "board"}, follow=True)

    undo = address("shortlist_undo", brief, change.uid)
    assert "You moved Larkfen Dosage from Shortlist to Declined." in text_of(moved)
    assert undo in text_of(moved)
    assert "You moved Larkfen Dosage from Declined to Shortlist, as an undo." in text_of(undone)
    entry.refresh_from_db()
    assert (entry.stage, entry.reason) == ("shortlist", "")


def test_move_when_made_on_the_card_stays_there(people: People, brief: Brief, entry: ShortlistEntry) -> None:
    sent = move("contacted") | {"from": "card"}

    answer = people.author.post(address("shortlist_move", brief, entry.uid), sent)
    by_htmx = people.author.post(
        address("shortlist_move", brief, entry.uid),
        sent | {"stage": "selected", "version": "2"},
        headers=HTMX,
    )

    card = address("shortlist_card", brief, entry.uid)
    assert answer["Location"].startswith(f"{card}?done=")
    assert by_htmx["HX-Redirect"].startswith(f"{card}?done=")


def test_move_when_sent_by_htmx_answers_with_the_board_a_toast_and_where_the_focus_goes(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    here = {**HTMX, "HX-Current-URL": f"http://testserver{address('shortlist', brief)}?q=larkfen"}

    answer = people.author.post(address("shortlist_move", brief, entry.uid), move("contacted"), headers=here)

    page = text_of(answer)
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert "<html" not in page
    assert 'id="undo"' in page
    assert toast == {"text": "You moved Larkfen Dosage from Shortlist to Contacted.", "undo": "undo"}
    assert json.loads(answer["HX-Trigger-After-Settle"]) == {"focus-on": {"id": f"card-{entry.uid}"}}


def test_board_when_filtered_without_a_reload_has_links_to_the_same_view(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    asked = f"{address('shortlist', brief)}?q=larkfen&sort=name&page=1"

    page = text_of(people.author.get(asked, headers=HTMX))

    for kind in ("xlsx", "csv"):
        assert f'{address("shortlist_export", brief, kind)}?q=larkfen&amp;sort=name"' in page
    assert 'href="?q=larkfen&amp;sort=name&amp;view=table"' in page


def test_board_when_a_card_was_moved_on_a_page_of_it_keeps_the_view_in_every_link(
    people: People, brief: Brief
) -> None:
    moved, *_others = ShortlistEntryFactory.create_batch(61, brief=brief, tags=["EU"])
    asked = "?view=table&tag=EU&sort=name&page=2"
    here = {**HTMX, "HX-Current-URL": f"http://testserver{address('shortlist', brief)}{asked}"}

    page = text_of(
        people.author.post(address("shortlist_move", brief, moved.uid), move("contacted"), headers=here)
    )

    assert 'href="?view=table&amp;tag=EU&amp;sort=name&amp;page=1"' in page
    assert 'href="?tag=EU&amp;sort=name"' in page
    assert f'{address("shortlist_export", brief, "csv")}?tag=EU&amp;sort=name"' in page


@pytest.mark.parametrize("here", ["http://[", "http://testserver/\x7f", "nonsense", "http://other/briefs/"])
def test_move_when_htmx_names_a_page_that_cannot_be_leads_to_the_board(
    people: People, brief: Brief, entry: ShortlistEntry, here: str
) -> None:
    answer = people.author.post(
        address("shortlist_move", brief, entry.uid),
        move("contacted"),
        headers={**HTMX, "HX-Current-URL": here},
    )

    assert answer["HX-Redirect"].startswith(f"{address('shortlist', brief)}?done=")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_move_when_a_colleague_was_first_shows_both_values_and_keeps_the_choice(
    people: People, brief: Brief, entry: ShortlistEntry, headers: dict[str, str]
) -> None:
    path = address("shortlist_move", brief, entry.uid)
    people.author.post(path, move("selected", reason="Signed"))

    answer = people.author.post(path, move("declined", reason="Far"), headers=headers)

    page = text_of(answer)
    assert answer.status_code == 409
    assert answer.get("HX-Retarget") == ("#main" if headers else None)
    for word in ("Declined", "Far", "Selected", "Signed", "all the same", "moved Larkfen Dosage"):
        assert word in page
    entry.refresh_from_db()
    assert entry.stage == "selected"
    again = people.author.post(path, move("declined", entry.version, reason="Far"))
    entry.refresh_from_db()
    assert (again.status_code, entry.stage, entry.reason) == (302, "declined", "Far")


@pytest.mark.parametrize("sent", [{}, {"stage": "nowhere"}, {"stage": "declined", "reason": "x" * 301}])
def test_move_when_it_cannot_be_understood_says_so_and_moves_nothing(
    people: People, brief: Brief, entry: ShortlistEntry, sent: dict[str, str]
) -> None:
    answer = people.author.post(address("shortlist_move", brief, entry.uid), sent, follow=True)
    by_htmx = people.author.post(address("shortlist_move", brief, entry.uid), sent, headers=HTMX)

    assert 'class="message error"' in text_of(answer)
    assert by_htmx["HX-Redirect"] == address("shortlist_card", brief, entry.uid)
    assert 'class="message error"' in text_of(people.author.get(by_htmx["HX-Redirect"]))
    entry.refresh_from_db()
    assert (entry.stage, entry.version) == ("shortlist", 1)


def test_undo_when_a_later_change_stands_shows_both_and_changes_nothing(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_move", brief, entry.uid)
    people.author.post(path, move("contacted"))
    first = ShortlistChange.objects.get()
    people.author.post(path, move("selected", 2, reason="Signed"))

    answer = people.author.post(address("shortlist_undo", brief, first.uid))

    page = text_of(answer)
    assert answer.status_code == 409
    assert "cannot be undone any more" in page
    assert "<td>Shortlist</td><td>Selected</td>" in page
    entry.refresh_from_db()
    assert entry.stage == "selected"


def test_card_when_saved_keeps_note_and_distinct_tags_and_offers_those_of_the_organisation(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_card", brief, entry.uid)
    ShortlistEntryFactory.create(
        brief__organisation=people.organisation, tags=["Second source"], partner=entry.partner
    )
    ShortlistEntryFactory.create(tags=["A stranger's"])

    saved = people.author.post(
        path, {"version": "1", "note": "New\nnote", "tags": "EU, qp  Release, eu,  ,QP release"}, follow=True
    )

    entry.refresh_from_db()
    page = text_of(saved)
    assert (entry.note, entry.tags) == ("New\nnote", ["EU", "qp Release"])
    assert "You changed the note and the tags of Larkfen Dosage." in page
    assert 'value="Second source"' in page
    assert "A stranger" not in page


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"tags": "x" * 31}, "longer than 30"),
        ({"tags": ",".join(map(str, range(11)))}, "At most 10 tags"),
        ({"note": "x" * 4001}, "at most 4000"),
        ({"note": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_card_when_too_much_is_written_says_what_and_keeps_it(
    people: People, brief: Brief, entry: ShortlistEntry, sent: dict[str, str], problem: str
) -> None:
    answer = people.author.post(address("shortlist_card", brief, entry.uid), {"version": "1", **sent})

    assert answer.status_code == 422
    assert problem in text_of(answer)
    entry.refresh_from_db()
    assert (entry.note, entry.tags) == ("Spoke at a fair", ["EU"])


def test_card_when_a_colleague_saved_first_shows_both_and_keeps_what_was_typed(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_card", brief, entry.uid)
    people.author.post(path, {"version": "1", "note": "Theirs", "tags": "EU"})

    answer = people.author.post(path, {"version": "1", "note": "Mine", "tags": "EU"})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "<td>Mine</td><td>Theirs</td>" in page
    assert 'name="version" value="2"' in page
    assert "Mine</textarea>" in page


def test_card_when_it_was_moved_while_a_note_was_written_is_saved_and_keeps_the_reason(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    people.author.post(address("shortlist_move", brief, entry.uid), move("declined", reason="Far"))

    answer = people.author.post(
        address("shortlist_card", brief, entry.uid), {"version": "1", "note": "Mine", "tags": "EU"}
    )

    entry.refresh_from_db()
    assert answer.status_code == 302
    assert (entry.stage, entry.reason, entry.note) == ("declined", "Far", "Mine")


def test_card_when_note_and_stage_were_changed_meanwhile_gives_a_form_that_wipes_nothing(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_card", brief, entry.uid)
    people.author.post(path, {"version": "1", "note": "Theirs", "tags": "EU, QP"})
    people.author.post(address("shortlist_move", brief, entry.uid), move("declined", 2, reason="Far"))

    page = text_of(people.author.post(path, {"version": "1", "note": "Mine", "tags": "EU"}))
    people.author.post(path, {**fields_of(page), "version": "3"})

    entry.refresh_from_db()
    assert (entry.note, entry.reason, entry.tags) == ("Mine", "Far", ["EU", "QP"])


def test_card_when_it_was_taken_off_meanwhile_keeps_what_was_typed_and_can_bring_it_back(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_card", brief, entry.uid)
    sent = {"version": "1", "note": "Three weeks of my work", "tags": "EU"}
    people.author.post(address("shortlist_toggle", brief, entry.partner.uid), {"on": "0"})

    refused = people.author.post(path, sent)

    assert refused.status_code == 409
    assert "Three weeks of my work</textarea>" in text_of(refused)
    assert "took this partner off the shortlist" in text_of(refused)
    assert 'name="bring-back"' in text_of(refused)
    people.author.post(path, {**sent, "bring-back": "1"})
    assert brief.shortlist.get().note == "Three weeks of my work"


def test_card_when_the_brief_was_closed_meanwhile_keeps_what_was_typed(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    brief.state = Brief.State.CLOSED
    brief.save()

    refused = people.author.post(
        address("shortlist_card", brief, entry.uid), {"version": "1", "note": "My words", "tags": "EU"}
    )

    assert refused.status_code == 422
    assert "This brief is closed" in text_of(refused)
    assert "My words</textarea>" in text_of(refused)
    assert "<textarea" not in text_of(people.author.get(address("shortlist_card", brief, entry.uid)))


def test_history_when_read_tells_who_did_what_and_pages(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    path = address("shortlist_move", brief, entry.uid)
    for number in range(26):
        people.author.post(path, move(("contacted", "selected")[number % 2], number + 1))

    first = text_of(people.colleague.get(address("shortlist_history", brief)))
    second = text_of(people.author.get(f"{address('shortlist_history', brief)}?page=2"))

    assert first.count("<time") == 25
    assert second.count("<time") == 1
    assert "You moved Larkfen Dosage from Shortlist to Contacted." in second
    assert ">Undo" not in first.replace("data-undo>Undo", "")


@pytest.mark.parametrize("lines", [2, 20])
def test_history_when_it_is_long_asks_an_editors_role_no_more_often(
    people: People,
    brief: Brief,
    entry: ShortlistEntry,
    lines: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    editor = client_of(MemberFactory.create(editor=True, organisation=people.organisation))
    for number in range(lines):
        people.author.post(
            address("shortlist_move", brief, entry.uid),
            move(("contacted", "selected")[number % 2], number + 1),
        )

    with django_assert_max_num_queries(10):
        page = text_of(editor.get(address("shortlist_history", brief)))

    assert page.count('action="/briefs/') == lines


def test_pages_when_a_stranger_or_cdmo_asks_do_not_exist(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    people.author.post(address("shortlist_move", brief, entry.uid), move("contacted"))
    change = ShortlistChange.objects.get()
    own = ShortlistEntryFactory.create(brief__organisation=people.organisation)

    for client in (people.stranger, people.cdmo):
        for name, *more in (
            ("shortlist_history",),
            ("shortlist_card", entry.uid),
            ("shortlist_export", "xlsx"),
            ("scoring",),
        ):
            assert client.get(address(name, brief, *more)).status_code == 404
        for name, uid in (("shortlist_move", entry.uid), ("shortlist_undo", change.uid)):
            assert client.post(address(name, brief, uid), move("declined")).status_code == 404
    # An entry of another brief of the same organisation.
    assert people.author.get(address("shortlist_card", brief, own.uid)).status_code == 404


def test_export_when_taken_has_the_filtered_rows_and_says_what_it_is(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    matched(brief, entry)
    ShortlistEntryFactory.create(brief=brief, partner__name="Basaltine", note="=1+1")

    answer = people.author.get(f"{address('shortlist_export', brief, 'xlsx')}?tag=EU&sort=name")
    lines = people.author.get(address("shortlist_export", brief, "csv"))
    unknown = people.author.get(address("shortlist_export", brief, "pdf"))

    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_name("Shortlist").to_python()
    about = {row[0]: row[1] for row in book.get_sheet_by_name("About this export").to_python()}
    assert [row[1] for row in rows] == ["Partner", "Larkfen Dosage"]
    assert rows[1][6] == 90.0
    assert (about["Filters"], about["Sorted by"]) == ("tag: EU", "Name")
    assert about["Partners"] == "1 of 2"
    csv = b"".join(lines).decode()
    assert "'=1+1" in csv
    assert unknown.status_code == 404


def test_match_page_when_a_full_shortlist_refuses_by_htmx_says_why(
    people: People, brief: Brief, entry: ShortlistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.actions.shortlists.MOST_ENTRIES", 1)
    toggle = address("shortlist_toggle", brief, PartnerFactory.create().uid)

    answer = people.author.post(toggle, {"on": "1"}, headers=HTMX)

    assert 'aria-pressed="false"' in text_of(answer)
    assert "holds 1 partners at most" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_brief_list_when_a_partner_was_taken_off_does_not_count_it(
    people: People, brief: Brief, entry: ShortlistEntry
) -> None:
    people.author.post(address("shortlist_toggle", brief, entry.partner.uid), {"on": "0"})

    page = people.author.get(reverse("matching:brief_list"))

    assert page.context["page"][0].shortlist_count == 0

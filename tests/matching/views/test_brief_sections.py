"""Writing a brief section by section: what is kept, what is refused, and two people at once."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from matching.models import Brief
from tests.factories.briefs import BriefFactory
from tests.matching.views.conftest import People
from tests.matching.views.sent_forms import fields_of

NEW = reverse("matching:brief_create")
HX = {"HX-Request": "true"}


def address(brief: Brief, section: str) -> str:
    return reverse("matching:brief_section", args=[brief.uid, section])


class Writer:
    """Somebody at a form that they opened; `save` sends what stands in it, as a browser without scripts."""

    def __init__(self, client: Client, brief: Brief, section: str) -> None:
        self.client, self.path = client, address(brief, section)
        self.fields: dict[str, Any] = fields_of(client.get(self.path).content.decode())

    def save(self, *, by_script: bool = False, **typed: Any) -> HttpResponse:
        """`typed` is whatever a form may be sent, hence Any."""
        self.fields |= typed
        headers = HX if by_script else {}
        answer: Any = self.client.post(self.path, self.fields, headers=headers)
        return answer  # type: ignore[no-any-return]


def stored(brief: Brief) -> Brief:
    return Brief.objects.select_related("stage", "modality").get(pk=brief.pk)


def test_brief_when_only_a_title_is_given_is_a_draft_and_the_next_section_opens(
    people: People, vocabulary: None
) -> None:
    answer = people.author.post(NEW, {"title": "Tablets", "modality": "mAb"})

    brief = Brief.objects.get()
    assert (brief.state, brief.modality.code) == ("draft", "mod.mab")  # type: ignore[union-attr]
    assert (brief.contracting_weeks, brief.release_weeks) == (Decimal(8), Decimal(4))
    assert answer.headers["Location"] == address(brief, "when")


def test_brief_when_the_same_new_page_is_sent_twice_is_one_draft(people: People, vocabulary: None) -> None:
    opened = fields_of(people.author.get(NEW).content.decode())

    first = people.author.post(NEW, opened | {"title": "Tab"}, headers=HX)
    second = people.author.post(NEW, opened | {"title": "Tab"}, headers=HX)

    brief = Brief.objects.get()
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["HX-Replace-Url"] == address(brief, "what")
    assert f'data-form-action="{address(brief, "what")}"' in first.content.decode()
    assert (brief.title, brief.version) == ("Tab", 1)


def test_new_page_when_its_draft_was_changed_elsewhere_goes_on_in_that_draft(
    people: People, vocabulary: None
) -> None:
    opened = fields_of(people.author.get(NEW).content.decode())
    people.author.post(NEW, opened | {"title": "Tab"}, headers=HX)
    brief = Brief.objects.get()
    Writer(people.author, brief, "what").save(title="Theirs")

    by_script = people.author.post(NEW, opened | {"title": "Mine"}, headers=HX)
    answer = people.author.post(NEW, opened | {"title": "Mine"})
    page = answer.content.decode()
    people.author.post(
        re.findall(r'<form method="post"[^>]* action="([^"]+/what/)"', page)[0], fields_of(page)
    )

    assert (by_script.status_code, answer.status_code) == (409, 409)
    assert by_script.headers["HX-Replace-Url"] == address(brief, "what")
    assert Brief.objects.get().title == "Mine"


def test_new_draft_when_its_name_is_that_of_a_strangers_brief_is_not_found(
    people: People, vocabulary: None
) -> None:
    other = BriefFactory.create(title="Theirs")

    answer = people.author.post(NEW, {"title": "Mine", "draft": str(other.uid)})

    assert answer.status_code == 404
    assert [brief.title for brief in Brief.objects.all()] == ["Theirs"]


BAD: Mapping[str, tuple[str, dict[str, object], str]] = {
    "no title": ("what", {"title": " "}, "title"),
    "nul": ("what", {"title": "a\x00b"}, "title"),
    "huge title": ("what", {"title": "x" * 201}, "title"),
    "unknown modality": ("what", {"modality": "philosopher's stone"}, "modality"),
    "unknown stage": ("what", {"stage": "stg.magic"}, "stage"),
    "unknown step": ("when", {"steps": ["magic"]}, "steps"),
    "year zero": ("when", {"needed_by": "0000-01-01"}, "needed_by"),
    "far future": ("when", {"needed_by": "9999-12-31"}, "needed_by"),
    "inverted dates": (
        "when",
        {"material_available_on": "2027-02-01", "needed_by": "2027-01-01"},
        "needed_by",
    ),
    "negative weeks": ("when", {"release_weeks": "-1"}, "release_weeks"),
    "not a number": ("when", {"release_weeks": "NaN"}, "release_weeks"),
    "nul in words": ("words", {"text": "a\x00b"}, "text"),
    "too many words": ("words", {"text": "x" * 200_001}, "text"),
    "one weight only": ("weights", {"weigh_by": "points", "weight_fit": "5"}, "all five"),
    "infinite weight": ("weights", {"weigh_by": "points", "weight_fit": "Infinity"}, "weight_fit"),
}


@pytest.mark.parametrize("by_script", [False, True])
@pytest.mark.parametrize("case", BAD)
def test_section_when_nonsense_is_sent_names_the_field_and_writes_nothing(
    people: People, brief: Brief, case: str, *, by_script: bool
) -> None:
    section, typed, at_fault = BAD[case]

    answer = Writer(people.author, brief, section).save(by_script=by_script, **typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{at_fault}' in page or at_fault in page
    assert stored(brief).version == 1


def test_section_when_refused_still_knows_the_state_it_was_opened_with(people: People, brief: Brief) -> None:
    mine = Writer(people.author, brief, "what")
    refused = fields_of(mine.save(title="Mine", modality="nonsense").content.decode())
    Writer(people.author, brief, "what").save(title="Theirs")

    answer = mine.client.post(mine.path, refused | {"modality": ""})

    assert answer.status_code == 409
    assert stored(brief).title == "Theirs"


def test_two_people_when_in_different_sections_or_fields_keep_both(people: People, brief: Brief) -> None:
    title, stage, when = (Writer(people.author, brief, name) for name in ("what", "what", "when"))

    answers = [
        title.save(title="Renamed"),
        when.save(steps=["packaging"], release_weeks="6"),
        stage.save(stage="stg.phase2"),
    ]

    now = stored(brief)
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert (now.title, now.stage.code) == ("Renamed", "stg.phase2")  # type: ignore[union-attr]
    assert [step.kind for step in now.steps.all()] == ["packaging"]


def test_two_people_when_in_the_same_field_see_both_values_and_lose_nothing(
    people: People, brief: Brief
) -> None:
    mine, theirs = Writer(people.author, brief, "what"), Writer(people.author, brief, "what")
    theirs.save(title="Theirs", stage="stg.phase2")

    answer = mine.save(title="Mine")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>Mine</td><td>Theirs</td>" in page
    assert "data-conflict" in page
    assert stored(brief).title == "Theirs"
    again = mine.client.post(mine.path, fields_of(page))
    now = stored(brief)
    assert again.status_code == 302
    assert (now.title, now.stage.code) == ("Mine", "stg.phase2")  # type: ignore[union-attr]


def test_dates_when_each_is_right_and_both_together_are_not_are_refused(people: People, brief: Brief) -> None:
    mine, theirs = Writer(people.author, brief, "when"), Writer(people.author, brief, "when")
    theirs.save(needed_by="2027-03-01")

    answer = mine.save(material_available_on="2027-04-01")

    assert answer.status_code == 422
    assert stored(brief).material_available_on is None


def test_script_when_it_saves_is_told_when_and_gets_new_marks(people: People, brief: Brief) -> None:
    mine = Writer(people.author, brief, "what")

    first = mine.save(by_script=True, title="One").content.decode()

    assert "Saved at" in first
    mine.fields |= {"opened-title": first.split('name="opened-title" value="')[1][:16]}
    assert mine.save(by_script=True, title="Two").status_code == 200
    assert (stored(brief).title, stored(brief).version) == ("Two", 3)


def test_step_when_taken_away_and_added_again_by_script_says_what_moved_and_loses_nothing(
    people: People, brief: Brief
) -> None:
    pages = []
    for steps in ([], ["drug-product"]):
        pages.append(Writer(people.author, brief, "when").save(by_script=True, steps=steps).content.decode())

    assert all("1 requirement moved with it." in page for page in pages)
    assert brief.requirements.select_related("step").get().step == stored(brief).steps.get()


def test_script_when_it_sends_the_same_twice_changes_once(people: People, brief: Brief) -> None:
    mine = Writer(people.author, brief, "what")

    answers = [mine.save(by_script=True, title="One") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert stored(brief).version == 2


def test_script_when_a_colleague_changed_another_field_gets_it_beside_its_mark(
    people: People, brief: Brief
) -> None:
    mine = Writer(people.author, brief, "what")
    Writer(people.author, brief, "what").save(stage="stg.phase2")

    page = mine.save(by_script=True, title="Mine").content.decode()

    assert "A colleague changed this meanwhile, and it is shown now: Project stage." in page
    assert '<div class="section-block" id="field-stage" hx-swap-oob="true">' in page
    assert 'id="field-title"' not in page


def test_script_when_in_conflict_gets_both_values_and_stops_until_somebody_chose(
    people: People, brief: Brief
) -> None:
    mine = Writer(people.author, brief, "what")
    Writer(people.author, brief, "what").save(title="Theirs")

    answer = mine.save(by_script=True, title="Mine")

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["X-Section"]) == (409, "1")
    assert "data-conflict" in page
    assert "<td>Mine</td><td>Theirs</td>" in page


def test_text_when_its_line_ends_differ_is_the_same_text(people: People, brief: Brief) -> None:
    Brief.objects.filter(pk=brief.pk).update(text="One\nTwo")

    answer = Writer(people.author, brief, "words").save(text="One\r\nTwo", by_script=True)

    assert answer.status_code == 200
    assert (stored(brief).text, stored(brief).version) == ("One\nTwo", 1)


def test_writing_when_resumed_goes_on_at_the_first_empty_section(people: People, brief: Brief) -> None:
    resume = reverse("matching:brief_update", args=[brief.uid])

    first = people.author.get(resume).headers["Location"]
    Writer(people.author, brief, "what").save(stage="stg.phase2", modality="mAb")
    second = people.author.get(resume).headers["Location"]

    assert (first, second) == (address(brief, "what"), address(brief, "words"))


SECTIONS = ("what", "when", "requirements", "weights", "words")


@pytest.mark.parametrize("section", SECTIONS)
def test_section_when_asked_by_three_people(people: People, brief: Brief, section: str) -> None:
    path = address(brief, section)

    assert people.author.get(path).status_code == 200
    assert people.colleague.get(path).headers["Location"] == brief.get_absolute_url()
    assert people.stranger.get(path).status_code == people.cdmo.get(path).status_code == 404
    assert people.author.get(address(brief, "magic")).status_code == 404


def test_section_when_sent_by_a_reader_or_stranger_changes_nothing(people: People, brief: Brief) -> None:
    sent = Writer(people.author, brief, "what").fields | {"title": "Mine"}

    answers = [each.post(address(brief, "what"), sent) for each in (people.colleague, people.stranger)]

    assert [answer.status_code for answer in answers] == [422, 404]
    assert stored(brief).version == 1


def test_page_when_opened_to_write_may_be_asked_only_by_those_who_write(people: People) -> None:
    assert people.colleague.get(NEW).status_code == 403


@pytest.mark.parametrize(
    ("section", "theirs", "mine"),
    [
        ("when", {"needed_by": "2029-03-01"}, {"needed_by": "2029-09-01"}),
        ("what", {"title": "Theirs"}, {"title": "Mine"}),
        ("words", {"text": "Theirs"}, {"text": "Mine"}),
    ],
)
def test_section_when_a_colleague_saved_it_first_shows_both_values(
    people: People, brief: Brief, section: str, theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    opened = Writer(people.author, brief, section)
    Writer(people.author, brief, section).save(**theirs)

    answer = opened.save(**mine)

    assert answer.status_code == 409
    assert "What is saved now" in answer.content.decode()

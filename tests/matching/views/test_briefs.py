"""Requirements in the browser, and who sees the pages of a brief."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.urls import reverse

from matching.models import Brief, Requirement
from tests.factories.briefs import BriefFactory
from tests.matching.views.conftest import People


def address(name: str, brief: Brief, *more: object) -> str:
    return reverse(f"matching:{name}", args=[brief.uid, *more])


PAGES = ("brief_detail", "match_list", "shortlist")


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_brief_when_asked_by_three_people(people: People, brief: Brief, name: str) -> None:
    page = address(name, brief)

    assert people.author.get(page).status_code == 200
    assert people.colleague.get(page).status_code == 200
    assert people.stranger.get(page).status_code == 404
    assert people.cdmo.get(page).status_code == 404


@pytest.mark.parametrize("name", ["brief_open", "brief_close", "match_rerun"])
def test_button_when_pressed_by_a_reader_or_stranger_changes_nothing(
    people: People, brief: Brief, name: str
) -> None:
    colleague = people.colleague.post(address(name, brief), follow=True)
    stranger = people.stranger.post(address(name, brief))

    brief.refresh_from_db()
    assert (colleague.status_code, stranger.status_code) == (200, 404)
    assert (brief.state, brief.version, brief.match_runs.count()) == ("draft", 1, 0)


GOOD_REQUIREMENTS: Mapping[str, Mapping[str, object]] = {
    "term": {
        "strength": "must", "scope": "line", "term": "lyo",
        "measure": "sc.vials-per-batch", "relation": "covers", "value": "500 - 5k", "unit": "vials",
    },
    "hazard": {"strength": "must_not", "scope": "campus", "term": "haz.cytotoxic"},
    "place": {"strength": "must", "scope": "site", "places": ["geo.eu", "CH"]},
    "inspection": {"strength": "must", "scope": "site", "authorities": ["reg.fda"], "at_most_months": "36"},
    "certificate": {"strength": "must", "scope": "site", "term": "cer.gmp-certificate"},
    "registration": {"strength": "must", "scope": "site", "operations": ["C82401", "C25391"]},
    "capacity": {"strength": "must", "scope": "line", "quantity": "2", "quantity_unit": "batches"},
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD_REQUIREMENTS)
def test_requirement_when_added_and_opened_again_shows_what_was_entered(
    people: People, brief: Brief, kind: str
) -> None:
    people.author.post(address("requirement_create", brief, kind), GOOD_REQUIREMENTS[kind])

    row = brief.requirements.filter(kind=kind).latest("pk")
    form_page = people.author.get(address("requirement_update", brief, row.uid)).content.decode()
    fields = {**GOOD_REQUIREMENTS[kind], "version": "1"}
    people.author.post(address("requirement_update", brief, row.uid), fields)
    again = Requirement.objects.get(pk=row.pk)
    assert (again.strength, again.scope, again.version) == (row.strength, row.scope, 2)
    assert "Save requirement" in form_page
    assert people.author.get(address("brief_detail", brief)).status_code == 200


def test_requirement_when_a_range_is_entered_is_held_in_the_base_unit(people: People, brief: Brief) -> None:
    people.author.post(address("requirement_create", brief, "term"), GOOD_REQUIREMENTS["term"])

    row = brief.requirements.get(measure__isnull=False)
    assert (row.lo, row.hi) == (Decimal(500), Decimal(5000))
    assert row.entered_text == "500 - 5k"


TERM, CAPACITY = GOOD_REQUIREMENTS["term"], GOOD_REQUIREMENTS["capacity"]
BAD_REQUIREMENTS = [
    ("term", {}, "term"),
    ("term", {**TERM, "term": "unobtainium"}, "term"),
    ("term", {**TERM, "value": "5000 - 500"}, "value"),
    ("term", {**TERM, "value": "-3"}, "value"),
    ("term", {**TERM, "value": "many"}, "value"),
    ("term", {**TERM, "unit": "furlongs"}, "unit"),
    ("term", {**TERM, "relation": ""}, "relation"),
    ("term", {**TERM, "value": "9" * 79}, "value"),
    ("term", {**TERM, "scope": "galaxy"}, "scope"),
    ("hazard", {"strength": "must_not", "scope": "campus", "term": "op.lyophilisation"}, "term"),
    ("place", {"strength": "must", "scope": "site", "places": ["XX"]}, "places"),
    ("inspection", {"strength": "must", "scope": "site", "authorities": ["reg.fda"], "at_most_months": "-1"},
     "at_most_months"),
    ("registration", {"strength": "must", "scope": "site", "operations": ["C1"]}, "operations"),
    ("capacity", {**CAPACITY, "quantity": "NaN"}, "quantity"),
    ("capacity", {**CAPACITY, "quantity_unit": "\x00"}, "quantity_unit"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "field"), BAD_REQUIREMENTS)
def test_requirement_when_nonsense_is_sent_names_the_field_and_writes_nothing(
    people: People, brief: Brief, kind: str, fields: Mapping[str, object], field: str
) -> None:
    answer = people.author.post(address("requirement_create", brief, kind), dict(fields))

    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert brief.requirements.count() == 1


def test_requirement_when_a_stranger_asks_is_not_found(people: People, brief: Brief) -> None:
    row = brief.requirements.get()
    other = BriefFactory.create()

    assert people.stranger.get(address("requirement_update", brief, row.uid)).status_code == 404
    assert people.author.get(address("requirement_update", other, row.uid)).status_code == 404
    assert people.stranger.post(address("requirement_delete", brief, row.uid)).status_code == 404
    assert people.author.get(address("requirement_create", brief, "nonsense")).status_code == 404
    assert Requirement.objects.filter(pk=row.pk).exists()

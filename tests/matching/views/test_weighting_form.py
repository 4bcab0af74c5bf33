"""Three ways to say a brief's weights in its section, beside the preset."""

import re

import pytest
from django.urls import reverse

from matching.models import Brief
from matching.ranking import weights_of
from matching.scoring.requirements import HEADS
from tests.matching.views.conftest import People
from tests.matching.views.sent_forms import fields_of

MARK = "opened-weighting"
ORDER = {
    "weigh_by": "order",
    "rule": "rank-sum",
    **{f"rank_{head}": str(5 - i) for i, head in enumerate(HEADS)},
}
SWINGS = {"weigh_by": "swings", **{f"swing_{head}": str(100 - 20 * i) for i, head in enumerate(HEADS)}}
POINTS = {"weigh_by": "points", **{f"weight_{head}": "10" for head in HEADS}}


def edit(brief: Brief) -> str:
    return reverse("matching:brief_section", args=[brief.uid, "weights"])


def save(people: People, brief: Brief, fields: dict[str, str]) -> Brief:
    opened = fields_of(people.author.get(edit(brief)).content.decode())
    people.author.post(edit(brief), {"preset": "early"} | fields | {MARK: opened[MARK]})
    brief.refresh_from_db()
    return brief


def test_weights_when_said_by_an_order_are_kept_as_said_and_shown_again(people: People, brief: Brief) -> None:
    saved = save(people, brief, ORDER)

    page = people.author.get(edit(brief)).content.decode()
    assert saved.weighting == {"by": "order", "order": list(reversed(HEADS)), "rule": "rank-sum"}
    assert saved.weights == {}
    assert weights_of(saved)["place"] == pytest.approx(5 / 15)
    assert re.search(r'value="order"[^>]*checked', page)
    assert re.search(r'name="rank_place".*?<option value="1" selected>', page, re.S)


def test_weights_when_said_by_swings_are_kept_as_said_with_the_question_in_words(
    people: People, brief: Brief
) -> None:
    saved = save(people, brief, SWINGS)

    page = people.author.get(edit(brief)).content.decode()
    assert saved.weighting["by"] == "swings"
    assert weights_of(saved) == {"fit": 100, "quality": 80, "timing": 60, "experience": 40, "place": 20}
    assert "Weeks of slack: from 0 to 12 weeks of slack" in page


def test_weights_when_said_in_another_way_later_are_said_in_that_alone(people: People, brief: Brief) -> None:
    save(people, brief, ORDER)
    by_points = save(people, brief, POINTS)
    by_preset = save(people, brief, {"weigh_by": "preset", "preset": "late"})

    assert by_points.weighting == by_preset.weighting == by_preset.weights == {}
    assert weights_of(by_preset)["quality"] == 25


BAD = {
    "no ranks": (ORDER | {"rank_fit": ""}, "rank_fit"),
    "same rank": (ORDER | {"rank_fit": "1"}, "rank_place"),
    "rank six": (ORDER | {"rank_fit": "6"}, "rank_fit"),
    "unknown rule": (ORDER | {"rule": "magic"}, "rule"),
    "unknown way": ({"weigh_by": "magic"}, "weigh_by"),
    "swing left out": (SWINGS | {"swing_timing": ""}, "swing_timing"),
    "swing too large": (SWINGS | {"swing_timing": "101"}, "swing_timing"),
    "swing that is no number": (SWINGS | {"swing_timing": "NaN"}, "swing_timing"),
    "no largest swing": (SWINGS | {"swing_fit": "90"}, "largest swing must be 100"),
    "points all zero": (POINTS | {f"weight_{head}": "0" for head in HEADS}, "above zero"),
    "points left out": (POINTS | {"weight_fit": ""}, "all five"),
}


@pytest.mark.parametrize("case", BAD)
def test_weights_when_nonsense_is_sent_names_the_field_and_keeps_what_was_stored(
    people: People, brief: Brief, case: str
) -> None:
    fields, at_fault = BAD[case]

    answer = people.author.post(edit(brief), {"preset": "early"} | fields)

    page = answer.content.decode()
    brief.refresh_from_db()
    assert answer.status_code == 422
    assert f'href="#id_{at_fault}' in page or at_fault in page
    assert (brief.version, brief.weighting, brief.weights) == (1, {}, {})

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.look import drawing
from cdmo_portal.look.drawing import Segment, Series
from tests.look.markup import xml

HOSTILE = "<script>alert('x')</script>\"&'"
HEADS = [Segment("Technical fit", 31.5, 35), Segment("Quality", 16, 20), Segment(HOSTILE, 7.5, 15)]

printable = st.text(st.characters(exclude_categories=["C"]), max_size=40)


def drawings() -> dict[str, str]:
    return {
        "score_bar": drawing.score_bar(HEADS, low=55, high=70.5),
        "rank_bar": drawing.rank_bar([("rank 1", 0.713), (HOSTILE, 0.287)], label=HOSTILE),
        "part_bar": drawing.part_bar(5, 20, 3),
        "spark": drawing.spark([(HOSTILE, None), ("Q2 2027", 0), ("Q3 2027", 3)], HOSTILE),
        "radar": drawing.radar([HOSTILE, "Quality", "Capacity"], [Series(HOSTILE, [1, 50, 100])]),
        "series_key": drawing.series_key(2),
    }


@pytest.mark.parametrize("name", drawings())
def test_drawing_with_hostile_names_is_well_formed_and_without_inline_style_or_script(name: str) -> None:
    tree = xml(drawings()[name])

    for element in tree.iter():
        assert element.tag != "script"
        assert "style" not in element.attrib
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]


def test_score_bar_when_drawn_has_a_segment_for_each_head_that_ends_at_the_proven_score() -> None:
    tree = xml(drawing.score_bar(HEADS, low=55, high=55))

    segments = [rect for rect in tree.iter("rect") if "seg" in rect.get("class", "")]
    ends = [float(s.get("x", "")) + float(s.get("width", "")) + drawing.GAP for s in segments]
    assert ends == pytest.approx([31.5, 47.5, 55])


def test_score_bar_when_questions_are_open_hatches_from_proven_to_possible() -> None:
    tree = xml(drawing.score_bar(HEADS, low=55, high=70.5))

    possible = next(rect for rect in tree.iter("rect") if rect.get("class") == "maybe-fill")
    assert (possible.get("x"), possible.get("width")) == ("55.00", "15.50")
    assert "up to 70.5 if open questions" in tree.get("aria-label", "")


def test_score_bar_when_nothing_is_open_has_no_hatching() -> None:
    assert "maybe" not in drawing.score_bar(HEADS, low=55, high=55)


def test_score_bar_when_read_aloud_names_every_part_with_its_points() -> None:
    label = xml(drawing.score_bar(HEADS[:2], low=47.5, high=47.5)).get("aria-label")

    assert label == "Score 47.5 of 100. Technical fit 31.5 of 35.0, Quality 16.0 of 20.0"


@given(label=printable, points=st.floats(0, 100), high=st.floats(0, 100))
def test_score_bar_for_any_label_and_numbers_is_well_formed(label: str, points: float, high: float) -> None:
    tree = xml(drawing.score_bar([Segment(label, points, 100)], low=points, high=high))

    assert next(tree.iter("title")).text == f"{label}: {points:.1f} of 100.0 points"


@pytest.mark.parametrize(
    ("value", "most", "step"),
    [(0, 4, 0), (-1, 4, 0), (3, 0, 0), (0.01, 4, 1), (1, 4, 2), (2, 4, 3), (4, 4, 5), (9, 4, 5)],
)
def test_heat_step_for_a_share_of_the_most_is_its_step(value: float, most: float, step: int) -> None:
    assert drawing.heat_step(value, most) == step


@given(a=st.floats(0, 1000), b=st.floats(0, 1000), most=st.floats(0.1, 1000))
def test_heat_step_when_more_is_open_is_never_lower(a: float, b: float, most: float) -> None:
    low, high = sorted((a, b))

    assert drawing.heat_step(low, most) <= drawing.heat_step(high, most)


def test_spark_when_not_stated_differs_from_zero_in_words_and_in_drawing() -> None:
    tree = xml(drawing.spark([("Q1", None), ("Q2", 0)], "batches"))

    unstated, zero = tree.iter("rect")
    assert tree.get("aria-label") == "Reported open by quarter: Q1 not stated, Q2 0 batches"
    assert (unstated.get("class"), zero.get("class")) == ("hn", "h0")


def test_spark_when_there_are_no_quarters_is_an_empty_drawing() -> None:
    assert list(xml(drawing.spark([], ""))) == []


def test_on_axis_for_the_full_value_of_the_first_axis_is_straight_up() -> None:
    assert drawing.on_axis(0, 5, 100) == pytest.approx((280, 64))

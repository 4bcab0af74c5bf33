"""From the plain JSON of a result to how firm its order is, on candidates that can be worked out by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.anchors import EVERY_CRITERION, level_in_words, number_at, swings
from matching.scoring.criteria import INSPECTION_AGE, SHARE, SLACK, STAGE
from matching.scoring.examination import among_all, examination
from matching.scoring.requirements import HEADS
from matching.scoring.weightings import by_order, by_points

SHARES = {"fit": 0.4, "quality": 0.3, "timing": 0.2, "experience": 0.1, "place": 0.0}
KEYS = ("fit.stage", "quality.outcome", "timing.slack", "experience.batches")
OWN = by_points({head: 100 * share for head, share in SHARES.items()})


def site(name: str, *cells: float | tuple[float, float]) -> dict[str, Any]:
    """One value or an interval for each of the four criteria, one in each head that weighs anything."""
    parts: list[dict[str, Any]] = []
    for key, cell in zip(KEYS, cells, strict=True):
        low, high = cell if isinstance(cell, tuple) else (cell, cell)
        head = key.partition(".")[0]
        parts.append(
            {
                "criterion": key,
                "head": head,
                "label": EVERY_CRITERION[key].label,
                "weight": SHARES[head],
                "value_low": low,
                "value_high": high,
                "points_low": 100 * SHARES[head] * low,
                "points_high": 100 * SHARES[head] * high,
                "detail": "",
            }
        )
    score = {"low": sum(each["points_low"] for each in parts), "contributions": parts}
    return {"key": name, "partner_name": name, "score": score}


def result(*sites: dict[str, Any]) -> dict[str, Any]:
    eligible = sorted(sites, key=lambda each: -each["score"]["low"])
    return {"weights": SHARES, "eligible": eligible, "counts": {"eligible": len(eligible)}}


def test_examination_when_fewer_than_two_are_eligible_is_none() -> None:
    assert examination(result(), OWN) is None
    assert examination(result(site("A", 1, 1, 1, 1)), OWN) is None


def test_leader_when_better_everywhere_is_always_first_and_no_weight_dethrones_it() -> None:
    found = examination(result(site("A", 1, 0.9, 0.9, 0.9), site("B", 0.5, 0.5, 0.5, 0.5)), OWN)

    assert found is not None
    assert [each.rank_acceptability for each in found.candidates] == [(1.0, 0.0), (0.0, 1.0)]
    assert found.weight_change is None
    assert not found.candidates[0].is_tied_with_next


def test_weight_change_when_one_head_would_do_is_its_break_even() -> None:
    found = examination(result(site("A", 1, 0, 0, 0), site("B", 0, 1, 0, 0)), OWN)

    # Fit w against quality (1 - w)·3/6: level at w = 1/3; quality w against fit (1 - w)·4/7: level at 4/11.
    assert found is not None
    assert found.weight_change is not None
    assert (found.weight_change.head, found.weight_change.rival) == ("quality", "B")
    assert found.weight_change.before == 0.3
    assert found.weight_change.after == pytest.approx(4 / 11)


def test_score_change_when_a_unit_is_known_says_what_it_takes() -> None:
    behind = examination(result(site("A", 1, 1, 1, 0), site("B", 1, 1, 0.3, 0)), OWN)

    assert behind is not None
    assert behind.score_change is not None
    assert behind.score_change.points == pytest.approx(14)
    assert (behind.score_change.label, behind.score_change.level) == ("Weeks of slack", "12 weeks of slack")


def test_question_when_an_unknown_near_the_cut_weighs_most_is_named() -> None:
    known = [site(name, 1, 1, 1, value) for name, value in (("A", 1), ("B", 0.9), ("C", 0.8))]
    unknown = site("D", 1, (0.0, 1.0), 1, (0.0, 1.0))

    found = examination(result(*known, unknown), OWN)

    assert found is not None
    assert found.next_question is not None
    assert (found.next_question.name, found.next_question.criterion) == ("D", "quality.outcome")
    assert found.next_question.points == pytest.approx(30)


def test_losses_when_a_site_is_behind_are_sorted_and_named() -> None:
    found = examination(result(site("A", 1, 1, 1, 1), site("B", 0.5, 0.9, 0, 1)), OWN)

    assert found is not None
    lost = [(each.criterion, round(each.points, 6)) for each in found.candidates[1].losses]
    assert lost == [("fit.stage", 20), ("timing.slack", 20), ("quality.outcome", 3)]
    assert found.candidates[0].losses == ()


def test_order_when_only_that_was_said_is_all_that_binds() -> None:
    order = by_order(("fit", "quality", "timing", "experience", "place"))

    found = examination(result(site("A", 1, 0, 0, 0), site("B", 0, 1, 1, 1)), order)

    # A leads while the first of four ordered weights exceeds the rest together.
    assert found is not None
    assert found.statement == "ordered"
    assert 0.3 < found.candidates[0].rank_acceptability[0] < 0.7


def test_neighbours_when_under_two_points_apart_are_practically_tied() -> None:
    found = examination(result(site("A", 1, 1, 0.5, 0.5), site("B", 1, 1, 0.45, 0.5)), OWN)

    assert found is not None
    assert found.candidates[0].is_tied_with_next


def test_examination_when_repeated_is_the_same_to_the_last_digit() -> None:
    world = result(site("A", 1, (0.2, 0.9), 0.3, 0), site("B", 0.9, 0.5, (0, 1), 0.5), site("C", 0, 1, 1, 1))

    assert examination(world, OWN) == examination(world, OWN)


@given(
    after=st.floats(min_value=0, max_value=1),
    before=st.floats(min_value=0, max_value=0.5),
    unused=st.floats(min_value=0, max_value=0.5),
)
def test_share_among_all_heads_gives_back_the_share_among_the_used_ones(
    after: float, before: float, unused: float
) -> None:
    share = among_all(after, before, unused)

    still_unused = unused * (1 - share) / (1 - before)
    if still_unused < 1 - 1e-9:
        assert share / (1 - still_unused) == pytest.approx(after, abs=1e-6)


def test_level_when_a_value_is_given_is_said_in_its_unit_and_towards_better() -> None:
    assert level_in_words(SLACK, 0.8) == "8.6 weeks of slack"
    assert level_in_words(INSPECTION_AGE, 0.75) == "24 months since inspection"
    assert level_in_words(SHARE, 2 / 3) == "67 % met"
    assert level_in_words(STAGE, 0.3) == "“next stage”"
    assert level_in_words(SLACK, 0.1) == ""


@given(value=st.floats(min_value=0.3, max_value=1))
def test_number_when_read_back_gives_at_least_the_value(value: float) -> None:
    number = number_at(SLACK, value)

    assert number is not None
    assert SLACK.value(number) >= value - 1e-9


def test_swings_when_asked_about_name_both_ends_for_every_head() -> None:
    words = swings()

    assert list(words) == list(HEADS)
    assert "Weeks of slack: from 0 to 12 weeks of slack" in words["timing"]
    assert "Time since the last inspection: from 60 to 12 months since inspection" in words["quality"]

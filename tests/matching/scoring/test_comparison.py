"""Two runs side by side: who came, went and moved, and effects that add up exactly and as displayed."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.ranking.asking import asked_json
from matching.scoring.attribution import score_change, tenths
from matching.scoring.brief_changes import brief_changes
from matching.scoring.cells import Cell
from matching.scoring.comparison import Comparison, Side, compare, judged_elsewhere
from matching.scoring.comparison_text import summary_of
from matching.scoring.criteria import SHARE, Criterion
from matching.scoring.facts import Scope, SiteFacts, WindowFact
from matching.scoring.matching import match
from matching.scoring.rejudging import judged_alone
from matching.scoring.requirements import BriefAsked, CapacityAsked, TermAsked, TimeFrame
from matching.scoring.score import score_of
from matching.scoring.serialisation import score as score_json
from matching.scoring.serialisation import site as site_json
from matching.scoring.serialisation import to_json
from tests.matching.scoring.examples import (
    EVEN,
    TODAY,
    VOCABULARY,
    brief,
    line,
    must,
    prefer,
    site,
    window,
    yes,
)

FRAME = TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=4)
ASKED = brief(
    must("capsules", TermAsked("df.capsule-hard"), step="dp", scope=Scope.LINE, label="Hard capsules"),
    must("slots", CapacityAsked(2), step="dp", scope=Scope.LINE, label="Two batches"),
    prefer("placebo", TermAsked("svc.clin.placebo"), label="Placebo"),
    steps=["dp"],
)
ASKED = replace(ASKED, time_frame=FRAME)


def maker(key: str, *windows: WindowFact, placebo: bool = False, lead: float = 4) -> SiteFacts:
    made = line(
        "Line", yes("df.capsule-hard"), windows=windows, lead_time_weeks=lead, lead_time_confirmed_on=TODAY
    )
    return site(*([yes("svc.clin.placebo")] if placebo else []), key=key, lines=(made,))


def is_open(year: int = 2027, part: int = 2, quantity: float = 4) -> WindowFact:
    return window(year, part, quantity)


def taken() -> WindowFact:
    return window(2027, 2, 4, state="committed")


def run(asked: BriefAsked, sites: Sequence[SiteFacts]) -> dict[str, Any]:
    """As stored: through text."""
    found: dict[str, Any] = json.loads(json.dumps(to_json(match(asked, sites, VOCABULARY, today=TODAY))))
    return found


def side(asked: BriefAsked, sites: Sequence[SiteFacts], result: Mapping[str, Any], keys: set[str]) -> Side:
    wanted = [each for each in sites if each.key in keys]
    judged = judged_alone(asked, wanted, VOCABULARY, today=TODAY)
    return Side(
        asked_json(asked), result, dict.fromkeys(keys) | {each.key: site_json(each) for each in judged}
    )


def compared(
    before: Sequence[SiteFacts],
    after: Sequence[SiteFacts],
    *,
    asked: BriefAsked = ASKED,
    asked_after: BriefAsked | None = None,
) -> Comparison:
    later = asked_after or asked
    old, new = run(asked, before), run(later, after)
    at_first, now = judged_elsewhere(old, new)
    return compare(side(asked, before, old, at_first), side(later, after, new, now))


def test_compare_when_nothing_changed_then_all_kept_their_place_and_score() -> None:
    sites = [maker("a", is_open()), maker("b", is_open())]

    found = compared(sites, sites)

    assert (found.kept, found.same_score) == (2, 2)
    assert not found.changes_lists
    assert summary_of(found) == ""


def test_compare_when_capacity_closed_then_the_one_who_left_says_why() -> None:
    before = [maker("a", is_open()), maker("b", is_open())]
    far = [window(2027, part, 4, state="committed") for part in (1, 2, 3)]
    after = [maker("a", *far), maker("b", is_open())]

    found = compared(before, after)

    assert [each.partner_name for each in found.left] == ["Partner a"]
    (verdict,) = found.left[0].verdicts
    assert (verdict.label, verdict.status_before, verdict.status_after) == ("Two batches", "met", "unmet")
    assert verdict.is_capacity
    assert "does not have" in verdict.reason_after
    assert summary_of(found) == "one dropped: its capacity for Q2 2027 closed"


def test_compare_when_sites_come_then_they_are_counted_in_words() -> None:
    before = [maker("a", is_open())]
    after = [maker("a", is_open()), maker("b", is_open()), maker("c", is_open())]

    found = compared(before, after)

    assert [each.partner_name for each in found.entered] == ["Partner b", "Partner c"]
    assert found.entered[0].remarks == ("The site was not among those known to the earlier match.",)
    assert found.entered[0].place_after == 2
    assert summary_of(found) == "two new candidates"


def test_compare_when_some_come_and_one_goes_then_the_sentence_says_both() -> None:
    before = [maker("a", is_open()), maker("b"), maker("c", is_open())]
    closed = [window(2027, part, 4, state="committed") for part in (1, 2, 3)]
    after = [maker("a", *closed), maker("c", is_open()), maker("d", is_open()), maker("e", is_open())]

    found = compared(before, after)

    assert summary_of(found).startswith("two new candidates, two dropped")


def test_compare_when_a_site_is_gone_then_it_left_and_is_no_longer_known() -> None:
    found = compared([maker("a", is_open()), maker("b", is_open())], [maker("b", is_open())])

    assert found.left[0].remarks == ("The site was not among those known to the later match.",)
    assert summary_of(found) == "one dropped"


def test_compare_when_a_report_is_gone_then_the_list_changed_and_the_verdict_says_so() -> None:
    found = compared([maker("a", is_open())], [maker("a")])

    (change,) = found.changed_list
    assert (change.list_before, change.list_after) == ("eligible", "open_questions")
    assert [each.status_after for each in change.verdicts] == ["unknown"]
    assert summary_of(found) == (
        "one moved down to open questions: its capacity for Q2 2027 is no longer proven"
    )


def test_compare_when_a_report_comes_then_the_candidate_moves_up() -> None:
    found = compared([maker("a")], [maker("a", is_open())])

    assert summary_of(found) == "one moved up to eligible"


def test_compare_when_a_fact_changes_then_the_move_names_its_criterion() -> None:
    before = [maker("a", is_open()), maker("b", is_open())]
    after = [maker("a", is_open()), maker("b", is_open(), placebo=True)]

    found = compared(before, after)

    up = next(each for each in found.moved if each.partner_name == "Partner b")
    assert (up.place_before, up.place_after) == (2, 1)
    assert up.score is not None
    (effect,) = up.score.effects
    assert effect.criterion == "fit.preferences"
    assert (effect.value_before, effect.value_after) == (0, 1)
    assert effect.by_value == pytest.approx(up.score.after - up.score.before)
    assert effect.by_weight == 0
    down = next(each for each in found.moved if each.partner_name == "Partner a")
    assert down.score is not None
    assert down.score.effects == ()
    assert found.same_score == 1


def test_compare_when_a_weight_changes_then_points_come_by_weight_alone() -> None:
    sites = [maker("a", is_open(), placebo=True)]
    heavier = replace(ASKED, weights={**EVEN, "fit": 60.0})

    found = compared(sites, sites, asked_after=heavier)

    assert (found.weights[0].head, found.weights[0].before) == ("fit", 0.2)
    (moved,) = found.moved
    assert moved.score is not None
    assert moved.score.by_value == 0
    assert all(each.by_value == 0 for each in moved.score.effects)
    assert moved.score.by_weight == pytest.approx(moved.score.after - moved.score.before)


def test_compare_when_a_requirement_is_new_then_the_brief_comes_first_and_the_cause_is_named() -> None:
    sites = [maker("a", is_open()), maker("b", is_open(), placebo=True)]
    stricter = replace(
        ASKED,
        requirements=(
            *ASKED.requirements[:2],
            must("placebo", TermAsked("svc.clin.placebo"), label="Placebo"),
        ),
    )
    refusing = [replace(sites[0], statements=(replace(yes("svc.clin.placebo"), is_offered=False),)), sites[1]]

    found = compared(refusing, refusing, asked_after=stricter)

    assert found.brief_changes == ("Changed: Placebo (strength).",)
    assert summary_of(found) == "the brief was changed, one dropped"


def test_compare_when_the_site_of_a_partner_changes_then_it_is_said() -> None:
    first, second = (replace(maker(key, is_open()), partner="p", partner_name="P") for key in ("a", "b"))
    better = replace(second, statements=(yes("svc.clin.placebo"),))

    found = compared([first, second], [first, better])

    (moved,) = found.moved
    assert moved.remarks == ("Its best site is now Site b; it was Site a.",)
    assert (moved.site_before, moved.site_after) == ("a", "b")


def test_compare_when_facts_were_not_kept_then_the_reason_is_not_made_up() -> None:
    old, new = run(ASKED, [maker("a", is_open())]), run(ASKED, [])

    found = compare(Side(asked_json(ASKED), old, {}), Side(asked_json(ASKED), new, {}))

    assert found.left[0].verdicts == ()
    assert found.left[0].remarks == (
        "The facts of the later match were not kept, so the reason cannot be told.",
    )


def test_compare_when_the_site_had_no_profile_before_then_the_register_is_named() -> None:
    before = [replace(maker("a"), is_profiled=False, lines=())]

    found = compared(before, [maker("a", is_open())])

    assert "At the earlier match only a register spoke of the site." in found.entered[0].remarks


def test_brief_changes_when_parts_differ_then_each_is_one_sentence() -> None:
    before = asked_json(ASKED)
    after = asked_json(
        replace(
            ASKED,
            stage="stg.phase2",
            time_frame=replace(FRAME, needed_by=dt.date(2028, 1, 31), release_weeks=2.5),
            requirements=(
                ASKED.requirements[0],
                replace(ASKED.requirements[1], conditions=(CapacityAsked(3),)),
                must("qp", TermAsked("svc.reg.qp"), label="QP release"),
            ),
        )
    )

    assert brief_changes(before, after) == (
        "New: QP release (must).",
        "No longer asked: Placebo.",
        "Changed: Two batches (what is asked).",
        "Changed: the date by which it is needed, 2027-09-30 → 2028-01-31.",
        "Changed: the weeks for release, 0 → 2.5.",
        "Changed: the stage.",
    )


KEYS = ("fit.a", "fit.b", "quality.a", "timing.a", "place.a")
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
shares = st.floats(0, 1, allow_subnormal=False)
scored = st.dictionaries(st.sampled_from(KEYS), st.tuples(shares, shares), min_size=1)


def stored(parts: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    total = sum(weight for weight, _ in parts.values()) or 1.0
    criteria = [
        Criterion(key, key.partition(".")[0], key, SHARE, (), weight / total)
        for key, (weight, _) in parts.items()
    ]
    found: dict[str, Any] = json.loads(
        json.dumps(score_json(score_of(criteria, [Cell(value, 1.0, "") for _, value in parts.values()])))
    )
    return found


@given(scored, scored)
@CALM
def test_effects_when_added_then_they_are_the_difference_of_the_scores(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> None:
    old, new = stored(before), stored(after)

    change = score_change(old, new)

    assert change.by_value + change.by_weight == pytest.approx(new["low"] - old["low"], abs=1e-9)
    total = sum(each.by_value + each.by_weight for each in change.effects)
    assert total == pytest.approx(new["low"] - old["low"], abs=1e-9)


@given(scored, scored)
@CALM
def test_effects_when_read_off_the_page_then_rows_and_columns_add_up(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> None:
    change = score_change(stored(before), stored(after))

    for each in change.effects:
        parts = (each.shown_before, each.shown_by_value, each.shown_by_weight, each.rounding)
        assert sum(map(tenths, parts)) == tenths(each.shown_after)
        assert abs(each.rounding) <= 0.2
    for total, column in (
        (change.shown_by_value, [each.shown_by_value for each in change.effects]),
        (change.shown_by_weight, [each.shown_by_weight for each in change.effects]),
        (change.rounding, [each.rounding for each in change.effects]),
    ):
        assert tenths(total) == sum(map(tenths, column))
    parts = (change.shown_before, change.shown_by_value, change.shown_by_weight, change.rounding)
    assert sum(map(tenths, parts)) == tenths(change.shown_after)


@given(scored)
@CALM
def test_effects_when_a_score_is_compared_with_itself_then_there_are_none(
    parts: dict[str, tuple[float, float]],
) -> None:
    change = score_change(stored(parts), stored(parts))

    assert change.effects == ()
    assert change.unchanged == len(parts)

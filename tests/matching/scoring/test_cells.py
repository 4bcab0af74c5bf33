"""What each default criterion makes of the facts."""

import datetime as dt

import pytest

from matching.scoring.criteria import criteria_for
from matching.scoring.facts import InspectionFact, MeasureFact, SiteFacts
from matching.scoring.matching import match
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    InspectionAsked,
    PlaceAsked,
    TermAsked,
    TimeFrame,
)
from matching.scoring.score import Contribution
from tests.matching.scoring.examples import (
    TODAY,
    VOCABULARY,
    brief,
    capsules,
    days_ago,
    line,
    months_ago,
    must,
    no,
    prefer,
    site,
    window,
    yes,
)


def contribution(key: str, asked: BriefAsked, facts: SiteFacts) -> Contribution:
    found = match(asked, [facts], VOCABULARY, today=TODAY)
    score = (*found.eligible, *found.open_questions, *found.near_misses)[0].score
    assert score is not None
    return next(each for each in score.contributions if each.criterion == key)


def values(key: str, asked: BriefAsked, facts: SiteFacts) -> tuple[float, float]:
    found = contribution(key, asked, facts)
    return round(found.value_low, 3), round(found.value_high, 3)


def visited(outcome: str, days: int) -> SiteFacts:
    return site(inspections=(InspectionFact("reg.fda", days_ago(days), (outcome,) if outcome else ()),))


@pytest.mark.parametrize(
    ("days", "expected"), [(365, (1, 1)), (1096, (0.5, 0.5)), (1827, (0, 0)), (731, (0.75, 0.75))]
)
def test_inspection_loses_value_with_age(days: int, expected: tuple[float, float]) -> None:
    low, high = values("quality.inspection_age", brief(), visited("NAI", days))

    assert (low, high) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("outcome", "expected"), [("NAI", (1, 1)), ("VAI", (0.7, 0.7)), ("OAI", (0, 0)), ("", (0, 1))]
)
def test_outcome_of_the_newest_visit(outcome: str, expected: tuple[float, float]) -> None:
    assert values("quality.outcome", brief(), visited(outcome, 100)) == expected


def test_only_the_authorities_of_the_brief_count() -> None:
    asked = brief(prefer("i", InspectionAsked(frozenset({"reg.ema"}))))

    assert values("quality.outcome", asked, visited("NAI", 10)) == (0, 1)


@pytest.mark.parametrize(
    ("smallest", "largest", "expected"), [(3_000, 30_000, 0.5), (1_000, 5_000, 1), (0, 3_300, 0.727)]
)
def test_batch_at_the_edge_is_worth_half(smallest: float, largest: float, expected: float) -> None:
    facts = site(yes("df.capsule-hard", MeasureFact("sc.batch-units", smallest, largest)))

    assert values("fit.batch", brief(must("c", capsules(3_000, 3_000))), facts) == (expected, expected)


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ([], (0, 1)),
        (["stg.phase1"], (0, 0)),
        (["stg.phase1", "stg.phase2"], (0.5, 0.5)),
        (["stg.phase1", "stg.commercial"], (1, 1)),
    ],
)
def test_room_for_the_next_stages(stages: list[str], expected: tuple[float, float]) -> None:
    assert values("fit.stage", brief(stage="stg.phase1"), site(yes("df.tablet", stages=stages))) == expected


@pytest.mark.parametrize(
    ("lo", "hi", "months", "expected"),
    [
        (3, 3, 1, (0.5, 0.5)),
        (20, None, 1, (1, 1)),
        (None, 3, 1, (0, 0.5)),
        (3, None, 1, (0.5, 1)),
        (20, 20, 13, (0, 1)),
    ],
)
def test_similar_batches(
    lo: float | None, hi: float | None, months: int, expected: tuple[float, float]
) -> None:
    stated = yes("df.tablet", MeasureFact("sc.batches-36-months", lo, hi), confirmed_on=months_ago(months))

    assert values("experience.batches", brief(dosage_form="df.tablet"), site(stated)) == expected


def test_batches_of_another_form_are_not_similar() -> None:
    stated = yes("df.capsule-hard", MeasureFact("sc.batches-36-months", 30, 30))

    assert values("experience.batches", brief(dosage_form="df.tablet"), site(stated)) == (0, 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [(site(yes("biz.dual-site")), (1, 1)), (site(no("biz.dual-site")), (0, 0)), (site(), (0, 1))],
)
def test_second_site_counts_for_late_stages(facts: SiteFacts, expected: tuple[float, float]) -> None:
    assert values("place.second_site", brief(stage="stg.commercial"), facts) == expected


def test_validation_campaigns_count_for_late_stages() -> None:
    facts = site(yes("df.tablet", MeasureFact("sc.ppq-campaigns", 3, 3)))

    assert values("experience.ppq", brief(stage="stg.commercial"), facts) == (1, 1)


@pytest.mark.parametrize(
    ("basis", "expected"), [("claimed", (0, 0)), ("certificate", (1, 1)), ("done", (1, 1))]
)
def test_backing_beyond_a_claim(basis: str, expected: tuple[float, float]) -> None:
    asked = brief(must("t", TermAsked("df.tablet")))

    assert values("quality.backed", asked, site(yes("df.tablet", basis=basis))) == expected


def test_unknown_gate_is_an_interval_of_its_criterion() -> None:
    asked = brief(must("t", TermAsked("df.tablet")), must("u", TermAsked("op.isolator")))

    assert values("quality.backed", asked, site(yes("df.tablet"))) == (0, 0.5)


SUPPLY = brief(
    must("c", CapacityAsked(2)), time_frame=TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=8)
)


def test_capacity_is_scored_by_slack_share_and_campaign() -> None:
    windows = (window(2027, 1, 0), window(2027, 2, 3, smallest_campaign=1), window(2027, 3, 0))
    facts = site(lines=(line("A", windows=windows, lead_time_weeks=9, lead_time_confirmed_on=TODAY),))

    assert values("timing.slack", SUPPLY, facts) == (1, 1)
    assert values("timing.open", SUPPLY, facts) == (0.7, 0.7)
    assert values("place.campaign", SUPPLY, facts) == (1, 1)


def test_capacity_not_known_is_an_interval_and_no_campaign_stated_too() -> None:
    windows = (window(2027, 1, 0), window(2027, 2, 3), window(2027, 3, 0))
    facts = site(
        yes("x"), lines=(line("A", windows=windows, lead_time_weeks=9, lead_time_confirmed_on=TODAY),)
    )
    asked = brief(must("t", TermAsked("x")), *SUPPLY.requirements, time_frame=SUPPLY.time_frame)

    assert values("place.campaign", asked, facts) == (0, 1)
    assert values("timing.slack", asked, site(yes("x"))) == (0, 1)


def test_preferences_count_under_their_heads() -> None:
    asked = brief(
        prefer("a", PlaceAsked(frozenset({"IE"}))),
        prefer("b", CertificateAsked("cer.iso-9001")),
        prefer("c", TermAsked("df.tablet")),
        prefer("d", TermAsked("op.isolator")),
    )
    facts = site(yes("df.tablet"))

    assert values("place.preferences", asked, facts) == (1, 1)
    assert values("quality.preferences", asked, facts) == (0, 1)
    assert values("fit.preferences", asked, facts) == (0.5, 1)
    assert contribution("fit.preferences", asked, facts).detail == "1 of 2 met."


def test_heads_without_a_criterion_give_their_weight_to_the_rest() -> None:
    found = criteria_for(
        brief(weights={"fit": 50, "quality": 30, "timing": 10, "experience": 10, "place": 0})
    )

    assert {each.head for each in found} == {"quality", "experience"}
    assert sum(each.weight for each in found) == pytest.approx(1)
    assert sum(each.weight for each in found if each.head == "quality") == pytest.approx(0.75)

"""Gates, lists, scores: whole briefs against whole sites."""

from dataclasses import replace

import pytest

from matching.scoring.eligibility import Standing, standing
from matching.scoring.facts import InspectionFact, MeasureFact, RegistrationFact, Scope, SiteFacts
from matching.scoring.matching import BriefInvalid, match
from matching.scoring.requirements import (
    BriefAsked,
    HazardAsked,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    TermAsked,
)
from matching.scoring.results import MatchResult
from matching.scoring.verdicts import Change, Status, Verdict
from matching.scoring.weights import WeightsInvalid
from tests.matching.scoring.examples import (
    TODAY,
    VOCABULARY,
    brief,
    capsules,
    days_ago,
    hazard,
    line,
    months_ago,
    must,
    must_not,
    no,
    prefer,
    site,
    yes,
)

MET, UNKNOWN = Verdict(Status.MET, ""), Verdict(Status.UNKNOWN, "", question="?")
FIXED, NEAR = Verdict(Status.UNMET, ""), Verdict(Status.UNMET, "", change=Change("age", "a → b"))


def run(asked: BriefAsked, *sites: SiteFacts) -> MatchResult:
    return match(asked, sites, VOCABULARY, today=TODAY)


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        ([], Standing.ELIGIBLE),
        ([MET, MET], Standing.ELIGIBLE),
        ([MET, UNKNOWN], Standing.OPEN_QUESTIONS),
        ([MET, UNKNOWN, UNKNOWN], Standing.REST),
        ([MET] * 5 + [UNKNOWN] * 5, Standing.OPEN_QUESTIONS),
        ([MET] * 9 + [UNKNOWN] * 6, Standing.REST),
        ([MET, NEAR], Standing.NEAR_MISS),
        ([MET, NEAR, NEAR], Standing.NEAR_MISS),
        ([MET, NEAR, NEAR, NEAR], Standing.REST),
        ([MET, NEAR, FIXED], Standing.REST),
        ([MET, NEAR, UNKNOWN], Standing.NEAR_MISS),
        ([NEAR, UNKNOWN, UNKNOWN], Standing.REST),
    ],
)
def test_standing_by_gates(gates: list[Verdict], expected: Standing) -> None:
    assert standing(gates) is expected


PHASE_ONE = brief(
    must("capsules", capsules(1_500, 3_000)),
    must("placebo", TermAsked("svc.clin.placebo")),
    prefer("drying", TermAsked("op.spray-drying")),
)


def house(key: str, smallest: float, *more: object, **facts: object) -> SiteFacts:
    stated = yes("df.capsule-hard", MeasureFact("sc.batch-units", smallest, 500_000))
    return site(stated, *more, key=key, **facts)  # type: ignore[arg-type]


def test_first_in_human_capsules_fill_every_list() -> None:
    placebo = yes("svc.clin.placebo")
    sites = [
        house("eligible", 100, placebo),
        house("silent", 100),
        house("press", 250_000, placebo),
        site(no("df.capsule-hard"), placebo, key="tablets"),
    ]

    found = run(PHASE_ONE, *sites)

    assert [each.key for each in found.eligible] == ["eligible"]
    assert [(each.key, each.questions) for each in found.open_questions] == [
        ("silent", ("Do you offer placebo manufacture?",))
    ]
    assert [(each.key, each.changes) for each in found.near_misses] == [
        ("press", ("smallest batch 250,000 → at most 1,500 units",))
    ]
    assert [(each.key, each.label, each.count) for each in found.rest] == [("capsules", "Hard capsule", 1)]
    assert (found.rest_count, found.sites_seen) == (1, 4)


def test_site_that_says_nothing_is_counted_as_too_little_known() -> None:
    found = run(PHASE_ONE, site())

    assert [(each.key, each.count) for each in found.rest] == [("too-little-known", 1)]


def test_preference_is_no_gate_and_lowers_the_score_only() -> None:
    placebo = yes("svc.clin.placebo")
    without = house("a", 100, placebo, no("op.spray-drying"))
    silent = house("b", 100, placebo)
    drying = house("c", 100, placebo, yes("op.spray-drying"))

    found = run(PHASE_ONE, without, silent, drying)

    assert [each.key for each in found.eligible] == ["c", "a", "b"]
    scores = {each.key: each.score for each in found.eligible}
    assert scores["a"] is not None
    assert scores["b"] is not None
    assert scores["b"].low == scores["a"].low
    assert scores["b"].high > scores["a"].high


def test_no_single_line_does_it_all() -> None:
    asked = brief(
        must("isolator", TermAsked("op.isolator"), scope=Scope.LINE, step="dp"),
        must("dryer", TermAsked("op.lyophilisation"), scope=Scope.LINE, step="dp"),
        must("clean", TermAsked("svc.reg.qp")),
        must_not("cytotoxic", HazardAsked("haz.cytotoxic"), scope=Scope.LINE, step="dp"),
        steps=["dp"],
    )
    first = line("V1", yes("op.isolator"), no("op.lyophilisation"))
    second = line("V2", no("op.isolator"), yes("op.lyophilisation"))
    both = line("V3", yes("op.isolator"), yes("op.lyophilisation"))
    clear = {"hazards": (hazard("haz.cytotoxic", False, Scope.SITE),)}
    split = site(yes("svc.reg.qp"), lines=(first, second), key="split", **clear)
    joined = site(yes("svc.reg.qp"), lines=(first, second, both), key="joined", **clear)

    found = run(asked, split, joined)

    assert [(each.key, each.lines) for each in found.eligible] == [("joined", {"dp": "V3"})]
    assert [(each.key, each.count) for each in found.rest] == [("dryer", 1)]


def test_verdict_says_which_other_line_would_do() -> None:
    asked = brief(
        must("a", TermAsked("op.isolator"), scope=Scope.LINE),
        prefer("b", TermAsked("op.lyophilisation"), scope=Scope.LINE),
    )
    facts = site(
        lines=(line("V1", yes("op.isolator"), no("op.lyophilisation")), line("V2", yes("op.lyophilisation")))
    )

    judged = {each.requirement.key: each.verdict for each in run(asked, facts).eligible[0].judged}

    assert judged["b"].line == "V1"
    assert judged["b"].reason.endswith("Line V2 does, but not all the rest.")


def test_steps_may_run_on_different_lines() -> None:
    asked = brief(
        must("a", TermAsked("op.isolator"), scope=Scope.LINE, step="dp"),
        must("b", TermAsked("svc.pack.blister"), scope=Scope.LINE, step="packaging"),
        steps=["dp", "packaging"],
    )
    facts = site(lines=(line("V1", yes("op.isolator")), line("P1", yes("svc.pack.blister"))))

    assert run(asked, facts).eligible[0].lines == {"dp": "V1", "packaging": "P1"}


def test_partner_stands_by_its_best_site() -> None:
    placebo = yes("svc.clin.placebo")
    best = house("a", 100, placebo, yes("op.spray-drying"), partner="p")
    second = house("b", 100, placebo, partner="p")
    third = house("c", 250_000, placebo, partner="p")

    found = run(PHASE_ONE, third, second, best)

    assert [each.key for each in found.eligible] == ["a"]
    assert [each.key for each in found.eligible[0].other_sites] == ["b", "c"]
    assert found.near_misses == ()


REGISTERED = brief(
    must("api", RegistrationAsked("reg.fda", frozenset({"C82401"}))),
    must("where", PlaceAsked(frozenset({"DE", "IE"}))),
    must("qp", TermAsked("svc.reg.qp")),
    must_not("china", PlaceAsked(frozenset({"CN"}))),
)


def registered(key: str, country: str, *operations: str, **facts: object) -> SiteFacts:
    row = RegistrationFact("reg.fda", frozenset(operations), days_ago(100))
    return site(key=key, country=country, partner="", is_profiled=False, registrations=(row,), **facts)


def test_registered_sites_stand_apart_with_facts_and_questions() -> None:
    sites = [
        registered("met", "DE", "C82401", "C25391"),
        registered("elsewhere", "US", "C82401"),
        registered("other-work", "IE", "C25391"),
        site(key="silent", country="IE", is_profiled=False),
        registered("visited", "IE", "C82401", inspections=(InspectionFact("reg.fda", months_ago(3)),)),
    ]

    found = run(REGISTERED, *sites)

    assert [each.key for each in found.registered_only] == ["met", "visited", "silent"]
    assert found.registered_only_count == 3
    assert found.registered_only[0].score is None
    assert found.registered_only[0].questions == (
        "Do you offer this as a contract service, and at which scale?",
        "Do you offer QP release?",
    )
    assert [(each.key, each.count) for each in found.rest] == [("api", 1), ("where", 1)]
    assert found.rest_count == 2


def test_quick_look_at_a_register_agrees_with_the_full_judgement() -> None:
    either = brief(
        must(
            "a", RegistrationAsked("reg.fda", frozenset({"C82401"})), InspectionAsked(frozenset({"reg.fda"}))
        ),
        must("b", PlaceAsked(frozenset({"DE"})), PlaceAsked(frozenset({"US"}))),
        must_not("c", PlaceAsked(frozenset({"CN"})), RegistrationAsked("reg.fda", frozenset({"C1"}))),
    )
    sites = [
        registered(country, country, *operations)
        for country in ("DE", "CN")
        for operations in (("C82401",), ("C1",))
    ]

    found = run(either, *sites)

    for each in found.registered_only:
        assert all(judged.verdict.status is not Status.UNMET for judged in each.judged)
    assert found.registered_only_count + found.rest_count == len(sites)


def test_score_does_not_hide_a_failed_gate() -> None:
    asked = replace(
        PHASE_ONE, requirements=(*PHASE_ONE.requirements, must("eu", PlaceAsked(frozenset({"DE"}))))
    )
    best = house("a", 100, yes("svc.clin.placebo"), yes("op.spray-drying"), country="US")

    found = run(asked, best)

    assert (found.eligible, found.near_misses, found.rest_count) == ((), (), 1)


@pytest.mark.parametrize(
    ("asked", "error", "field"),
    [
        (brief(must("a")), BriefInvalid, "a"),
        (brief(must("a", TermAsked("x")), must("a", TermAsked("y"))), BriefInvalid, "a"),
        (brief(weights={"fit": -1}), WeightsInvalid, "fit"),
        (brief(weights={"timing": 1}), WeightsInvalid, "weights"),
    ],
)
def test_brief_that_cannot_be_scored_names_the_field(
    asked: BriefAsked, error: type[WeightsInvalid], field: str
) -> None:
    with pytest.raises(error) as found:
        run(asked)

    assert found.value.field == field


def test_failure_that_no_line_avoids_is_not_blamed_on_the_choice() -> None:
    asked = brief(must("a", TermAsked("op.isolator"), scope=Scope.LINE))
    facts = site(lines=(line("V1", no("op.isolator")), line("V2", no("op.isolator"))))

    found = run(
        replace(
            asked, requirements=(*asked.requirements, prefer("b", TermAsked("op.isolator"), scope=Scope.LINE))
        ),
        facts,
    )

    assert [(each.key, each.count) for each in found.rest] == [("a", 1)]


def test_line_with_more_room_is_chosen_among_lines_that_pass() -> None:
    asked = brief(must("a", capsules(3_000, 3_000), scope=Scope.LINE))
    exact = line("A", yes("df.capsule-hard", MeasureFact("sc.batch-units", 3_000, 3_000)))
    roomy = line("B", yes("df.capsule-hard", MeasureFact("sc.batch-units", 1_000, 9_000)))

    assert run(asked, site(lines=(exact, roomy))).eligible[0].lines == {"": "B"}

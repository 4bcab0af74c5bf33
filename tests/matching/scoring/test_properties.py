"""What must hold for every brief and every set of sites."""

import json
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.facts import MeasureFact, Scope, SiteFacts, Statement
from matching.scoring.matching import match
from matching.scoring.requirements import TermAsked
from matching.scoring.results import MatchResult, SiteMatch
from matching.scoring.serialisation import to_json, to_text
from tests.matching.scoring.examples import (
    TODAY,
    VOCABULARY,
    brief,
    capsules,
    line,
    must,
    no,
    prefer,
    site,
    yes,
)

TERMS = ("op.isolator", "op.lyophilisation", "svc.reg.qp")
ASKED = brief(
    must("capsules", capsules(1_000, 3_000), step="dp"),
    must("placebo", TermAsked("svc.clin.placebo"), step="clin"),
    *(prefer(term, TermAsked(term)) for term in TERMS),
    steps=["dp", "clin"],
    stage="stg.phase1",
)
answers = st.sampled_from([None, True, False])


@st.composite
def sites(draw: st.DrawFn) -> list[SiteFacts]:
    return [draw(one_site(f"k{i}")) for i in range(draw(st.integers(1, 5)))]


def one_site(key: str) -> st.SearchStrategy[SiteFacts]:
    return st.builds(
        lambda stated, smallest, placebo, partner: site(
            yes("df.capsule-hard", MeasureFact("sc.batch-units", smallest, 50_000), stages=["stg.phase2"]),
            *said("svc.clin.placebo", placebo),
            *(each for term, answer in zip(TERMS, stated, strict=True) for each in said(term, answer)),
            key=key,
            partner=partner,
        ),
        st.tuples(answers, answers, answers),
        st.sampled_from([10, 900, 5_000, None]),
        answers,
        st.sampled_from(["p1", "p2", f"own-{key}"]),
    )


def said(term: str, answer: bool | None) -> list[Statement]:
    return [] if answer is None else [yes(term) if answer else no(term)]


def run(found: list[SiteFacts]) -> MatchResult:
    return match(ASKED, found, VOCABULARY, today=TODAY)


def scores(result: MatchResult) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in listed(result):
        found[each.key] = each.points
        found |= {other.key: other.score for other in each.other_sites}
    return found


def listed(result: MatchResult) -> tuple[SiteMatch, ...]:
    return (*result.eligible, *result.open_questions, *result.near_misses)


@given(sites(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_the_sites_does_not_matter(found: list[SiteFacts], random: Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    assert to_text(run(found)) == to_text(run(shuffled))


@given(sites())
@settings(max_examples=40)
def test_candidate_that_leaves_changes_no_score(found: list[SiteFacts]) -> None:
    before = scores(run(found))

    after = scores(run(found[1:]))

    assert after == {key: score for key, score in before.items() if key in after}


@given(sites(), st.sampled_from(TERMS))
@settings(max_examples=40)
def test_site_that_is_better_on_one_criterion_never_scores_lower(found: list[SiteFacts], term: str) -> None:
    before = scores(run(found))
    better = replace(
        found[0],
        statements=(*(each for each in found[0].statements if each.term != term), yes(term)),
    )

    after = scores(run([better, *found[1:]]))

    assert after.get("k0", 0) >= before.get("k0", 0)


@given(one_site("k0"), st.tuples(answers, answers, answers))
@settings(max_examples=60)
def test_interval_holds_every_score_that_filling_in_could_give(
    found: SiteFacts, filled: tuple[bool | None, bool | None, bool | None]
) -> None:
    known = {each.term for each in found.statements}
    added = [
        one
        for term, answer in zip(TERMS, filled, strict=True)
        if term not in known
        for one in said(term, answer)
    ]

    before = listed(run([found]))
    after = listed(run([replace(found, statements=(*found.statements, *added))]))

    for old, new in zip(before, after, strict=True):
        assert old.score is not None
        assert new.score is not None
        assert old.score.low - 1e-9 <= new.score.low <= new.score.high <= old.score.high + 1e-9


@given(sites())
@settings(max_examples=40)
def test_contributions_add_up_as_shown(found: list[SiteFacts]) -> None:
    for each in listed(run(found)):
        assert each.score is not None
        parts = each.score.contributions
        assert round(sum(one.shown for one in parts), 6) == each.score.shown
        assert round(sum(one.shown_high for one in parts), 6) == each.score.shown_high
        assert all(one.points_low == 100 * (one.weight * one.value_low) for one in parts)


@given(sites())
@settings(max_examples=20)
def test_result_is_plain_json_and_always_the_same_text(found: list[SiteFacts]) -> None:
    result = run(found)

    assert json.loads(to_text(result)) == to_json(result)
    assert to_text(result) == to_text(run(found))


@given(one_site("k0"), answers)
@settings(max_examples=20)
def test_a_worse_second_line_never_lowers_the_score(found: SiteFacts, answer: bool | None) -> None:
    asked = brief(
        must("isolator", TermAsked("op.isolator"), scope=Scope.LINE),
        prefer("dryer", TermAsked("op.lyophilisation"), scope=Scope.LINE),
    )
    first = line("A", yes("op.isolator"), yes("op.lyophilisation"))
    second = line("B", yes("op.isolator"), *said("op.lyophilisation", answer))

    alone = match(asked, [replace(found, lines=(first,))], VOCABULARY, today=TODAY).eligible
    both = match(asked, [replace(found, lines=(second, first))], VOCABULARY, today=TODAY).eligible

    assert both[0].points >= alone[0].points

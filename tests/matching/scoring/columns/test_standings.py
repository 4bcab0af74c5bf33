"""Whole briefs on columns: the same line, standing and score as the engine that explains, to the last bit."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.drafting import segment_of
from matching.scoring.columns.grounds import Ground
from matching.scoring.columns.standings import STANDINGS, judged, weighed
from matching.scoring.lines import judge_site
from matching.scoring.matching import match_of, plan_for
from tests.matching.scoring.columns.worlds import Maker
from tests.matching.scoring.examples import TODAY, VOCABULARY


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_brief_when_weighed_on_columns_then_every_site_stands_and_scores_as_explained(seed: int) -> None:
    made = Maker(seed)
    world, brief = made.world(), made.brief()
    plan = plan_for(brief, VOCABULARY, TODAY)
    ground = Ground(segment_of(world, book := CodeBook()), book, plan.context)

    found = weighed(judged(plan.brief, plan.criteria, ground), plan.brief, plan.criteria, plan.groups, ground)

    for index, site in enumerate(world):
        told = match_of(judge_site(plan.brief, plan.groups, plan.criteria, site, plan.context), plan)
        assert told.score is not None
        assert STANDINGS[found.standing[index]] == told.standing
        assert (found.low[index], found.high[index]) == (told.score.low, told.score.high)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_weights_when_moved_then_what_was_judged_serves_again(seed: int) -> None:
    made = Maker(seed)
    world, brief = made.world(), made.brief()
    other = replace(brief, weights=made.brief().weights)
    plan, again = plan_for(brief, VOCABULARY, TODAY), plan_for(other, VOCABULARY, TODAY)
    ground = Ground(segment_of(world, book := CodeBook()), book, plan.context)
    kept = judged(plan.brief, plan.criteria, ground)

    moved = weighed(kept, again.brief, again.criteria, again.groups, ground)

    anew = weighed(
        judged(again.brief, again.criteria, ground), again.brief, again.criteria, again.groups, ground
    )
    assert np.array_equal(moved.low, anew.low)
    assert np.array_equal(moved.standing, anew.standing)

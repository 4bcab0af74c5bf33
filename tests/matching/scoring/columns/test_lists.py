"""Lists made from columns are those that looking at every site in words would give."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.columns.directories import directory_of
from matching.scoring.eligibility import Standing
from matching.scoring.facts import SiteFacts
from matching.scoring.matching import FactsMoved, match, match_directory, plan_unchecked, told
from matching.scoring.rankings import LISTED
from matching.scoring.requirements import TermAsked
from matching.scoring.results import MatchResult, SiteMatch
from matching.scoring.verdicts import Status
from tests.matching.scoring.columns.worlds import Maker
from tests.matching.scoring.examples import TODAY, VOCABULARY, brief, must, site, yes


def keys_of(result: MatchResult) -> dict[Standing, list[str]]:
    lists = zip(LISTED, (result.eligible, result.open_questions, result.near_misses), strict=True)
    return {standing: [each.key for each in found] for standing, found in lists}


def best_of_partners(matches: list[SiteMatch]) -> dict[Standing, list[str]]:
    order = list(LISTED)
    ranked = sorted(
        (each for each in matches if each.standing in LISTED),
        key=lambda each: (order.index(each.standing), -each.points, each.name, each.key),
    )
    best: dict[str, SiteMatch] = {}
    for each in ranked:
        best.setdefault(each.partner or f"site {each.key}", each)
    return {standing: [each.key for each in best.values() if each.standing is standing] for standing in order}


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_lists_when_made_on_columns_then_partners_stand_by_their_best_site_in_order(seed: int) -> None:
    made = Maker(seed)
    world, plan = made.world(), plan_unchecked(made.brief(), VOCABULARY, TODAY)

    result = match_directory(plan, directory_of(world), lambda pks: {pk: world[pk] for pk in pks}, shown=None)

    in_words = [told(each, plan).match for each in world]
    profiled = [match for facts, match in zip(world, in_words, strict=True) if facts.is_profiled]
    assert keys_of(result) == best_of_partners(profiled)
    assert result.rest_count == rest_of(world, in_words)


def rest_of(world: tuple[SiteFacts, ...], matches: list[SiteMatch]) -> int:
    def is_rest(facts: SiteFacts, found: SiteMatch) -> bool:
        if facts.is_profiled:
            return found.standing is Standing.REST
        gates = [each for each in found.judged if each.requirement.strength != "prefer"]
        return any(each.verdict.status is Status.UNMET for each in gates)

    return sum(is_rest(facts, found) for facts, found in zip(world, matches, strict=True))


ASKED = brief(must("a", TermAsked("op.isolator")), steps=["dp"])
MANY = [site(yes("op.isolator"), key=f"k{number:03}") for number in range(30)]


def lengths(result: MatchResult) -> tuple[int, int, int]:
    return len(result.eligible), len(result.further["eligible"]), result.counts["eligible"]


def test_list_when_longer_than_what_is_shown_then_the_others_follow_by_score() -> None:
    whole = match(ASKED, MANY, VOCABULARY, today=TODAY)
    cut = match(ASKED, MANY, VOCABULARY, today=TODAY, shown=20)

    assert (lengths(whole), lengths(cut)) == ((30, 0, 30), (20, 10, 30))
    keys = [each.key for each in cut.eligible] + [each.key for each in cut.further["eligible"]]
    assert [each.key for each in whole.eligible] == keys
    assert Counter(each.low for each in cut.further["eligible"]) == {whole.eligible[-1].points: 10}


@pytest.mark.parametrize("now", [None, site(key="k000")])
def test_facts_when_they_are_not_those_of_the_columns_then_nothing_is_told(now: SiteFacts | None) -> None:
    def later(pks: object) -> dict[int, SiteFacts]:
        facts = dict(enumerate(MANY))
        return {pk: each for pk, each in facts.items() if pk} | ({0: now} if now else {})

    plan = plan_unchecked(ASKED, VOCABULARY, TODAY)

    with pytest.raises(FactsMoved):
        match_directory(plan, directory_of(MANY), later)

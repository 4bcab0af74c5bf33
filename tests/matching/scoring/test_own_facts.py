"""What an organisation knows itself, laid over what everybody shares: worked examples and properties."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.columns.directories import directory_of
from matching.scoring.facts import LineFacts, MeasureFact, OwnStatement, Scope, SiteFacts, Statement
from matching.scoring.matching import match, match_directory, plan_unchecked
from matching.scoring.own_facts import BLOCKED, NOTHING, OwnFacts, laid_over, match_with_own, with_own
from matching.scoring.plain_records import from_plain, to_plain
from matching.scoring.requirements import Requirement, TermAsked
from matching.scoring.serialisation import to_text
from matching.scoring.verdicts import Status, Verdict
from tests.matching.scoring.columns.worlds import TERMS, Maker
from tests.matching.scoring.examples import (
    TODAY,
    VOCABULARY,
    batch,
    brief,
    line,
    months_ago,
    must,
    must_not,
    no,
    site,
    verdict,
    yes,
)

LYO = must("r1", TermAsked("op.lyophilisation"))
ON_A_LINE = must("r1", TermAsked("op.lyophilisation"), scope=Scope.LINE)


def own(
    term: str = "op.lyophilisation",
    *measures: MeasureFact,
    is_offered: bool = True,
    as_of: dt.date = TODAY,
    place: str = "",
    basis: str = "inspected",
    source: str = "our audit 2026",
) -> OwnStatement:
    return OwnStatement(term, is_offered, as_of, basis, source, measures=measures, place=place)


def seen(facts: SiteFacts, *said: OwnStatement, asked: Requirement = LYO, on: str = "") -> Verdict:
    known = with_own(facts, said, VOCABULARY, TODAY)
    at: LineFacts | None = next((each for each in known.lines if each.key == on), None)
    return verdict(asked, known, at)


def test_fact_when_the_company_is_silent_then_it_answers_with_its_source_and_age() -> None:
    found = seen(site(), own(as_of=months_ago(3)))

    assert found.status is Status.MET
    assert found.reason == "Lyophilisation: offered, by our audit 2026, 3 months ago."
    evidence = found.evidence[0]
    assert (evidence.origin, evidence.source, evidence.basis) == ("own", "our audit 2026", "inspected")


def test_fact_when_the_company_says_otherwise_then_ones_own_counts_and_that_is_told() -> None:
    found = seen(site(yes("op.lyophilisation")), own(is_offered=False))

    assert found.status is Status.UNMET
    assert found.reason == "Lyophilisation: not done there, by our audit 2026."
    assert [each.what for each in found.evidence] == [
        "Lyophilisation: no",
        "The company states otherwise. Lyophilisation: yes",
    ]
    assert [each.basis for each in found.evidence] == ["inspected", ""]


def test_fact_when_the_company_says_the_same_then_nothing_is_said_of_it() -> None:
    found = seen(site(yes("op.lyophilisation")), own())

    assert len(found.evidence) == 1


@pytest.mark.parametrize("is_shown", [True, False])
def test_yes_when_it_has_no_number_then_the_companys_numbers_still_count(is_shown: bool) -> None:
    sized = replace(yes("df.capsule-hard", MeasureFact("sc.batch-units", 1_000, 5_000)), is_shown=is_shown)
    asked = must("r1", TermAsked("df.capsule-hard", batch(1_500, 3_000)))
    fact = own("df.capsule-hard")

    assert seen(site(sized), fact, asked=asked).status is Status.MET
    assert seen(site(lines=(line("L1", sized),)), replace(fact, place="l1"), asked=asked).status is Status.MET
    plain = seen(site(sized), fact, asked=must("r1", TermAsked("df.capsule-hard")))
    assert plain.reason.startswith("Hard capsule: offered, by our audit 2026")
    known = with_own(site(sized), [fact], VOCABULARY, TODAY)
    assert known.statements == (fact, sized)


@pytest.mark.parametrize(
    "fact",
    [
        own("df.capsule-hard", is_offered=False),
        own("df.capsule-hard", MeasureFact("sc.batch-units", 1, 2)),
        replace(own("df.capsule-hard"), stages=frozenset({"stage.phase-1"})),
    ],
)
def test_fact_when_it_says_no_or_has_a_number_or_stages_then_it_takes_the_place(fact: OwnStatement) -> None:
    sized = yes("df.capsule-hard", MeasureFact("sc.batch-units", 1_000, 5_000))

    (left,) = with_own(site(sized), [fact], VOCABULARY, TODAY).statements

    assert left == replace(fact, against=sized if left != fact else None)


def test_fact_when_its_number_is_another_then_it_counts_and_the_other_is_told() -> None:
    asked = must("r1", TermAsked("df.capsule-hard", batch(1_500, 3_000)))
    stated = yes("df.capsule-hard", MeasureFact("sc.batch-units", 1_000, 5_000))

    found = seen(
        site(stated), own("df.capsule-hard", MeasureFact("sc.batch-units", 2_000, 5_000)), asked=asked
    )

    assert found.status is Status.UNMET
    assert "otherwise" in found.evidence[1].what


def test_fact_when_the_company_shared_its_number_for_matching_only_then_nothing_tells_that_it_differs() -> (
    None
):
    stated = replace(yes("df.capsule-hard", MeasureFact("sc.batch-units", 1_000, 5_000)), is_shown=False)
    fact = own("df.capsule-hard", MeasureFact("sc.batch-units", 2_000, 5_000))
    asked = must("r1", TermAsked("df.capsule-hard"))

    assert len(seen(site(stated), fact, asked=asked).evidence) == 1
    denied = seen(site(stated), replace(fact, is_offered=False), asked=asked)
    assert denied.evidence[1].source == "shared for matching only"


def test_fact_when_too_old_then_the_company_counts_and_without_it_the_answer_is_a_question() -> None:
    old = own(is_offered=False, as_of=months_ago(25))

    assert seen(site(yes("op.lyophilisation")), old).status is Status.MET
    assert seen(site(), own(as_of=months_ago(25))).status is Status.UNKNOWN


def test_experience_when_over_a_year_old_then_is_too_old_although_capabilities_are_not() -> None:
    done = MeasureFact("sc.batches-36-months", 9, 9)
    stated = yes("op.lyophilisation", MeasureFact("sc.batches-36-months", 2, 2))

    known = with_own(site(stated), [own("op.lyophilisation", done, as_of=months_ago(13))], VOCABULARY, TODAY)

    assert known.statements == (stated,)


def test_no_of_the_whole_site_when_a_line_says_yes_then_holds_of_the_line_too() -> None:
    facts = site(lines=(line("L1", yes("op.lyophilisation")), line("L2")))

    found = seen(facts, own(is_offered=False), asked=ON_A_LINE, on="l1")

    assert found.status is Status.UNMET
    assert "The company states otherwise. Lyophilisation: yes" in [each.what for each in found.evidence]


def test_no_when_the_company_says_yes_to_a_kind_of_it_then_holds_of_that_too() -> None:
    facts = site(yes("df.tablet.film-coated"), no("df.tablet.layered"))
    asked = must("r1", TermAsked("df.tablet.film-coated"))

    found = seen(facts, own("df.tablet", is_offered=False), asked=asked)

    assert found.status is Status.UNMET
    assert "The company states otherwise. Film-coated tablet: yes" in [each.what for each in found.evidence]
    kept = with_own(facts, [own("df.tablet")], VOCABULARY, TODAY)
    assert len(kept.statements) == 3


def test_fact_of_a_line_when_another_line_is_asked_then_does_not_count_there() -> None:
    facts = site(lines=(line("L1"), line("L2", no("op.lyophilisation"))))
    fact = own(place="l1")

    assert seen(facts, fact, asked=ON_A_LINE, on="l1").status is Status.MET
    assert seen(facts, fact, asked=ON_A_LINE, on="l2").status is Status.UNMET


def test_fact_of_a_line_when_the_line_is_gone_then_does_not_count_at_all() -> None:
    facts = site(lines=(line("L1"),))

    assert with_own(facts, [own(place="l9")], VOCABULARY, TODAY) == facts


def test_exclusion_when_one_knows_that_it_is_there_then_fails_with_ones_own_source() -> None:
    found = seen(site(), own("mod.adc"), asked=must_not("r1", TermAsked("mod.adc")))

    assert found.status is Status.UNMET
    assert [(each.origin, each.source) for each in found.evidence] == [("own", "our audit 2026")]


def test_facts_when_several_of_one_term_then_numbers_go_together_and_the_newest_decides() -> None:
    batches = own("df.tablet", MeasureFact("sc.batch-units", 1, 9), source="our audit 2026")
    exposure = own("df.tablet", MeasureFact("sc.oel-ug-m3", 1, None), basis="document", source="their file")
    denied = own("df.tablet", is_offered=False, as_of=months_ago(5))

    known = with_own(site(), [batches, exposure, denied], VOCABULARY, TODAY)

    (fact,) = known.statements
    assert isinstance(fact, OwnStatement)
    assert fact.is_offered
    assert {each.measure for each in fact.measures} == {"sc.batch-units", "sc.oel-ug-m3"}
    assert (fact.basis, fact.source) == ("document", "our audit 2026, their file")


def test_site_when_only_a_register_knew_it_then_ones_own_fact_makes_it_a_candidate() -> None:
    registered = site(is_profiled=False)

    found = match_with_own(
        brief(LYO), [registered], VOCABULARY, OwnFacts({"s1": (own(),)}), today=TODAY, shown=5
    )

    assert [each.key for each in found.eligible] == ["s1"]


def test_blocked_when_matched_then_is_in_no_list_and_counted_by_its_reason() -> None:
    able = [site(yes("op.lyophilisation"), key=key) for key in ("s1", "s2", "s3")]

    found = match_with_own(
        brief(LYO), able, VOCABULARY, OwnFacts(blocked=frozenset({"s2", "s9"})), today=TODAY
    )

    assert [each.key for each in found.eligible] == ["s1", "s3"]
    assert [(each.key, each.label, each.count) for each in found.rest] == [(BLOCKED, "Blocked by us", 1)]
    assert (found.rest_count, found.sites_seen) == (0, 3)


@pytest.mark.parametrize("sites", [(), (site(),), (site(yes("op.lyophilisation")),)])
def test_nothing_known_when_laid_over_then_changes_nothing(sites: tuple[SiteFacts, ...]) -> None:
    plain = match(brief(LYO), list(sites), VOCABULARY, today=TODAY)

    assert match_with_own(brief(LYO), list(sites), VOCABULARY, NOTHING, today=TODAY) == plain


def own_facts(made: Maker, world: tuple[SiteFacts, ...]) -> OwnFacts:
    def one(facts: SiteFacts) -> OwnStatement:
        said: Statement = made.statement()
        place = made.perhaps([each.key for each in facts.lines], 0.5) if facts.lines else None
        return OwnStatement(
            made.one(TERMS), said.is_offered, said.confirmed_on, said.basis, "ours", said.stages,
            said.measures, place=place or "",
        )  # fmt: skip

    told = {each.key: tuple(one(each) for _ in range(made.one((1, 2, 3)))) for each in world if made.is_so()}
    return OwnFacts(told, frozenset(each.key for each in world if made.is_so(0.2)))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_world_when_known_better_then_columns_and_words_agree_as_ever(seed: int) -> None:
    made = Maker(seed)
    world = made.world()
    known = laid_over(world, own_facts(made, world), VOCABULARY, TODAY)
    plan = plan_unchecked(made.brief(), VOCABULARY, TODAY)

    # Raises FactsMoved where the columns and the words do not agree on a site.
    match_directory(plan, directory_of(known), lambda at: {each: known[each] for each in at}, shown=None)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_own_facts_when_kept_as_json_then_come_back_and_match_the_same(seed: int) -> None:
    made = Maker(seed)
    world = made.world()
    own_ones = own_facts(made, world)

    again: OwnFacts = from_plain(OwnFacts)(to_plain(OwnFacts)(own_ones))

    assert again == own_ones
    assert laid_over(world, again, VOCABULARY, TODAY) == laid_over(world, own_ones, VOCABULARY, TODAY)


def test_result_when_sites_come_in_another_order_then_is_the_same_to_the_last_digit() -> None:
    world = [site(yes("op.lyophilisation"), key=f"s{number}") for number in range(4)]
    own_ones = OwnFacts({"s1": (own(is_offered=False),)}, frozenset({"s2"}))

    there, back = (
        match_with_own(brief(LYO), sites, VOCABULARY, own_ones, today=TODAY) for sites in (world, world[::-1])
    )

    assert to_text(there) == to_text(back)

"""Which few sites cover a brief that no single one covers."""

import time
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring import covers
from matching.scoring.contracts import Option
from matching.scoring.eligibility import Standing
from matching.scoring.facts import SiteFacts
from matching.scoring.matching import match
from matching.scoring.requirements import BriefAsked, PlaceAsked, TermAsked
from matching.scoring.results import Cover, Coverage, Part, PartCandidate
from tests.matching.scoring.examples import TODAY, VOCABULARY, brief, must, no, prefer, site, yes

SUBSTANCE, FILL, RELEASE = "op.mammalian", "op.filling", "svc.reg.qp"
ANTIBODY = brief(
    must("ds", TermAsked(SUBSTANCE), step="drug-substance"),
    must("dp", TermAsked(FILL), step="drug-product"),
    must("qp", TermAsked(RELEASE), step="release"),
    steps=["drug-substance", "drug-product", "release"],
)
ALL = (SUBSTANCE, FILL, RELEASE)


def house(key: str, *offered: str, silent: tuple[str, ...] = (), **facts: object) -> SiteFacts:
    refused = [no(term) for term in ALL if term not in (*offered, *silent)]
    return site(*(yes(term) for term in offered), *refused, key=key, **facts)


def cover(asked: BriefAsked, *sites: SiteFacts) -> Coverage:
    found = match(asked, sites, VOCABULARY, today=TODAY).coverage
    assert found is not None
    return found


def names(found: Coverage) -> list[list[str]]:
    return [[each.candidate.key for each in cover.assignments] for cover in found.covers]


def test_two_sites_cover_with_one_hand_over_before_three() -> None:
    norrvik = house("7", SUBSTANCE)
    cloonmore = house("5", FILL, RELEASE)
    ellsworth = house("4", FILL)
    laboratory = house("lab", RELEASE)

    found = cover(ANTIBODY, norrvik, cloonmore, ellsworth, laboratory)

    assert names(found) == [["7", "5", "5"], ["7", "4", "lab"]]
    assert [(each.partners, each.hand_overs) for each in found.covers] == [(2, 1), (3, 2)]
    assert found.is_complete


def test_two_sites_of_one_partner_are_one_contract() -> None:
    first = house("a", SUBSTANCE, partner="same")
    second = house("b", FILL, RELEASE, partner="same")
    other = house("c", FILL, RELEASE)

    (found,) = cover(ANTIBODY, first, second, other).covers

    assert (found.partners, [each.candidate.key for each in found.assignments]) == (1, ["a", "b", "b"])


def test_partner_that_could_be_left_out_makes_no_further_cover() -> None:
    alone = [house("a", SUBSTANCE, partner="same"), house("b", FILL, RELEASE, partner="same")]
    pair = [house("c", SUBSTANCE), house("d", FILL, RELEASE)]

    found = cover(ANTIBODY, *alone, *pair)

    assert names(found) == [["a", "b", "b"], ["c", "d", "d"]]


def test_what_holds_at_every_site_binds_every_member() -> None:
    european = BriefAsked(
        "b",
        "B",
        ANTIBODY.steps,
        (*ANTIBODY.requirements, must("eu", PlaceAsked(frozenset({"IE"})))),
        ANTIBODY.weights,
    )
    abroad = house("a", SUBSTANCE, country="US")

    assert cover(european, abroad, house("b", FILL, RELEASE)).covers == ()


def test_service_of_the_whole_project_is_a_part_of_its_own() -> None:
    asked = brief(must("ds", TermAsked(SUBSTANCE), step="ds"), must("qp", TermAsked(RELEASE)), steps=["ds"])

    found = cover(asked, house("a", SUBSTANCE), house("lab", RELEASE))

    assert names(found) == [["a", "lab"]]
    assert found.covers[0].hand_overs == 0


def test_open_questions_help_only_when_nothing_is_sure() -> None:
    sure, perhaps = house("a", SUBSTANCE), house("b", SUBSTANCE, silent=(FILL,))
    rest = house("c", RELEASE)

    found = cover(
        brief(
            must("dp", TermAsked(FILL), step="dp"),
            must("ds", TermAsked(SUBSTANCE), step="ds"),
            must("also", TermAsked(SUBSTANCE), step="dp"),
            must("qp", TermAsked(RELEASE), step="qp"),
            steps=["ds", "dp", "qp"],
        ),
        sure,
        perhaps,
        rest,
    )

    assert found.covers[0].has_open_questions
    assert "b" in names(found)[0]


@pytest.mark.parametrize(
    "asked",
    [brief(must("ds", TermAsked(SUBSTANCE))), brief(prefer("a", TermAsked(FILL), step="x"), steps=["x"])],
)
def test_brief_with_one_part_has_nothing_to_share_out(asked: BriefAsked) -> None:
    assert match(asked, [house("a")], VOCABULARY, today=TODAY).coverage is None


def test_brief_that_one_site_covers_needs_no_coverage() -> None:
    assert match(ANTIBODY, [house("a", *ALL)], VOCABULARY, today=TODAY).coverage is None


def test_four_parts_with_a_site_each_take_four_partners_or_two_with_two_sites_each() -> None:
    asked = brief(
        *(must(f"r{i}", TermAsked(f"t{i}"), step=f"s{i}") for i in range(4)),
        steps=[f"s{i}" for i in range(4)],
    )
    sites = [site(yes(f"t{i}"), key=f"k{i}") for i in range(4)]
    together = [site(yes(f"t{i}"), key=f"k{i}", partner=f"p{i % 2}") for i in range(4)]

    found = [cover(asked, *each).covers for each in (sites, together)]

    assert [[(each.partners, each.hand_overs) for each in covers] for covers in found] == [[(4, 3)], [(2, 3)]]


def test_sites_without_a_partner_are_a_contract_each() -> None:
    first, second = (house("a", SUBSTANCE, partner=""), house("b", FILL, RELEASE, partner=""))

    (found,) = cover(ANTIBODY, first, second).covers

    assert (found.partners, found.hand_overs) == (2, 1)
    assert [each.candidate.partner for each in found.assignments] == ["site a", "site b", "site b"]


def test_partner_takes_another_of_its_sites_where_that_saves_a_hand_over() -> None:
    whole = house("whole", FILL, RELEASE, partner="p")
    filler = house("filler", FILL, partner="p")
    other = house("other", SUBSTANCE)

    (found,) = cover(ANTIBODY, whole, filler, other).covers

    assert [each.candidate.key for each in found.assignments] == ["other", "whole", "whole"]


def test_part_that_nobody_can_take_leaves_no_cover_and_nothing_to_look_for() -> None:
    found = cover(ANTIBODY, house("a", SUBSTANCE), house("b", FILL))

    assert (found.covers, found.is_complete) == ((), True)


def test_services_alone_are_shared_out_without_hand_overs() -> None:
    asked = brief(must("fill", TermAsked(FILL)), must("qp", TermAsked(RELEASE)))

    (found,) = cover(asked, house("a", FILL), house("b", RELEASE)).covers

    assert (found.partners, found.hand_overs) == (2, 0)


def test_equal_covers_come_in_one_order_whatever_the_order_of_the_sites() -> None:
    sites = [house(f"a{i}", SUBSTANCE) for i in range(6)] + [house(f"b{i}", FILL, RELEASE) for i in range(6)]

    orders = [names(cover(ANTIBODY, *each)) for each in (sites, sites[::-1], sites[3:] + sites[:3])]

    assert orders[0] == orders[1] == orders[2]
    assert len(orders[0]) == covers.COVERS_SHOWN


def test_search_that_is_given_no_time_says_that_it_is_not_complete() -> None:
    parts, options = world([("a", 1, 50, "0"), ("b", 2, 50, "12")])

    assert covers.best_covers(parts, options, seconds=0) == ([], False)


def test_search_that_runs_out_of_time_shows_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    parts, options = world([("a", 1, 50, "0"), ("b", 2, 50, "12"), ("c", 3, 40, "0")])
    ticks = iter([0.0, 0.0, 0.0, 0.0, *[9.0] * 50])
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))

    found, is_complete = covers.best_covers(parts, options, seconds=8)

    assert not is_complete
    assert [[each.candidate.key for each in one.assignments] for one in found] == [["a", "b", "b"]]


def test_more_services_than_are_ordered_by_score_are_still_covered_by_the_fewest_partners() -> None:
    parts = [Part(f"s{number}", f"S{number}", is_step=False) for number in range(12)]
    halves = [parts[:6], parts[6:], parts[3:9]]
    options = [option(f"k{number}", number, 50, half) for number, half in enumerate(halves)]

    found, is_complete = covers.best_covers(parts, options, seconds=60)

    assert [each.partners for each in found] == [2]
    assert not is_complete


@given(st.lists(st.sets(st.sampled_from(ALL), max_size=2), min_size=1, max_size=6))
def test_covers_are_exactly_the_sets_without_an_idle_site(offers: list[set[str]]) -> None:
    sites = [house(f"k{i}", *sorted(offered)) for i, offered in enumerate(offers)]
    expected = {
        frozenset(f"k{i}" for i in chosen)
        for size in (1, 2, 3)
        for chosen in combinations(range(len(offers)), size)
        if is_cover([offers[i] for i in chosen])
        and not any(is_cover([offers[j] for j in chosen if j != i]) for i in chosen)
    }

    found = {frozenset(each) for each in names(cover(ANTIBODY, *sites))}

    if len(expected) < covers.COVERS_SHOWN:
        assert found == expected
    else:
        assert found <= expected


def is_cover(offers: list[set[str]]) -> bool:
    return set().union(*offers) == set(ALL)


def option(key: str, partner: int, score: float, parts: Sequence[Part]) -> Option:
    taken = PartCandidate(key, key, f"p{partner}", f"P{partner}", Standing.ELIGIBLE, score, (), ())
    return Option(key, taken.partner, score, {part.key: taken for part in parts})


def world(sites: Sequence[tuple[str, int, float, str]], steps: int = 3) -> tuple[list[Part], list[Option]]:
    """Sites as (key, partner, score, numbers of the parts that it can take); after `steps` come services."""
    number = 1 + max(int(part) for *_rest, taken in sites for part in taken)
    parts = [Part(f"part{part}", f"Part {part}", is_step=part < steps) for part in range(number)]
    return parts, [
        option(key, partner, score, [parts[int(part)] for part in taken])
        for key, partner, score, taken in sites
    ]


Tuple = tuple[int, int, float]


def every_cover(parts: Sequence[Part], options: Sequence[Option]) -> list[Tuple]:
    """By trying everything: for each set of partners that needs all of its members, its best assignment."""
    best: dict[frozenset[str], Tuple] = {}
    for taken in product(*([each for each in options if part.key in each.parts] for part in parts)):
        partners = frozenset(each.partner for each in taken)
        changes = sum(
            one.key != other.key
            for (part, one), (_other, other) in pairwise(zip(parts, taken, strict=True))
            if _other.is_step
        )
        tried = (len(partners), changes, -sum(each.score for each in taken) / len(parts))
        best[partners] = min(best.get(partners, tried), tried)
    needed = [found for partners, found in best.items() if not any(other < partners for other in best)]
    return sorted(needed)[: covers.COVERS_SHOWN]


sites_in_small_worlds = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.one_of(st.sampled_from([0.0, 50.0, 50.0 + 1e-7]), st.floats(0, 100)),
        st.sets(st.sampled_from("01234"), min_size=1, max_size=4).map("".join),
    ),
    min_size=1,
    max_size=9,
)


@settings(deadline=None, max_examples=60)
@given(sites_in_small_worlds, st.integers(0, 5))
def test_best_covers_are_those_that_trying_everything_finds(
    drawn: list[tuple[int, float, str]], steps: int
) -> None:
    parts, options = world([(f"k{i}", *each) for i, each in enumerate(drawn)], steps)

    found, is_complete = covers.best_covers(parts, options, seconds=600)

    assert is_complete
    assert_same(found, every_cover(parts, options))
    assert all(part in each.parts for one in found for part, each in taken(one, options))


def assert_same(found: Sequence[Cover], expected: Sequence[Tuple]) -> None:
    """The same partners and hand-overs, and scores to the ninth place."""
    assert [(each.partners, each.hand_overs) for each in found] == [each[:2] for each in expected]
    assert [-each.score for each in found] == pytest.approx([each[2] for each in expected], abs=1e-9)


def taken(cover: Cover, options: Sequence[Option]) -> Iterator[tuple[str, Option]]:
    by_key = {each.key: each for each in options}
    yield from ((each.part.key, by_key[each.candidate.key]) for each in cover.assignments)


@settings(deadline=None, max_examples=5)
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.sampled_from(["0", "1", "2", "01", "12"])), min_size=20, max_size=40
    )
)
def test_sites_left_out_before_solving_change_no_cover(drawn: list[tuple[float, str]]) -> None:
    parts, options = world([(f"k{i:02}", i, *each) for i, each in enumerate(drawn)])

    found, _is_complete = covers.best_covers(parts, options, seconds=600)

    assert_same(found, every_cover(parts, options))

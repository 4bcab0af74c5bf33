"""Which few sites cover a brief that no single one covers."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring import coverage as module
from matching.scoring.facts import SiteFacts
from matching.scoring.matching import match
from matching.scoring.requirements import BriefAsked, PlaceAsked, TermAsked
from matching.scoring.results import Coverage
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

    assert [
        (each.partners, names_of)
        for each, names_of in zip(
            cover(ANTIBODY, first, second, other).covers, [["a", "b", "b"], ["a", "c", "c"]], strict=True
        )
    ] == [(1, ["a", "b", "b"]), (2, ["a", "c", "c"])]


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


def test_more_than_three_partners_are_no_cover() -> None:
    asked = brief(
        *(must(f"r{i}", TermAsked(f"t{i}"), step=f"s{i}") for i in range(4)),
        steps=[f"s{i}" for i in range(4)],
    )
    sites = [site(yes(f"t{i}"), key=f"k{i}") for i in range(4)]
    together = [site(yes(f"t{i}"), key=f"k{i}", partner=f"p{i % 2}") for i in range(4)]

    assert cover(asked, *sites).covers == ()
    assert [(each.partners, each.hand_overs) for each in cover(asked, *together).covers] == [(2, 3)]


def test_search_that_stops_at_its_limit_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LOOKS", 3)

    found = cover(ANTIBODY, *(house(f"a{i}", SUBSTANCE) for i in range(5)), house("b", FILL, RELEASE))

    assert not found.is_complete
    assert found.covers


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

    if len(expected) < module.COVERS_SHOWN:
        assert found == expected
    else:
        assert found <= expected


def is_cover(offers: list[set[str]]) -> bool:
    return set().union(*offers) == set(ALL)

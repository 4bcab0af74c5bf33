"""Hazards: present is not controlled, silence is not clearance, and the scope of the exclusion decides."""

import pytest

from matching.scoring.facts import HazardFact, Scope, SiteFacts, Statement
from matching.scoring.requirements import HazardAsked, TermAsked
from tests.matching.scoring.examples import hazard, line, months_ago, must, must_not, no, site, verdict, yes

LINE, BUILDING, SITE, CAMPUS = Scope.LINE, Scope.BUILDING, Scope.SITE, Scope.CAMPUS
OLD = months_ago(30)


def two_lines(*hazards: HazardFact) -> SiteFacts:
    return site(hazards=hazards, lines=(line("A", building="1"), line("B", building="4")))


@pytest.mark.parametrize(
    ("scope", "hazards", "status"),
    [
        (SITE, [], "unknown"),
        (SITE, [hazard("haz.cytotoxic", True, SITE)], "unmet"),
        (SITE, [hazard("haz.cytotoxic", False, SITE)], "met"),
        (SITE, [hazard("haz.cytotoxic", False, CAMPUS)], "met"),
        (SITE, [hazard("haz.cytotoxic", True, LINE, "b")], "unmet"),
        (SITE, [hazard("haz.cytotoxic", False, LINE, "a")], "unknown"),
        (SITE, [hazard("haz.cytotoxic", True, CAMPUS)], "unknown"),
        (SITE, [hazard("haz.cytotoxic", True, CAMPUS), hazard("haz.cytotoxic", False, SITE)], "met"),
        (SITE, [hazard("haz.cytotoxic", True, SITE, confirmed_on=OLD)], "unknown"),
        (SITE, [hazard("haz.cytotoxic", False, SITE, confirmed_on=OLD)], "unknown"),
        (CAMPUS, [hazard("haz.cytotoxic", False, SITE)], "unknown"),
        (CAMPUS, [hazard("haz.cytotoxic", False, CAMPUS)], "met"),
        (CAMPUS, [hazard("haz.cytotoxic", True, BUILDING, "4")], "unmet"),
        (LINE, [hazard("haz.cytotoxic", True, LINE, "a")], "unmet"),
        (LINE, [hazard("haz.cytotoxic", False, LINE, "a")], "met"),
        (LINE, [hazard("haz.cytotoxic", False, LINE, "b")], "unknown"),
        (LINE, [hazard("haz.cytotoxic", True, SITE)], "unknown"),
        (LINE, [hazard("haz.cytotoxic", True, SITE), hazard("haz.cytotoxic", False, LINE, "a")], "met"),
        (LINE, [hazard("haz.cytotoxic", False, SITE)], "met"),
        (LINE, [hazard("haz.cytotoxic", False, BUILDING, "1")], "met"),
        (LINE, [hazard("haz.cytotoxic", True, BUILDING, "4")], "unknown"),
        (BUILDING, [hazard("haz.cytotoxic", True, BUILDING, "1")], "unmet"),
        (BUILDING, [hazard("haz.cytotoxic", True, LINE, "a")], "unmet"),
        (BUILDING, [hazard("haz.cytotoxic", False, LINE, "a")], "unknown"),
        (BUILDING, [hazard("haz.cytotoxic", True, BUILDING, "4")], "unknown"),
        (BUILDING, [hazard("haz.cytotoxic", False, BUILDING, "1")], "met"),
    ],
)
def test_exclusion_by_scope(scope: Scope, hazards: list[HazardFact], status: str) -> None:
    facts = two_lines(*hazards)
    asked = must_not("h", HazardAsked("haz.cytotoxic"), scope=scope)

    found = verdict(asked, facts, facts.lines[0] if scope in (LINE, BUILDING) else None)

    assert found.status == status


@pytest.mark.parametrize(
    ("asked", "stated", "status"),
    [
        ("haz.beta-lactam", hazard("haz.penicillin", True, SITE), "unmet"),
        ("haz.penicillin", hazard("haz.beta-lactam", True, SITE), "unknown"),
        ("haz.penicillin", hazard("haz.beta-lactam", False, SITE), "met"),
        ("haz.beta-lactam", hazard("haz.penicillin", False, SITE), "unknown"),
    ],
)
def test_exclusion_by_hierarchy(asked: str, stated: HazardFact, status: str) -> None:
    assert verdict(must_not("h", HazardAsked(asked)), site(hazards=(stated,))).status == status


@pytest.mark.parametrize("term", ["mod.adc", "mod.adc.site-specific"])
@pytest.mark.parametrize("hazards", [(), (hazard("haz.cytotoxic", False, SITE),)])
def test_implied_hazard_is_at_least_a_question(term: str, hazards: tuple[HazardFact, ...]) -> None:
    found = verdict(must_not("h", HazardAsked("haz.cytotoxic")), site(yes(term), hazards=hazards))

    assert found.status == "unknown"
    assert "usually brings it" in found.reason


def test_term_not_offered_implies_nothing() -> None:
    facts = site(no("mod.adc"), hazards=(hazard("haz.cytotoxic", False, SITE),))

    assert verdict(must_not("h", HazardAsked("haz.cytotoxic")), facts).status == "met"


def test_line_without_the_implying_work_keeps_its_no() -> None:
    lines = (line("A"), line("B", yes("mod.adc")))
    facts = site(yes("mod.adc"), hazards=(hazard("haz.cytotoxic", False, LINE, "a"),), lines=lines)

    found = verdict(must_not("h", HazardAsked("haz.cytotoxic"), scope=LINE), facts, facts.lines[0])

    assert found.status == "met"


def test_site_with_one_line_speaks_for_that_line() -> None:
    facts = site(hazards=(hazard("haz.cytotoxic", True, SITE),), lines=(line("A"),))

    found = verdict(must_not("h", HazardAsked("haz.cytotoxic"), scope=LINE), facts, facts.lines[0])

    assert found.status == "unmet"


def test_line_exclusion_without_lines_or_buildings_takes_what_is_around_as_a_question() -> None:
    facts = site(hazards=(hazard("haz.cytotoxic", True, BUILDING, "4"),))

    found = verdict(must_not("h", HazardAsked("haz.cytotoxic"), scope=LINE), facts)

    assert found.status == "unknown"


@pytest.mark.parametrize(
    ("scope", "neighbour", "status"),
    [
        (CAMPUS, hazard("haz.sex-hormone", True, SITE), "unmet"),
        (SITE, hazard("haz.sex-hormone", True, SITE), "unknown"),
        (SITE, hazard("haz.sex-hormone", False, CAMPUS), "met"),
        (CAMPUS, hazard("haz.sex-hormone", False, SITE), "unknown"),
    ],
)
def test_neighbour_on_the_ground_counts_for_the_campus(
    scope: Scope, neighbour: HazardFact, status: str
) -> None:
    asked = must_not("h", HazardAsked("haz.sex-hormone"), scope=scope)

    assert verdict(asked, site(campus_hazards=(neighbour,))).status == status


HORMONES = hazard("haz.sex-hormone", True, BUILDING, "4")


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        (
            two_lines(HORMONES, hazard("haz.sex-hormone", False, BUILDING, "1")),
            "Sex hormones exclusion: campus → building",
        ),
        (two_lines(HORMONES), "Sex hormones exclusion: campus → building, to be confirmed there"),
        (site(hazards=(HORMONES,)), None),
        (
            site(
                hazards=(hazard("haz.sex-hormone", False, SITE),),
                campus_hazards=(hazard("haz.sex-hormone", True, SITE),),
            ),
            "Sex hormones exclusion: campus → site",
        ),
    ],
)
def test_campus_exclusion_names_the_narrower_scope_that_would_pass(
    facts: SiteFacts, change: str | None
) -> None:
    found = verdict(must_not("h", HazardAsked("haz.sex-hormone"), scope=CAMPUS), facts)

    assert found.status == "unmet"
    assert (found.change.text if found.change else None) == change


def test_neighbour_is_named_as_another_site() -> None:
    facts = site(campus_hazards=(hazard("haz.sex-hormone", True, SITE),))

    found = verdict(must_not("h", HazardAsked("haz.sex-hormone"), scope=CAMPUS), facts)

    assert found.reason == "Sex hormones: handled at another site on the campus."


@pytest.mark.parametrize(("is_present", "status"), [(True, "met"), (False, "unmet")])
def test_hazard_that_must_be_handled(is_present: bool, status: str) -> None:
    facts = site(hazards=(hazard("haz.cytotoxic", is_present, SITE),))

    assert verdict(must("h", HazardAsked("haz.cytotoxic")), facts).status == status


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (no("op.isolator"), yes("op.isolator"), "met"),
        (yes("op.isolator"), no("op.isolator"), "unmet"),
        (yes("svc.clin.placebo"), yes("op.isolator"), "unknown"),
    ],
)
def test_excluded_term_is_asked_of_the_line_itself(first: Statement, second: Statement, status: str) -> None:
    facts = site(lines=(line("A", first), line("B", second)))
    asked = must_not("t", TermAsked("op.isolator"), scope=LINE)

    assert verdict(asked, facts, facts.lines[0]).status == status

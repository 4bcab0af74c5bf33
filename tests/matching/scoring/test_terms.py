"""Terms on offer: hierarchy, lines, stages, age and basis."""

import pytest

from matching.scoring.facts import MeasureFact, Scope, SiteFacts, Statement
from matching.scoring.requirements import MeasureAsked, Relation, Requirement, TermAsked
from tests.matching.scoring.examples import capsules, line, months_ago, must, must_not, no, site, verdict, yes

TABLET = must("t", TermAsked("df.tablet"))
COATED = must("t", TermAsked("df.tablet.film-coated"))
BLISTER = must("t", TermAsked("svc.pack.blister"))


@pytest.mark.parametrize(
    ("asked", "stated", "status"),
    [
        (TABLET, yes("df.tablet.film-coated"), "met"),
        (COATED, yes("df.tablet"), "unknown"),
        (COATED, yes("df.tablet.layered"), "unknown"),
        (TABLET, no("df.tablet"), "unmet"),
        (TABLET, no("df.tablet.film-coated"), "unknown"),
        (BLISTER, no("svc.packaging"), "unmet"),
        (TABLET, yes("op.isolator"), "unknown"),
        (TABLET, yes("df.tablet", confirmed_on=months_ago(30)), "unknown"),
        (TABLET, no("df.tablet", months_ago(30)), "unknown"),
        (TABLET, yes("df.tablet", confirmed_on=months_ago(23)), "met"),
    ],
)
def test_term_against_one_statement_of_the_site(asked: Requirement, stated: Statement, status: str) -> None:
    assert verdict(asked, site(stated)).status == status


def test_silence_is_a_question() -> None:
    found = verdict(TABLET, site())

    assert (found.reason, found.question) == ("Tablet: not stated.", "Do you offer tablet?")


def test_any_line_of_the_site_will_do_for_a_site_requirement() -> None:
    found = verdict(TABLET, site(no("df.tablet"), lines=(line("A", yes("df.tablet")),)))

    assert found.status == "met"


def lines_of(*stated: Statement | None) -> SiteFacts:
    """A site that states an isolator, with one line per statement given."""
    lines = [line("ABC"[i], *([each] if each else [])) for i, each in enumerate(stated)]
    return site(yes("op.isolator"), lines=tuple(lines))


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (lines_of(None), "met"),
        (lines_of(None, None), "unknown"),
        (lines_of(None, no("op.isolator")), "met"),
        (lines_of(None, yes("op.isolator")), "unknown"),
        (lines_of(no("op.isolator"), None), "unmet"),
        (lines_of(yes("op.isolator"), None), "met"),
        (site(no("op.isolator"), lines=(line("A"), line("B"))), "unmet"),
    ],
)
def test_line_requirement_against_what_the_site_says(facts: SiteFacts, status: str) -> None:
    asked = must("t", TermAsked("op.isolator"), scope=Scope.LINE)

    found = verdict(asked, facts, facts.lines[0])

    assert found.status == status


def test_site_that_names_no_lines_leaves_a_line_requirement_unknown() -> None:
    found = verdict(must("t", TermAsked("op.isolator"), scope=Scope.LINE), site(yes("op.isolator")))

    assert (found.status, found.question) == ("unknown", "Which line offers Isolator?")


def test_building_requirement_is_met_by_another_line_of_the_building() -> None:
    asked = must("t", TermAsked("op.isolator"), scope=Scope.BUILDING)
    facts = site(lines=(line("A", building="1"), line("B", yes("op.isolator"), building="1"), line("C")))

    assert verdict(asked, facts, facts.lines[0]).status == "met"
    assert verdict(asked, facts, facts.lines[2]).status == "unknown"


@pytest.mark.parametrize(
    ("scope", "status"), [(Scope.SITE, "unmet"), (Scope.CAMPUS, "unknown"), (Scope.PARTNER, "unknown")]
)
def test_no_of_one_site_is_no_answer_for_its_campus(scope: Scope, status: str) -> None:
    assert verdict(must("t", TermAsked("op.isolator"), scope=scope), site(no("op.isolator"))).status == status


@pytest.mark.parametrize(
    ("stages", "status"),
    [(["stg.phase1", "stg.commercial"], "met"), (["stg.phase1"], "unmet"), ([], "unknown")],
)
def test_stages_asked_are_all_stated(stages: list[str], status: str) -> None:
    asked = must("t", TermAsked("df.tablet", stages=frozenset({"stg.commercial"})))

    assert verdict(asked, site(yes("df.tablet", stages=stages))).status == status


@pytest.mark.parametrize(("basis", "status"), [("claimed", "unknown"), ("document", "met"), ("done", "met")])
def test_claim_below_the_least_basis_is_a_question_not_a_failure(basis: str, status: str) -> None:
    asked = must("t", TermAsked("con.potent-handling", least_basis="document"))

    found = verdict(asked, site(yes("con.potent-handling", basis=basis)))

    assert found.status == status


def test_claim_that_is_too_weak_in_number_fails_whatever_its_basis() -> None:
    limit = MeasureAsked("sc.oel-ug-m3", Relation.AT_MOST, hi=0.4)
    asked = must("t", TermAsked("con.potent-handling", limit, least_basis="document"))

    found = verdict(asked, site(yes("con.potent-handling", MeasureFact("sc.oel-ug-m3", 1, None))))

    assert found.status == "unmet"


def test_measure_belongs_to_its_term() -> None:
    facts = site(yes("df.capsule-hard"), yes("df.tablet", MeasureFact("sc.batch-units", 1, 100_000)))

    assert verdict(must("t", capsules(1_000, 3_000)), facts).status == "unknown"


def test_stale_number_neither_proves_nor_disproves() -> None:
    stated = yes(
        "df.capsule-hard", MeasureFact("sc.batch-units", 200_000, 500_000), confirmed_on=months_ago(25)
    )

    assert verdict(must("t", capsules(1_000, 3_000)), site(stated)).status == "unknown"


@pytest.mark.parametrize(
    ("measure", "age", "status"),
    [
        ("sc.batches-36-months", 11, "met"),
        ("sc.batches-36-months", 13, "unknown"),
        ("sc.lead-time-weeks", 1, "met"),
        ("sc.lead-time-weeks", 3, "unknown"),
        ("sc.batch-units", 23, "met"),
    ],
)
def test_statements_age_by_kind(measure: str, age: int, status: str) -> None:
    asked = must("t", TermAsked("df.tablet", MeasureAsked(measure, Relation.AT_LEAST, lo=5)))
    stated = yes("df.tablet", MeasureFact(measure, 9, 9), confirmed_on=months_ago(age))

    assert verdict(asked, site(stated)).status == status


@pytest.mark.parametrize(
    ("term", "stated", "status"),
    [
        ("df.tablet", yes("df.tablet.film-coated"), "unmet"),
        ("df.tablet.film-coated", yes("df.tablet"), "unknown"),
        ("df.tablet.film-coated", no("df.tablet"), "met"),
        ("df.tablet", no("df.tablet.film-coated"), "unknown"),
        ("df.tablet", no("df.tablet"), "met"),
    ],
)
def test_excluded_term(term: str, stated: Statement, status: str) -> None:
    assert verdict(must_not("t", TermAsked(term)), site(stated)).status == status


def test_excluded_term_with_a_number_is_the_opposite_of_the_requirement() -> None:
    stated = yes("df.capsule-hard", MeasureFact("sc.batch-units", 1, 100_000))

    assert verdict(must_not("t", capsules(1_000, 3_000)), site(stated)).status == "unmet"


def test_alternatives_need_one_and_exclusions_need_none() -> None:
    facts = site(yes("df.tablet"), no("df.capsule-hard"))
    either = (TermAsked("df.capsule-hard"), TermAsked("df.tablet"))

    assert verdict(must("t", *either), facts).status == "met"
    assert verdict(must_not("t", *either), facts).status == "unmet"

"""A match told in sentences, and in JSON."""

import pytest

from matching.scoring import wording
from matching.scoring.explanation import explain
from matching.scoring.facts import InspectionFact, RegistrationFact
from matching.scoring.labels import with_label
from matching.scoring.matching import match
from matching.scoring.requirements import (
    CapacityAsked,
    Condition,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    TermAsked,
)
from matching.scoring.serialisation import to_json
from tests.matching.scoring.examples import TODAY, VOCABULARY, brief, days_ago, must, no, prefer, site, yes

ASKED = brief(
    must("seen", InspectionAsked(frozenset({"reg.fda"}), at_most_months=36)),
    must("tablet", TermAsked("df.tablet")),
    prefer("isolator", TermAsked("op.isolator")),
)


def test_strengths_gaps_and_questions_are_sentences() -> None:
    visit = InspectionFact("reg.fda", days_ago(1_300), ("NAI",))
    facts = site(yes("df.tablet"), no("op.isolator"), inspections=(visit,))

    found = explain(match(ASKED, [facts], VOCABULARY, today=TODAY).near_misses[0])

    assert found.summary.startswith("1 of 2 gates met; ")
    assert found.strengths[0].startswith("Outcome of the last inspection: ")
    assert found.gaps[0].endswith("To pass: inspection by FDA 42 months → at most 36 months ago.")
    assert found.gaps[1].startswith("Technical preferences met: 0.0 of ")


def test_register_only_site_has_no_score() -> None:
    row = RegistrationFact("reg.fda", frozenset({"C82401"}), days_ago(100))
    facts = site(is_profiled=False, registrations=(row,))

    found = match(
        brief(must("r", RegistrationAsked("reg.fda", frozenset()))), [facts], VOCABULARY, today=TODAY
    )

    assert explain(found.registered_only[0]).summary == "1 of 1 gates met; known from a register only."
    assert explain(found.registered_only[0]).strengths == ()


def test_json_has_the_documented_shape() -> None:
    asked = brief(must("a", TermAsked("x"), step="s"), must("b", TermAsked("y"), step="t"), steps=["s", "t"])
    sites = [site(yes("x"), no("y"), key="1"), site(yes("y"), no("x"), key="2")]

    found = to_json(match(asked, sites, VOCABULARY, today=TODAY))

    assert list(found) == [
        "engine_version",
        "as_of",
        "brief",
        "weights",
        "sites_seen",
        "eligible",
        "open_questions",
        "near_misses",
        "counts",
        "further",
        "registered_only",
        "registered_only_count",
        "rest",
        "rest_count",
        "coverage",
    ]
    assert found["coverage"]["covers"][0]["assignments"][0]["site"]["key"] == "1"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("condition", "label"),
    [
        (PlaceAsked(frozenset({"IE", "DE"})), "in DE or IE"),
        (PlaceAsked(frozenset({"IE"}), "the EU"), "in the EU"),
        (InspectionAsked(frozenset({"reg.fda"})), "inspected by FDA"),
        (RegistrationAsked("reg.fda", frozenset()), "registered with FDA"),
        (CapacityAsked(2), "2 batches open in time"),
        (TermAsked("df.tablet"), "Tablet"),
    ],
)
def test_requirement_without_words_is_named_by_what_it_asks(condition: Condition, label: str) -> None:
    assert with_label(must("k", condition), VOCABULARY).label == label


def test_requirement_keeps_the_sponsors_words() -> None:
    assert (
        with_label(must("k", TermAsked("df.tablet"), label="Tablets, please"), VOCABULARY).label
        == "Tablets, please"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (200_000, "200,000"),
        (0.4, "0.4"),
        (1e15, "1e+15"),
        (2_500.5, "2,500.5"),
        (float("inf"), "unlimited"),
        (0.05, "0.05"),
    ],
)
def test_numbers_as_people_write_them(value: float, text: str) -> None:
    assert wording.number(value) == text


@pytest.mark.parametrize(
    ("days", "text"), [(0, "today"), (1, "1 day ago"), (59, "59 days ago"), (400, "13 months ago")]
)
def test_ages_as_people_say_them(days: int, text: str) -> None:
    assert wording.age(days_ago(days), TODAY) == text


def test_labels_keep_their_abbreviations_inside_a_sentence() -> None:
    assert (wording.lowered("Tablet"), wording.lowered("QP release")) == ("tablet", "QP release")


def test_open_spans_say_which_end_is_missing() -> None:
    assert wording.span(1, None, "L") == "from 1 L, upper end not stated"
    assert wording.span(None, 9, "L") == "up to 9 L, lower end not stated"


def test_large_counts_are_figures() -> None:
    assert (wording.count(8), wording.count(12)) == ("eight", "12")

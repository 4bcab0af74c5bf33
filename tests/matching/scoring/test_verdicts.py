"""Kleene's three-valued logic, as truth tables."""

import pytest

from matching.scoring.verdicts import Change, Status, Verdict, all_of, any_of, negated

VERDICTS = {
    "T": Verdict(Status.MET, "yes"),
    "F": Verdict(Status.UNMET, "no", change=Change("measure", "a → b")),
    "U": Verdict(Status.UNKNOWN, "silent", question="Do you?"),
}
LETTERS = {Status.MET: "T", Status.UNMET: "F", Status.UNKNOWN: "U"}


@pytest.mark.parametrize(
    ("pair", "expected"),
    [("TT", "T"), ("TF", "T"), ("TU", "T"), ("FF", "F"), ("FU", "U"), ("UU", "U"), ("UT", "T"), ("UF", "U")],
)
def test_any_of_follows_kleene(pair: str, expected: str) -> None:
    found = any_of([VERDICTS[letter] for letter in pair])

    assert LETTERS[found.status] == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [("TT", "T"), ("TF", "F"), ("TU", "U"), ("FF", "F"), ("FU", "F"), ("UU", "U"), ("UT", "U"), ("UF", "F")],
)
def test_all_of_follows_kleene(pair: str, expected: str) -> None:
    found = all_of([VERDICTS[letter] for letter in pair])

    assert LETTERS[found.status] == expected


@pytest.mark.parametrize(("one", "other"), [("T", "F"), ("F", "T"), ("U", "U")])
def test_negation_swaps_and_leaves_unknown(one: str, other: str) -> None:
    assert LETTERS[negated(VERDICTS[one]).status] == other


def test_failed_alternatives_pass_by_the_first_change_of_any_of_them() -> None:
    other = Verdict(Status.UNMET, "no service")

    found = any_of([other, VERDICTS["F"]])

    assert found.change == Change("measure", "a → b")
    assert found.reason == "no service no"


def test_joint_failures_pass_only_when_all_of_them_can_change() -> None:
    second = Verdict(Status.UNMET, "no", change=Change("age", "c → d"))
    fixed = Verdict(Status.UNMET, "never")

    assert all_of([VERDICTS["F"], second]).change == Change("measure", "a → b; c → d")
    assert all_of([VERDICTS["F"], fixed]).change is None


def test_questions_of_unknown_alternatives_are_all_asked() -> None:
    second = Verdict(Status.UNKNOWN, "silent too", question="Or that?")

    assert any_of([VERDICTS["U"], second]).question == "Do you? Or: Or that?"

"""Facts and briefs as JSON text and back: equal to the last digit, and the same text for the same facts."""

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.ranking.asking import asked_json
from matching.scoring.facts import MeasureFact, SiteFacts, Statement, Vocabulary
from matching.scoring.facts_json import (
    digest,
    digest_of_all,
    facts_from_json,
    facts_to_json,
    vocabulary_from_json,
    vocabulary_to_json,
)
from matching.scoring.plain_records import RecordUnknown
from matching.scoring.requirements import BriefAsked
from matching.scoring.stored_brief import asked_from_json
from tests.matching.scoring.examples import site, yes

# NaN equals nothing, itself included; the loaders give None for what is not stated.
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
st.register_type_strategy(float, st.floats(allow_nan=False))


@given(st.from_type(SiteFacts))
@CALM
def test_facts_when_written_and_read_then_nothing_is_lost(facts: SiteFacts) -> None:
    text = facts_to_json(facts)

    assert facts_from_json(text) == facts
    assert facts_to_json(facts_from_json(text)) == text
    assert text.isascii()


@given(st.from_type(Vocabulary))
@CALM
def test_vocabulary_when_written_and_read_then_nothing_is_lost(vocabulary: Vocabulary) -> None:
    text = vocabulary_to_json(vocabulary)

    assert vocabulary_from_json(text) == vocabulary
    assert vocabulary_to_json(vocabulary_from_json(text)) == text


@given(st.builds(BriefAsked, weights=st.dictionaries(st.text(), st.floats(allow_nan=False))))
@CALM
def test_brief_when_kept_by_a_run_and_read_then_nothing_is_lost(asked: BriefAsked) -> None:
    assert asked_from_json(asked_json(asked)) == asked


def test_facts_when_a_whole_number_stands_for_a_float_then_the_text_is_the_same() -> None:
    whole = site(yes("op.lyophilisation", MeasureFact("sc.lyo-shelf-m2", 5, None)))
    broken = site(yes("op.lyophilisation", MeasureFact("sc.lyo-shelf-m2", 5.0, None)))

    assert facts_to_json(whole) == facts_to_json(broken)


def test_facts_when_a_number_has_no_end_then_it_is_kept_as_text() -> None:
    facts = site(yes("op.lyophilisation", MeasureFact("sc.lyo-shelf-m2", 5.0, math.inf)))

    assert facts_from_json(facts_to_json(facts)) == facts


def test_facts_when_one_statement_differs_then_the_digest_differs() -> None:
    before = site(yes("op.lyophilisation"), key="k1")
    after = replace(before, statements=tuple(hidden(each) for each in before.statements))

    assert digest(facts_to_json(before)) != digest(facts_to_json(after))


def hidden(statement: Statement) -> Statement:
    return replace(statement, is_shown=False)


def test_digest_of_all_when_sites_come_in_another_order_then_is_the_same() -> None:
    assert digest_of_all(["a", "b"], "v") == digest_of_all(["b", "a"], "v")
    assert digest_of_all(["a", "b"], "v") != digest_of_all(["a", "v"], "b")


def test_facts_when_of_a_field_that_is_not_known_then_it_is_named() -> None:
    with pytest.raises(RecordUnknown, match="SiteFacts has no colour"):
        facts_from_json('{"colour":"red"}')


def test_brief_when_a_condition_fits_no_record_then_it_is_refused() -> None:
    stored = {
        "key": "b",
        "title": "",
        "steps": [],
        "weights": {},
        "requirements": [{"key": "r", "strength": "must", "conditions": [{"colour": "red"}]}],
    }

    with pytest.raises(RecordUnknown, match="no record has the fields colour"):
        asked_from_json(stored)


def test_brief_when_a_field_without_default_is_missing_then_it_is_refused() -> None:
    with pytest.raises(RecordUnknown, match="title"):
        asked_from_json({"key": "b", "steps": [], "weights": {}, "requirements": []})


def test_brief_when_a_condition_was_stored_before_a_field_came_then_the_default_stands_in() -> None:
    stored = {"key": "r", "strength": "must", "conditions": [{"authority": "fda", "operations": ["C1"]}]}

    asked = asked_from_json({"key": "b", "title": "", "steps": [], "weights": {}, "requirements": [stored]})

    assert type(asked.requirements[0].conditions[0]).__name__ == "RegistrationAsked"

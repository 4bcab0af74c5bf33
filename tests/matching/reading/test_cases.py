"""How well whole briefs are read: floors just below what is reached, on worked briefs of several hands.

`known` ones were looked at while the rules were made, `unread` ones never were. How hits are counted is in
docs/read_brief.md.
"""

from collections.abc import Mapping
from functools import cache

import pytest

from matching.interpreting import lexicon, measures_in_base
from matching.reading.evaluation.measuring import Scores
from matching.reading.evaluation.reporting import added, scores_of
from tests.matching.reading.reading_texts import CASES

FLOORS: Mapping[str, Mapping[str, float]] = {
    "known": {"gates": 0.91, "quantities": 0.76, "dates": 0.89, "geography": 0.84},
    "unread": {"gates": 0.82, "quantities": 0.62, "dates": 0.84, "geography": 0.80},
}
MOST_TRAPS = {"known": 0.12, "unread": 0.24}


@cache
def scores(kind: str) -> Scores:
    files = sorted(CASES.glob(f"{kind}_*.yaml"))
    assert files
    return added(
        found
        for file in files
        for _, found in scores_of(file.read_text("utf-8"), lexicon(), measures_in_base)
    )


@pytest.mark.parametrize("kind", FLOORS)
@pytest.mark.parametrize("what", ["gates", "quantities", "dates", "geography"])
def test_agreement_with_the_expert_does_not_fall(kind: str, what: str) -> None:
    assert scores(kind).tallies[what].f1 >= FLOORS[kind][what]


@pytest.mark.parametrize("kind", FLOORS)
def test_traps_are_mostly_avoided_and_evidence_is_always_in_the_text(kind: str) -> None:
    found = scores(kind)

    assert len(found.fallen_into) <= MOST_TRAPS[kind] * found.traps
    assert found.outside_text == 0

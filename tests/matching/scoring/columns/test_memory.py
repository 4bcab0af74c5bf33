"""What a process remembers of a brief changes no result: with it and without it, all is the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.columns.directories import directory_of
from matching.scoring.columns.fields import MOST_BRIEFS, Memory
from matching.scoring.matching import match_directory, plan_unchecked
from matching.scoring.requirements import BriefAsked
from matching.scoring.serialisation import to_text
from tests.matching.scoring.columns.worlds import Maker
from tests.matching.scoring.examples import TODAY, VOCABULARY


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_results_when_remembered_then_are_those_of_a_fresh_match(seed: int) -> None:
    made = Maker(seed)
    world, brief = made.world(), made.brief()
    others = [replace(brief, weights=made.brief().weights), replace(brief, key="b2"), made.brief(), brief]
    directory, memory = directory_of(world), Memory()

    def text(asked: BriefAsked, remembering: Memory | None) -> str:
        plan = plan_unchecked(asked, VOCABULARY, TODAY)
        result = match_directory(
            plan, directory, lambda pks: {pk: world[pk] for pk in pks}, memory=remembering
        )
        return to_text(result)

    assert [text(each, memory) for each in (brief, *others)] == [
        text(each, None) for each in (brief, *others)
    ]


def test_memory_when_many_briefs_come_then_the_oldest_is_forgotten() -> None:
    memory = Memory()
    plans = [plan_unchecked(Maker(seed).brief(), VOCABULARY, TODAY) for seed in range(MOST_BRIEFS + 2)]

    for plan in plans:
        memory.of(plan)

    assert len(memory.briefs) == MOST_BRIEFS
    assert plans[0].apart_from_weights not in memory.briefs

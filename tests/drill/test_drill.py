"""Never lost, never twice: real processes, killed at random moments. `make drill` kills two hundred times."""

import os
import random

import pytest

from tests.drill.killing import Troupe
from tests.drill.world import World

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.xdist_group("drill")]

KILLS = int(os.environ.get("DRILL_KILLS", "20"))
SEED = os.environ.get("DRILL_SEED") or str(random.randrange(10**6))


def test_refreshes_when_everything_is_killed_at_random_then_none_is_lost_or_applied_twice(
    world: World,
) -> None:
    print(f"DRILL_SEED={SEED} DRILL_KILLS={KILLS}")  # noqa: T201 - shown when it fails
    troupe = Troupe(world, random.Random(SEED))
    try:
        troupe.begin_all()
        world.wait_until_all_is_read(tend=troupe.tend)

        troupe.drill(KILLS)

        world.wait_until_all_is_read(tend=troupe.tend)
        assert world.breaches() == []
        # And by worker and beat alone: the pump has hidden nothing.
        troupe.retire("pump")
        world.wait_until_all_is_read(tend=troupe.tend)
        assert world.breaches() == []
    finally:
        troupe.end()
        print(f"ended by themselves: {dict(troupe.ended)}")  # noqa: T201 - as above

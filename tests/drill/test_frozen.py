"""Workers that are frozen past their lease and wake up: real processes, SIGSTOP and SIGCONT.

Three times five workers; the same without the fencing token shows that the token is what helps.
"""

import sys

import psutil
import pytest

from tests.drill.feed_site import PERIODS
from tests.drill.sleeper import MOMENTS
from tests.drill.world import MANAGE, World, run, wait_until_empty

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.xdist_group("drill")]

COUNT = 5


def freeze_and_wake(world: World, *words: str) -> list[object]:
    """Five workers are frozen, others take over and finish, they wake up; what stood just before that."""
    world.make_due()
    command = (sys.executable, "-m", "tests.drill.sleeper", str(COUNT), *words)
    with world.process("sleeper", *command) as sleeper:
        wait_until_empty(lambda: [] if is_stopped(sleeper.main()) else [sleeper.log.read_text()])
        wait_until_empty(world.held)
        run(world.environment, *MANAGE, "pump")
        before = world.trace()
        sleeper.resume()
        wait_until_empty(lambda: ["it has not ended"] if sleeper.is_running else [])
    assert f"{COUNT} woke up" in sleeper.log.read_text().splitlines()[-1]
    return before


def is_stopped(process: psutil.Process | None) -> bool:
    return process is not None and process.status() == psutil.STATUS_STOPPED


@pytest.mark.parametrize("moment", MOMENTS)
def test_refresh_when_workers_are_frozen_past_their_lease_then_they_write_nothing_when_they_wake(
    world: World, moment: str
) -> None:
    before = freeze_and_wake(world, moment)

    assert world.trace() == before
    assert world.breaches() == []


def test_refresh_when_the_token_is_ignored_then_what_was_frozen_is_applied_a_second_time(
    world: World,
) -> None:
    before = freeze_and_wake(world, "after the fetch", "without the token")

    assert world.trace() != before
    assert sum("went back" in breach for breach in world.breaches()) == COUNT * len(PERIODS)

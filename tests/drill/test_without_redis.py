"""The pump needs PostgreSQL and nothing else."""

import pytest

from tests.drill.world import MANAGE, World, kill_all, wait_until_empty

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.xdist_group("drill")]


def test_pump_when_valkey_is_dead_then_it_carries_on_also_after_postgresql_was_killed(world: World) -> None:
    kill_all(world.broker.processes())

    with world.process("pump", *MANAGE, "pump", "--forever", "--seconds", "0.5") as pump:
        world.wait_until_all_is_read()
        world.kill_postgresql()
        world.send_mail_again()
        world.wait_until_all_is_read()
        wait_until_empty(world.waiting_mails)
        assert pump.is_running

    assert not world.broker.accepts_connections()
    assert world.breaches() == []

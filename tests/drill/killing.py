"""Kill -9 of everything that a refresh needs, at random moments; what was killed is started again at once."""

import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil
import psycopg

from cdmo_portal.local.roles import APPLICATION
from tests.drill.world import CELERY, MANAGE, Guarded, World, kill_all

QUEUES = "default,deliveries,feeds,matching"
# A round of twenty. A worker's child is killed the most: it is cheap to replace, and where feeds are read.
ROUND = Counter(
    {
        "worker child": 6,
        "worker": 2,
        "beat": 2,
        "pump": 3,
        "valkey": 2,
        "database connection": 3,
        "postgresql": 2,
    }
)
LONGEST_PAUSE_S = 1.5


def planned(kills: int, chance: random.Random) -> list[str]:
    """So many kills, every kind in each round of twenty, in random order."""
    found: list[str] = []
    while len(found) < kills:
        found += chance.sample(list(ROUND.elements()), ROUND.total())
    return found[:kills]


@dataclass
class Troupe:
    """Worker, beat and pump, as a supervisor keeps them."""

    world: World
    chance: random.Random
    running: dict[str, Guarded] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    """How often each ended although nobody killed it."""

    @property
    def commands(self) -> dict[str, tuple[str, ...]]:
        schedule = str(self.world.folders.root / "beat-schedule")
        return {
            "worker": (*CELERY, "worker", "--concurrency", "2", "-Q", QUEUES, "-l", "warning"),
            "beat": (*CELERY, "beat", "-s", schedule, "--pidfile", "", "-l", "warning"),
            "pump": (*MANAGE, "pump", "--forever", "--seconds", "1"),
        }

    def begin(self, name: str) -> None:
        log = self.world.folders.root / f"{name}.log"
        self.running[name] = Guarded.begin(self.commands[name], self.world.environment, log)

    def begin_all(self) -> None:
        for name in self.commands:
            self.begin(name)

    def tend(self) -> None:
        for name, guarded in self.running.items():
            if not guarded.is_running:
                self.ended[name] += 1
                guarded.end()
                self.begin(name)

    def retire(self, name: str) -> None:
        self.running.pop(name).end()

    def end(self) -> None:
        for name in list(self.running):
            self.retire(name)

    def drill(self, kills: int) -> None:
        for what in planned(kills, self.chance):
            with contextlib.suppress(psycopg.OperationalError):
                self.world.make_due()
            time.sleep(self.chance.uniform(0, LONGEST_PAUSE_S))
            self.kill(what)
            self.tend()

    def kill(self, what: str) -> None:
        match what:
            case "worker child":
                self._kill_child()
            case "valkey":
                kill_all(self.world.broker.processes())
                self.world.broker.start()
            case "postgresql":
                self.world.kill_postgresql()
            case "database connection":
                self._kill_connection()
            case name:
                self._kill_command(name)

    def _kill_child(self) -> None:
        worker = self.running["worker"].main()
        children = worker.children() if worker else []
        if children:
            kill_all([self.chance.choice(children)])
        else:
            self._kill_command("worker")

    def _kill_command(self, name: str) -> None:
        guarded = self.running[name]
        if main := guarded.main():
            kill_all([main])
        guarded.end()
        self.begin(name)

    def _kill_connection(self) -> None:
        """PostgreSQL then ends all connections and recovers, as after a crash of its own.

        Where it still recovers from the kill before this one, there is no connection to be killed.
        """
        pids: list[int] = []
        with contextlib.suppress(psycopg.OperationalError), self.world.connect() as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE usename = %s"
            pids = [pid for (pid,) in connection.execute(query, [APPLICATION])]
        if pids:
            kill_all([psutil.Process(self.chance.choice(pids))])

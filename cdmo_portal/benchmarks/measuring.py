"""Asking the same thing many times, alone and by several at once, for a bounded time."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cdmo_portal.benchmarks.visitor import Visitor

type Ask = Callable[[Visitor], int]

WARM_UP = 2
FIRST_REFUSAL = 400


@dataclass(frozen=True)
class Times:
    """Milliseconds of every answer, how long it took in all, and how many answers were refusals."""

    milliseconds: Sequence[float]
    seconds: float
    refused: int

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds


@dataclass
class _Tally:
    milliseconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


def measure(visitor: Visitor, ask: Ask, *, clients: int, seconds: float) -> Times:
    """Ask for about so long with so many clients at once; each asks again when it has its answer."""
    windows = [visitor.beside() for _ in range(clients)]
    for _ in range(WARM_UP):
        ask(windows[0])
    tally = _Tally()
    started = time.perf_counter()
    threads = [
        threading.Thread(target=_ask_until, args=(window, ask, started + seconds, tally))
        for window in windows
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if tally.errors:
        raise tally.errors[0]
    refused = sum(status >= FIRST_REFUSAL for status in tally.statuses)
    return Times(tally.milliseconds, time.perf_counter() - started, refused)


def _ask_until(window: Visitor, ask: Ask, end: float, tally: _Tally) -> None:
    try:
        while True:
            before = time.perf_counter()
            status = ask(window)
            after = time.perf_counter()
            tally.milliseconds.append((after - before) * 1000)
            tally.statuses.append(status)
            if after > end:
                return
    except BaseException as error:  # noqa: BLE001 - told in the thread that waits
        tally.errors.append(error)
    finally:
        window.close()

"""Work off a queue of leased rows, with one thread or several."""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from django.db import connection

from cdmo_portal.events.leases import Lease, LeasedRow, Queue

LOOK_AGAIN_S = 0.5

type Work = Callable[[Lease], None]


def work_off[Row: LeasedRow](queue: Queue[Row], work: Work, *, seconds: float, threads: int = 1) -> int:
    """Work on due rows, the longest due first, and start nothing new after `seconds`; return how many.

    Threads begin when there is work for them and each has a database connection of its own; as long as one of
    them works, what becomes due meanwhile goes to the others, so that slow work holds up nobody. With one
    thread everything happens in the caller's. An error of `work` ends the whole, after what runs has ended.
    """
    stop_at = time.monotonic() + seconds
    if threads == 1:
        return _alone(queue, work, stop_at)
    crew = Crew(work, threads)
    try:
        return _dispatch(queue, crew, stop_at)
    finally:
        crew.dismiss()


def _alone[Row: LeasedRow](queue: Queue[Row], work: Work, stop_at: float) -> int:
    done = 0
    while time.monotonic() < stop_at and (leases := queue.claim()):
        work(leases[0])
        done += 1
    return done


def _dispatch[Row: LeasedRow](queue: Queue[Row], crew: "Crew", stop_at: float) -> int:
    """A lease is claimed only when a thread is free for it, since it runs from the claim on."""
    done = 0
    while True:
        if crew.free and time.monotonic() < stop_at:
            for lease in queue.claim(crew.free):
                crew.give(lease)
        if not crew.busy:
            return done
        done += crew.finished(LOOK_AGAIN_S)


class Crew:
    """Threads that work on what they are given. Not for use by several threads itself."""

    def __init__(self, work: Work, size: int) -> None:
        self.busy = 0
        self._work = work
        self._size = size
        self._threads: list[threading.Thread] = []
        self._given: SimpleQueue[Lease | None] = SimpleQueue()
        self._ended: SimpleQueue[BaseException | None] = SimpleQueue()

    @property
    def free(self) -> int:
        return self._size - self.busy

    def give(self, lease: Lease) -> None:
        self.busy += 1
        if self.busy > len(self._threads):
            self._threads.append(threading.Thread(target=self._run, name=f"crew-{self.busy}"))
            self._threads[-1].start()
        self._given.put(lease)

    def finished(self, seconds: float) -> int:
        """Wait for the first to finish, so long at most; how many have. Raises what the work raised."""
        count = 0
        while True:
            try:
                error = self._ended.get(timeout=0 if count else seconds)
            except Empty:
                return count
            self.busy -= 1
            count += 1
            if error is not None:
                raise error

    def dismiss(self) -> None:
        """Return when all that runs has ended."""
        for _ in self._threads:
            self._given.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        try:
            while (lease := self._given.get()) is not None:
                self._ended.put(self._outcome(lease))
        finally:
            connection.close()

    def _outcome(self, lease: Lease) -> BaseException | None:
        try:
            self._work(lease)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked for the work
            return error
        return None

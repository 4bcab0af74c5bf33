"""What a process keeps of all sites, brought up to every change that is committed before it is asked for."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from partners.changes import changes_since, current_mark, own_changes

MOST_ROUNDS = 5
"""Under changes without pause somebody has to stop looking; the next question goes on from there."""


@dataclass
class Follower[Kept]:
    """`load_all` and `load_changed` (what was kept, primary keys of changed sites) give something immutable.

    Threads wait for one another, so that a change is loaded once; what they are given they may hold.
    """

    load_all: Callable[[], Kept]
    load_changed: Callable[[Kept, set[int]], Kept]
    kept: Kept | None = None
    mark: int = 0
    seen: set[int] = field(default_factory=set)
    unsettled: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Kept:
        with self.lock:
            if self.kept is None:
                mark = current_mark()  # before loading: what commits meanwhile is loaded again
                self.kept, self.mark = self.load_all(), mark
                self.unsettled = own_changes()
                return self._caught_up(self.kept, set())
            return self._caught_up(self.kept, self.unsettled)

    def _caught_up(self, kept: Kept, changed: set[int]) -> Kept:
        """Until nothing new is told: what a load saw of a change of two sites, it then has of both.

        Changes are told again while an older transaction runs; each is loaded once all the same.
        """
        for _ in range(MOST_ROUNDS):
            told, mark = changes_since(self.mark)
            changed = changed | {site for change, site in told.items() if change not in self.seen}
            if changed:
                kept = self.load_changed(kept, changed)
                # What the asker itself changed is in what it loaded, and may yet be rolled back.
                self.unsettled = own_changes()
            self.kept, self.mark, self.seen = kept, mark, set(told)
            if not changed:
                break
            changed = set()
        return kept

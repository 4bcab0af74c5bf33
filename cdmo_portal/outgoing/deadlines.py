"""One end for everything a request does: looking up, connecting, TLS, sending, reading, redirects."""

from collections.abc import Callable
from dataclasses import dataclass

from cdmo_portal.outgoing.errors import OutgoingTimeout

type Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of `clock`, and how long it is until then."""

    ends_at: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> "Deadline":
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Seconds left, always more than 0: a socket takes a timeout of 0 for "do not wait"."""
        seconds = self.ends_at - self.clock()
        if seconds <= 0:
            raise OutgoingTimeout("the deadline is over")
        return seconds

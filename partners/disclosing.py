"""When figures about many may be told to one: of enough sponsors, by whole weeks, and late.

So nobody can tell from a figure who it is about, nor date one sponsor's coming or going finer than a week.
"""

import datetime as dt
from typing import Final

FEWEST: Final = 5
LATE: Final = dt.timedelta(days=7)
WEEK: Final = dt.timedelta(days=7)


def week_of(day: dt.date) -> dt.date:
    """The Monday that a week goes by."""
    return day - dt.timedelta(days=day.weekday())


def last_told(today: dt.date) -> dt.date:
    """The latest week whose last day is long enough ago."""
    return week_of(today - LATE - WEEK + dt.timedelta(days=1))

"""When a webhook that failed is tried again."""

import datetime as dt
import random
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

MINUTE, HOUR = 60, 3600
THREE_DAYS: Final = 72 * HOUR
_RISING: Final = (5, 30, 2 * MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, *[12 * HOUR] * 5)
DELAYS: Final[tuple[int, ...]] = (*_RISING, THREE_DAYS - sum(_RISING))
"""Seconds from each failure to the next try: the last try is three days after the first."""

MOST_ATTEMPTS: Final = len(DELAYS) + 1
LONGEST_WAIT: Final = 12 * HOUR
SHARE_OF_JITTER: Final = 0.1


def delay_after(attempts: int, asked: float = 0.0) -> float:
    """Seconds to wait after so many failures; `asked` is what the receiver wants at least, within bounds."""
    planned = DELAYS[min(attempts, len(DELAYS)) - 1] * random.uniform(  # noqa: S311 - spreads load
        1 - SHARE_OF_JITTER, 1 + SHARE_OF_JITTER
    )
    return max(planned, min(asked, LONGEST_WAIT))


def asked_delay(status: int, headers: Mapping[str, str], now: dt.datetime) -> float:
    """The seconds of a Retry-After beside 429 or 503, given as a number or as a date; else 0."""
    text = headers.get("Retry-After", "").strip()
    if status not in {429, 503} or not text:
        return 0.0
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())

"""The capacity feed that the demo serves to itself, so that a person sees a refresh happen."""

import datetime as dt

from partners.feeds.cells import COLUMNS
from partners.quarters import Quarter, quarters_from

# As the sample world names its Larkfen site and its first line.
SITE_ID, LINE_ID = "NOTT", "CAP-1"
UNIT = "batches"
OPEN_BATCHES = (4, 8, 10)


def capacity_csv(now: dt.datetime) -> str:
    """Three quarters of one capsule line, from the next quarter on; the last one changes every minute."""
    minute = int(now.timestamp()) // 60
    observed_at = now.replace(second=0, microsecond=0).isoformat()
    first, second, third = OPEN_BATCHES
    quantities = (first, second, third - minute % 3)
    rows = [
        f"{SITE_ID},{LINE_ID},Capsule line 1,{quarter.start},{quarter.end},open,{quantity},{UNIT},9,1,firm,,,"
        f"{observed_at},,"
        for quarter, quantity in zip(quarters_from(Quarter.of(now.date()).next, 3), quantities, strict=True)
    ]
    return "\n".join([",".join(COLUMNS), *rows, ""])


def etag(now: dt.datetime) -> str:
    return f'"minute-{int(now.timestamp()) // 60}"'

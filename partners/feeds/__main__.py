"""`python -m partners.feeds ZONE FIRST END`: a calendar on stdin, JSON on stdout.

{"events": […]} as `partners.feeds.calendar_events` gives them, or {"refused": …} for their publisher.
"""

import datetime as dt
import json
import sys
from typing import Any

from cdmo_portal.documents.processes import limit_this_process
from partners.feeds.decoding import MAX_BYTES
from partners.feeds.rows import FileRefused


def main(zone: str, first: str, end: str) -> None:
    limit_this_process()
    # Loaded after the limits are set, as the documents' libraries are.
    from partners.feeds.calendar_events import events_in  # noqa: PLC0415

    answer: dict[str, Any]
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(end)
        answer = {"events": events_in(content, zone=zone, first=days[0], end=days[1])}
    except FileRefused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What must hold after any number of kills, read from the rows alone; every breach is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import psycopg

from tests.drill.feed_site import PERIODS

type Connection = psycopg.Connection[tuple[Any, ...]]
type Logs = dict[int, list[tuple[int, int, str, list[dict[str, str | None]]]]]


def breaches(connection: Connection, after: int) -> list[str]:
    """Lost or doubled changes at any moment, among the refreshes after this one."""
    logs = refreshes(connection, after)
    found: list[str] = []
    for feed, rows in logs.items():
        found += of_tokens(feed, [token for _, token, *_ in rows])
        found += of_changes(feed, [changes for *_, changes in rows])
    return [*found, *of_events(connection, logs, after), *of_windows(connection, logs)]


def unfinished(connection: Connection, published: dict[int, int], since: object) -> list[str]:
    """Feeds that were not read after `since`, do not say what was published last, or are stuck."""
    rows = connection.execute(
        "SELECT id, state, attempts, last_error, lease_until, last_succeeded_at > %s FROM partners_feed"
        " WHERE id = ANY(%s) ORDER BY id",
        [since, list(published)],
    ).fetchall()
    found = [
        f"feed {feed}: {state}, {attempts} attempts ({error!r}), leased until {lease}, read since: {is_read}"
        for feed, state, attempts, error, lease, is_read in rows
        if (state, attempts, lease, is_read) != ("active", 0, None, True)
    ]
    stands = windows(connection)
    found += [
        f"feed {feed} has {stands[feed]}, but {quantity} was published last"
        for feed, quantity in published.items()
        if stands[feed] != [quantity] * len(PERIODS)
    ]
    return found


def refreshes(connection: Connection, after: int) -> Logs:
    """By feed, in the order in which they were written: a feed's rows are written under its lock."""
    found: Logs = defaultdict(list)
    for feed, *row in connection.execute(
        "SELECT feed_id, id, lease_token, outcome, changes FROM partners_refresh WHERE id > %s ORDER BY id",
        [after],
    ):
        found[feed].append(tuple(row))
    return found


def of_tokens(feed: int, tokens: list[int]) -> Iterator[str]:
    if any(later <= earlier for earlier, later in pairwise(tokens)):
        yield f"feed {feed}: tokens do not grow: {tokens}"


def of_changes(feed: int, refreshed: Iterable[list[dict[str, str | None]]]) -> Iterator[str]:
    """Each change begins where the one before it ended, and never goes back to an older reading."""
    stands: dict[str | None, int | None] = {}
    for changes in refreshed:
        if changes and len(changes) != len(PERIODS):
            yield f"feed {feed}: half of a reading was applied: {changes}"
        for change in changes:
            before, after = number(change["before"]), number(change["after"])
            last = stands.get(change["period"], before)
            if before != last:
                yield f"feed {feed}: a change was lost between {last} and {before}"
            if after is None or after <= (last or 0):
                yield f"feed {feed}: went back from {last} to {after}"
            stands[change["period"]] = after


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def of_events(connection: Connection, logs: Logs, after: int) -> Iterator[str]:
    told = Counter(
        int(refresh)
        for (refresh,) in connection.execute(
            "SELECT data->>'refresh' FROM events_event"
            " WHERE kind = 'feed.refreshed' AND (data->>'refresh')::bigint > %s",
            [after],
        )
    )
    changed = Counter(pk for rows in logs.values() for pk, _, outcome, _ in rows if outcome == "changed")
    if told != changed:
        yield f"events and changes differ: {told - changed} against {changed - told}"


def of_windows(connection: Connection, logs: Logs) -> Iterator[str]:
    stands = windows(connection)
    for feed, rows in logs.items():
        changed = [changes for *_, changes in rows if changes]
        last = [number(change["after"]) for change in changed[-1]] if changed else stands[feed]
        if stands[feed] != last:
            yield f"feed {feed} has {stands[feed]}, but its log ends with {last}"


def windows(connection: Connection) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for feed, quantity in connection.execute(
        "SELECT feed_id, quantity FROM partners_capacitywindow WHERE closed_at IS NULL"
        " ORDER BY feed_id, period"
    ):
        found[feed].append(int(quantity))
    return found


TRACES = (
    "SELECT id, lease_token, attempts, last_error, next_due_at, last_succeeded_at FROM partners_feed",
    "SELECT id FROM partners_refresh",
    "SELECT id, quantity, observed_at, closed_at FROM partners_capacitywindow",
    "SELECT id FROM partners_sitechange",
    "SELECT id FROM events_event",
)


def trace(connection: Connection) -> list[object]:
    """Everything that a refresh writes."""
    return [connection.execute(f"{query} ORDER BY id").fetchall() for query in TRACES]


def held(connection: Connection) -> list[str]:
    """Feeds that nobody could take over now: the lease runs, or a transaction has the row."""
    rows = connection.execute(
        "SELECT id FROM partners_feed WHERE lease_until >= clock_timestamp() UNION ALL"
        " (SELECT id FROM partners_feed EXCEPT SELECT id FROM"
        "  (SELECT id FROM partners_feed FOR UPDATE SKIP LOCKED) AS free)"
    ).fetchall()
    return [f"feed {feed} is held" for (feed,) in rows]

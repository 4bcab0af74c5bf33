"""Many feeds due at once, in a database of their own: `python -m cdmo_portal.benchmarks.feeds [FEEDS]`.

Needs DATABASE_URL and OWNER_DATABASE_URL of a server on which the owner may make databases. The web servers
of the feeds run in this process, beside the workers. One feed in a hundred is of one slow host.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg

from cdmo_portal.benchmarks.databases import renamed, temporary_database
from cdmo_portal.benchmarks.feed_servers import SLOW, FeedServers
from cdmo_portal.benchmarks.measuring import Times

FEEDS = 10_000
HOSTS = 500
PROCESSES = (1, 2, 4)
LONGEST_S = 1_800
LOOK_S = 0.2

# Each with a partner, a site and a line of its own, due a millisecond after the one before.
FILL = """
INSERT INTO accounts_organisation (id, name, kind, state, country, is_sample, version, created_at)
SELECT n, 'Maker ' || n, 'cdmo', 'approved', 'IE', false, 1, now() FROM generate_series(1, %(count)s) n;

INSERT INTO partners_partner (id, slug, name, organisation_id, summary, website, is_suggested, is_sample,
  version, created_at, updated_at)
SELECT n, 'maker-' || n, 'Maker ' || n, n, '', '', false, false, 1, now(), now()
FROM generate_series(1, %(count)s) n;

INSERT INTO partners_site (id, slug, partner_id, name, street, city, region, postal_code, country, time_zone,
  external_id, is_profiled, version, created_at, updated_at)
SELECT n, 'works-' || n, n, 'Works ' || n, '', '', '', '', 'IE', 'UTC', 'S' || n, true, 1, now(), now()
FROM generate_series(1, %(count)s) n;

INSERT INTO partners_line (id, site_id, name, external_id, capacity_unit, nominal_batch_unit, slot_means,
  capacity_source, capacity_audience, is_multipurpose, version)
SELECT n, n, 'Line', 'L' || n, 'batches', '', '', 'feed', 'matching', true, 1
FROM generate_series(1, %(count)s) n;

INSERT INTO partners_feed (id, organisation_id, partner_id, name, url, host, format, state, interval_seconds,
  attempts, etag, last_modified, last_sha256, version, created_at, next_due_at, lease_token, last_error)
SELECT n, n, n, 'Feed', 'http://' || %(place)s || '/' || n || '.csv',
  CASE WHEN n %% 100 = 0 THEN %(slow)s ELSE 'h' || n %% %(hosts)s || '.example' END,
  'csv', 'active', 86400, 0, '', '', '', 1, now(), now(), 0, '' FROM generate_series(1, %(count)s) n;

ANALYZE;
"""
MAKE_DUE = """
UPDATE partners_feed SET etag = '', next_due_at = now() - interval '1 hour' + id * interval '1 millisecond'
"""
# How many feeds that were due later were begun before it, of hosts that were not busy.
OVERTAKEN = """
SELECT coalesce(max(place - turn), 0) FROM (
  SELECT row_number() OVER (ORDER BY feed_id) AS turn,
    row_number() OVER (ORDER BY started_at, partners_refresh.id) AS place
  FROM partners_refresh JOIN partners_feed ON partners_feed.id = feed_id WHERE host <> %(slow)s
) AS orders
"""


# Seconds from the first start to the end of each refresh.
LAGS = """
SELECT host = %s, outcome = 'changed',
  extract(epoch FROM finished_at - min(started_at) OVER ())::float8
FROM partners_refresh JOIN partners_feed ON partners_feed.id = feed_id
"""


@dataclass(frozen=True)
class Drained:
    """What came of one drain: lags of all but the slow host's feeds, and seconds until those were read."""

    processes: int
    others: Times
    slowest: float
    failed: int
    overtaken: int
    megabytes: float
    connections: int


@contextmanager
def own_database() -> Iterator[str]:
    """An empty database with our tables; the owner's address of it."""
    owner_url, name = os.environ["OWNER_DATABASE_URL"], f"cdmo_bench_feeds_{os.getpid()}"
    with temporary_database(owner_url, name):
        url = renamed(owner_url, name)
        command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=True)  # noqa: S603 - our own
        yield url


def drained(url: str, servers: FeedServers, processes: int) -> Drained:
    """Make every feed due, with news, and let so many processes read them all."""
    servers.publish_anew()
    environment = {
        **os.environ,
        "DATABASE_URL": renamed(os.environ["DATABASE_URL"], database_of(url)),
        "OUTGOING_ALLOW_LIST": servers.place,
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "cdmo_portal.benchmarks.feeds", "worker"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM partners_refresh")
        connection.execute(MAKE_DUE)
        workers = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
            for _ in range(processes)
        ]
        connections = most_connections(connection, workers)
        megabytes = max(float(worker.communicate()[0]) for worker in workers)
        return summed_up(connection, processes, megabytes, connections)


def database_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def most_connections(
    connection: psycopg.Connection[tuple[object, ...]], workers: "list[subprocess.Popen[str]]"
) -> int:
    """Wait for the workers to end; how many database connections they had at most, all together."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    most = 0
    while any(worker.poll() is None for worker in workers):
        row = connection.execute(query).fetchone()
        most = max(most, int(str(row[0])) if row else 0)
        time.sleep(LOOK_S)
    return most


def summed_up(
    connection: psycopg.Connection[tuple[object, ...]], processes: int, megabytes: float, connections: int
) -> Drained:
    rows = connection.execute(LAGS, [SLOW]).fetchall()
    lags = {which: [float(str(lag)) for slow, _, lag in rows if slow is which] for which in (True, False)}
    overtaken = connection.execute(OVERTAKEN, {"slow": SLOW}).fetchone() or (0,)
    seconds = max(lags[False])
    return Drained(
        processes,
        others=Times([lag * 1000 for lag in lags[False]], seconds, 0),
        slowest=max(lags[True], default=0),
        failed=sum(not is_good for _, is_good, _ in rows),
        overtaken=int(str(overtaken[0])),
        megabytes=megabytes,
        connections=connections,
    )


def work() -> None:
    """One worker process: reads all that is due and tells its peak of memory."""
    django.setup()
    from partners.refreshing import refresh_due  # noqa: PLC0415 - after the settings

    refresh_due(seconds=LONGEST_S)
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def lines(count: int) -> Iterator[str]:
    yield f"{count:,} feeds of {HOSTS} hosts due at once; lag in seconds until a feed's news stands"
    yield (
        f"{'processes':<10}{'feeds/s':>9}{'lag p50':>9}{'p95':>8}{'last':>8}{'slow host':>11}"
        f"{'overtaken':>11}{'MB each':>9}{'connections':>13}{'failed':>8}"
    )
    with own_database() as url, FeedServers().running() as servers:
        with psycopg.connect(url) as connection:
            fill(connection, count, servers.place)
        for processes in PROCESSES:
            yield line(drained(url, servers, processes))


def fill(connection: psycopg.Connection[tuple[object, ...]], count: int, place: str) -> None:
    values = {"count": count, "place": place, "slow": SLOW, "hosts": HOSTS}
    for statement in FILL.split(";\n"):
        if statement.strip():
            connection.execute(statement, values)


def line(found: Drained) -> str:
    others = found.others
    return (
        f"{found.processes:<10}{others.per_second:>9.0f}{others.median / 1000:>9.1f}{others.p95 / 1000:>8.1f}"
        f"{others.seconds:>8.1f}{found.slowest:>11.1f}{found.overtaken:>11}{found.megabytes:>9.0f}"
        f"{found.connections:>13}{found.failed:>8}"
    )


def main(words: list[str]) -> None:
    if words == ["worker"]:
        work()
        return
    os.chdir(Path(__file__).resolve().parents[2])
    for each in lines(int(words[0]) if words else FEEDS):
        sys.stdout.write(f"{each}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

"""The columns of many lines, in a database of their own: `python -m cdmo_portal.benchmarks.index [LINES]`.

Needs DATABASE_URL and OWNER_DATABASE_URL of a server on which the owner may make databases.
"""

import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

import django
import numpy as np
import psycopg

from cdmo_portal.benchmarks.asking import typical_brief
from cdmo_portal.benchmarks.databases import renamed, temporary_database
from cdmo_portal.benchmarks.filling import LINES_PER_SITE, fill, prepare
from matching.scoring.columns.grounds import Ground
from matching.scoring.columns.standings import judged, weighed
from matching.scoring.columns.tables import Segment
from matching.scoring.matching import plan_for

if TYPE_CHECKING:
    from matching.ranking.store import FactStore, Known

ROUNDS = 7
LINES = 100_000
LOAD_VOCABULARY = (
    "from partners.actions.vocabulary import load_vocabulary; "
    "from partners.vocabulary import current_vocabulary; load_vocabulary(current_vocabulary())"
)


@contextmanager
def own_database() -> Iterator[str]:
    """An empty database with our tables and vocabulary; the owner's address of it."""
    owner_url, name = os.environ["OWNER_DATABASE_URL"], f"cdmo_bench_index_{os.getpid()}"
    with temporary_database(owner_url, name):
        url = renamed(owner_url, name)
        environment = {**os.environ, "DATABASE_URL": url, "OWNER_DATABASE_URL": url}
        for command in (
            ("migrate", "--no-input", "--verbosity", "0"),
            ("shell", "--verbosity", "0", "--command", LOAD_VOCABULARY),
        ):
            subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)  # noqa: S603
        os.environ["DATABASE_URL"] = url
        os.environ["MATCHING_KEEPS_FACTS"] = "1"
        yield url


def milliseconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def median(work: Callable[[], object]) -> float:
    return statistics.median(milliseconds(work) for _ in range(ROUNDS))


def bytes_of(segment: Segment) -> int:
    """Of the arrays; names and keys are texts beside them."""
    tables = [getattr(segment, table.name) for table in fields(Segment) if table.name != "places"]
    columns = [getattr(table, column.name) for table in tables for column in fields(table)]
    return sum(column.nbytes for column in columns if isinstance(column, np.ndarray))


def figures(store: "FactStore") -> Iterator[tuple[str, str]]:
    """What was timed on the sites that are there now, and what it took."""
    building = milliseconds(lambda: store.known().directory)
    known = store.known()
    segment = known.directory.parts[0].segment
    lines = int(segment.sites.lines.sum())
    yield f"Columns of {lines:,} lines from PostgreSQL", f"{building / 1000:,.1f} s"
    yield "  memory of the columns, per line", f"{bytes_of(segment) / lines:,.0f} bytes"
    yield "  ask when nothing changed", f"{median(lambda: store.known().directory):,.1f} ms"
    yield "  ask after one site changed", f"{after_change(store, 1):,.0f} ms"
    yield "  ask after 100 sites changed", f"{after_change(store, 100):,.0f} ms"
    yield from scoring_figures(known, segment)


def after_change(store: "FactStore", number: int) -> float:
    """Other sites every time, so that segments come and are merged."""
    # Models can be imported only once Django is set up, which `main` does.
    from partners.changes import mark_changed  # noqa: PLC0415

    def ask(first: int) -> float:
        mark_changed(*range(first, first + number))
        return milliseconds(lambda: store.known().directory)

    return statistics.median(ask(1 + turn * number) for turn in range(ROUNDS))


def scoring_figures(known: "Known", segment: Segment) -> Iterator[tuple[str, str]]:
    today = dt.datetime.now(dt.UTC).date()
    plan = plan_for(typical_brief(today), known.vocabulary, today)

    def ground() -> Ground:
        return Ground(segment, known.book, plan.context)

    def weigh() -> object:
        return weighed(found, plan.brief, plan.criteria, plan.groups, same)

    found, same = judged(plan.brief, plan.criteria, ground()), ground()
    yield "  judge 12 requirements", f"{median(lambda: judged(plan.brief, plan.criteria, ground())):,.1f} ms"
    yield "  weigh what was judged", f"{median(weigh):,.1f} ms"


def main(lines: int = LINES) -> None:
    last, few = (int(number / LINES_PER_SITE) for number in (lines, lines / 10))
    with own_database() as url, psycopg.connect(url) as database:
        prepare(database)
        django.setup()
        from django.db import connection  # noqa: PLC0415 - as above

        from matching.ranking.store import FactStore  # noqa: PLC0415 - as above

        for first, end in ((1, few), (few + 1, last)):
            fill(database, first, end)
            for title, took in figures(FactStore()):
                sys.stdout.write(f"{title:<60} {took:>10}\n")
        connection.close()


if __name__ == "__main__":
    main(*(int(number.replace("_", "")) for number in sys.argv[1:2]))

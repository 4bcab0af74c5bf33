"""Ten thousand windows and as many statements in one call, in a database of their own.

`python -m cdmo_portal.benchmarks.bulk [ROWS]`. Needs DATABASE_URL and OWNER_DATABASE_URL of a server on
which the owner may make databases.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import psycopg

from cdmo_portal.benchmarks.index import own_database
from cdmo_portal.benchmarks.plants import LINES_PER_SITE, fill

if TYPE_CHECKING:
    from cdmo_portal.accounts.actors import Actor

ROWS = 10_000
SITES = 100
MODES = ("all-or-nothing", "best-effort")
NOT_STATED = ("scale", "hazard", "regulator", "certificate", "geography", "stage")

type Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """Seconds to read the rows and to apply them, statements, and what became of the rows."""

    read_s: float
    applied_s: float
    statements: int
    totals: dict[str, int]


def windows(count: int) -> Rows:
    """Over all lines, quarter by quarter."""
    from partners.models import Line  # noqa: PLC0415 - after the settings

    lines = list(Line.objects.order_by("pk").values_list("uid", flat=True))
    return [_window(str(lines[number % len(lines)]), number // len(lines)) for number in range(count)]


def _window(line: str, quarter: int) -> dict[str, Any]:
    ends = [f"{2027 + each // 4}-{3 * (each % 4) + 1:02}-01" for each in (quarter, quarter + 1)]
    period = {"period_start": ends[0], "period_end": ends[1]}
    return {"line": line, **period, "state": "open", "quantity": 3.5, "note": "Two suites, one shift"}


def statements(count: int) -> Rows:
    """Over all sites, term by term, each with a number."""
    from partners.models import Site, Term  # noqa: PLC0415 - after the settings

    sites = list(Site.objects.order_by("pk").values_list("uid", flat=True))
    known = Term.objects.filter(retired_at__isnull=True).exclude(facet__code__in=NOT_STATED).order_by("code")
    codes = list(known.values_list("code", flat=True))
    measure = {"term": "sc.batch-units", "value": "1,000–400,000", "unit": "units"}
    return [
        {
            "site": str(sites[number % len(sites)]),
            "term": codes[number // len(sites)],
            "stages": ["stg.commercial"],
            "note": "On two lines",
            "measures": [measure],
        }
        for number in range(count)
    ]


def sent(kind: str, rows: Rows, mode: str, by: "Actor") -> Done:
    """The rows read and applied as a request or a job does it, with the statements that this takes."""
    from django.db import connection, transaction  # noqa: PLC0415 - after the settings

    from cdmo_portal.accounts.api.row_bodies import NDJSON, rows_of  # noqa: PLC0415
    from partners.api.bulk_reading import checked  # noqa: PLC0415
    from partners.bulk_rows import Mode, totals_of  # noqa: PLC0415
    from partners.models import Job  # noqa: PLC0415

    count = 0

    def counting(execute: Any, *asked: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*asked)

    body = "\n".join(map(json.dumps, rows)).encode()
    started = time.perf_counter()
    with connection.execute_wrapper(counting):
        found = checked(Job.Kind(kind), rows_of(NDJSON, body).rows, by)
        read_s = time.perf_counter() - started
        with transaction.atomic():
            outcomes = found.kept(Mode(mode))
    return Done(read_s, time.perf_counter() - started - read_s, count, totals_of(outcomes))


def editor() -> "Actor":
    from cdmo_portal.accounts.actors import actor_of_member  # noqa: PLC0415 - after the settings
    from cdmo_portal.accounts.models import Member, Role, User  # noqa: PLC0415

    user = User.objects.create_user("editor@maker.example")
    return actor_of_member(Member.objects.create(user=user, organisation_id=1, role=Role.EDITOR))


def lines(count: int) -> Iterator[str]:
    with own_database() as url:
        django.setup()
        with psycopg.connect(url) as database:
            fill(database, sites=SITES)
        by = editor()
        yield f"{count:,} rows over {SITES * LINES_PER_SITE:,} lines or {SITES} sites"
        yield f"{'':<44}{'read s':>9}{'applied s':>11}{'rows/s':>9}{'statements':>12}"
        for kind, rows in (("capacity-windows", windows(count)), ("capabilities", statements(count))):
            yield from runs(kind, rows, by)
    close_all()


def runs(kind: str, rows: Rows, by: "Actor") -> Iterator[str]:
    """All new, and in either mode all changed and all the same."""
    yield line(kind, "new", MODES[0], sent(kind, rows, MODES[0], by))
    for mode in MODES:
        changed = [{**row, "note": mode} for row in rows]
        yield line(kind, "changed", mode, sent(kind, changed, mode, by))
        yield line(kind, "the same", mode, sent(kind, changed, mode, by))


def line(kind: str, what: str, mode: str, done: Done) -> str:
    rows = sum(done.totals.values())
    kept = rows - done.totals["refused"] - done.totals["left_out"]
    title = f"{kind}, {what}, {mode}"
    told = f"{done.read_s:>9.2f}{done.applied_s:>11.2f}{rows / (done.read_s + done.applied_s):>9,.0f}"
    lost = "" if kept == rows else f"   {rows - kept} not kept"
    return f"{title:<44}{told}{done.statements:>12}{lost}"


def close_all() -> None:
    from django.db import connections  # noqa: PLC0415 - after the settings

    connections.close_all()


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")
    os.chdir(Path(__file__).resolve().parents[2])
    for each in lines(int(words[0]) if words else ROWS):
        sys.stdout.write(f"{each}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

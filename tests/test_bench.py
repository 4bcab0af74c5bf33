"""The parts of `manage.py bench`; the command itself runs for more than a minute."""

import os
from pathlib import Path

import psycopg
import pytest

from cdmo_portal.benchmarks.databases import renamed, temporary_database
from cdmo_portal.benchmarks.kernel.__main__ import main
from cdmo_portal.benchmarks.kernel.timing import exponent
from cdmo_portal.benchmarks.measuring import Times
from cdmo_portal.benchmarks.registers import MADE_UP_ROWS, write_made_up
from partners.importers.fda_registrations import parse_registrations
from partners.importers.register_files import read_register_file


def test_made_up_register_when_read_then_has_every_row_and_no_warning(tmp_path: Path) -> None:
    register = parse_registrations(read_register_file(write_made_up(tmp_path / "register.csv")))

    assert len(register.rows) == MADE_UP_ROWS
    assert register.warnings == ()
    assert {row.address.country for row in register.rows} == {"IE", "DE", "US", "IN", "CH", "CN", "JP", "FR"}


def test_temporary_database_when_its_work_fails_then_is_gone() -> None:
    owner_url, name = os.environ["OWNER_DATABASE_URL"], f"cdmo_bench_test_{os.getpid()}"

    with pytest.raises(psycopg.errors.UndefinedTable), temporary_database(owner_url, name):
        fail_in(renamed(owner_url, name))

    with psycopg.connect(owner_url) as connection:
        left = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert left is None


def fail_in(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT * FROM nothing_was_made_here")


def test_times_when_told_then_by_median_and_the_slow_end() -> None:
    times = Times(milliseconds=[float(each) for each in range(1, 101)], seconds=4, refused=0)

    assert (times.median, times.p95, times.per_second) == (50.5, 96.0, 25.0)


def test_times_when_one_answer_came_then_it_is_both() -> None:
    times = Times(milliseconds=[7.0], seconds=1, refused=0)

    assert (times.median, times.p95) == (7.0, 7.0)


def test_kernel_bench_when_run_on_few_rows_then_all_who_are_there_agree(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--rows", "300", "600"])

    told = capsys.readouterr().out
    assert "DIFFER" not in told
    for contender in ("PostgreSQL", "loop over objects"):
        lines = [line for line in told.splitlines() if line.startswith(contender)]
        assert [line.split()[-1] for line in lines] == ["agrees"] * 4
    assert told.count("ours, weights changed") == 4
    assert "in rows" in told
    assert "in requirements" in told


def test_exponent_when_cost_is_in_proportion_or_squared_then_is_one_or_two() -> None:
    assert exponent([1, 10, 100], [3, 30, 300]) == pytest.approx(1)
    assert exponent([1, 10, 100], [3, 300, 30_000]) == pytest.approx(2)

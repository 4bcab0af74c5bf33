"""Print how long each contender takes, how much memory ours needs, and how our time grows."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import psycopg

from cdmo_portal.benchmarks.kernel import ours, peers, postgres
from cdmo_portal.benchmarks.kernel.timing import exponent, median_ms, peak_bytes
from cdmo_portal.benchmarks.kernel.world import ALL_PASS, BEST, CRITERIA, GATES, MARKET, Mix, World, world
from matching.scoring.kernel import standings_counted, top

SIZES = (10_000, 100_000, 1_000_000)
LOOP_ROWS = 10_000
REQUIREMENTS = (4, 8, 16, 24, 32, 40)
NEAR = 1e-6
SUM_ALONE = "the sum alone, so beside our changed weights"


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds, or none and why in `note`. The ratio is to that line of ours which does the same."""

    title: str
    took: float | None
    note: str = ""
    beside: int = 0


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m cdmo_portal.benchmarks.kernel")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, metavar="N")
    sizes = parser.parse_args(arguments).rows
    say(
        f"{CRITERIA} piecewise-linear criteria of 3 anchors, {GATES} gates, counts, the best {BEST}; medians."
    )
    say(f"{threads()}; PostgreSQL does not read temporary tables in parallel, so it has one core too.")
    for rows in sizes:
        say(f"\n{f'{rows:,} rows':<52}{'ms':>10}{'ratio':>9}")
        for mix in (ALL_PASS, MARKET):
            told(mix, list(results(world(rows, mix), mix)))
    say("\nHow time grows: exponents, 1 is in proportion")
    for line in growth(sizes):
        say(line)


def threads() -> str:
    count = os.environ.get("OPENBLAS_NUM_THREADS")
    return (
        f"BLAS threads: {count}" if count else "BLAS threads: not limited (OPENBLAS_NUM_THREADS is not set)"
    )


def told(mix: Mix, found: Sequence[Result]) -> None:
    for result in found:
        ratio = (result.took or 0) / (found[result.beside].took or 1)
        took = "" if result.took is None else f"{result.took:>10.2f}{ratio:>9.1f}"
        say(f"{f'{result.title} ({mix.title})':<52}{took or '-':>19}  {result.note}".rstrip())


def results(asked: World, mix: Mix) -> Iterator[Result]:
    found = ours.match(asked)
    yield Result("ours", median_ms(lambda: ours.match(asked)), shares(found, asked))
    took = median_ms(lambda: top(found.table, asked.weights, BEST))
    yield Result("ours, weights changed", took, memory(asked))
    yield in_postgres(asked, found)
    if asked.rows <= LOOP_ROWS:
        lines = peers.lines_of(asked)
        best = [score for score, _ in peers.loop(asked, lines)]
        yield Result(
            "loop over objects, as of a model",
            median_ms(lambda: peers.loop(asked, lines)),
            agrees(found, best),
        )
    if mix is ALL_PASS:
        yield from of_libraries(asked, found)


def shares(found: ours.Found, asked: World) -> str:
    counted = standings_counted(found.judged.standing)
    told = (f"{name.replace('_', ' ')} {count / asked.rows:.0%}" for name, count in counted.items() if count)
    return ", ".join(told)


def memory(asked: World) -> str:
    peak = peak_bytes(lambda: ours.match(asked)) / asked.rows
    return f"bytes per row: {asked.input_bytes() / asked.rows:.0f} of facts, {peak:.0f} more at the peak"


def in_postgres(asked: World, found: ours.Found) -> Result:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return Result("PostgreSQL", None, "no DATABASE_URL")
    with psycopg.connect(url) as connection:
        postgres.fill(connection, asked)
        query = postgres.question(asked)
        rows = connection.execute(query).fetchall()
        took = median_ms(lambda: connection.execute(query).fetchall())
        connection.rollback()
    note = agrees(found, [row[1] for row in rows])
    if rows and not same_counts(found, rows[0][2:]):
        note = "COUNTS DIFFER"
    return Result("PostgreSQL, one query", took, note)


def same_counts(found: ours.Found, counted: Sequence[int]) -> bool:
    """Met and unmet per gate, then eligible, open questions and near misses."""
    of_gates = [count for unmet, _, met in found.judged.counts.tolist() for count in (met, unmet)]
    lists = list(standings_counted(found.judged.standing).values())
    return list(counted) == [*of_gates, *lists[:0:-1]]


def of_libraries(asked: World, found: ours.Found) -> Iterator[Result]:
    matrix, weights = asked.matrix(), np.array(asked.weights)
    for title, making in peers.PEERS:
        try:
            scoring = making(matrix, weights)
        except ImportError:
            yield Result(title, None, "not installed")
            continue
        best = np.sort(scoring())[::-1][:BEST] * 100
        yield Result(title, median_ms(scoring), f"{agrees(found, best.tolist())}; {SUM_ALONE}", 1)


def agrees(found: ours.Found, best: Sequence[float]) -> str:
    is_same = len(best) == len(found.scores) and np.allclose(best, found.scores, rtol=0, atol=NEAR)
    return "agrees" if is_same else "SCORES DIFFER"


def growth(sizes: Sequence[int]) -> Iterator[str]:
    """Everything (`ours`), where all rows pass: the most work."""
    if len(sizes) > 1:
        yield exponents("rows", f"{CRITERIA} criteria", sizes, lambda rows: world(rows, ALL_PASS))
    rows = min(max(sizes), SIZES[1])
    yield exponents(
        "requirements, each a gate and a criterion",
        f"{rows:,} rows",
        REQUIREMENTS,
        lambda number: world(rows, ALL_PASS, criteria=number, gates=number),
    )


def exponents(of: str, at: str, sizes: Sequence[int], made: Callable[[int], World]) -> str:
    times = []
    for size in sizes:
        asked = made(size)
        times.append(median_ms(lambda asked=asked: ours.match(asked)))  # type: ignore[misc]
    told = ", ".join(f"{size:,}: {took:.2f} ms" for size, took in zip(sizes, times, strict=True))
    return f"  {exponent(sizes, times):.2f} in {of} ({at}; {told})"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

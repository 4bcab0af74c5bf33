"""The same question as one PostgreSQL query over a temporary table."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import psycopg
from psycopg import sql

from cdmo_portal.benchmarks.kernel.world import BEST, World
from matching.scoring.eligibility import MOST_NAMED_FAILURES, MOST_OPEN_QUESTIONS
from matching.scoring.kernel import AtLeast, AtMost, Covers, Gate, Stated
from matching.scoring.kernel.columns import Doubles
from matching.scoring.values import Piecewise

BUFFERS = "SET temp_buffers = '512MB'"  # so that the table stays in memory
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
CHUNK_ROWS = 50_000


def fill(connection: psycopg.Connection, world: World) -> None:
    """Load the world as `lines`, not stated as NULL."""
    connection.execute(BUFFERS)
    columns = columns_of(world)
    names = [f"c{i}" for i in range(len(columns))]
    typed = sql.SQL(", ").join(sql.SQL("{} float8").format(sql.Identifier(name)) for name in names)
    connection.execute(sql.SQL("CREATE TEMP TABLE loaded (id int4, {})").format(typed))
    with connection.cursor().copy("COPY loaded FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(HEADER)
        for start in range(0, world.rows, CHUNK_ROWS):
            copy.write(records(columns, start, min(start + CHUNK_ROWS, world.rows)))
        copy.write(TRAILER)
    is_answer = [False] * len(world.columns) + [
        isinstance(g, Stated) for g in world.gates for _ in gate_columns(g)
    ]
    stated = sql.SQL(", ").join(
        sql.SQL("nullif({0}, 'NaN') = 1 AS {0}" if answer else "nullif({0}, 'NaN') AS {0}").format(
            sql.Identifier(n)
        )
        for n, answer in zip(names, is_answer, strict=True)
    )
    connection.execute(sql.SQL("CREATE TEMP TABLE lines AS SELECT id, {} FROM loaded").format(stated))
    connection.execute("DROP TABLE loaded")
    connection.execute("ANALYZE lines")


def columns_of(world: World) -> list[Doubles]:
    """Criteria first, then the columns of each gate; a yes or no as 1 or 0."""
    return [*world.columns, *(column for gate in world.gates for column in gate_columns(gate))]


def gate_columns(gate: Gate) -> list[Doubles]:
    match gate:
        case Covers():
            return [gate.low.astype(np.float64), gate.high.astype(np.float64)]
        case AtLeast() | AtMost():
            return [gate.column.astype(np.float64)]
        case Stated():
            answers = np.where(gate.flags & gate.met, 1.0, np.where(gate.flags & gate.unmet, 0.0, np.nan))
            return [np.asarray(answers)]
        case _:
            raise TypeError(f"{type(gate).__name__} has no columns here")


def records(columns: Sequence[Doubles], start: int, stop: int) -> bytes:
    """Rows in PostgreSQL's binary COPY format: a field count, then each field with its length."""
    fields = [("count", ">i2"), ("id_length", ">i4"), ("id", ">i4")]
    for i in range(len(columns)):
        fields += [(f"length{i}", ">i4"), (f"c{i}", ">f8")]
    table = np.empty(stop - start, np.dtype(fields))
    table["count"], table["id_length"] = len(columns) + 1, 4
    table["id"] = np.arange(start, stop)
    for i, column in enumerate(columns):
        table[f"length{i}"], table[f"c{i}"] = 8, column[start:stop]
    return table.tobytes()


def question(world: World) -> sql.Composed:
    """Verdict counts per gate, a count per list, and the best rows: each of the two parts scans once."""
    judged, place = [], len(world.columns)
    for i, gate in enumerate(world.gates):
        met, unmet = conditions(gate, place)
        judged.append(sql.SQL("{} AS m{}, {} AS u{}").format(met, sql.Literal(i), unmet, sql.Literal(i)))
        place += len(gate_columns(gate))
    numbers = range(len(world.gates))
    return sql.SQL(
        "WITH judged AS NOT MATERIALIZED (SELECT *, {judged} FROM lines),"
        " counted AS (SELECT {counts} FROM (SELECT *, {sums} FROM judged OFFSET 0) AS summed),"
        " best AS (SELECT id, {score} AS score FROM judged WHERE {met} ORDER BY score DESC, id LIMIT {k})"
        " SELECT best.id, best.score, counted.* FROM best, counted ORDER BY score DESC, id"
    ).format(
        judged=sql.SQL(", ").join(judged),
        counts=counts(len(world.gates)),
        sums=sums(world),
        score=score(world),
        met=sql.SQL(" AND ").join(sql.SQL(f"m{i}") for i in numbers),
        k=sql.Literal(BEST),
    )


def conditions(gate: Gate, place: int) -> tuple[sql.Composed, sql.Composed]:
    """When a gate is met and when unmet; both are NULL or false where it is unknown."""
    first, second = sql.Identifier(f"c{place}"), sql.Identifier(f"c{place + 1}")
    match gate:
        case Covers():
            ends = {
                "a": first,
                "b": second,
                "lo": sql.Literal(gate.asked_low),
                "hi": sql.Literal(gate.asked_high),
            }
            return (
                sql.SQL("({a} <= {lo} AND {b} >= {hi})").format(**ends),
                sql.SQL("({a} > {lo} OR {b} < {hi})").format(**ends),
            )
        case AtLeast():
            return compared(first, ">=", "<", gate.bound)
        case AtMost():
            return compared(first, "<=", ">", gate.bound)
        case _:
            return sql.SQL("{}").format(first), sql.SQL("NOT {}").format(first)


def compared(column: sql.Identifier, met: str, unmet: str, bound: float) -> tuple[sql.Composed, sql.Composed]:
    found = [sql.SQL(f"{{}} {sign} {{}}").format(column, sql.Literal(bound)) for sign in (met, unmet)]
    return found[0], found[1]


def counts(gates: int) -> sql.Composed:
    of_gates = [f"count(*) FILTER (WHERE m{i}), count(*) FILTER (WHERE u{i})" for i in range(gates)]
    known = f"{gates} - passed - failed <= {min(MOST_OPEN_QUESTIONS, gates // 2)}"
    of_lists = [
        f"count(*) FILTER (WHERE passed = {gates})",
        f"count(*) FILTER (WHERE passed < {gates} AND failed = 0 AND {known})",
        f"count(*) FILTER (WHERE failed BETWEEN 1 AND {MOST_NAMED_FAILURES} AND final = 0 AND {known})",
    ]
    return sql.SQL(", ").join(sql.SQL(each) for each in (*of_gates, *of_lists))


def sums(world: World) -> sql.Composed:
    """Gates met, gates unmet, and those among these whose failure is for good."""
    parts = {"passed": ["0"], "failed": ["0"], "final": ["0"]}
    for i, gate in enumerate(world.gates):
        parts["passed"].append(f"(m{i} IS TRUE)::int")
        parts["failed"].append(f"(u{i} IS TRUE)::int")
        if gate.changeable is False:
            parts["final"].append(f"(u{i} IS TRUE)::int")
    return sql.SQL(", ").join(sql.SQL(f"{' + '.join(terms)} AS {name}") for name, terms in parts.items())


def score(world: World) -> sql.Composed:
    terms = [
        sql.SQL("{} * ({})").format(sql.Literal(weight), value(scale, sql.Identifier(f"c{i}")))
        for i, (scale, weight) in enumerate(zip(world.scales, world.weights, strict=True))
    ]
    return sql.SQL("100 * ({})").format(sql.SQL(" + ").join(terms))


def value(scale: Piecewise, column: sql.Identifier) -> sql.Composed:
    """0 where nothing is stated, for no comparison holds there."""
    anchors = scale.anchors
    steps = [sql.SQL("WHEN {} <= {} THEN {}").format(column, *(sql.Literal(float(x)) for x in anchors[0]))]
    for (x0, v0), (x1, v1) in pairwise(anchors):
        numbers = [sql.Literal(float(x)) for x in (x1, v0, (v1 - v0) / (x1 - x0), x0)]
        steps.append(
            sql.SQL("WHEN {column} <= {} THEN {} + {} * ({column} - {})").format(*numbers, column=column)
        )
    steps.append(
        sql.SQL("WHEN {0} > {1} THEN {2}").format(column, *(sql.Literal(float(x)) for x in anchors[-1]))
    )
    return sql.SQL("CASE {} ELSE 0 END").format(sql.SQL(" ").join(steps))

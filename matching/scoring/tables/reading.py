"""From JSON to a checked table. Nothing is computed here, and nothing is guessed from the alternatives."""

import json
from collections.abc import Mapping
from typing import Any, Never

from matching.scoring.tables.checking import (
    Path,
    TableInvalid,
    exactly,
    list_at,
    names_at,
    number_at,
    object_at,
    quoted,
    whole_at,
)
from matching.scoring.tables.scales import criterion_of
from matching.scoring.tables.tables import Cell, Table, Uncertain, Unknown
from matching.scoring.tables.weighing import Weighed, weighed

MOST_BYTES = 10_000_000
MOST_ALTERNATIVES = 1_000
MOST_CRITERIA = 100
MOST_SAMPLES = 1_000_000
MOST_SEED = (1 << 63) - 1
SEED = 1
SAMPLES, SAMPLES_IF_FEW, FEW = 10_000, 100_000, 20

KEYS: Mapping[str, bool] = {
    "alternatives": True,
    "criteria": True,
    "matrix": True,
    "weights": False,
    "spread": False,
    "samples": False,
    "seed": False,
}
BETA = (1e-6, 1e9)


def read(text: bytes, *, seconds: float = 20.0) -> Table:
    """JSON in UTF-8. Raises TableInvalid, also for NaN, Infinity and repeated keys, which Python takes."""
    if len(text) > MOST_BYTES:
        raise TableInvalid((), f"is larger than {MOST_BYTES:,} bytes")
    try:
        document = json.loads(
            text.decode("utf-8-sig"), parse_constant=refuse_constant, object_pairs_hook=without_repeats
        )
    except UnicodeDecodeError as error:
        raise TableInvalid((), "is not text in UTF-8") from error
    except RecursionError as error:
        raise TableInvalid((), "is nested too deeply") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise TableInvalid((), f"is not JSON: {error.msg}, {place}") from error
    except TableInvalid:
        raise
    except ValueError as error:
        raise TableInvalid((), "holds a number with too many digits") from error
    return table_of(document, seconds=seconds)


def refuse_constant(name: str) -> Never:
    raise TableInvalid((), f"holds {name}, which is not JSON; an unknown cell is null")


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        repeated = next(key for key in names if names.count(key) > 1)
        raise TableInvalid((), f"names the key {quoted(repeated)} twice in one object")
    return found


def table_of(document: object, *, seconds: float = 20.0) -> Table:
    """`seconds`: about how long scoring may take; more samples than that allows are refused."""
    sent = object_at(document, (), KEYS)
    names = names_at(
        list_at(sent["alternatives"], ("alternatives",), least=1, most=MOST_ALTERNATIVES), ("alternatives",)
    )
    listed = list_at(sent["criteria"], ("criteria",), least=1, most=MOST_CRITERIA)
    criteria = tuple(criterion_of(each, ("criteria", index)) for index, each in enumerate(listed))
    require_own_names([each.name for each in criteria])
    matrix = matrix_of(sent["matrix"], len(names), len(criteria))
    weights: Weighed = weighed(sent.get("weights"), sent.get("spread"), [each.name for each in criteria])
    return Table(
        names,
        criteria,
        matrix,
        weights.shares,
        weights.statement,
        samples_of(sent.get("samples"), matrix, seconds),
        SEED if sent.get("seed") is None else whole_at(sent["seed"], ("seed",), 0, MOST_SEED),
    )


def require_own_names(names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise TableInvalid(("criteria", index, "name"), f"repeats the name {quoted(name)}")


def matrix_of(value: object, rows: int, columns: int) -> tuple[tuple[Cell, ...], ...]:
    listed = exactly(value, ("matrix",), rows, "one row for each alternative")
    return tuple(row_of(row, ("matrix", index), columns) for index, row in enumerate(listed))


def row_of(value: object, path: Path, columns: int) -> tuple[Cell, ...]:
    listed = exactly(value, path, columns, "one cell for each criterion")
    return tuple(cell_of(cell, (*path, index)) for index, cell in enumerate(listed))


def cell_of(value: object, path: Path) -> Cell:
    if value is None:
        return Unknown()
    if isinstance(value, dict):
        return uncertain_of(value, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TableInvalid(path, "must be a number, null, or an object with beta, normal or uniform")
    return number_at(value, path)


def uncertain_of(value: dict[str, Any], path: Path) -> Uncertain:
    if len(value) != 1 or next(iter(value)) not in PAIRS:
        raise TableInvalid(path, "must be an object with one key of beta, normal or uniform")
    kind, pair = next(iter(value.items()))
    at = (*path, kind)
    entries = exactly(pair, at, 2, PAIRS[kind])
    first, second = (number_at(entry, (*at, index)) for index, entry in enumerate(entries))
    CHECKS[kind](first, second, at)
    return Uncertain(kind, first, second)


def check_beta(first: float, second: float, path: Path) -> None:
    for index, parameter in enumerate((first, second)):
        if parameter <= 0:
            raise TableInvalid((*path, index), "must be above 0")
        if not BETA[0] <= parameter <= BETA[1]:
            raise TableInvalid((*path, index), f"must lie between {BETA[0]:g} and {BETA[1]:g}")


def check_normal(first: float, second: float, path: Path) -> None:
    if second < 0:
        raise TableInvalid((*path, 1), "must not be negative")


def check_uniform(first: float, second: float, path: Path) -> None:
    if first > second:
        raise TableInvalid(path, "its low end must not be above its high end")
    if second - first == float("inf"):
        raise TableInvalid(path, "its ends are too far apart")


PAIRS = {"beta": "a and b", "normal": "mean and sd", "uniform": "lo and hi"}
CHECKS = {"beta": check_beta, "normal": check_normal, "uniform": check_uniform}


def samples_of(value: object, matrix: tuple[tuple[Cell, ...], ...], seconds: float) -> int:
    most = min(int(seconds / seconds_a_sample(matrix)), MOST_SAMPLES)
    if value is None:
        return max(min(SAMPLES_IF_FEW if len(matrix) <= FEW else SAMPLES, most), 1)
    samples = whole_at(value, ("samples",), 1, MOST_SAMPLES)
    if samples > most:
        raise TableInvalid(("samples",), f"must be at most {most:,} for a table of this size")
    return samples


def seconds_a_sample(matrix: tuple[tuple[Cell, ...], ...]) -> float:
    """A rough upper estimate: cells drawn, cells weighed, pairs compared."""
    rows, columns = len(matrix), len(matrix[0])
    cells = [cell for row in matrix for cell in row]
    drawn = 3e-7 * sum(isinstance(cell, Uncertain) for cell in cells)
    drawn += 6e-8 * sum(isinstance(cell, Unknown) for cell in cells)
    a_pair = 6e-9 if rows <= 40 else 5e-10
    return drawn + rows * columns * 4e-9 + rows * rows * a_pair

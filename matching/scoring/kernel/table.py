"""The values of rows, kept so that new weights cost one product: float32 to search, float64 to publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from matching.scoring.kernel.columns import Bytes, Doubles, Numbers, Rows, Singles, TableInvalid, require_rows
from matching.scoring.kernel.curves import (
    HALF_STEP,
    SMALLEST,
    Curve,
    exact_values,
    require_columns,
    values_into,
)


class Source(Protocol):
    """Where exact values come from, (criteria, rows asked) in float64. Rows are places in the table."""

    def low(self, rows: Rows) -> Doubles: ...

    def high(self, rows: Rows) -> Doubles: ...


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Value functions over columns of stated numbers; `rows`: which of them the table holds, if not all."""

    curves: tuple[Curve, ...]
    columns: tuple[Numbers, ...]
    rows: Rows | None = None

    def low(self, rows: Rows) -> Doubles:
        return self._values(rows, high=False)

    def high(self, rows: Rows) -> Doubles:
        return self._values(rows, high=True)

    def _values(self, rows: Rows, *, high: bool) -> Doubles:
        places = rows if self.rows is None else self.rows[rows]
        values = np.empty((len(self.curves), len(rows)))
        for i, (curve, column) in enumerate(zip(self.curves, self.columns, strict=True)):
            values[i] = exact_values(curve.scale, column[places], high=high)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Values that are already there, (criteria, rows), each from 0 to 1."""

    lows: Doubles
    highs: Doubles

    def low(self, rows: Rows) -> Doubles:
        return self.lows[:, rows]

    def high(self, rows: Rows) -> Doubles:
        return self.highs[:, rows]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Low values (criteria, rows) in float32, none off by more than its criterion's `errors`; see Source."""

    values: Singles
    errors: Doubles
    standing: Bytes
    source: Source
    rows: Rows | None = None
    """Row numbers to answer with, rising; without them rows are numbered from 0."""

    @classmethod
    def of_columns(
        cls,
        curves: Sequence[Curve],
        columns: Sequence[Numbers],
        standing: Bytes,
        rows: Rows | None = None,
    ) -> Self:
        """All rows, or only these ones (rising row numbers). `standing` is of all rows of the columns.

        Raises TableInvalid when shapes or types do not fit.
        """
        require_columns(curves, columns)
        require_standing(standing, len(columns[0]) if columns else len(standing))
        if rows is not None:
            require_rising(rows, len(standing))
        values = np.empty((len(curves), len(standing if rows is None else rows)), np.float32)
        values_into(curves, columns, values, rows=rows)
        errors = np.array([curve.error for curve in curves])
        source = Columns(tuple(curves), tuple(columns), rows)
        return cls(values, errors, standing if rows is None else standing[rows], source, rows)

    @classmethod
    def of_values(cls, lows: Doubles, standing: Bytes, highs: Doubles | None = None) -> Self:
        """Values found elsewhere, (criteria, rows) in float64, from 0 to 1. Without `highs` all are known."""
        source = Matrix(lows, lows if highs is None else highs)
        for field, values in (("lows", source.lows), ("highs", source.highs)):
            require_values(field, values, lows.shape)
        require_standing(standing, lows.shape[1])
        errors = np.full(len(lows), HALF_STEP + SMALLEST)
        return cls(lows.astype(np.float32, order="C"), errors, standing, source)


def require_standing(standing: Bytes, rows: int) -> None:
    if standing.ndim != 1 or standing.dtype != np.uint8:
        raise TableInvalid(
            "standing", f"must be uint8 of one dimension, is {standing.dtype} of {standing.ndim}"
        )
    require_rows("standing", len(standing), rows)


def require_rising(rows: Rows, most: int) -> None:
    if rows.ndim != 1 or not np.issubdtype(rows.dtype, np.integer):
        raise TableInvalid("rows", "must be whole numbers of one dimension")
    if len(rows) and (rows[0] < 0 or rows[-1] >= most or np.any(rows[1:] <= rows[:-1])):
        raise TableInvalid("rows", f"must rise from one to the next, from 0 to {most - 1}")


def require_values(field: str, values: Doubles, shape: tuple[int, ...]) -> None:
    if values.ndim != 2 or values.shape != shape or values.dtype != np.float64:
        raise TableInvalid(
            field, f"must be float64 of the shape (criteria, rows), is {values.dtype} {values.shape}"
        )
    if not np.all((values >= 0) & (values <= 1)):
        raise TableInvalid(field, "every value must lie between 0 and 1")


def scores_of(values: Doubles, weights: Sequence[float]) -> Doubles:
    """100 × Σ weight × value per row, in float64 from left to right: the digits of `score.additive`.

    No matrix product: its order of adding differs between machines, and so would the last digit.
    """
    if len(values) != len(weights):
        raise TableInvalid("weights", f"there are {len(weights)} for {len(values)} criteria")
    scores = np.zeros(values.shape[1])
    for weight, of_criterion in zip(weights, values, strict=True):
        scores += 100 * (float(weight) * of_criterion)
    return scores

"""Scoring on columns: one array entry per row (a site or a line), no Python per row.

`judge` turns gate columns into a standing per row, `Table` keeps the rows' values, `top` finds the best. The
same rules as `values`, `eligibility` and `score` of this package, and the same float64 digits.
"""

from matching.scoring.kernel.columns import BLOCK, TableInvalid
from matching.scoring.kernel.curves import Curve, curve_of, exact_values, values_into
from matching.scoring.kernel.gates import AtLeast, AtMost, Coded, Covers, Gate, Stated
from matching.scoring.kernel.standings import (
    ELIGIBLE,
    NEAR_MISS,
    OPEN_QUESTIONS,
    REST,
    STANDINGS,
    Judged,
    judge,
    standing_of,
    standings_counted,
)
from matching.scoring.kernel.table import Columns, Matrix, Source, Table, scores_of
from matching.scoring.kernel.top import score_intervals, top

__all__ = [
    "BLOCK",
    "ELIGIBLE",
    "NEAR_MISS",
    "OPEN_QUESTIONS",
    "REST",
    "STANDINGS",
    "AtLeast",
    "AtMost",
    "Coded",
    "Columns",
    "Covers",
    "Curve",
    "Gate",
    "Judged",
    "Matrix",
    "Source",
    "Stated",
    "Table",
    "TableInvalid",
    "curve_of",
    "exact_values",
    "judge",
    "score_intervals",
    "scores_of",
    "standing_of",
    "standings_counted",
    "top",
    "values_into",
]

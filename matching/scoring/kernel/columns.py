"""What the columns of a table are, and how they are walked: in blocks that stay in a core's cache."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

type Singles = NDArray[np.float32]
type Doubles = NDArray[np.float64]
type Numbers = Singles | Doubles
type Bytes = NDArray[np.uint8]
type Bools = NDArray[np.bool_]
type Rows = NDArray[np.intp]

# The arrays at work on one block, about 400 KiB, stay in a core's second cache; each numpy call costs a
# microsecond, so smaller blocks were slower.
BLOCK = 16_384


class TableInvalid(ValueError):
    """Columns that make no table. `field` names the part at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def blocks(rows: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK))


def require_numbers(field: str, column: Numbers) -> None:
    """One dimension, float32 or float64. Whole numbers have no NaN, so they could not say "not stated"."""
    if column.ndim != 1:
        raise TableInvalid(field, f"must have one dimension, has {column.ndim}")
    if column.dtype not in (np.float32, np.float64):
        raise TableInvalid(field, f"must be float32 or float64, is {column.dtype}")


def require_rows(field: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise TableInvalid(field, f"has {found} rows instead of {wanted}")

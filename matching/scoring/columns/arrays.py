"""The kinds of arrays that columns are made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.signedinteger[Any]]
type Bytes = NDArray[np.int8]
type Bools = NDArray[np.bool_]
type Floats = NDArray[np.float64]
type Anything = NDArray[Any]

NOT_DATED = 0
"""Stands for a missing date among ordinal days."""

NEVER = 10_000_000
"""An ordinal day after all days: no end is stated."""

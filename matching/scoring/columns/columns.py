"""A verdict on every row: its level, the figures that scoring reads, and whether it is backed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from matching.scoring.columns.arrays import Bools, Bytes, Floats
from matching.scoring.columns.grounds import HARD, MET, SOFT, UNKNOWN


@dataclass(frozen=True, slots=True)
class Column:
    """`figures` (NaN: none) and `is_backed` count where the level is met."""

    level: Bytes
    figures: Mapping[str, Floats] = field(default_factory=dict)
    is_backed: Bools | None = None

    @property
    def backed(self) -> Bools:
        return self.is_backed if self.is_backed is not None else np.zeros(len(self.level), dtype=np.bool_)


def any_of(columns: list[Column]) -> Column:
    """Alternatives: the highest level; figures and backing are those of the first that is met."""
    first = columns[0]
    for other in columns[1:]:
        is_first = first.level == MET
        figures = {
            name: np.where(is_first, figure_of(first, name), figure_of(other, name))
            for name in {**first.figures, **other.figures}
        }
        backed = np.where(is_first, first.backed, other.backed)
        first = Column(np.maximum(first.level, other.level), figures, backed)
    return first


def all_of(columns: list[Column]) -> Column:
    """Together: the lowest level. What is excluded has no figures."""
    if len(columns) == 1:
        return columns[0]
    return Column(np.minimum.reduce([each.level for each in columns]))


def negated(column: Column) -> Column:
    """An exclusion of what the column says; it has no change of its own."""
    level = np.where(column.level == MET, HARD, np.where(column.level == UNKNOWN, UNKNOWN, MET))
    return Column(level.astype(np.int8))


def widened(level: Bytes) -> Bytes:
    """Asked of a campus or partner, one site's no proves nothing about the others."""
    return np.where(level <= SOFT, UNKNOWN, level).astype(np.int8)


def figure_of(column: Column, name: str) -> Floats:
    found = column.figures.get(name)
    return found if found is not None else np.full(len(column.level), np.nan)

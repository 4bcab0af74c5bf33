"""ISO 3166-1 countries: codes and English names (names as GeoNames writes them, CC BY 4.0)."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "data" / "countries.csv"


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def country_names() -> Mapping[str, str]:
    """Alpha-2 code → English name."""
    return {row["alpha2"]: row["name"] for row in _rows()}


@cache
def _alpha2_by_alpha3() -> Mapping[str, str]:
    return {row["alpha3"]: row["alpha2"] for row in _rows()}


@cache
def _alpha2_by_name() -> Mapping[str, str]:
    return {row["name"].casefold(): row["alpha2"] for row in _rows()}


def country_name(alpha2: str) -> str:
    return country_names().get(alpha2, alpha2)


def alpha2_of(*, alpha3: str = "", name: str = "") -> str | None:
    """The alpha-2 code by alpha-3 code, else by English name; `None` when neither is known."""
    return _alpha2_by_alpha3().get(alpha3) or _alpha2_by_name().get(name.strip().casefold())

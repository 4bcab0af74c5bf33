"""A register to fill the directory with: FDA's published list where it is there, else made-up rows."""

import csv
from pathlib import Path

from cdmo_portal.local.folders import PROJECT
from partners.importers.fda_registrations import PLACED

REAL = PROJECT.parent / "shared" / "data" / "fda" / "decrs_facilities_parsed_geo.csv.gz"
MADE_UP_ROWS = 10_500
_PLACES = (
    ("Cork", "IRL", "IE"), ("Leipzig", "DEU", "DE"), ("Durham", "USA", "US"), ("Pune", "IND", "IN"),
    ("Basel", "CHE", "CH"), ("Wuxi", "CHN", "CN"), ("Toyama", "JPN", "JP"), ("Lyon", "FRA", "FR"),
)  # fmt: skip
_OPERATIONS = (
    ("MANUFACTURE", "C43360"),
    ("API MANUFACTURE", "C82401"),
    ("ANALYSIS", "C25391"),
    ("LABEL|MANUFACTURE", "C84732|C43360"),
)


def register_file(folder: Path) -> Path:
    return REAL if REAL.is_file() else write_made_up(folder / "made_up_register.csv")


def write_made_up(path: Path) -> Path:
    """Rows in the shape of the list that is placed on the map; every firm in it is fictional."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, sorted(PLACED), restval="")
        table.writeheader()
        for number in range(MADE_UP_ROWS):
            table.writerow(_row(number))
    return path


def _row(number: int) -> dict[str, str]:
    city, iso3, iso2 = _PLACES[number % len(_PLACES)]
    operations, codes = _OPERATIONS[number % len(_OPERATIONS)]
    firm = f"Fictional Works No. {number}"
    return {
        "duns": str(100_000_000 + number),
        "firm_name": firm,
        "street": f"{number} Sample Street",
        "city": city,
        "iso3": iso3,
        "iso2": iso2,
        "operations": operations,
        "operation_codes": codes,
        "registrant_name": firm,
        "registrant_duns": str(100_000_000 + number),
        "expiration_date": "2026-12-31",
    }

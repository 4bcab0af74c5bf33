"""FDA's Drug Establishments Current Registration Site: the published table in, plain rows out.

Three shapes are read: FDA's own text, the same as CSV without contact columns, and a CSV taken apart and
placed on the map. Whoever stands in a contact column stays in the file: nothing below names those columns
but the heading that a file is known by. EXPIRATION_DATE is 31 December on every row and is not read either.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from partners.importers.addresses import Address, AddressNotUnderstood, parse_address, tidy_region
from partners.importers.operations import read_operations
from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import RegisterText
from partners.importers.tables import Row, Table, read_table

_SHARED = {"FEI_NUMBER", "DUNS_NUMBER", "FIRM_NAME", "ADDRESS", "EXPIRATION_DATE", "OPERATIONS",
           "REGISTRANT_NAME", "REGISTRANT_DUNS", "EXCLUSION_FLAG"}  # fmt: skip
PUBLISHED = _SHARED | {"ESTABLISHMENT_CONTACT_NAME", "ESTABLISHMENT_CONTACT_EMAIL", "AGENT_DETAILS",
                       "REGISTRANT_CONTACT_NAME", "REGISTRANT_CONTACT_EMAIL"}  # fmt: skip
WITHOUT_CONTACTS = _SHARED | {"AGENT_DUNS"}
PLACED = {"duns", "fei", "firm_name", "street", "city", "region", "region_code", "postal_code", "iso3",
          "iso2", "operations", "operation_codes", "registrant_name", "registrant_duns", "expiration_date",
          "lat", "lon", "geonameid", "geo_name", "geo_match", "n_published_483", "last_483",
          "n_warning_letters", "last_warning_letter", "cdmo_group_curated"}  # fmt: skip

LONGEST = {
    "firm name": 300, "registrant name": 300, "address": 600, "street": 300, "city": 120, "region": 120,
    "postal code": 40,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One registration. Its key is the DUNS number; an FEI of zeros or blanks is none (`""`)."""

    duns: str
    fei: str
    firm_name: str
    registrant_name: str
    address: Address
    address_line: str
    operations: tuple[str, ...]
    unknown_operations: tuple[str, ...] = ()
    position: tuple[float, float] | None = None

    @property
    def sha256(self) -> str:
        """Changes when what we keep of the row changes: not with commas, columns or the map position."""
        parts = (self.duns, self.fei, self.firm_name, self.registrant_name, self.address.squeezed)
        operations = (*self.operations, *self.unknown_operations)
        return hashlib.sha256("\x1f".join((*parts, *operations)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Register:
    """A whole register file. `warnings` are sentences for whoever runs the import."""

    rows: tuple[RegisterRow, ...]
    sha256: str
    dated_on: dt.date | None
    warnings: tuple[str, ...] = ()


def parse_registrations(file: RegisterText) -> Register:
    """Every row of the file, or `RegisterFileRefused`."""
    table = read_table(file.text)
    is_placed = _is_placed(table)
    rows: dict[str, RegisterRow] = {}
    warnings = []
    for line in table.rows:
        row = _placed_row(line) if is_placed else _published_row(line)
        if row.duns in rows:
            warnings.append(f"DUNS {row.duns} stands twice (again on line {line.line}): operations joined")
            row = _joined(rows[row.duns], row)
        rows[row.duns] = row
    ordered = tuple(rows[duns] for duns in sorted(rows))
    return Register(ordered, file.sha256, file.dated_on, (*warnings, *_unknown_operations(ordered)))


def _is_placed(table: Table) -> bool:
    headers = set(table.headers)
    if len(headers) == len(table.headers):
        if headers == PLACED:
            return True
        if headers in (PUBLISHED, WITHOUT_CONTACTS):
            return False
    missing = ", ".join(sorted(_SHARED - headers)) or "none"
    unknown = ", ".join(sorted(headers - PUBLISHED - WITHOUT_CONTACTS))[:200] or "none"
    raise RegisterFileRefused(
        f"these are not the register's headings (missing: {missing}; not expected: {unknown})", where="line 1"
    )


def _published_row(line: Row) -> RegisterRow:
    values = line.values
    try:
        address = parse_address(values["ADDRESS"])
    except AddressNotUnderstood as error:
        raise RegisterFileRefused(f"ADDRESS: {error}", where=f"line {line.line}") from error
    codes, unknown = read_operations(values["OPERATIONS"], ";")
    row = RegisterRow(
        duns=_duns(line, "DUNS_NUMBER"),
        fei=_fei(line, "FEI_NUMBER"),
        firm_name=values["FIRM_NAME"],
        registrant_name=values["REGISTRANT_NAME"],
        address=address,
        address_line=values["ADDRESS"],
        operations=codes,
        unknown_operations=unknown,
    )
    return _checked(row, line)


def _placed_row(line: Row) -> RegisterRow:
    values = line.values
    address = _placed_address(line)
    codes, unknown = read_operations(values["operations"], "|")
    row = RegisterRow(
        duns=_duns(line, "duns"),
        fei=_fei(line, "fei"),
        firm_name=values["firm_name"],
        registrant_name=values["registrant_name"],
        address=address,
        address_line=address.one_line,
        operations=codes,
        unknown_operations=unknown,
        position=_position(line),
    )
    return _checked(row, line)


def _placed_address(line: Row) -> Address:
    """The parts as given; a row whose country nobody could tell has its whole address in `street`."""
    values = line.values
    if values["iso2"]:
        street, city = _without_blank_parts(values["street"]), values["city"]
        return Address(street, city, tidy_region(values["region"]), values["postal_code"], values["iso2"])
    try:
        return parse_address(values["street"])
    except AddressNotUnderstood as error:
        raise RegisterFileRefused(f"street: {error}", where=f"line {line.line}") from error


def _without_blank_parts(street: str) -> str:
    return ", ".join(part.strip() for part in street.split(",") if part.strip())


def _duns(line: Row, column: str) -> str:
    value = line.values[column]
    if len(value) == 9 and value.isascii() and value.isdigit():
        return value
    raise RegisterFileRefused(
        f"{column} “{value[:40]}” is not a DUNS number of nine digits", where=f"line {line.line}"
    )


def _fei(line: Row, column: str) -> str:
    value = line.values[column]
    if len(value) <= 10 and (not value or (value.isascii() and value.isdigit())):
        return value.lstrip("0")
    raise RegisterFileRefused(
        f"{column} “{value[:40]}” is not an FEI number of up to ten digits", where=f"line {line.line}"
    )


def _position(line: Row) -> tuple[float, float] | None:
    latitude, longitude = line.values["lat"], line.values["lon"]
    if not latitude and not longitude:
        return None
    try:
        position = (float(latitude), float(longitude))
    except ValueError:
        position = (float("nan"), float("nan"))
    if abs(position[0]) <= 90 and abs(position[1]) <= 180:
        return position
    raise RegisterFileRefused(
        f"lat, lon “{latitude[:20]}, {longitude[:20]}” is no place on earth", where=f"line {line.line}"
    )


def _checked(row: RegisterRow, line: Row) -> RegisterRow:
    if not row.firm_name:
        raise RegisterFileRefused("the firm has no name", where=f"line {line.line}")
    for what, text in _texts(row).items():
        if len(text) > LONGEST[what]:
            raise RegisterFileRefused(
                f"the {what} has {len(text)} signs; {LONGEST[what]} is the most we hold",
                where=f"line {line.line}",
            )
    if len(row.address.country) != 2 or not row.address.country.isascii():
        raise RegisterFileRefused(
            f"“{row.address.country[:20]}” is not a country code", where=f"line {line.line}"
        )
    return row


def _texts(row: RegisterRow) -> Mapping[str, str]:
    return {
        "firm name": row.firm_name,
        "registrant name": row.registrant_name,
        "address": row.address_line,
        "street": row.address.street,
        "city": row.address.city,
        "region": row.address.region or row.address.territory,
        "postal code": row.address.postal_code,
    }


def _joined(first: RegisterRow, second: RegisterRow) -> RegisterRow:
    """One row of two with the same DUNS number: the texts of the first, the operations of both."""
    return replace(
        first,
        operations=tuple(sorted({*first.operations, *second.operations})),
        unknown_operations=tuple(sorted({*first.unknown_operations, *second.unknown_operations})),
    )


def _unknown_operations(rows: tuple[RegisterRow, ...]) -> list[str]:
    """An operation outside our list has no code and cannot be matched; it is told, never dropped silently."""
    counts = Counter(name for row in rows for name in row.unknown_operations)
    return [
        f"operation “{name[:80]}” is not in our list: {count} rows" for name, count in sorted(counts.items())
    ]

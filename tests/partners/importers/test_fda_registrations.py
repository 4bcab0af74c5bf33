import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importers.fda_registrations import PLACED, Register, parse_registrations
from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import unpack
from tests.partners.importers.register_texts import (
    BERLIN,
    CONTACT,
    CONTACT_ADDRESS,
    CORK,
    FOUR,
    HEADINGS,
    Line,
    published,
    register_of,
)

TEXT = published(*FOUR)


def parse(content: bytes) -> Register:
    return parse_registrations(unpack(content, name="drls_reg.txt"))


def as_csv(headings: list[str], *rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def without_contacts(line: Line) -> dict[str, str]:
    values = dict(zip(HEADINGS, line.values, strict=True))
    kept = {
        name: value for name, value in values.items() if "CONTACT" not in name and name != "AGENT_DETAILS"
    }
    return {**kept, "AGENT_DUNS": "900009999"}


PLACED_CORK = {
    "duns": "900000001", "fei": "3900001", "firm_name": "FICTIONAL PHARMA LTD", "street": "1 Invented Road, ",
    "city": "Cork", "postal_code": "T12 X0X0", "iso3": "IRL", "iso2": "IE",
    "operations": "API MANUFACTURE|ANALYSIS", "registrant_name": "Fictional Pharma Holding",
    "lat": "51.898", "lon": "-8.4706",
}  # fmt: skip


def test_register_when_in_the_published_shape_gives_every_row() -> None:
    register = parse(TEXT)

    cork = register.rows[0]
    assert [row.duns for row in register.rows] == ["900000001", "900000002", "900000003", "900000004"]
    assert [row.fei for row in register.rows] == ["3900001", "3900001", "", "3900004"]
    assert (cork.firm_name, cork.registrant_name) == ("FICTIONAL PHARMA LTD", "Fictional Pharma Holding")
    assert (cork.address.city, cork.address.country) == ("Cork", "IE")
    assert cork.operations == ("C25391", "C82401")
    assert cork.position is None
    assert register.warnings == ()


def test_register_when_read_keeps_no_contact_and_no_expiry() -> None:
    everything = repr(parse(TEXT))

    assert CONTACT not in everything
    assert CONTACT_ADDRESS not in everything
    assert "Fictional Agent" not in everything
    assert "12/31/2025" not in everything


def test_register_when_in_another_shape_is_the_same() -> None:
    bare = as_csv([*without_contacts(CORK)], without_contacts(CORK))
    placed = as_csv(sorted(PLACED), PLACED_CORK)

    published_row, bare_row, placed_row = (parse(text).rows[0] for text in (published(CORK), bare, placed))

    assert published_row == bare_row
    assert placed_row.sha256 == published_row.sha256
    assert placed_row.position == (51.898, -8.4706)
    assert placed_row.address_line == "1 Invented Road, Cork, T12 X0X0, Ireland"


def test_placed_row_when_country_is_not_told_is_read_from_its_street() -> None:
    blank = dict.fromkeys(("city", "postal_code", "iso2", "iso3", "lat", "lon"), "")
    row = {**PLACED_CORK, **blank, "street": "1 Invented Road, Cork,  T12 X0X0, Ireland"}

    parsed = parse(as_csv(sorted(PLACED), row)).rows[0]

    assert parsed.sha256 == parse(published(CORK)).rows[0].sha256
    assert parsed.position is None


@pytest.mark.parametrize("fei", ["", "0000000", "0000000000"])
def test_fei_when_zeros_or_blank_is_none(fei: str) -> None:
    assert register_of(replace(CORK, fei=fei)).rows[0].fei == ""


def test_register_when_one_duns_stands_twice_joins_and_warns() -> None:
    register = register_of(CORK, replace(CORK, operations="PACK"))

    assert [row.operations for row in register.rows] == [("C25391", "C82401", "C84731")]
    assert register.warnings == ("DUNS 900000001 stands twice (again on line 3): operations joined",)


def test_register_when_an_operation_is_unknown_keeps_the_row_and_warns() -> None:
    register = register_of(replace(CORK, operations="PACK; FICTIONAL MAGIC"))

    assert register.rows[0].operations == ("C84731",)
    assert register.rows[0].sha256 != register_of(replace(CORK, operations="PACK")).rows[0].sha256
    assert register.warnings == ("operation “FICTIONAL MAGIC” is not in our list: 1 rows",)


BROKEN = {
    "wrong heading": (
        TEXT.replace(b"FIRM_NAME", b"FIRM"),
        "line 1: .*missing: FIRM_NAME; not expected: FIRM",
    ),
    "another table": (b"a,b\n1,2\n", "line 1: these are not the register's headings"),
    "prose": (b"Service unavailable", "no row under it"),
    "no rows": (published(), "no row under it"),
    "heading twice": (TEXT.replace(b"EXCLUSION_FLAG", b"DUNS_NUMBER"), "line 1: these are not"),
    "field too many": (
        TEXT.replace(b"Seoul", b"Se\toul"),
        "line 5: 16 fields where the lines before have 15",
    ),
    "last line cut": (TEXT[:-60], r"line 5: \d+ fields where the lines before have 15; the line is cut"),
    "only line cut": (published(CORK)[:-60], "fields under 14 headings; the line is cut"),
    "no duns": (published(replace(CORK, duns="")), "line 2: DUNS_NUMBER “” is not a DUNS number"),
    "short duns": (published(BERLIN, replace(CORK, duns="12")), "line 3: DUNS_NUMBER “12”"),
    "odd digits": (published(replace(CORK, duns="٩٠٠٠٠٠٠٠١")), "line 2: DUNS_NUMBER"),
    "odd fei": (published(replace(CORK, fei="N/A")), "line 2: FEI_NUMBER “N/A” is not an FEI"),
    "long fei": (published(replace(CORK, fei="1" * 11)), "line 2: FEI_NUMBER"),
    "no name": (published(replace(CORK, firm=" ")), "line 2: the firm has no name"),
    "long name": (published(replace(CORK, firm="F" * 301)), "line 2: the firm name has 301 signs; 300"),
    "long city": (
        published(replace(CORK, address=f"1 Road, {'C' * 121}, T12, Ireland (IRL)")),
        "line 2: the city has 121 signs",
    ),
    "no country": (
        published(replace(CORK, address="1 Road, Cork, T12, Atlantis (ATL)")),
        "line 2: ADDRESS: the country “Atlantis \\(ATL\\)” is not known",
    ),
    "csv cut in quotes": (b'"a","b"\n"1","2', "line 2: it is not a whole comma-separated line"),
    "csv cut in the last value": (as_csv(sorted(PLACED), PLACED_CORK)[:-1], "line 2: the file ends inside"),
    "off the earth": (as_csv(sorted(PLACED), {**PLACED_CORK, "lat": "nan"}), "line 2: lat, lon .* no place"),
    "no number": (as_csv(sorted(PLACED), {**PLACED_CORK, "lon": "west"}), "line 2: lat, lon .* no place"),
    "odd country code": (as_csv(sorted(PLACED), {**PLACED_CORK, "iso2": "IRL"}), "is not a country code"),
    "odd street": (as_csv(sorted(PLACED), {**PLACED_CORK, "iso2": ""}), "line 2: street: the country"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_register_when_broken_is_refused_with_place_and_reason(what: str) -> None:
    content, message = BROKEN[what]

    with pytest.raises(RegisterFileRefused, match=message):
        parse(content)


@given(st.integers(min_value=1, max_value=len(TEXT) - 1))
def test_register_when_cut_anywhere_has_whole_rows_only_or_is_refused(length: int) -> None:
    whole = parse(TEXT).rows

    try:
        rows = parse(TEXT[:length]).rows
    except RegisterFileRefused:
        return

    assert rows == whole[: len(rows)]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)


@given(
    st.lists(
        st.builds(
            Line,
            duns=st.integers(0, 999_999_999).map("{:09d}".format),
            fei=st.integers(0, 9_999_999_999).map("{:010d}".format),
            firm=WORDS,
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda line: line.duns,
    )
)
def test_register_when_rows_are_anything_regular_gives_them_back(lines: list[Line]) -> None:
    register = register_of(*lines)

    assert {(row.duns, row.fei, row.firm_name) for row in register.rows} == {
        (line.duns, line.fei.lstrip("0"), line.firm) for line in lines
    }


@given(st.text(max_size=300))
def test_register_when_text_is_anything_is_read_or_refused(text: str) -> None:
    try:
        register = parse(TEXT + text.encode("utf-8", "surrogatepass"))
    except RegisterFileRefused:
        return

    assert len(register.rows) >= len(FOUR)

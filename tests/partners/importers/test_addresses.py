import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importers.addresses import Address, AddressNotUnderstood, parse_address

ODD_FORMS = [
    (
        "9 Made Up Dr Unit 104, San Diego, California (CA) 92121, United States (USA)",
        Address("9 Made Up Dr Unit 104", "San Diego", "California", "92121", "US"),
    ),
    (
        "Rd 1 Km 2.3, Manati, Puerto Rico (PR) 00674, Puerto Rico (USA)",
        Address("Rd 1 Km 2.3", "Manati", "Puerto Rico", "00674", "US", "Puerto Rico"),
    ),
    ("1 Road, Tamuning,  96913, Guam (USA)", Address("1 Road", "Tamuning", "", "96913", "US", "Guam")),
    (
        "167 Invented-daero, Songpa-gu, Seoul, - 05855, Korea, South (KOR)",
        Address("167 Invented-daero, Songpa-gu", "Seoul", "", "05855", "KR"),
    ),
    (
        "No. 1, Yai St., Tainan City,  710, Taiwan (TWN)",
        Address("No. 1, Yai St.", "Tainan City", "", "710", "TW"),
    ),
    ("Some Park, LIMERICK,  , Ireland (IRL)", Address("Some Park", "LIMERICK", "", "", "IE")),
    (
        "Some Lane, Dungarvan, ,X35 T628 , Ireland (IRL)",
        Address("Some Lane", "Dungarvan", "", "X35 T628", "IE"),
    ),
    (
        "4 Some Blvd, Frederick,, Maryland (MD) 21703, United States (USA)",
        Address("4 Some Blvd", "Frederick", "Maryland", "21703", "US"),
    ),
    ("9 High St,, Kent ME9 8AG, United Kingdom (GBR)", Address("9 High St", "", "Kent", "ME9 8AG", "GB")),
    (
        "9 Row, York, -Select State- YO41 1LZ, United Kingdom (GBR)",
        Address("9 Row", "York", "", "YO41 1LZ", "GB"),
    ),
    ("12/1 Líbalova, Praha,  149 00, Czechia", Address("12/1 Líbalova", "Praha", "", "149 00", "CZ")),
    ("Ireland (IRL)", Address("", "", "", "", "IE")),
]


@pytest.mark.parametrize(("text", "expected"), ODD_FORMS)
def test_address_when_of_an_odd_form_is_taken_apart(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize("text", ["", ",", "1 Road, Nowhere, Atlantis (ATL)", "1 Road, Nowhere"])
def test_address_when_country_is_unknown_is_refused(text: str) -> None:
    with pytest.raises(AddressNotUnderstood, match="country"):
        parse_address(text)


def test_squeezed_when_commas_blanks_and_case_differ_is_equal() -> None:
    typed = parse_address("1 High St,, CORK,  T12, Ireland (IRL)")
    tidy = parse_address("1 high st, Cork, T12, Ireland (IRL)")
    elsewhere = parse_address("1 high st, Cork, T13, Ireland (IRL)")

    assert typed.squeezed == tidy.squeezed
    assert typed.squeezed != elsewhere.squeezed


@given(st.text(max_size=80))
def test_address_when_text_is_anything_before_a_country_loses_no_letter(text: str) -> None:
    address = parse_address(f"{text}, 1 Road, City, Kent ME9 8AG, Ireland (IRL)")

    letters = "".join(sign for sign in f"{text}1RoadCityKentME98AG".casefold() if sign.isalnum())
    assert address.squeezed == f"{letters}IE"


@given(st.text(max_size=120))
def test_address_when_text_is_anything_at_all_is_parsed_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressNotUnderstood:
        return

    assert len(address.country) == 2

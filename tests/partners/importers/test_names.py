import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importers.names import LONGEST_NAME, LONGEST_SLUG, readable_name, site_slug


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("FICTIONAL PHARMA CO., LTD.", "Fictional Pharma Co., Ltd."),
        ("THE BANK OF FICTION GMBH & CO. KG", "The Bank of Fiction GmbH & Co. KG"),
        ("BSP FICTION S.P.A.", "BSP Fiction S.P.A."),
        ("3M2 FICTION L'OEUVRE", "3M2 Fiction L'Oeuvre"),
        ("ÉCLAIR FICTION SA", "Éclair Fiction SA"),
        ("FictionBio GmbH", "FictionBio GmbH"),
        ("虚构制药", "虚构制药"),
    ],
)
def test_name_when_printed_in_capitals_is_made_readable(printed: str, expected: str) -> None:
    assert readable_name(printed) == expected


def test_slug_when_made_names_firm_city_and_number() -> None:
    assert site_slug("Fictional Pharma Co.,Ltd.", "São Paulo", "900000001") == (
        "fictional-pharma-co-ltd-sao-paulo-900000001"
    )
    assert site_slug("虚构制药", "", "900000001") == "900000001"


@given(st.text(max_size=300), st.text(max_size=120))
def test_slug_when_name_is_anything_fits_and_ends_in_the_number(name: str, city: str) -> None:
    slug = site_slug(readable_name(name), city, "900000001")

    assert slug.endswith("900000001")
    assert len(slug) <= LONGEST_SLUG
    assert slug.replace("-", "").isascii()
    assert len(readable_name(name)) <= LONGEST_NAME

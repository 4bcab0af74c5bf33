import pytest

from partners.importers.known_sites import KnownSite, parse_known_sites
from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import unpack


def parse(text: str) -> tuple[KnownSite, ...]:
    return parse_known_sites(unpack(text.encode(), name="known.csv"))


def test_known_sites_when_listed_are_read_in_order_and_blanks_left_out() -> None:
    text = (
        "duns,cdmo_group_curated,city\n900000002,Fictional Group,Cork\n900000003,,Berlin\n900000001,Other,X\n"
    )

    assert parse(text) == (KnownSite("900000001", "Other"), KnownSite("900000002", "Fictional Group"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("duns,group\n900000001,x\n", "line 1: the column cdmo_group_curated is missing"),
        ("duns,cdmo_group_curated\nx,Group\n", "line 2: duns or group cannot be read"),
        ("duns,cdmo_group_curated\n9," + "G" * 201 + "\n", "line 2: duns or group cannot be read"),
        ("duns,cdmo_group_curated\n900000001,Fiction", "line 2: the file ends inside its last line"),
    ],
)
def test_known_sites_when_broken_are_refused(text: str, message: str) -> None:
    with pytest.raises(RegisterFileRefused, match=message):
        parse(text)

"""Countries and their regions, as a site states them."""

import pytest

from matching.scoring.places import place_status_of
from matching.scoring.verdicts import Status


@pytest.mark.parametrize(
    ("codes", "country", "region", "status"),
    [
        ({"US", "US-PR"}, "US", "PR", Status.UNMET),
        ({"US", "US-PR"}, "US", "US-PR", Status.UNMET),
        ({"US", "US-PR"}, "US", "NJ", Status.MET),
        ({"US", "US-PR"}, "PR", "", Status.UNMET),
        ({"US-PR"}, "PR", "US-PR", Status.MET),
        ({"IE", "US", "US-PR"}, "IE", "US-PR", Status.MET),
        ({"IE"}, "", "US-PR", Status.UNKNOWN),
    ],
)
def test_place_when_a_region_is_left_out_then_only_a_site_of_that_country_is(
    codes: set[str], country: str, region: str, status: Status
) -> None:
    assert place_status_of(frozenset(codes), country, region) is status

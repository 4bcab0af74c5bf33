from dataclasses import dataclass

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdmo_portal.accounts.actors import NOBODY, Actor
from partners import searching
from partners.filters import SiteFilter
from partners.models import Site
from partners.site_map import SiteMap, site_map
from tests.factories.partners import SiteFactory

TOWNS = {
    "Basel": (7.59, 47.56, "CH"),
    "Visp": (7.88, 46.29, "CH"),
    "Lyon": (4.84, 45.76, "FR"),
    "Cork": (-8.47, 51.9, "IE"),
    "Indore": (75.86, 22.72, "IN"),
    "Suva": (178.44, -18.14, "FJ"),
    "Apia": (-171.76, -13.83, "WS"),
}


@dataclass
class Asking:
    actor: Actor


def mapped(query: str = "") -> tuple[SiteMap, int]:
    """The map of a search, and how many sites its heading counts."""
    asked = QueryDict(query)
    filters = SiteFilter(asked, queryset=Site.objects.all(), request=Asking(NOBODY))
    assert filters.is_valid(), filters.errors
    return site_map(filters.rows, filters.asked_area, asked), filters.rows.count()


def place(town: str, **fields: object) -> Site:
    longitude, latitude, country = TOWNS[town]
    values = {"name": town, "city": town, "country": country} | fields
    return SiteFactory.create(longitude=longitude, latitude=latitude, **values)


@pytest.fixture
def world(db: None) -> None:
    for name in TOWNS:
        place(name)
    for number in range(3):
        place("Basel", name=f"Rhine works {number}")
    SiteFactory.create(name="Somewhere in Ireland", country="IE")
    SiteFactory.create_batch(2, country="DE")
    searching.rebuild_all()


areas = st.sampled_from(
    ["", "-11,35,30,60", "5,45,11,48", "170,-30,-170,0", "-180,-90,180,90", "0,0,1,1"]
).map(lambda area: f"area={area}")


@pytest.mark.usefixtures("world")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(areas, st.sampled_from(["", "country=CH", "country=IE&country=FJ", "q=basel", "profile=register"]))
def test_site_map_for_any_search_then_pins_and_unplaced_make_up_the_heading_count(
    world: None, area: str, query: str
) -> None:
    found, total = mapped("&".join(part for part in (area, query) if part))

    assert found.placed == sum(pin.count for pin in found.pins)
    assert found.placed + found.unplaced_count == total


@pytest.mark.usefixtures("world")
def test_site_map_of_the_earth_then_joins_what_is_near_and_counts_what_has_no_position() -> None:
    found, _total = mapped("view=map")

    said = [pin.label for pin in found.pins]
    assert said[0] == "Switzerland, Ireland, France, near Basel: 7 sites, zoom in"
    assert set(said[1:]) == {"Indore", "Suva", "Apia"}
    assert [(each.country, each.count) for each in found.unplaced] == [("Germany", 2), ("Ireland", 1)]
    assert (found.wider_url, found.area) == ("", None)


@pytest.mark.usefixtures("world")
def test_site_map_when_pins_are_followed_then_crowds_come_apart_until_sites_or_one_place_are_left() -> None:
    found, _total = mapped("view=map&sort=name")

    for _step in range(6):
        crowded = found.pins[0]
        assert "sort=name" in crowded.url
        found, total = mapped(crowded.url.partition("?")[2].removesuffix("#results"))
        assert total >= crowded.count
        if "view=map" not in crowded.url:
            break

    assert crowded.label == "Switzerland, near Basel: 4 sites in one place, list them"
    assert total == 4


@pytest.mark.usefixtures("world")
def test_site_map_across_the_180th_meridian_then_draws_both_sides_as_one() -> None:
    found, total = mapped("view=map&area=170,-30,-165,0")

    suva, apia = sorted(found.pins, key=lambda pin: pin.x)
    assert total == 2
    assert (suva.label, apia.label) == ("Suva", "Apia")
    assert 'aria-label="Map of 30° S to 0° N, 170° E to 165° W: 2 sites at 2 pins,' in found.drawing
    assert suva.url == "/sites/" + Site.objects.get(name="Suva").slug + "/"


@pytest.mark.django_db
def test_site_map_when_there_is_one_of_a_kind_then_says_so_in_the_singular() -> None:
    for number, country in enumerate(("CH", "FR", "IE", "IN")):
        place("Basel", name=f"Works {number}", country=country)
    searching.rebuild_all()

    found, _total = mapped("view=map")

    assert ": 4 sites at 1 pin, the same" in found.drawing
    assert "and 1 more country, near Basel: 4 sites in one place" in found.pins[0].label


@pytest.mark.usefixtures("world")
def test_site_map_for_more_sites_then_asks_the_database_no_more_often() -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            mapped("view=map")
        counts.append(len(queries))
        for name in ("Lyon", "Indore", "Cork"):
            SiteFactory.create_batch(9, longitude=TOWNS[name][0], latitude=TOWNS[name][1], country="FR")
        searching.rebuild_all()

    # The vocabulary's version, cells, the lone sites' names, and the count of this test.
    assert counts == [4, 4]

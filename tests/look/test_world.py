import math
import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.look.world import (
    LAND_FILE,
    NAMES_IN_TITLE,
    Cluster,
    Place,
    cluster,
    draw_map,
    equal_earth,
    names,
    project,
)
from tests.look.markup import xml

AUTHALIC_RADIUS_M = 6_371_007.1809  # of WGS 84, on which EPSG:8857 publishes its bounds

places = st.lists(
    st.builds(Place, label=st.just("A site"), longitude=st.floats(-180, 180), latitude=st.floats(-58, 84)),
    max_size=80,
)


def place(label: str, longitude: float, latitude: float) -> Place:
    return Place(label, longitude, latitude)


@pytest.mark.parametrize(
    ("longitude", "latitude", "easting", "northing"),
    [
        (0, 0, 0, 0),
        (180, 0, 17_243_959.06, 0),
        (0, 90, 0, 8_392_927.6),
        (-180, 90, -10_216_474.79, 8_392_927.6),
    ],
)
def test_equal_earth_at_published_points_gives_their_coordinates(
    longitude: float, latitude: float, easting: float, northing: float
) -> None:
    x, y = equal_earth(longitude, latitude)

    assert (x * AUTHALIC_RADIUS_M, y * AUTHALIC_RADIUS_M) == pytest.approx((easting, northing), abs=1)


def coast() -> list[tuple[int, int]]:
    """The corners of the baked land path, whose moves after the first of each ring are relative."""
    corners: list[tuple[int, int]] = []
    for ring in LAND_FILE.read_text().split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        moves = zip(numbers[::2], numbers[1::2], strict=True)
        corners += accumulate(moves, lambda at, move: (at[0] + move[0], at[1] + move[1]))
    return corners


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(20.0, -34.83), (-67.27, -55.98), (-5.6, 36.0), (77.55, 8.08), (140.0, -37.9)]
)
def test_project_for_a_cape_falls_on_the_coast_of_the_drawn_land(longitude: float, latitude: float) -> None:
    cape = project(longitude, latitude)

    assert min(math.dist(cape, corner) for corner in coast()) < 5


@given(places)
def test_cluster_for_any_places_keeps_each_exactly_once(some: list[Place]) -> None:
    clusters = cluster(some)

    assert sorted(id(each) for c in clusters for each in c.places) == sorted(id(each) for each in some)


def test_cluster_when_two_places_are_near_gives_one_pin_and_a_far_one_another() -> None:
    clusters = cluster(
        [place("Nottingham", -1.15, 52.95), place("Leicester", -1.13, 52.64), place("Indore", 75.8, 22.7)]
    )

    assert [[each.label for each in c.places] for c in clusters] == [["Leicester", "Nottingham"], ["Indore"]]


@given(longitude=st.floats(-170, 170), latitude=st.floats(-50, 80))
def test_cluster_wherever_the_grid_lies_joins_next_door_neighbours(longitude: float, latitude: float) -> None:
    neighbours = [place("A", longitude, latitude), place("B", longitude + 0.5, latitude + 0.5)]

    assert len(cluster(neighbours)) == 1


def test_draw_map_with_a_hostile_name_is_well_formed_and_escapes_it() -> None:
    tree = xml(draw_map(cluster([place("<b>&\"'", 8, 50)])))

    assert next(tree.iter("title")).text == "<b>&\"'"
    assert not [element for element in tree.iter() if "style" in element.attrib]


def test_draw_map_when_pins_are_joined_shows_how_many() -> None:
    tree = xml(draw_map(cluster([place("A", 8, 50), place("B", 8, 50), place("C", -70, 42)])))

    assert [text.text for text in tree.iter("text")] == ["2"]
    assert tree.get("aria-label", "").startswith("World map: 3 sites in 2 places.")


def test_names_of_a_crowded_cluster_says_how_many_more() -> None:
    crowd = Cluster(0, 0, tuple(place(f"S{n}", 0, 0) for n in range(NAMES_IN_TITLE + 3)))

    assert names(crowd) == "S0, S1, S2, S3, S4, S5 and 3 more"

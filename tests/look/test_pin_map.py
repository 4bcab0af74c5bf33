import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdmo_portal.look.areas import WHOLE_EARTH, Area
from cdmo_portal.look.map_frames import (
    ASPECT,
    NARROWEST,
    PART_WIDTH,
    RIM,
    WIDEST_PART,
    PartOfEarth,
    WholeEarth,
    clipped,
    fitted,
    frame_of,
)
from cdmo_portal.look.pin_map import (
    NEAR,
    Cluster,
    Pin,
    Spot,
    around,
    clustered,
    draw_pins,
    nearer,
    shortened,
)
from tests.look.markup import xml


def typed(west: int, south: int, width: int, height: int) -> Area:
    """As somebody may write it into an address, in millionths of a degree; also across the 180th meridian."""
    east = (west + width + 180_000_000) % 360_000_000 - 180_000_000
    north = min(south + height, 90_000_000)
    return Area.parse(",".join(f"{edge / 1e6:.6f}" for edge in (west, south, east, north)))


millionths = st.integers(1, 359_999_999)
areas = st.one_of(
    st.builds(
        Area.around, st.floats(-179, 179), st.floats(-80, 80), st.floats(0.02, 360), st.floats(0.02, 180)
    ),
    st.builds(
        typed,
        st.integers(-180_000_000, 179_999_999),
        st.integers(-90_000_000, 89_999_999),
        st.one_of(millionths, millionths.map(lambda width: 360_000_000 - width % 10_000 - 1)),
        st.integers(1, 180_000_000),
    ),
)


def spot(longitude: float, latitude: float, count: int = 1, group: str = "") -> Spot:
    return Spot(longitude, latitude, (longitude, latitude, longitude, latitude), count, group)


spots = st.lists(
    st.builds(spot, st.floats(-180, 179.9), st.floats(-58, 84), st.integers(1, 3_000)), max_size=80
)


@given(areas)
def test_frame_of_an_area_then_shows_all_of_it_in_the_shape_of_the_drawing(area: Area) -> None:
    frame = frame_of(area)

    assert frame.shown.width >= area.width - 0.01
    if isinstance(frame, PartOfEarth) and abs(area.middle[1]) <= 80:
        middle = math.radians(area.middle[1])
        shape = frame.shown.width * math.cos(middle) / frame.shown.height
        assert shape == pytest.approx(ASPECT, rel=0.05)
        assert NARROWEST - 0.01 <= frame.shown.width <= WIDEST_PART


@given(areas)
def test_place_of_the_corners_then_is_the_corners_of_the_drawing(area: Area) -> None:
    frame = PartOfEarth(fitted(area))

    assert frame.place(frame.shown.west, frame.shown.north) == pytest.approx((0, 0), abs=0.01)
    assert frame.place(*frame.shown.middle) == pytest.approx((50, 50), abs=1)


@pytest.mark.parametrize(("longitude", "latitude"), [(-180, 0), (180, 0), (0, 84), (0, -60), (-157.9, 21.3)])
def test_whole_earth_when_places_lie_at_its_ends_then_shows_them(longitude: float, latitude: float) -> None:
    x, y = WholeEarth().place(longitude, latitude)

    assert 0 <= x <= 100
    assert 0 <= y <= 100


@given(spots, st.one_of(st.none(), areas))
def test_clustered_for_any_spots_then_keeps_each_once_and_no_pins_touch(
    some: list[Spot], area: Area | None
) -> None:
    clusters = clustered(some, frame_of(area))

    assert sum(cluster.count for cluster in clusters) == sum(each.count for each in some)
    for number, one in enumerate(clusters):
        for other in clusters[:number]:
            assert math.hypot(one.x - other.x, (one.y - other.y) / ASPECT) >= NEAR


@given(spots)
def test_clustered_in_another_order_then_gives_the_same_pins(some: list[Spot]) -> None:
    assert clustered(some, WholeEarth()) == clustered(list(reversed(some)), WholeEarth())


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.floats(-179, 179), st.floats(-58, 80)), min_size=2, max_size=30, unique=True),
)
def test_nearer_when_followed_again_and_again_then_ends_and_loses_no_site_of_the_pin(
    places: list[tuple[float, float]],
) -> None:
    area: Area | None = None
    for _step in range(40):
        frame = frame_of(area)
        inside = [place for place in places if area is None or holds(area, *place)]
        found = clustered([spot(frame.shown.unwrapped(x), y) for x, y in inside], frame)
        crowded = next((cluster for cluster in found if cluster.count > 1), None)
        closer = nearer(crowded, frame) if crowded else None
        if crowded is None or closer is None:
            return
        assert closer.width < frame.shown.width
        assert all(holds(closer, _wrapped(s.longitude), s.latitude) for s in crowded.spots)
        area = closer
    pytest.fail("zooming in does not end")


def holds(area: Area, longitude: float, latitude: float) -> bool:
    """As the directory looks sites up, see `in_area`."""
    is_east, is_west = longitude >= area.west, longitude <= area.east
    across = (is_east or is_west) if area.crosses else (is_east and is_west)
    return across and area.south <= latitude <= area.north


def _wrapped(longitude: float) -> float:
    return longitude - 360 if longitude > 180 else longitude


def test_nearer_when_all_lie_in_one_place_then_there_is_no_step_nearer() -> None:
    same = Cluster(50, 50, (spot(8.5, 47.4, 3), spot(8.5, 47.4, 2, "other")))

    assert nearer(same, WholeEarth()) is None
    assert around(same) == (8.5, 47.4, 8.5, 47.4)


@given(
    st.lists(
        st.tuples(st.floats(-3_000, 4_000), st.floats(-2_000, 2_500)), min_size=3, max_size=12, unique=True
    )
)
def test_clipped_for_any_closed_line_then_stays_in_the_drawing_and_its_rim(
    line: list[tuple[float, float]],
) -> None:
    for x, y in clipped(line):
        assert -RIM - 1e-6 <= x <= PART_WIDTH + RIM + 1e-6
        assert -RIM - 1e-6 <= y <= PART_WIDTH / ASPECT + RIM + 1e-6


def test_clipped_when_a_country_is_larger_than_the_drawing_then_fills_it() -> None:
    corners = clipped([(-5_000, -5_000), (5_000, -5_000), (5_000, 5_000), (-5_000, 5_000)])

    assert sorted(corners) == [(-20, -20), (-20, 520), (1020, -20), (1020, 520)]


@pytest.mark.parametrize(
    "text", ["-11,35,30,60", "5,45,11,48", "170,-50,-170,-10", "100,-10,150,40", "-180,60,-140,80"]
)
def test_land_of_a_part_then_is_a_path_of_bounded_size(text: str) -> None:
    land = PartOfEarth(fitted(Area.parse(text))).land()

    assert re.search(r' d="M-?\d+ -?\d+l', land)
    assert len(land) < 30_000


def test_draw_pins_with_a_hostile_label_is_well_formed_and_its_pins_are_links_with_names() -> None:
    pins = [Pin(50, 50, 1_204, "<b>&\"'", "/sites/?q=a&area=1,2,3,4"), Pin(0, 100, 1, "Cork", "/sites/cork/")]
    area = Area.parse("5,45,11,47")

    tree = xml(draw_pins(pins, frame_of(area), label="Map", area=area))

    links = list(tree.iter("a"))
    assert [link.findtext("{*}title") for link in links] == ["Cork", "<b>&\"'"]
    assert [text.text for text in tree.iter("text")] == ["1.2k"]
    assert [each.get("class") for each in tree.iter("rect")] == ["area"]
    assert not [element for element in tree.iter() if "style" in element.attrib]


def test_draw_pins_when_the_area_fills_the_drawing_then_draws_no_edge() -> None:
    area = fitted(Area.parse("5,45,11,47"))

    assert "<rect" not in draw_pins([], frame_of(area), label="Map", area=area)
    assert "<rect" not in draw_pins([], frame_of(WHOLE_EARTH), label="Map", area=WHOLE_EARTH)


@pytest.mark.parametrize(
    ("count", "text"),
    [(2, "2"), (999, "999"), (1_000, "1.0k"), (9_949, "9.9k"), (9_960, "10k"), (10_218, "10k")],
)
def test_shortened_counts_have_at_most_four_signs(count: int, text: str) -> None:
    assert shortened(count) == text

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.look.areas import WHOLE_EARTH, Area, AreaUnreadable

areas = st.builds(
    Area.around,
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.one_of(st.floats(0.01, 360), st.floats(359.99, 360)),
    st.floats(0.01, 180),
)


@pytest.mark.parametrize(
    "text",
    [
        "", "1,2,3", "1,2,3,4,5", "a,2,3,4", "1,2,3,nan", "1,2,3,inf", "1e1,2,3,4", "1,2,1,4", "1,4,3,2",
        "1,2,3,2", "181,2,3,4", "1,-91,3,4", "180,1,-180,2", "٣,1,5,4", "1;2;3;4", "1,2,3,\x004",
    ],
)  # fmt: skip
def test_area_when_the_text_is_no_area_then_says_so(text: str) -> None:
    with pytest.raises(AreaUnreadable):
        Area.parse(text)


@given(areas)
def test_area_when_written_and_read_back_then_is_the_same(area: Area) -> None:
    assert Area.parse(str(area)) == area
    assert -180 <= area.west <= 180
    assert 0 < area.width <= 360
    assert 0 < area.height <= 180


@given(areas)
def test_area_when_made_around_a_middle_then_holds_it(area: Area) -> None:
    longitude, latitude = area.middle

    assert area.west <= area.unwrapped(longitude) <= area.west + area.width
    assert area.south <= latitude <= area.north


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5,45,11,48", "45–48° N, 5–11° E"),
        ("-125,24,-66,50", "24–50° N, 66–125° W"),
        ("170,-50,-170,-10", "10–50° S, 170° E to 170° W"),
        ("-10,-5,20,5", "5° S to 5° N, 10° W to 20° E"),
        ("7.5812,47.5431,7.6049,47.571", "47.5431–47.571° N, 7.5812–7.6049° E"),
        ("179.96,-0.04,-179.96,0.04", "0.04° S to 0.04° N, 179.96° E to 179.96° W"),
        ("7,47,7.000001,47.000001", "47–47.000001° N, 7–7.000001° E"),
        ("7,47,7.7,47.6", "47–47.6° N, 7–7.7° E"),
    ],
)
def test_area_when_said_to_people_then_in_degrees_and_directions(text: str, said: str) -> None:
    assert Area.parse(text).text == said


def test_area_when_it_would_pass_a_pole_then_is_moved_and_never_larger_than_the_earth() -> None:
    assert Area.around(0, 89, 10, 10).north == 90
    assert Area.around(0, -89, 10, 10).south == -90
    assert Area.around(50, 0, 999, 999) == WHOLE_EARTH


@pytest.mark.parametrize("width", [359.9981, 359.9985, 359.999, 359.9999, 359.9999999, 360])
def test_area_when_it_is_the_whole_circle_but_for_a_hair_then_is_the_whole_circle(width: float) -> None:
    for middle in (-179.9995, -170.00005, 0, 0.00025, 8.4995, 180):
        area = Area.around(middle, 0, width, 180)

        assert (area.west, area.east) == (-180, 180)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.look.areas import WHOLE_EARTH, Area, AreaUnreadable

degrees = st.floats(-179.9, 179.9)
areas = st.builds(
    Area.around,
    degrees,
    st.floats(-89, 89),
    st.floats(0.01, 359),
    st.floats(0.01, 179),
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


@given(areas)
def test_area_when_made_around_a_middle_then_contains_it(area: Area) -> None:
    longitude, latitude = area.middle

    assert area.contains(longitude, latitude)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("170,-20,-170,0", [(175, -10), (-175, -10), (180, -10), (-180, -10)], [(0, -10), (169, -10)]),
        ("-10,40,20,60", [(-10, 40), (20, 60)], [(-11, 50), (21, 50), (0, 39)]),
    ],
)
def test_area_when_it_crosses_the_180th_meridian_or_not_then_contains_what_lies_in_it(
    text: str, inside: list[tuple[float, float]], outside: list[tuple[float, float]]
) -> None:
    area = Area.parse(text)

    assert all(area.contains(*place) for place in inside)
    assert not any(area.contains(*place) for place in outside)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5,45,11,48", "45–48° N, 5–11° E"),
        ("-125,24,-66,50", "24–50° N, 66–125° W"),
        ("170,-50,-170,-10", "10–50° S, 170° E to 170° W"),
        ("-10,-5,20,5", "5° S to 5° N, 10° W to 20° E"),
    ],
)
def test_area_when_said_to_people_then_in_degrees_and_directions(text: str, said: str) -> None:
    assert Area.parse(text).text == said


def test_area_when_it_would_pass_a_pole_then_is_moved_and_never_larger_than_the_earth() -> None:
    assert Area.around(0, 89, 10, 10).north == 90
    assert Area.around(0, -89, 10, 10).south == -90
    assert Area.around(50, 0, 999, 999) == WHOLE_EARTH

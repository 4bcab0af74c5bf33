import re

from cdmo_portal.look.option_map import PlaceOf, draw_option_map
from cdmo_portal.look.templatetags.charts import option_map, radar
from tests.look.markup import xml

CORK = (-8.47, 51.9)


def test_option_map_when_options_share_a_town_then_each_has_a_mark_of_its_own_beside_the_other() -> None:
    drawn = xml(draw_option_map([PlaceOf("One", *CORK, option=0), PlaceOf("Two", *CORK, option=2)]))

    pins = [each for each in drawn.iter() if each.get("class", "").startswith("pin ")]
    starts = [re.match(r"M([\d.]+) ", str(pin[1].get("d"))) for pin in pins]
    assert [pin.get("class") for pin in pins] == ["pin c0", "pin c2"]
    assert [pin[0].text for pin in pins] == ["One", "Two"]
    assert len({found.group(1) for found in starts if found}) == 2


def test_option_map_when_a_position_is_unknown_then_is_counted_and_not_drawn() -> None:
    places = [
        {"label": "Cork", "longitude": CORK[0], "latitude": CORK[1], "url": ""},
        {"label": "Somewhere", "longitude": None, "latitude": None, "url": ""},
    ]

    found = option_map([{"label": "<b>Harbour</b>", "places": places}, {"label": "Silent", "places": []}])

    assert found["unplaced"] == 1
    assert [(label, len(placed)) for label, placed in found["options"]] == [
        ("<b>Harbour</b>", 1),
        ("Silent", 0),
    ]


def test_radar_when_values_go_to_one_then_is_drawn_as_large_as_with_a_hundred() -> None:
    axes = ["Fit", "Quality", "Place"]

    of_one = radar(axes, [{"label": "Cork", "values": [0.5, 1, 0]}], most=1)
    of_hundred = radar(axes, [{"label": "Cork", "values": [50, 100, 0]}])

    assert of_one["drawing"] == of_hundred["drawing"]
    assert of_one["by_axis"] == [("Fit", [0.5]), ("Quality", [1]), ("Place", [0])]

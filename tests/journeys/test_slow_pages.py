"""A page on a slow machine: nothing on it moves while it arrives."""

import pytest

from tests.journeys.pages import PAGES, PageOf
from tests.journeys.people import Portal
from tests.journeys.test_every_page import LEAST_SHIFT, SHIFTED

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("every page"),
]
TIMES_SLOWER = 12
TRIES = 4
NAMES = ("home", "matching:standing", "partners:claim_detail", "partners:own_profile", "partners:record_list")


def one_of(name: str) -> PageOf:
    return next(each for each in PAGES if each.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_page_when_it_is_drawn_slowly_then_nothing_on_it_moves(name: str, portal: Portal) -> None:
    each = one_of(name)
    page = portal.page_of(each.reader)
    page.set_viewport_size({"width": 1440, "height": 900})
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})

    shifts = []
    for _try in range(TRIES):
        page.goto(each.path, wait_until="load")
        shifts.append(page.evaluate(SHIFTED))
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    assert max(shifts) < LEAST_SHIFT

"""The grid as a form of inputs: what is saved, what comes back, and who may."""

from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners.models import CapacityWindow, Line
from partners.quarters import Quarter, quarters_from, quarters_later
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.partners.editors import House, house, signed_in

pytestmark = pytest.mark.django_db


def quarters() -> list[Quarter]:
    return quarters_from(Quarter.of(timezone.localdate()), 8)


def url_of(home: House) -> str:
    return reverse("partners:window_list", args=[home.site.slug])


def name(line: Line, state: str, place: int) -> str:
    return f"{line.uid.hex}-{state}-{quarters()[place].code}"


def opened(client: Client, home: House, *, address: str = "") -> dict[str, str]:
    """All inputs of the page as a browser without scripts would send them."""
    data: dict[str, str] = {}
    for section in client.get(address or url_of(home)).context["sections"]:
        if section.form:
            data[section.form.seen_name] = section.form.seen_text
            data |= {each.name: each.text for each in section.form.inputs.values() if not each.is_locked}
    return data


def stated(line: Line, place: int, quantity: int, **fields: object) -> CapacityWindow:
    quarter = quarters()[place]
    period = DateRange(quarter.start, quarter.end)
    return CapacityWindowFactory.create(line=line, period=period, quantity=Decimal(quantity), **fields)


def test_window_list_of_an_editor_has_an_input_for_each_state_and_quarter() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    stated(line, 2, 3)

    data = opened(signed_in(home.editor), home)

    assert len(data) == 33
    assert data[name(line, "open", 2)] == "3"
    assert data[name(line, "held", 2)] == ""


def test_window_list_posted_saves_what_changed_in_all_lines_and_leads_back_to_the_same_quarters() -> None:
    home = house()
    first, second = LineFactory.create(site=home.site), LineFactory.create(site=home.site)
    stands = stated(first, 0, 3)
    client = signed_in(home.editor)
    data = opened(client, home)
    data |= {name(first, "open", 0): "", name(first, "held", 1): "1,5", name(second, "open", 7): " 2 "}

    answer = client.post(url_of(home), data)

    stands.refresh_from_db()
    assert answer["Location"] == f"{url_of(home)}?from={quarters()[0].code}&page=1"
    assert stands.closed_at is not None
    assert first.windows.current().get().quantity == Decimal("1.5")
    assert second.windows.current().get().period == DateRange(quarters()[7].start, quarters()[7].end)


def test_window_list_with_an_error_in_one_cell_keeps_all_that_was_typed_and_names_the_cell() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    client = signed_in(home.editor)
    typed = {name(line, "open", 0): "4", name(line, "open", 1): "1.234"}

    answer = client.post(url_of(home), opened(client, home) | typed)

    [fault] = answer.context["faults"]
    inputs = {each.name: each for each in answer.context["sections"][0].form.inputs.values()}
    assert answer.status_code == 422
    assert fault.name == name(line, "open", 1)
    assert "two ways" in fault.sentence
    assert {key: inputs[key].text for key in typed} == typed
    assert not CapacityWindow.objects.exists()


def test_window_list_beyond_the_nominal_marks_the_cells_of_that_quarter_and_says_it_once() -> None:
    home = house()
    line = LineFactory.create(site=home.site, nominal_per_quarter=Decimal(10))
    client = signed_in(home.editor)
    typed = {name(line, "open", 3): "6", name(line, "held", 3): "5", name(line, "open", 4): "10"}

    answer = client.post(url_of(home), opened(client, home) | typed)

    form = answer.context["sections"][0].form
    assert answer.status_code == 422
    assert {each.name for each in form.refused} == {name(line, "open", 3), name(line, "held", 3)}
    assert len(answer.context["faults"]) == 1
    assert [total.is_beyond for total in form.totals][3:5] == [True, False]


def test_window_list_opened_twice_shows_both_values_and_the_next_save_goes_over_what_was_shown() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    stated(line, 0, 1)
    client = signed_in(home.editor)
    one = opened(client, home)
    client.post(url_of(home), one | {name(line, "open", 0): "5", name(line, "open", 1): "8"})

    refused = client.post(url_of(home), one | {name(line, "open", 0): "7", name(line, "open", 2): "9"})

    [difference] = refused.context["differences"]
    form = refused.context["sections"][0].form
    again = {each.name: each.text for each in form.inputs.values()} | {form.seen_name: form.seen_text}
    assert refused.status_code == 409
    assert (difference.typed, difference.stored) == ("7", "5")
    assert [again[name(line, "open", place)] for place in range(3)] == ["7", "8", "9"]

    assert client.post(url_of(home), again).status_code == 302
    assert [int(row.quantity) for row in line.windows.current()] == [7, 8, 9]


def test_window_list_of_a_line_that_a_feed_took_over_meanwhile_keeps_the_others_and_tells_both_values() -> (
    None
):
    home = house()
    line, other = LineFactory.create(site=home.site), LineFactory.create(site=home.site)
    client = signed_in(home.editor)
    data = opened(client, home) | {name(line, "open", 0): "5", name(other, "open", 0): "6"}
    Line.objects.filter(pk=line.pk).update(capacity_source="feed")

    answer = client.post(url_of(home), data)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "comes by feed" in page
    assert name(line, "open", 0) not in page
    assert f'name="{name(other, "open", 0)}" value="6"' in page
    assert not CapacityWindow.objects.exists()


def test_window_list_posted_with_a_line_that_is_gone_saves_the_rest_and_says_so() -> None:
    home = house()
    line, gone = LineFactory.create(site=home.site), LineFactory.create(site=home.site)
    client = signed_in(home.editor)
    data = opened(client, home) | {name(line, "open", 0): "5", name(gone, "open", 0): "6"}
    gone.delete()

    answer = client.post(url_of(home), data, follow=True)

    assert "A line was removed meanwhile" in answer.content.decode()
    assert line.windows.current().get().quantity == 5


def test_window_list_confirmed_without_a_change_counts_from_today() -> None:
    home = house()
    row = stated(LineFactory.create(site=home.site), 0, 3)
    client = signed_in(home.editor)

    client.post(url_of(home), opened(client, home) | {"confirm": "1"})

    row.refresh_from_db()
    assert row.observed_at.date() == timezone.now().date()


def test_window_list_of_other_days_is_locked_and_leads_to_its_window() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    start = quarters()[1].start
    odd = CapacityWindowFactory.create(line=line, period=DateRange(start, start.replace(day=20)))
    client = signed_in(home.editor)

    page = client.get(url_of(home)).content.decode()

    assert name(line, "open", 1) not in page
    assert reverse("partners:window_update", args=[home.site.slug, odd.uid]) in page


@pytest.mark.parametrize("steps", [-8, 32])
def test_window_list_from_another_quarter_can_be_planned_and_saved(steps: int) -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    client = signed_in(home.editor)
    quarter = quarters_later(quarters()[0], steps)
    address = f"{url_of(home)}?from={quarter.code}"
    data = opened(client, home, address=address)

    client.post(address, data | {f"{line.uid.hex}-open-{quarter.code}": "2"})

    assert line.windows.current().get().period == DateRange(quarter.start, quarter.end)


@pytest.mark.parametrize("asked", ["", "2027", "2027Q5", "0000Q1", "9999Q4", "1000Q1", "٢٠٢٧Q1"])
def test_window_list_from_nonsense_or_far_away_begins_today(asked: str) -> None:
    home = house()
    LineFactory.create(site=home.site)

    answer = signed_in(home.editor).get(url_of(home), {"from": asked, "page": asked})

    assert answer.context["quarters"][0] == quarters()[0]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"-seen": "x"},
        {"nobody-seen": ""},
        {"confirm": "\x00"},
    ],
)
def test_window_list_posted_without_sense_changes_nothing(data: dict[str, str]) -> None:
    home = house()
    LineFactory.create(site=home.site)

    assert signed_in(home.editor).post(url_of(home), data).status_code == 302
    assert not CapacityWindow.objects.exists()


@pytest.mark.parametrize("text", ["\x00", "9" * 10_000, "<script>", "1.234", "٣", "1e400"])
def test_window_list_with_nonsense_in_a_cell_is_refused_there(text: str) -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    client = signed_in(home.editor)

    answer = client.post(url_of(home), opened(client, home) | {name(line, "open", 0): text})

    assert answer.status_code == 422
    assert "<script>1" not in answer.content.decode()


def test_window_list_of_a_viewer_is_a_table_and_a_post_is_forbidden_and_a_stranger_finds_nothing() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    stated(line, 0, 3)
    viewer, stranger = signed_in(home.viewer), signed_in(house().editor)
    data = opened(signed_in(home.editor), home) | {name(line, "open", 0): "4"}

    assert name(line, "open", 0) not in viewer.get(url_of(home)).content.decode()
    assert viewer.post(url_of(home), data).status_code == 403
    for client in (stranger, signed_in(MemberFactory.create())):
        assert client.get(url_of(home)).status_code == 404
        assert client.post(url_of(home), data).status_code == 404
    assert line.windows.get().quantity == 3


def test_window_list_of_many_lines_is_paged_and_its_queries_do_not_grow(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    home = house()
    for number in range(22):
        stated(LineFactory.create(site=home.site, name=f"Line {number:02}"), 0, 1)
    client = signed_in(home.editor)

    with django_assert_max_num_queries(20):
        first = client.get(url_of(home))
    second = client.get(url_of(home), {"page": "2"})

    assert [len(page.context["sections"]) for page in (first, second)] == [20, 2]

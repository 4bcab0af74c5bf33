"""Lines and quarters on the page: switching the source, windows, and who sees what is read-only."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.events.models import Event
from partners.forms.windows import coming_quarters
from partners.models import Audience, CapacityWindow, Line
from partners.quarters import Quarter
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.partners.editors import House, house, signed_in

pytestmark = pytest.mark.django_db


def third_quarter() -> tuple[str, Quarter]:
    return list(coming_quarters().items())[2]


def window(line: Line, **fields: object) -> CapacityWindow:
    _name, quarter = third_quarter()
    period = DateRange(quarter.start, quarter.end)
    return CapacityWindowFactory.create(line=line, period=period, observed_at=timezone.now(), **fields)


def typed(**changes: str) -> dict[str, str]:
    name, _quarter = third_quarter()
    return {"quarter": name, "state": "open", "quantity": "3", "confidence": "firm", **changes}


def create_url(home: House, line: Line) -> str:
    return reverse("partners:window_create", args=[home.site.slug, line.uid])


def test_window_create_of_a_quarter_saves_it_with_the_lines_unit_and_audience() -> None:
    home = house()
    line = LineFactory.create(site=home.site, capacity_unit="days", capacity_audience=Audience.SPONSORS)

    answer = signed_in(home.editor).post(create_url(home, line), typed())

    saved, (_name, quarter) = CapacityWindow.objects.get(), third_quarter()
    assert answer.status_code == 302
    assert saved.period == DateRange(quarter.start, quarter.end)
    assert (saved.quantity, saved.unit) == (Decimal(3), "days")
    assert saved.audience == Audience.SPONSORS


def test_window_create_from_a_cell_is_filled_in_with_its_quarter_and_state() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    name, _quarter = third_quarter()

    form = (
        signed_in(home.editor).get(create_url(home, line), {"quarter": name, "state": "held"}).context["form"]
    )

    assert (form["quarter"].value(), form["state"].value()) == (name, "held")


def test_window_create_on_a_line_that_says_how_long_it_holds_is_filled_in_with_that_day() -> None:
    home = house()
    line = LineFactory.create(site=home.site, capacity_valid_days=30)

    form = signed_in(home.editor).get(create_url(home, line)).context["form"]

    expected = timezone.localdate() + dt.timedelta(days=30)
    assert form["valid_until"].value() == expected.isoformat()


def test_window_create_beyond_the_nominal_is_refused_at_the_quantity() -> None:
    home = house()
    line = LineFactory.create(site=home.site, nominal_per_quarter=Decimal(4))
    window(line, state="committed", quantity=Decimal(2))

    answer = signed_in(home.editor).post(create_url(home, line), typed())

    assert answer.status_code == 422
    assert "quantity" in answer.context["form"].errors
    assert CapacityWindow.objects.count() == 1


def test_window_create_over_another_of_its_state_is_refused_at_the_period() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    window(line)
    first = third_quarter()[1].start.isoformat()
    days = {"quarter": "", "first_day": first, "last_day": first}

    answer = signed_in(home.editor).post(create_url(home, line), typed(**days))

    assert answer.status_code == 422
    assert "first_day" in answer.context["form"].errors


def test_window_update_changes_it_and_a_stale_one_shows_both_values() -> None:
    home = house()
    row = window(LineFactory.create(site=home.site))
    client = signed_in(home.editor)
    url = reverse("partners:window_update", args=[home.site.slug, row.uid])
    version = client.get(url).context["form"]["version"].value()

    first = client.post(url, typed(version=version, quantity="5"))
    second = client.post(url, typed(version=version, quantity="7"))

    row.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 422)
    assert ("7", "5") in [(each.typed, each.stored) for each in second.context["differences"]]
    assert row.quantity == 5


def test_window_delete_closes_it_and_keeps_the_row() -> None:
    home = house()
    row = window(LineFactory.create(site=home.site))
    client = signed_in(home.editor)
    url = reverse("partners:window_delete", args=[home.site.slug, row.uid])
    version = client.get(url).context["version"]

    client.post(url, {"version": version})

    row.refresh_from_db()
    assert row.closed_at is not None


@pytest.mark.parametrize("source", ["feed", "upload", "api"])
def test_window_of_a_line_with_another_source_is_read_only_and_says_why(source: str) -> None:
    home = house()
    line = LineFactory.create(site=home.site, capacity_source=source)
    row = window(line, source=source)
    client = signed_in(home.editor)

    page = client.get(reverse("partners:window_list", args=[home.site.slug])).content.decode()

    assert "Read-only" in page
    assert reverse("partners:window_update", args=[home.site.slug, row.uid]) not in page
    assert client.post(create_url(home, line), typed()).status_code == 409
    assert CapacityWindow.objects.count() == 1


def test_line_source_switched_openly_is_an_event_and_opens_the_form() -> None:
    home = house()
    line = LineFactory.create(site=home.site, capacity_source="feed")
    client = signed_in(home.editor)

    client.post(reverse("partners:line_source", args=[home.site.slug, line.uid]), {"source": "form"})

    line.refresh_from_db()
    assert line.capacity_source == "form"
    assert Event.objects.get(kind="line.source_switched").data["before"] == "feed"
    assert client.post(create_url(home, line), typed()).status_code == 302


def test_line_source_of_nonsense_is_refused_and_changes_nothing() -> None:
    home = house()
    line = LineFactory.create(site=home.site)

    answer = signed_in(home.editor).post(
        reverse("partners:line_source", args=[home.site.slug, line.uid]), {"source": "gossip"}
    )

    line.refresh_from_db()
    assert answer.status_code == 422
    assert line.capacity_source == "form"


def test_line_update_gives_its_audience_to_its_windows_and_confirms_a_new_lead_time() -> None:
    home = house()
    line = LineFactory.create(site=home.site, capacity_audience=Audience.SPONSORS)
    row = window(line, audience=Audience.SPONSORS)
    data = {
        "name": line.name,
        "capacity_unit": "batches",
        "capacity_audience": "matching",
        "lead_time_weeks": "6",
        "version": "1",
    }

    answer = signed_in(home.editor).post(
        reverse("partners:line_update", args=[home.site.slug, line.uid]), data
    )

    line.refresh_from_db()
    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.audience == Audience.MATCHING
    assert line.lead_time_confirmed_on == timezone.localdate()


def test_line_with_a_sisters_name_or_id_is_refused_at_the_field() -> None:
    home = house()
    LineFactory.create(site=home.site, name="Line A", external_id="A-1")
    url = reverse("partners:line_create", args=[home.site.slug])
    data = {"name": "Line A", "external_id": "A-1", "capacity_unit": "batches", "capacity_audience": "public"}

    answer = signed_in(home.editor).post(url, data)

    assert answer.status_code == 422
    assert {"name", "external_id"} <= answer.context["form"].errors.keys()


def test_line_delete_asks_first_and_an_old_version_is_refused() -> None:
    home = house()
    line = LineFactory.create(site=home.site, version=3)
    window(line)
    client = signed_in(home.editor)
    url = reverse("partners:line_delete", args=[home.site.slug, line.uid])

    assert "1 capacity windows" in client.get(url).content.decode()
    client.post(url, {"version": "2"})
    assert Line.objects.filter(pk=line.pk).exists()
    client.post(url, {"version": "3"})
    assert not Line.objects.filter(pk=line.pk).exists()


def test_line_confirm_counts_the_lead_time_from_today() -> None:
    home = house()
    line = LineFactory.create(site=home.site, lead_time_weeks=4)

    signed_in(home.editor).post(reverse("partners:line_confirm", args=[home.site.slug, line.uid]))

    line.refresh_from_db()
    assert (line.lead_time_confirmed_on, line.version) == (timezone.localdate(), 2)


def test_line_update_below_what_is_stated_is_refused_at_the_nominal_and_keeps_what_was_typed() -> None:
    home = house()
    line = LineFactory.create(site=home.site, nominal_per_quarter=Decimal(8))
    window(line, quantity=Decimal(6))
    data = {
        "name": line.name,
        "capacity_unit": "batches",
        "capacity_audience": "matching",
        "nominal_per_quarter": "5",
        "version": "1",
    }

    answer = signed_in(home.editor).post(
        reverse("partners:line_update", args=[home.site.slug, line.uid]), data
    )

    assert answer.status_code == 422
    assert third_quarter()[0] in str(answer.context["form"].errors["nominal_per_quarter"])
    assert answer.context["form"]["nominal_per_quarter"].value() == "5"


def test_line_update_with_a_nominal_batch_and_a_slot_keeps_them_and_sponsors_read_them_beside_capacity() -> (
    None
):
    home = house()
    line = LineFactory.create(site=home.site, days_per_batch=Decimal(7), changeover_days=Decimal(2))
    window(line, audience=Audience.SPONSORS)
    data = {
        "name": line.name,
        "capacity_unit": "batches",
        "slot_means": "one batch with its line clearance",
        "nominal_batch": "20000",
        "nominal_batch_unit": "vials",
        "days_per_batch": "7",
        "changeover_days": "2",
        "capacity_valid_days": "30",
        "capacity_audience": "sponsors",
        "version": "1",
    }
    client, url = signed_in(home.editor), reverse("partners:line_update", args=[home.site.slug, line.uid])

    answer = client.post(url, data)
    profile = signed_in(MemberFactory.create()).get(home.site.get_absolute_url())

    line.refresh_from_db()
    assert answer.status_code == 302
    assert (str(line.nominal_batch), line.nominal_batch_unit) == ("20000.000", "vials")
    assert line.capacity_valid_days == 30
    assert "10 batches in a quarter with a changeover after each, 13 without any" in str(
        client.get(url).content.decode()
    )
    assert "one batch with its line clearance; an ordinary batch is 20,000" in profile.content.decode()

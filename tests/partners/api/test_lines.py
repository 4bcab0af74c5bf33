"""CDMO staff add, change and remove the lines of their sites."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import Event
from partners.models import Audience, CapacityWindow, Line, Site, SiteChange
from partners.quarters import Quarter
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import BuildingFactory, SiteFactory
from tests.partners.api.sending import delete, patch, post, stale_codes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/lines/"


@pytest.fixture
def site() -> Site:
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def said(site: Site, **changes: Any) -> dict[str, Any]:
    return {"site": str(site.uid), "name": "Fill line 1"} | changes


def of(line: Line, tail: str = "") -> str:
    return f"{ADDRESS}{line.uid}/{tail}"


def test_line_is_added_with_its_capacity(owner: Client, site: Site) -> None:
    building = BuildingFactory.create(site=site)
    capacity = {"unit": "days", "nominal_per_quarter": 60, "lead_time_weeks": 9.5}

    answer = post(owner, ADDRESS, said(site, building=building.name, own_id="F-1", capacity=capacity))

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["building"], row["own_id"], row["capacity_audience"]) == (building.name, "F-1", "matching")
    assert row["capacity"] | capacity == row["capacity"]
    assert row["capacity"]["lead_time_confirmed_on"] == timezone.localdate().isoformat()
    assert owner.get(of(Line.objects.get()))["ETag"] == answer["ETag"]
    assert Event.objects.filter(kind="line.created").count() == 1
    assert SiteChange.objects.filter(site=site).exists()


def test_what_a_line_leaves_out_is_not_stated(owner: Client, site: Site) -> None:
    row = post(owner, ADDRESS, said(site)).json()

    assert row["capacity"]["unit"] == "batches"
    assert row["capacity"]["nominal_per_quarter"] is None
    assert (row["own_id"], row["capacity_valid_days"], row["building"]) == ("", None, None)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"site": "0199a1de-0000-7000-8000-000000000000"}, "#/site"),
        ({"name": ""}, "#/name"),
        ({"name": "a\u202eb"}, "#/name"),
        ({"building": "Nowhere"}, "#/building"),
        ({"own_id": "a" * 81}, "#/own_id"),
        ({"capacity_audience": "all"}, "#/capacity_audience"),
        ({"capacity_valid_days": 61}, "#/capacity_valid_days"),
        ({"capacity_valid_days": "5"}, "#/capacity_valid_days"),
        ({"capacity": {"unit": ""}}, "#/capacity/unit"),
        ({"capacity": {"nominal_per_quarter": -1}}, "#/capacity/nominal_per_quarter"),
        ({"capacity": {"smallest_campaign": 2, "largest_campaign": 1}}, "#/capacity/largest_campaign"),
        ({"capacity": {"nominal_batch": 5}}, "#/capacity/nominal_batch_unit"),
        ({"capacity": {"nominal_batch_unit": "L"}}, "#/capacity/nominal_batch"),
        ({"capacity": {"nominal_batch": 0, "nominal_batch_unit": "L"}}, "#/capacity/nominal_batch"),
        ({"capacity": {"colour": 1}}, "#/capacity/colour"),
        ({"capacity": 5}, "#/capacity"),
        ({"colour": "blue"}, "#/colour"),
    ],
)
def test_line_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(owner, ADDRESS, said(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not Line.objects.exists()


def test_second_line_of_a_name_answers_409(owner: Client, site: Site) -> None:
    LineFactory.create(site=site, name="Fill line 1")

    assert post(owner, ADDRESS, said(site)).status_code == 409


def test_change_keeps_what_was_not_sent_also_within_capacity(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site, nominal_per_quarter=Decimal(6), slot_means="One batch")
    tag = owner.get(of(line))["ETag"]

    answer = patch(owner, of(line), {"capacity": {"nominal_per_quarter": 8}, "own_id": "F-2"}, tag)

    assert answer.status_code == 200, answer.content
    capacity = answer.json()["capacity"]
    assert (capacity["nominal_per_quarter"], capacity["slot_means"]) == (8, "One batch")
    assert (answer.json()["name"], answer.json()["own_id"]) == (line.name, "F-2")
    assert answer["ETag"] != tag


def test_nominal_below_what_is_stated_is_refused_at_its_field(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site, nominal_per_quarter=Decimal(6))
    quarter = Quarter.of(timezone.localdate())
    CapacityWindowFactory.create(line=line, period=DateRange(quarter.start, quarter.end))

    nominal = patch(owner, of(line), {"capacity": {"nominal_per_quarter": 1}})
    unit = patch(owner, of(line), {"capacity": {"unit": "days"}})

    assert (pointers(nominal), pointers(unit)) == (["#/capacity/nominal_per_quarter"], ["#/capacity/unit"])


def test_windows_follow_the_audience_of_their_line(owner: Client, site: Site) -> None:
    window = CapacityWindowFactory.create(line__site=site)

    patch(owner, of(window.line), {"capacity_audience": "public"})

    assert CapacityWindow.objects.get().audience == Audience.PUBLIC


def test_change_on_an_old_reading_writes_nothing(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site)

    assert stale_codes(owner, of(line), {"name": "New"}) == [428, 412, 428, 412]
    assert Line.objects.get().name == line.name


def test_line_is_removed_with_its_capacity(owner: Client, site: Site) -> None:
    window = CapacityWindowFactory.create(line__site=site)

    answer = delete(owner, of(window.line), owner.get(of(window.line))["ETag"])

    assert answer.status_code == 204
    assert not CapacityWindow.objects.exists()


def test_lead_time_is_confirmed_where_one_is_stated(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site, lead_time_weeks=Decimal(9))
    silent = LineFactory.create(site=site)

    answer = post(owner, of(line, "confirm/"))

    assert answer.json()["capacity"]["lead_time_confirmed_on"] == timezone.localdate().isoformat()
    assert post(owner, of(silent, "confirm/")).status_code == 409


def test_source_is_switched(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site)

    answer = post(owner, of(line, "source/"), {"source": "api"})

    assert answer.json()["capacity_source"] == "api"
    assert Event.objects.get(kind="line.source_switched").data["after"] == "api"
    assert pointers(post(owner, of(line, "source/"), {"source": "pigeon"})) == ["#/source"]


WRITES = [("patch", ""), ("delete", ""), ("confirm", "confirm/"), ("source", "source/")]


@pytest.mark.parametrize(("write", "tail"), WRITES)
def test_viewers_and_strangers_write_nothing(site: Site, write: str, tail: str) -> None:
    line = LineFactory.create(site=site, lead_time_weeks=Decimal(9))
    for client in (
        staff_of(site, Role.VIEWER),
        client_of(MemberFactory.create()),
        client_of(MemberFactory.create(cdmo=True)),
    ):
        send = {"patch": lambda c, a: patch(c, a, {}), "delete": delete}.get(write)
        body = {"source": "api"} if write == "source" else None

        answer = send(client, of(line)) if send else post(client, of(line, tail), body)

        assert answer.status_code == 403
    assert Line.objects.get().version == line.version


def test_own_words_of_a_line_are_shown_to_nobody_else(site: Site) -> None:
    line = LineFactory.create(site=site, external_id="F-1", capacity_valid_days=30)

    for member in (MemberFactory.create(), MemberFactory.create(cdmo=True)):
        row = client_of(member).get(of(line)).json()
        assert (row["own_id"], row["capacity_valid_days"], row["capacity"]) == (None, None, None)

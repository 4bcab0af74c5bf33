"""Capacity windows and feeds: read by their audience, windows written for one's own lines."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from partners.models import Audience, CapacityWindow, Line
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory, RefreshFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/capacity-windows/"


@pytest.fixture
def line() -> Line:
    return LineFactory.create(nominal_per_quarter=Decimal(6), capacity_source=Line.Source.API)


@pytest.fixture
def owner(line: Line) -> Client:
    return staff_of(line.site)


def window(line: Line, **changes: Any) -> dict[str, Any]:
    period = {"period_start": "2027-04-01", "period_end": "2027-07-01"}
    return {"line": str(line.uid), "state": "open", "quantity": 2.5, **period} | changes


def send(client: Client, body: Any) -> Any:
    return client.post(ADDRESS, body, content_type="application/json")


def test_window_carries_its_unit_period_and_age(owner: Client, line: Line) -> None:
    answer = send(owner, window(line))

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["quantity"], row["unit"]) == (2.5, "batches")
    assert (row["period_start"], row["period_end"]) == ("2027-04-01", "2027-07-01")
    assert row["observed_at"]
    assert (row["audience"], row["source"]) == ("matching", "api")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"line": "x"}, "#/line"),
        ({"line": "0199a1de-0000-7000-8000-000000000000"}, "#/line"),
        ({"period_start": "0000-01-01"}, "#/period_start"),
        ({"period_end": "9999-12-31"}, "#/period_end"),
        ({"period_end": "2027-04-01"}, "#/period_end"),
        ({"period_end": "2027-01-01"}, "#/period_end"),
        ({"period_end": "2050-01-01"}, "#/period_end"),
        ({"quantity": -1}, "#/quantity"),
        ({"quantity": 1e30}, "#/quantity"),
        ({"quantity": "many"}, "#/quantity"),
        ({"quantity": 7}, "#/quantity"),
        ({"state": "free"}, "#/state"),
        ({"lead_time_weeks": 10_000}, "#/lead_time_weeks"),
        ({"note": "a\x00"}, "#/note"),
        ({"unit": "batches"}, "#/unit"),
        ({"held_until": "2027-05-01"}, "#/held_until"),
        ({"audience": "all"}, "#/audience"),
    ],
)
def test_window_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, line: Line, changes: dict[str, Any], pointer: str
) -> None:
    answer = send(owner, window(line) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not CapacityWindow.objects.exists()


def test_window_takes_the_audience_of_its_line_until_it_has_its_own(owner: Client, line: Line) -> None:
    followed = send(owner, window(line)).json()
    address = f"{ADDRESS}{followed['uid']}/"
    headers = {"If-Match": "*"}

    own = owner.patch(address, {"audience": "public"}, "application/json", headers=headers).json()
    kept = owner.patch(address, {"quantity": 1}, "application/json", headers=headers).json()
    back = owner.patch(address, {"audience": None}, "application/json", headers=headers).json()

    shown = [(row["audience"], row["audience_is_own"]) for row in (followed, own, kept, back)]
    assert shown == [("matching", False), ("public", True), ("public", True), ("matching", False)]


def test_window_that_overlaps_answers_409(owner: Client, line: Line) -> None:
    send(owner, window(line))

    answer = send(owner, window(line, period_end="2027-10-01"))

    assert answer.status_code == 409


@pytest.mark.parametrize(("source", "word"), [(Line.Source.FEED, "feed"), (Line.Source.FORM, "form")])
def test_line_that_comes_another_way_is_left_to_it(owner: Client, line: Line, source: str, word: str) -> None:
    Line.objects.update(capacity_source=source)

    answer = send(owner, window(line))

    assert answer.status_code == 409
    assert f"comes by {word}; switch its source to API first" in answer.json()["detail"]
    assert not CapacityWindow.objects.exists()


def test_change_and_removal_need_the_present_reading(owner: Client, line: Line) -> None:
    first = send(owner, window(line, note="As it was"))
    address = f"{ADDRESS}{first.json()['uid']}/"
    headers = {"If-Match": first["ETag"]}

    changed = owner.patch(address, {"quantity": 3}, content_type="application/json", headers=headers)
    stale = owner.patch(address, {"quantity": 4}, content_type="application/json", headers=headers)

    assert changed.status_code == 200, changed.content
    assert (changed.json()["quantity"], changed.json()["note"]) == (3, "As it was")
    assert stale.status_code == 412
    assert owner.delete(address).status_code == 428
    assert owner.delete(address, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert owner.get(address).status_code == 404


@pytest.mark.parametrize("audience", Audience.values)
def test_windows_are_shown_to_their_audience_and_to_no_other_cdmo(audience: str) -> None:
    row = CapacityWindowFactory.create(audience=audience)
    owner = staff_of(row.site)
    sponsor, rival = client_of(MemberFactory.create()), client_of(MemberFactory.create(cdmo=True))

    counts = [len(client.get(ADDRESS).json()["results"]) for client in (owner, sponsor, rival)]

    assert counts == [1, int(audience in {"public", "sponsors"}), 0]


def test_closed_windows_are_gone() -> None:
    CapacityWindowFactory.create(audience=Audience.PUBLIC, closed=True)

    assert client_of(MemberFactory.create()).get(ADDRESS).json()["results"] == []


def test_windows_are_filtered_by_period(line: Line, owner: Client) -> None:
    CapacityWindowFactory.create(line=line)

    found = [
        len(owner.get(f"{ADDRESS}?{query}").json()["results"])
        for query in (
            "ends_after=2027-06-30",
            "ends_after=2027-07-01",
            "starts_before=2027-04-01",
            "state=open",
        )
    ]

    assert found == [1, 0, 0, 1]


def test_feeds_and_refreshes_are_the_owners_alone() -> None:
    refresh = RefreshFactory.create(row_errors=[{"line": 3, "field": "unit", "message": "No such unit."}])
    owner = client_of(MemberFactory.create(organisation=refresh.feed.organisation))
    stranger = client_of(MemberFactory.create(cdmo=True))

    feed = owner.get("/api/v1/feeds/").json()["results"][0]
    run = owner.get(f"/api/v1/refreshes/?feed={feed['uid']}").json()["results"][0]

    assert feed["url"] == refresh.feed.url
    assert run["row_errors"][0]["field"] == "unit"
    assert stranger.get(f"/api/v1/feeds/{feed['uid']}/").status_code == 404
    assert stranger.get(f"/api/v1/refreshes/{run['uid']}/").status_code == 404


def test_secret_header_of_a_feed_never_leaves() -> None:
    feed = FeedFactory.create(secret_header=b"sealed")
    owner = client_of(MemberFactory.create(organisation=feed.organisation))

    assert "secret_header" not in owner.get(f"/api/v1/feeds/{feed.uid}/").json()

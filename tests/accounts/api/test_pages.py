"""Pages of a list: stable while rows come and go, and closed to made-up cursors."""

import base64

import pytest
from django.test import Client

from cdmo_portal.events.models import Event
from tests.accounts.api.callers import client_of, parameters
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(MemberFactory.create())


def walk(client: Client, address: str) -> list[str]:
    found: list[str] = []
    while address:
        page = client.get(address).json()
        found += [row["uid"] for row in page["results"]]
        address = page["next"]
    return found


def test_walking_a_list_gives_every_row_once(client: Client) -> None:
    rows = PartnerFactory.create_batch(7)

    found = walk(client, "/api/v1/partners/?page_size=3")

    assert sorted(found) == sorted(str(row.uid) for row in rows)
    assert len(found) == len(set(found))


def test_rows_added_meanwhile_repeat_and_hide_nothing(client: Client) -> None:
    before = {str(row.uid) for row in PartnerFactory.create_batch(6)}
    first = client.get("/api/v1/partners/?page_size=2").json()

    PartnerFactory.create_batch(3)
    rest = walk(client, first["next"])

    seen = [row["uid"] for row in first["results"]] + rest
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_newest_first_list_goes_on_where_it_was_after_inserts() -> None:
    member = MemberFactory.create()
    client = client_of(member)
    BriefFactory.create_batch(4, organisation=member.organisation)
    first = client.get("/api/v1/briefs/?page_size=2").json()

    BriefFactory.create_batch(2, organisation=member.organisation)
    second = client.get(first["next"]).json()

    seen = [row["title"] for row in first["results"] + second["results"]]
    assert len(set(seen)) == 4
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        encoded("p=abc"),
        encoded("p=12"),
        encoded("p=%00"),
        encoded("o=-1"),
        encoded("r=x"),
        encoded("o=" + "9" * 5_000),
    ],
)
@pytest.mark.parametrize("address", ["partners", "briefs", "events", "vocabulary/terms", "refreshes"])
def test_made_up_cursor_never_fails(client: Client, address: str, cursor: str) -> None:
    answer = client.get(f"/api/v1/{address}/", {"cursor": cursor})

    assert answer.status_code in {200, 400}


def test_made_up_cursor_is_named(client: Client) -> None:
    answer = client.get("/api/v1/partners/", {"cursor": encoded("p=abc")})

    assert answer.status_code == 400
    assert parameters(answer) == ["cursor"]


def test_cursor_tells_no_inner_id(client: Client) -> None:
    rows = PartnerFactory.create_batch(3)

    following = client.get("/api/v1/partners/?page_size=1").json()["next"]

    position = base64.b64decode(following.rpartition("cursor=")[2].replace("%3D", "=")).decode()
    assert position.removeprefix("p=") in {str(row.uid) for row in rows}


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "", "9" * 400, "1.5"])
def test_page_size_out_of_bounds_answers_400(client: Client, size: str) -> None:
    answer = client.get("/api/v1/partners/", {"page_size": size})

    assert answer.status_code == 400
    assert parameters(answer) == ["page_size"]


def test_unknown_parameter_is_named(client: Client) -> None:
    answer = client.get("/api/v1/partners/?contry=IE&format=csv")

    assert answer.status_code == 400
    assert parameters(answer) == ["contry", "format"]


@pytest.mark.parametrize("query", ["is_claimed=", "cursor=", "page_size=", "is_sample=true&is_sample="])
def test_parameter_without_a_value_is_named(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/partners/?{query}")

    assert answer.status_code == 400
    assert parameters(answer) == [query.partition("=")[0]]


@pytest.mark.parametrize("address", ["partners/?is_claimed=%00", "partners/%00/", "partners/?cursor=a%00b"])
def test_nul_in_an_address_answers_a_problem(client: Client, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_address_of_one_thing_takes_no_parameters(client: Client) -> None:
    partner = PartnerFactory.create()

    answer = client.get(f"/api/v1/partners/{partner.uid}/?page_size=1")

    assert answer.status_code == 400


def test_events_are_newest_first_and_ones_own() -> None:
    member = MemberFactory.create()
    mine = [
        Event.objects.create(kind=f"brief.{name}", organisation_id=member.organisation_id) for name in "ab"
    ]
    Event.objects.create(kind="brief.c", organisation_id=member.organisation_id + 1)

    answer = client_of(member).get("/api/v1/events/")

    assert [row["kind"] for row in answer.json()["results"]] == [row.kind for row in reversed(mine)]

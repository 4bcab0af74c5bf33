"""Decision tables over the API: as the command scores them, with pointers to what is wrong."""

import json
from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Role
from matching.api.table_schemas import EXAMPLE, RESULTS
from matching.scoring.tables import scored, table_of
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/score-tables/"


def post(client: Client, document: object) -> Any:
    return client.post(ADDRESS, json.dumps(document), "application/json")


@pytest.mark.parametrize("facts", [{"role": Role.VIEWER}, {"cdmo": True}])
def test_table_when_posted_by_a_member_then_is_scored_as_by_the_command(facts: dict[str, Any]) -> None:
    client = client_of(MemberFactory.create(**facts), can_write=False)

    answer = post(client, EXAMPLE)

    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(scored(table_of(EXAMPLE))))
    assert set(answer.json()) == set(RESULTS)


def test_table_when_posted_without_a_key_then_401() -> None:
    assert post(Client(), EXAMPLE).status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"weights": [1, 2, -3]}, "#/weights/2"),
        ({"matrix": [[1, 2, 3], [1, {"beta": [0, 1]}, 3]]}, "#/matrix/1/1/beta/0"),
        ({"weights": {"swings": {"q": 1}}}, "#/weights/swings"),
        ({"extra": 1}, "#"),
    ],
)
def test_bad_table_when_posted_then_400_points_at_the_field(change: dict[str, Any], pointer: str) -> None:
    answer = post(client_of(MemberFactory.create()), EXAMPLE | change)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert pointers(answer) == [pointer]


def test_table_that_would_hold_the_request_when_posted_then_400_names_the_samples() -> None:
    rows = {"alternatives": [f"a{i}" for i in range(60)], "matrix": [[8, 1, 60]] * 60, "samples": 1_000_000}

    answer = post(client_of(MemberFactory.create()), EXAMPLE | rows)

    assert pointers(answer) == ["#/samples"]


@pytest.mark.parametrize("document", [None, [], "x", 1, [[[]]]])
def test_body_that_is_no_table_when_posted_then_400(document: object) -> None:
    assert post(client_of(MemberFactory.create()), document).status_code == 400

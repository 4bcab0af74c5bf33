"""Whatever bytes come as a body, the answer is a problem that says what is wrong."""

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/briefs/"


@pytest.fixture
def client() -> Client:
    return client_of(MemberFactory.create())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"title": NaN}',
        b'{"title": -Infinity}',
        b'{"title": "a", "title": "b"}',
        b'{"title": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"\xff\xfe",
        b'{"contracting_weeks": ' + b"9" * 5_000 + b"}",
    ],
)
def test_body_that_is_no_json_answers_400(client: Client, body: bytes) -> None:
    answer = client.post(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["[]", "null", "5", '"text"', "true"])
def test_json_that_is_no_object_answers_400(client: Client, body: str) -> None:
    answer = client.post(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 400
    assert pointers(answer) == ["#"]


def test_body_over_the_limit_answers_413(client: Client) -> None:
    body = json.dumps({"title": "a" * 7_000_000})

    answer = client.post(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_body_of_another_type_answers_415(client: Client, kind: str) -> None:
    answer = client.post(ADDRESS, "title=a", content_type=kind)

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_unknown_fields_are_named_beside_the_other_errors(client: Client) -> None:
    body = {"titel": "a", "a/b~c": 1, "steps": ["drug-product"]}

    answer = client.post(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 400
    assert set(pointers(answer)) == {"#/title", "#/titel", "#/a~1b~0c"}


def test_problem_has_the_shape_of_rfc_9457(client: Client) -> None:
    answer = client.post(ADDRESS, {"title": 5}, content_type="application/json")

    problem = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["title"] == "Bad Request"
    assert problem["status"] == 400
    assert problem["detail"]
    assert {"pointer": "#/title", "detail": "Give text.", "code": "invalid"} in problem["errors"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "title",
    "text",
    "steps",
    "stage",
    "preset",
    "weights",
    "needed_by",
    "shipping_weeks",
    "requirements",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5))
def test_no_json_makes_the_server_fail(client: Client, body: dict[str, object]) -> None:
    answer = client.post(ADDRESS, json.dumps(body), content_type="application/json")

    assert answer.status_code in {201, 400}

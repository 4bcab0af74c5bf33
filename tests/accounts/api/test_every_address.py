"""The manners of the API at every address: the rows of the matrix, asked by who may do what they say."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.accounts.api.callers import client_of, parameters, pointers
from tests.api_matrix.rows import Row
from tests.api_matrix.test_matrix import all_rows
from tests.api_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
ROWS = all_rows()
WRITES = [row for row in ROWS if row.method != "get"]
DONE = [row for row in WRITES if row.owner < 300]
CHANGES = [row for row in DONE if row.method in {"patch", "put", "delete"}]
WITHOUT_IF_MATCH = {
    "put api-shortlist-detail": "to follow twice is to follow; it changes nothing that stands",
    "delete api-api-key-detail": "a key that got out has to be stopped by whoever sees it, at once",
}
# The refusal of a decision table names a key in words, by API and command alike.
IN_WORDS = {"post api-score-table"}
WITHOUT_LOCATION: dict[str, str] = {}


class Asking:
    """The owner's client and the world that a row is about."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.world: World = make_world()
        self.client: Client = client_of(getattr(self.world, row.side))
        self.address = row.address_in(self.world)
        self.body = row.body_in(self.world)

    def send(self, address: str = "", body: Any = None, **headers: str) -> Any:
        sent = {"If-Match": self.row.if_match, **headers}
        kept = {name: value for name, value in sent.items() if value}
        data = self.body if body is None else body
        extra = {} if data is None else {"data": data, "content_type": self.row.content_type}
        return getattr(self.client, self.row.method)(address or self.address, headers=kept, **extra)


def tried(asking: Asking, **sent: Any) -> Any:
    """The answer; what it did is undone."""
    with transaction.atomic():
        answer = asking.send(**sent)
        transaction.set_rollback(True)
    return answer


def with_parameter(address: str, parameter: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


@pytest.mark.parametrize("row", CHANGES, ids=str)
def test_what_stands_is_changed_by_if_match_only(row: Row) -> None:
    asking = Asking(row)

    codes = [tried(asking, **{"If-Match": tag}).status_code for tag in ("", '"of-another-time"')]

    assert codes == ([row.owner, row.owner] if str(row) in WITHOUT_IF_MATCH else [428, 412])


def test_exceptions_are_about_addresses_that_exist() -> None:
    assert set(WITHOUT_IF_MATCH) <= {str(row) for row in CHANGES}
    assert set(WITHOUT_LOCATION) <= {str(row) for row in DONE}


@pytest.mark.parametrize("row", DONE, ids=str)
def test_write_with_a_key_is_done_once_and_answered_twice(row: Row) -> None:
    asking = Asking(row)

    first, second = (asking.send(**{"Idempotency-Key": "k1"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (row.owner, row.owner)
    assert second.content == first.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_parameter_that_the_address_does_not_know_is_named(row: Row) -> None:
    asking = Asking(row)

    answer = asking.send(address=with_parameter(asking.address, "nonsense=1"))

    assert answer.status_code == 400
    if row.owner < 400:
        assert "nonsense" in parameters(answer)


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in DONE
        if row.body is not None and row.content_type == "application/json" and str(row) not in IN_WORDS
    ],
    ids=str,
)
def test_field_that_the_body_does_not_know_is_named(row: Row) -> None:
    asking = Asking(row)

    is_many = isinstance(asking.body, list)
    bodies = [{**each, "nonsense": 1} for each in (asking.body if is_many else [asking.body])]
    answer = asking.send(body=bodies if is_many else bodies[0])

    assert answer.status_code == 400
    assert ("#/0/nonsense" if is_many else "#/nonsense") in pointers(answer)


@pytest.mark.parametrize("row", [row for row in DONE if row.owner == 201], ids=str)
def test_what_was_made_is_found_where_location_says(row: Row) -> None:
    asking = Asking(row)

    answer = asking.send()

    assert ("Location" in answer) is (str(row) not in WITHOUT_LOCATION)
    if "Location" in answer:
        assert asking.client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "get"], ids=str)
def test_reading_has_a_tag_and_answers_304_to_who_has_it(row: Row) -> None:
    asking = Asking(row)
    answer = asking.send()
    if answer.streaming:
        return

    again = asking.send(**{"If-None-Match": answer["ETag"]})
    head = asking.client.head(asking.address)

    assert again.status_code == 304
    assert (head.status_code, head["ETag"], head.content) == (200, answer["ETag"], b"")

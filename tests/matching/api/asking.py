"""How tests ask the API: with the ETag that was read, and counting queries."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

JSON = "application/json"


def send(client: Client, address: str, body: Any) -> Any:
    return client.post(address, body, content_type=JSON)


def with_etag(client: Client, method: str, address: str, body: Any = None, *, read: str = "") -> Any:
    """Read the thing (or `read`, where its ETag stands), then change it with the ETag."""
    headers = {"If-Match": client.get(read or address)["ETag"]}
    act = getattr(client, method)
    return act(address, {} if body is None else body, content_type=JSON, headers=headers)


def without_and_with_another_etag(client: Client, method: str, address: str, body: Any = None) -> list[int]:
    """The answers to the same change without If-Match, and with an ETag that is not the present one."""
    act = getattr(client, method)
    return [
        act(address, {} if body is None else body, content_type=JSON, headers=headers).status_code
        for headers in ({}, {"If-Match": '"another"'})
    ]


def queries(client: Client, address: str) -> int:
    """How many a GET takes once the caller is known."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(asked)

"""How tests send changes: JSON, and If-Match with the tag of what was read."""

from typing import Any

from django.test import Client


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(address, {} if body is None else body, content_type="application/json")


def patch(client: Client, address: str, body: Any, tag: str = "*") -> Any:
    return client.patch(address, body, content_type="application/json", headers={"If-Match": tag})


def delete(client: Client, address: str, tag: str = "*") -> Any:
    return client.delete(address, headers={"If-Match": tag})


def stale_codes(client: Client, address: str, change: Any) -> list[int]:
    """What a change and a removal answer without If-Match, and with the tag of a state that is gone."""
    return [
        client.patch(address, change, content_type="application/json").status_code,
        patch(client, address, change, '"old"').status_code,
        client.delete(address).status_code,
        delete(client, address, '"old"').status_code,
    ]

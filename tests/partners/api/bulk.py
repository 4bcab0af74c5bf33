"""Bulk calls in the tests: a CDMO with a line that is kept by API, and rows to send."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client

from partners.models import Line
from tests.accounts.api.callers import client_of
from tests.factories.capacity import LineFactory
from tests.partners.editors import House, house

WINDOWS, CAPABILITIES = "/api/v1/capacity-windows/bulk/", "/api/v1/capabilities/bulk/"
NDJSON = "application/x-ndjson"
BEST_EFFORT = "?mode=best-effort"


@dataclass(frozen=True)
class Plant:
    """A house, its line, and the client of its editor's key."""

    house: House
    line: Line
    client: Client

    def window(self, quantity: float = 1, quarter: int = 0, **changes: Any) -> dict[str, Any]:
        """One of a quarter, counted from the second of 2027 on."""
        year, third = divmod(quarter + 1, 4)
        start = f"{2027 + year}-{3 * third + 1:02}-01"
        year, third = divmod(quarter + 2, 4)
        end = f"{2027 + year}-{3 * third + 1:02}-01"
        row = {"line": str(self.line.uid), "state": "open", "quantity": quantity}
        return {**row, "period_start": start, "period_end": end, **changes}

    def statement(self, term: str = "op.lyophilisation", **changes: Any) -> dict[str, Any]:
        return {"site": str(self.house.site.uid), "term": term, **changes}


def plant(**facts: Any) -> Plant:
    ours = house()
    values = {"nominal_per_quarter": Decimal(6), "capacity_source": Line.Source.API, **facts}
    return Plant(ours, LineFactory.create(site=ours.site, **values), client_of(ours.editor))


def lines(rows: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(client: Client, address: str, rows: Iterable[Any] | bytes, **headers: str) -> Any:
    """As lines."""
    body = rows if isinstance(rows, bytes) else lines(rows)
    return client.post(address, body, content_type=NDJSON, headers=headers)

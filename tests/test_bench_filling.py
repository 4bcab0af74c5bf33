"""The rows that benchmarks make by SQL fit the tables as they are now."""

from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, models

from cdmo_portal.benchmarks import bulk, feeds, filling, plants
from partners.models import Capability, CapacityWindow, Feed, Line

pytestmark = pytest.mark.django_db


def raw() -> psycopg.Connection[Any]:
    connection.ensure_connection()
    found: psycopg.Connection[Any] = connection.connection
    return found


def test_feeds_when_filled_then_each_has_a_line_of_its_own() -> None:
    feeds.fill(raw(), 5, "127.0.0.1:9")

    assert Feed.objects.count() == Line.objects.count() == 5


def test_sites_when_filled_then_their_lines_have_windows() -> None:
    call_command("load_vocabulary", verbosity=0)
    filling.add_slots(raw())

    psycopg.ClientCursor(raw()).execute(filling.ROUNDS, {"first": 1, "last": 4})

    assert set(Line.objects.values_list("pk", flat=True)) == set(
        CapacityWindow.objects.values_list("line_id", flat=True)
    )


def test_plant_when_filled_then_its_lines_have_the_windows_that_exports_read() -> None:
    plants.fill(raw(), sites=2, windows=40)

    assert Line.objects.count() == 20
    assert CapacityWindow.objects.current().count() == 40


@pytest.mark.parametrize(
    ("kind", "model"), [("capacity-windows", CapacityWindow), ("capabilities", Capability)]
)
def test_bulk_when_sent_then_all_is_kept_and_then_the_same(kind: str, model: type[models.Model]) -> None:
    call_command("load_vocabulary", verbosity=0)
    plants.fill(raw(), sites=2)
    by = bulk.editor()
    rows = bulk.windows(30) if kind == "capacity-windows" else bulk.statements(30)

    new, again = (bulk.sent(kind, rows, bulk.MODES[0], by) for _ in range(2))

    assert (new.totals["created"], again.totals["unchanged"], model._default_manager.count()) == (30, 30, 30)
    assert "not kept" not in bulk.line(kind, "new", bulk.MODES[0], new)

"""The rows that benchmarks make by SQL fit the tables as they are now."""

from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from cdmo_portal.benchmarks import feeds, filling
from partners.models import CapacityWindow, Feed, Line

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

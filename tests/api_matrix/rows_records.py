"""What a sponsor knows itself: records, their agreements and facts."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from partners.models import PrivateRecord
from tests.api_matrix.rows import everybody, own_only
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.private_records import (
    PrivateAgreementFactory,
    PrivateFactFactory,
    PrivateRecordFactory,
)
from tests.factories.vocabulary import TermFactory

ADDRESS = "/api/v1/records/"


def record_of(world: World, **facts: Any) -> PrivateRecord:
    given = {"organisation": world.sponsor.organisation, "notes": world.sponsor_secret, "site": world.site}
    return PrivateRecordFactory.create(**given | facts)


def record(tail: str = "", **facts: Any) -> Callable[[World], str]:
    return lambda world: f"{ADDRESS}{record_of(world, **facts).uid}/{tail}"


def records(world: World) -> str:
    record_of(world)
    return ADDRESS


def removed(world: World) -> str:
    return f"{ADDRESS}{record_of(world, removed_at=timezone.now()).uid}/restore/"


def agreement(world: World) -> str:
    row = PrivateAgreementFactory.create(record=record_of(world), reference=world.sponsor_secret)
    return f"{ADDRESS}{row.record.uid}/agreements/{row.uid}/"


def fact(world: World) -> str:
    row = PrivateFactFactory.create(record=record_of(world), source=world.sponsor_secret)
    return f"{ADDRESS}{row.record.uid}/facts/{row.uid}/"


def own_fact(_world: World) -> dict[str, Any]:
    term = TermFactory.create(facet__code="unit_operation", code="op.drying")
    return {"term": term.code, "is_offered": True, "source": "our audit", "as_of": "2026-01-01"}


ROWS = [
    everybody("api-record-list", records),
    own_only("api-record-detail", record(), "sponsor"),
    write("api-record-list", "post", "sponsor", ADDRESS, 201, body={"name": "Marram"}, strangers=(201, 403)),
    write("api-record-detail", "patch", "sponsor", record(), 200, body={"name": "New"}),
    write("api-record-detail", "delete", "sponsor", record(), 204),
    write("api-record-restore", "post", "sponsor", removed, 200),
    write(
        "api-record-link",
        "post",
        "sponsor",
        record("link/", site=None),
        200,
        body=lambda world: {"site": str(world.site.uid)},
    ),
    own_only("api-record-agreement-list", record("agreements/"), "sponsor"),
    own_only("api-record-agreement-detail", agreement, "sponsor"),
    write("api-record-agreement-list", "post", "sponsor", record("agreements/"), 201, body={"kind": "cda"}),
    write("api-record-agreement-detail", "patch", "sponsor", agreement, 200, body={}),
    write("api-record-agreement-detail", "delete", "sponsor", agreement, 204),
    own_only("api-record-fact-list", record("facts/"), "sponsor"),
    own_only("api-record-fact-detail", fact, "sponsor"),
    write("api-record-fact-list", "post", "sponsor", record("facts/"), 201, body=own_fact),
    write("api-record-fact-detail", "patch", "sponsor", fact, 200, body={}),
    write("api-record-fact-detail", "delete", "sponsor", fact, 204),
]

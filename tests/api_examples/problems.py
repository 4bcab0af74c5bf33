"""One refusal of each kind, really answered: what an error of the API looks like."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from cdmo_portal.accounts.models import Role
from matching.models import Brief
from tests.accounts.api.callers import client_of, client_with, colleague_of
from tests.api_examples.recording import Settled, furnish, same_every_time
from tests.api_matrix.rows_matching import ASKED
from tests.api_matrix.world import World, make_world

BRIEFS = "/api/v1/briefs/"


def brief(world: World) -> str:
    return f"{BRIEFS}{world.brief.uid}/"


def owner(world: World) -> Client:
    return client_of(world.sponsor)


def change(world: World, if_match: str) -> Any:
    headers = {"If-Match": if_match} if if_match else {}
    return owner(world).patch(brief(world), {"title": "Capsules"}, "application/json", headers=headers)


def conflict(world: World) -> Any:
    Brief.objects.filter(pk=world.brief.pk).update(state=Brief.State.CLOSED)
    return owner(world).post(f"{brief(world)}close/")


def too_many(world: World) -> Any:
    rates = dict.fromkeys(SimpleRateThrottle.THROTTLE_RATES, "1/min")
    client = owner(world)
    with patch.object(SimpleRateThrottle, "THROTTLE_RATES", rates):
        client.get(BRIEFS)
        return client.get(BRIEFS)


def sent_otherwise(world: World) -> Any:
    client, headers = owner(world), {"Idempotency-Key": "1f0c6f5e-capsules"}
    client.post(BRIEFS, ASKED, "application/json", headers=headers)
    return client.post(BRIEFS, ASKED | {"title": "Tablets"}, "application/json", headers=headers)


def too_large(world: World) -> Any:
    body = {"text": "x" * 7_000_000}
    return owner(world).post(f"{BRIEFS}read/", body, "application/json")


PROBLEMS: dict[int, Callable[[World], Any]] = {
    400: lambda world: owner(world).post(
        BRIEFS,
        {"titel": "Capsules", "requirements": [{"kind": "place", "places": 3}]},
        "application/json",
    ),
    401: lambda _: client_with("cdmo_unknown.key").get(BRIEFS),
    403: lambda world: client_of(colleague_of(world.sponsor, Role.VIEWER)).post(BRIEFS),
    404: lambda world: owner(world).get(f"{BRIEFS}0199a1de-0000-7000-8000-000000000000/"),
    405: lambda world: owner(world).delete(BRIEFS),
    406: lambda world: owner(world).get(BRIEFS, headers={"Accept": "text/html"}),
    409: conflict,
    412: lambda world: change(world, '"0199a1de000070008000000000000001-1"'),
    413: too_large,
    415: lambda world: owner(world).post(BRIEFS, "title: Capsules", "application/yaml"),
    422: sent_otherwise,
    428: lambda world: change(world, ""),
    429: too_many,
}


def refused(code: int) -> Any:
    """The problem of this status, answered in a world of its own."""
    today = dt.datetime.now(dt.UTC).date()
    with same_every_time(), transaction.atomic():
        world = make_world()
        furnish(world)
        answer = PROBLEMS[code](world)
        problem = Settled(world, today)(answer.json())
        transaction.set_rollback(True)
    assert answer.status_code == code
    assert answer["Content-Type"] == "application/problem+json"
    return problem

"""Each method of each address of the API against each kind of caller: no leak, no 500, nothing unlisted."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from cdmo_portal import api_urls
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.accounts.scopes import RESOURCES
from tests import api_matrix
from tests.accounts.api.callers import client_of, client_with, colleague_of, key_of
from tests.api_matrix.rows import Row
from tests.api_matrix.world import World, make_world
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db

# Open to anybody: the description, and the answer at addresses that do not exist.
ANYBODY = {"api_schema", "api_no_such_address"}
METHODS = ("get", "post", "put", "patch", "delete")
INSIDERS = {"viewer", "editor", "owner", "other_scope"}


def all_rows() -> list[Row]:
    names = (each.name for each in pkgutil.iter_modules(api_matrix.__path__) if each.name.startswith("rows_"))
    modules = (importlib.import_module(f"tests.api_matrix.{name}") for name in sorted(names))
    return [row for module in modules for row in module.ROWS]


ROWS = all_rows()


def patterns(resolver: Any) -> Iterator[URLPattern]:
    for each in resolver:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        elif isinstance(each, URLPattern):
            yield each


def methods_of(pattern: URLPattern) -> set[str]:
    """The methods that an address takes: a viewset's by its actions, a plain view's by its functions."""
    callback: Any = pattern.callback
    if hasattr(callback, "actions"):
        return set(callback.actions) & set(METHODS)
    return {method for method in METHODS if hasattr(callback.cls, method)}


def test_every_method_of_every_address_has_a_row() -> None:
    served = {
        (pattern.name, method)
        for pattern in patterns(api_urls.urlpatterns)
        if pattern.name not in ANYBODY
        for method in methods_of(pattern)
    }

    assert served == {(row.name, row.method) for row in ROWS}


def clients(world: World, row: Row) -> dict[str, Client]:
    own: Member = getattr(world, row.side)
    other = world.cdmo if row.side == "sponsor" else world.sponsor
    return {
        "anonymous": Client(),
        "revoked": client_with(key_of(own, revoked_at=timezone.now())),
        "viewer": client_of(colleague_of(own, Role.VIEWER)),
        "editor": client_of(colleague_of(own, Role.EDITOR)),
        "owner": client_of(own),
        "other_scope": client_of(own, scopes=other_scopes(row)),
        "stranger_sponsor": client_of(MemberFactory.create()),
        "stranger_cdmo": client_of(MemberFactory.create(cdmo=True)),
        "counterpart": client_of(other),
    }


def other_scopes(row: Row) -> list[str]:
    """To write everything but what the row's address is about."""
    callback: Any = next(each for each in patterns(api_urls.urlpatterns) if each.name == row.name).callback
    return [f"{resource}:write" for resource in RESOURCES if resource != callback.cls.resource]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_caller_gets_what_is_theirs(row: Row) -> None:
    world = make_world()
    secret = getattr(world, f"{row.side}_secret")
    otherwise = {}
    for caller, client in clients(world, row).items():
        code, text = asked(client, row, world)
        if code != row.expected(caller):
            otherwise[caller] = f"{code}, not {row.expected(caller)}: {text[:300]}"
        assert caller in INSIDERS or secret not in text or row.may_show_secret, f"{caller} reads the secret"

    assert otherwise == {}


def asked(client: Client, row: Row, world: World) -> tuple[int, str]:
    """The answer's status and text; whatever the request did is undone."""
    with transaction.atomic():
        address, body = row.address_in(world), row.body_in(world)
        headers = {"If-Match": row.if_match} if row.if_match else {}
        send = getattr(client, row.method)
        sent = {} if body is None else {"data": body, "content_type": row.content_type}
        answer = send(address, headers=headers, **sent)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer.status_code, text.decode()


@pytest.mark.parametrize("method", ["options", "trace", *METHODS])
def test_no_method_on_any_address_fails(method: str) -> None:
    world = make_world()
    gets = [row for row in ROWS if row.method == "get"]

    codes = {
        asked(client_of(getattr(world, row.side)), _by(row, method), world)[0]
        for row in gets
        if method != "get"
    }

    assert codes <= {200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 415, 422, 428}


def _by(row: Row, method: str) -> Row:
    return Row(**{**vars(row), "method": method, "body": None})


def test_address_that_does_not_exist_answers_a_problem() -> None:
    answer = Client().get("/api/v1/nothing/here")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


DETAILS = ["partners", "sites", "capabilities", "certificates", "inspections", "lines", "briefs"]


@pytest.mark.parametrize("noun", DETAILS)
@pytest.mark.parametrize("uid", ["1", "x", "0199a1de-0000-7000-8000-000000000000", "%F0%9F%A7%AA"])
def test_uid_that_is_none_answers_404(noun: str, uid: str) -> None:
    answer = client_of(MemberFactory.create()).get(f"/api/v1/{noun}/{uid}/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"

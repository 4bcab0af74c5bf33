"""Every address of the API has a resource, and a key reaches it with the scope of that resource alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cdmo_portal import api_urls
from cdmo_portal.accounts.api.permissions import HasScope, MayRead
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.accounts.scopes import READ, RESOURCES, WRITE
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
WITHOUT = {"api_schema", "api_no_such_address"}
"""Addresses that anybody may read."""
UID = "0199a1de-0000-7000-8000-000000000000"
# HEAD is GET without the body that says why.
SAFE = ("get", "options")
METHODS = (*SAFE, "post", "put", "patch", "delete")


def patterns(of: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in of:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, prefix + str(each.pattern))
        elif each.name not in WITHOUT:
            yield str(each.name), each


def view_class(pattern: URLPattern) -> Any:
    callback: Any = pattern.callback
    return getattr(callback, "cls", None) or callback.view_class


def permissions_of(pattern: URLPattern) -> list[type[HasScope]]:
    of_action: dict[str, Any] = getattr(pattern.callback, "initkwargs", {})
    found: list[type[HasScope]] = of_action.get("permission_classes", view_class(pattern).permission_classes)
    return found


def methods_of(pattern: URLPattern) -> set[str]:
    """Those that the address answers at all."""
    actions = getattr(pattern.callback, "actions", None)
    return set(actions or [each for each in METHODS if hasattr(view_class(pattern), each)]) & set(METHODS)


ADDRESSES = dict(patterns(api_urls.urlpatterns))


def path_of(name: str) -> str:
    """The address with a made-up uid in every gap: what is not there is looked for after the scope only."""
    for possibility, _pattern, _defaults, _converters in get_resolver().reverse_dict.getlist(name):
        template, names = possibility[0]
        return f"/{template % dict.fromkeys(names, UID)}"
    raise LookupError(name)


def code_of(answer: Any) -> str:
    return str(answer.json().get("code", "")) if answer.status_code == 403 else ""


def ask(client: Client, name: str, method: str) -> Any:
    """The answer, read to its end: a stream that nobody reads stays open."""
    answer = getattr(client, method)(path_of(name), content_type="application/json")
    if answer.streaming:
        list(answer.streaming_content)
    return answer


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_when_listed_then_has_a_resource_that_scopes_know(name: str) -> None:
    view = view_class(ADDRESSES[name])

    assert getattr(view, "resource", None) in RESOURCES
    assert all(issubclass(each, HasScope) for each in permissions_of(ADDRESSES[name]))


def test_scopes_when_listed_then_each_is_that_of_an_address() -> None:
    assert set(RESOURCES) == {view_class(each).resource for each in ADDRESSES.values()}


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_when_asked_with_other_scopes_then_names_the_missing_one(name: str, member: Member) -> None:
    resource = view_class(ADDRESSES[name]).resource
    others = [f"{each}:{WRITE}" for each in RESOURCES if each != resource]
    client = client_of(member, scopes=others)

    for method in methods_of(ADDRESSES[name]):
        answer = ask(client, name, method)

        assert (answer.status_code, code_of(answer)) == (403, "missing_scope"), method
        assert answer.json()["detail"].startswith(f"This key lacks the scope {resource}:")
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_when_asked_with_its_own_scope_or_a_general_one_then_is_not_refused_for_it(
    name: str, member: Member
) -> None:
    resource = view_class(ADDRESSES[name]).resource
    enough = {READ: [[f"{resource}:{READ}"], [READ]], WRITE: [[f"{resource}:{WRITE}"], [WRITE]]}
    only_reads = MayRead in permissions_of(ADDRESSES[name])

    for method in methods_of(ADDRESSES[name]):
        for scopes in enough[READ if method in SAFE or only_reads else WRITE]:
            answer = ask(client_of(member, scopes=scopes), name, method)

            assert code_of(answer) != "missing_scope", (method, scopes)
            assert answer.status_code < 500


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_when_written_to_with_the_scope_to_read_then_names_the_scope_to_write(
    name: str, member: Member
) -> None:
    view = view_class(ADDRESSES[name])
    reading = client_of(member, scopes=[READ, f"{view.resource}:{READ}"])
    codes = {
        (answer.status_code, answer.json()["detail"])
        for method in methods_of(ADDRESSES[name]) - set(SAFE)
        if code_of(answer := ask(reading, name, method)) == "missing_scope"
    }

    assert codes <= {(403, f"This key lacks the scope {view.resource}:{WRITE}.")}


def test_viewer_with_every_scope_is_refused_for_the_role(member: Member) -> None:
    client = client_of(colleague_of(member, Role.VIEWER), scopes=[WRITE])

    answer = client.post("/api/v1/briefs/", {}, "application/json")

    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert answer.json()["detail"] == "Your role in this organisation may not do this."


def test_key_when_its_member_is_made_a_viewer_writes_no_more(member: Member) -> None:
    client = client_of(member, scopes=["briefs:write"])
    before = client.post("/api/v1/briefs/", {}, "application/json").status_code
    Member.objects.filter(pk=member.pk).update(role=Role.VIEWER)

    after = client.post("/api/v1/briefs/", {}, "application/json").status_code

    assert (before, after) == (400, 403)
    assert client.get("/api/v1/briefs/").status_code == 200


def test_operator_by_session_reads_the_directory_without_an_organisation() -> None:
    browser = Client()
    browser.force_login(UserFactory.create(operator=True))

    assert browser.get("/api/v1/partners/").status_code == 200
    assert browser.post("/api/v1/briefs/", {}, "application/json").status_code == 403

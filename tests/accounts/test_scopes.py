"""What scopes say, and that a key's actor goes by them."""

import pytest
from django.db import IntegrityError, connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from cdmo_portal.accounts.actors import actor_of_key, actor_of_member
from cdmo_portal.accounts.models import APIKey, Role
from cdmo_portal.accounts.scopes import ALL, RESOURCES, allows, covers, in_order
from tests.factories.accounts import APIKeyFactory, MemberFactory

MOVE = ("accounts", "0004_earlier_keys_get_scopes")


@pytest.mark.parametrize(
    ("scopes", "reads", "writes", "reads_other", "writes_other"),
    [
        ([], False, False, False, False),
        (["read"], True, False, True, False),
        (["write"], True, True, True, True),
        (["read", "write"], True, True, True, True),
        (["briefs:read"], True, False, False, False),
        (["briefs:write"], True, True, False, False),
        (["read", "briefs:write"], True, True, True, False),
        (["sites:write"], False, False, True, True),
        (["briefs"], False, False, False, False),
        (["brief:write", "briefs:writes", ":write", "read:"], False, False, False, False),
    ],
)
def test_scopes_when_asked_about_a_resource_then_write_is_read_and_others_stay_shut(
    scopes: list[str], reads: bool, writes: bool, reads_other: bool, writes_other: bool
) -> None:
    found = [allows(scopes, resource, verb) for resource in ("briefs", "sites") for verb in ("read", "write")]

    assert found == [reads, writes, reads_other, writes_other]


@pytest.mark.parametrize(
    ("held", "wanted", "is_covered"),
    [
        (["write"], list(ALL), True),
        (["read"], ["read", *(f"{resource}:read" for resource in RESOURCES)], True),
        (["read"], ["write"], False),
        (["read"], ["briefs:write"], False),
        (["briefs:write"], ["briefs:read", "briefs:write"], True),
        (["briefs:read"], ["briefs:write"], False),
        (["briefs:write"], ["sites:read"], False),
        (["briefs:write", "api-keys:write"], ["briefs:read", "api-keys:write"], True),
        ([f"{resource}:read" for resource in RESOURCES], ["read"], False),
        ([f"{resource}:write" for resource in RESOURCES], ["write"], False),
        ([], [], True),
    ],
)
def test_scopes_when_handed_out_then_none_gives_more_than_is_held(
    held: list[str], wanted: list[str], is_covered: bool
) -> None:
    assert covers(held, wanted) is is_covered


def test_scopes_when_written_down_then_each_stands_once_in_one_order() -> None:
    assert in_order(["sites:write", "read", "nonsense", "read"]) == ["read", "sites:write"]
    assert in_order(reversed(ALL)) == list(ALL)


@pytest.mark.django_db
def test_actor_of_a_key_when_it_asks_for_a_resource_then_writes_only_what_its_scopes_say() -> None:
    key = APIKeyFactory.create(scopes=["read", "briefs:write"])

    at_briefs, at_sites = actor_of_key(key, "briefs"), actor_of_key(key, "sites")

    assert (at_briefs.has_role(Role.OWNER), at_sites.has_role(Role.OWNER)) == (True, False)
    assert at_sites.has_role(Role.VIEWER)
    assert (at_sites.may_read("sites"), at_sites.may_write("sites")) == (True, False)
    assert at_sites.may_write("briefs")


@pytest.mark.django_db
def test_actor_of_a_person_when_asked_then_has_every_scope() -> None:
    actor = actor_of_member(MemberFactory.create(viewer=True))

    assert all(actor.may_read(each) and actor.may_write(each) for each in RESOURCES)
    assert not actor.has_role(Role.EDITOR)


@pytest.mark.django_db
def test_key_when_it_has_no_scope_then_the_database_refuses_it() -> None:
    with pytest.raises(IntegrityError, match="a_key_has_a_scope"):
        APIKeyFactory.create(scopes=[])


@pytest.mark.django_db
@pytest.mark.parametrize(("could_write", "scopes"), [(True, ["read", "write"]), (False, ["read"])])
def test_earlier_keys_when_migrated_then_may_what_they_might(could_write: bool, scopes: list[str]) -> None:
    key = APIKeyFactory.create()
    move = MigrationLoader(connection=None).disk_migrations[MOVE].operations[0]
    assert isinstance(move, RunSQL)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_apikey SET can_write = %s", [could_write])
        cursor.execute(str(move.sql).replace("WHERE scopes = '{}'", ""))

    assert APIKey.objects.get(pk=key.pk).scopes == scopes

"""Keys made, rotated and revoked: by their people and by other keys."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from cdmo_portal.accounts.actors import Actor, actor_of_key, actor_of_member
from cdmo_portal.accounts.keys import find_key
from cdmo_portal.accounts.models import APIKey, Member, Organisation, Role
from cdmo_portal.events.models import Event
from cdmo_portal.people import keys
from cdmo_portal.people.refusals import KeyNotUsable, NotAllowed
from tests.factories.accounts import APIKeyFactory, MemberFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def by() -> Actor:
    return actor_of_member(MemberFactory.create(editor=True))


def made(by: Actor, *scopes: str, days: int | None = None) -> tuple[APIKey, str]:
    return keys.make(by=by, name="ERP", scopes=scopes or ("read",), days=days)


@time_machine.travel(NOW, tick=False)
def test_key_when_made_works_until_it_expires_and_is_told_in_the_log(by: Actor) -> None:
    key, plain = made(by, "sites:write", "read", days=90)

    assert find_key(plain, NOW) == key
    assert find_key(plain, NOW + 90 * DAY - SECOND) == key
    assert find_key(plain, NOW + 90 * DAY) is None
    assert (key.scopes, key.secret_sha256 in plain) == (["read", "sites:write"], False)
    assert Event.objects.get().kind == "api_key.made"


def test_key_when_it_never_expires_works_in_two_hundred_years(by: Actor) -> None:
    key, plain = made(by)

    assert find_key(plain, NOW + 200 * 365 * DAY) == key


def test_key_when_a_viewer_or_a_suspended_organisation_asks_is_not_made(by: Actor) -> None:
    assert by.organisation is not None
    viewer = MemberFactory.create(organisation=by.organisation, viewer=True)
    with pytest.raises(NotAllowed):
        made(actor_of_member(viewer))
    by.organisation.state = Organisation.State.SUSPENDED
    with pytest.raises(NotAllowed):
        made(actor_of_member(Member(organisation=by.organisation, user=by.user, role=Role.OWNER)))

    assert not APIKey.objects.exists()


@pytest.mark.parametrize(
    ("held", "wanted", "may"),
    [
        (["write"], ["read", "write"], True),
        (["read", "write"], ["members:write"], True),
        (["api-keys:write"], ["api-keys:read"], True),
        (["api-keys:write", "briefs:read"], ["briefs:read"], True),
        (["api-keys:write", "briefs:read"], ["briefs:write"], False),
        (["api-keys:write", "read"], ["read", "api-keys:write"], True),
        (["api-keys:write"], ["read"], False),
        (["read", "briefs:write"], ["briefs:read"], False),
    ],
)
def test_key_when_made_by_a_key_may_no_more_than_that_one(
    held: list[str], wanted: list[str], may: bool
) -> None:
    maker = APIKeyFactory.create(scopes=held)
    by_key = actor_of_key(maker, "api-keys")

    if may:
        key, _plain = made(by_key, *wanted)
        assert (key.member, key.scopes) == (maker.member, wanted)
        assert Event.objects.get().data == {"by_key": maker.pk}
    else:
        with pytest.raises(NotAllowed):
            made(by_key, *wanted)
        assert APIKey.objects.get() == maker


@pytest.mark.parametrize("overlap", [dt.timedelta(0), dt.timedelta(hours=24), dt.timedelta(days=7)])
def test_key_when_rotated_works_beside_its_follower_for_the_overlap_only(
    by: Actor, overlap: dt.timedelta
) -> None:
    with time_machine.travel(NOW - 30 * DAY, tick=False):
        old, old_plain = made(by, "briefs:write", days=90)
    with time_machine.travel(NOW, tick=False):
        fresh, plain = keys.rotate(by=by, key=old, overlap=overlap)

    old.refresh_from_db()
    assert (fresh.replaces, old.replaced_by) == (old, fresh)
    assert (fresh.name, fresh.scopes, fresh.member) == (old.name, old.scopes, old.member)
    assert (old.expires_at, fresh.expires_at) == (NOW + overlap, NOW + 90 * DAY)
    if overlap:
        assert find_key(old_plain, NOW + overlap - SECOND) == old
    assert find_key(old_plain, NOW + overlap) is None
    assert find_key(plain, NOW) == fresh
    assert [event.kind for event in Event.objects.all()] == ["api_key.rotated", "api_key.made"]


@time_machine.travel(NOW, tick=False)
def test_key_when_it_would_end_before_the_overlap_is_not_made_to_last_longer(by: Actor) -> None:
    old = APIKeyFactory.create(member=member_of(by), created_at=NOW - DAY, expires_at=NOW + DAY)

    fresh, _plain = keys.rotate(by=by, key=old, overlap=7 * DAY)

    old.refresh_from_db()
    assert (old.expires_at, fresh.expires_at) == (NOW + DAY, NOW + 2 * DAY)


def test_key_without_an_end_when_rotated_has_a_follower_without_an_end(by: Actor) -> None:
    old, _plain = made(by)

    fresh, _plain = keys.rotate(by=by, key=old, overlap=DAY)

    assert fresh.expires_at is None


def test_key_when_rotated_by_itself_goes_on_with_the_same_scopes() -> None:
    key = APIKeyFactory.create(scopes=["api-keys:write", "briefs:write"])

    fresh, _plain = keys.rotate(by=actor_of_key(key, "api-keys"), key=key, overlap=DAY)

    assert fresh.scopes == key.scopes


@pytest.mark.parametrize("held", [["briefs:write"], ["read", "briefs:write"], ["api-keys:write"]])
def test_key_when_rotated_by_a_key_that_may_less_is_refused(held: list[str]) -> None:
    key = APIKeyFactory.create(scopes=["briefs:write"])
    lesser = APIKeyFactory.create(member=key.member, scopes=held)

    with pytest.raises(NotAllowed):
        keys.rotate(by=actor_of_key(lesser, "api-keys"), key=key, overlap=DAY)


@pytest.mark.parametrize(
    "state", [{"revoked_at": NOW}, {"expires_at": NOW}, {"revoked_at": NOW, "expires_at": NOW + DAY}]
)
def test_key_when_it_has_ended_is_not_rotated(by: Actor, state: dict[str, dt.datetime]) -> None:
    key = APIKeyFactory.create(member=member_of(by), **state)

    with time_machine.travel(NOW, tick=False), pytest.raises(KeyNotUsable, match="has ended"):
        keys.rotate(by=by, key=key, overlap=DAY)


def test_key_when_rotated_twice_is_refused_the_second_time(by: Actor) -> None:
    key, _plain = made(by)
    keys.rotate(by=by, key=key, overlap=DAY)

    with pytest.raises(KeyNotUsable, match="rotated already"):
        keys.rotate(by=by, key=key, overlap=DAY)


def test_key_of_somebody_else_when_rotated_by_an_owner_is_refused_and_when_revoked_stops(by: Actor) -> None:
    key, plain = made(by)
    assert by.organisation is not None
    owner = actor_of_member(MemberFactory.create(organisation=by.organisation))

    with pytest.raises(NotAllowed, match="the member whose key it is"):
        keys.rotate(by=owner, key=key, overlap=DAY)
    keys.revoke(by=owner, key=key)

    assert find_key(plain, NOW) is None


def test_key_when_revoked_by_a_colleague_a_stranger_or_a_key_without_the_scope_works_on(by: Actor) -> None:
    key, plain = made(by)
    assert by.organisation is not None
    lesser = APIKeyFactory.create(member=key.member, scopes=["read", "briefs:write"])
    others = [
        actor_of_member(MemberFactory.create(organisation=by.organisation, editor=True)),
        actor_of_member(MemberFactory.create()),
        actor_of_key(lesser, "api-keys"),
    ]

    for other in others:
        with pytest.raises(NotAllowed):
            keys.revoke(by=other, key=key)

    assert find_key(plain, NOW) == key


def test_key_of_a_member_who_became_a_viewer_when_revoked_by_them_stops(by: Actor) -> None:
    key, plain = made(by)
    Member.objects.update(role=Role.VIEWER)

    keys.revoke(by=actor_of_member(member_of(by)), key=key)
    keys.revoke(by=actor_of_member(member_of(by)), key=key)

    assert find_key(plain, NOW) is None
    assert Event.objects.filter(kind="api_key.revoked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_key_when_two_rotate_it_at_once_has_one_follower(by: Actor) -> None:
    key, _plain = made(by)
    ready = threading.Barrier(2)

    def rotate() -> str:
        ready.wait()
        try:
            keys.rotate(by=by, key=key, overlap=DAY)
        except KeyNotUsable:
            return "refused"
        finally:
            connection.close()
        return "rotated"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [each.result() for each in [pool.submit(rotate), pool.submit(rotate)]]

    assert sorted(outcomes) == ["refused", "rotated"]
    assert APIKey.objects.count() == 2


def member_of(by: Actor) -> Member:
    return Member.objects.select_related("user", "organisation").get(user=by.user)

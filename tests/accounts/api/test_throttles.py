import pytest

from cdmo_portal.accounts.api.throttles import ActorThrottle
from tests.accounts.api.callers import client_of, client_with, key_of
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/partners/"


@pytest.fixture(autouse=True)
def two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ActorThrottle, "THROTTLE_RATES", {"key": "2/min", "anonymous": "1/min"})


def test_answers_tell_what_is_left() -> None:
    client = client_of(MemberFactory.create())

    first, second = client.get(ADDRESS), client.get(ADDRESS)

    assert first["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first["RateLimit"] == '"default";r=1;t=60'
    assert second["RateLimit"] == '"default";r=0;t=60'


def test_one_call_too_many_answers_429_and_when_to_come_back() -> None:
    client = client_of(MemberFactory.create())
    client.get(ADDRESS)
    client.get(ADDRESS)

    answer = client.get(ADDRESS)

    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert 0 < int(answer["Retry-After"]) <= 61
    assert answer["RateLimit"].startswith('"default";r=0;')


def test_keys_of_one_person_have_allowances_of_their_own() -> None:
    member = MemberFactory.create()
    spent, fresh = client_with(key_of(member)), client_with(key_of(member))
    for _ in range(3):
        spent.get(ADDRESS)

    answer = fresh.get(ADDRESS)

    assert answer.status_code == 200

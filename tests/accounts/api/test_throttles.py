"""What a key and its organisation may still send, to the number, and that a lost cache holds nobody up."""

import datetime as dt
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from cdmo_portal.accounts.api.throttles import ActorThrottle
from cdmo_portal.accounts.models import Member
from cdmo_portal.cache import ForgivingRedisCache
from tests.accounts.api.callers import client_of, client_with, colleague_of, key_of
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/partners/"
ANYBODYS = "/api/v1/nothing/here/"
# Twenty seconds into a minute.
NOW = dt.datetime(2026, 11, 2, 9, 30, 20, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def few_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    rates = {"key": "2/min", "organisation": "3/min", "anonymous": "1/min"}
    monkeypatch.setattr(ActorThrottle, "THROTTLE_RATES", rates)
    cache.clear()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


def test_answers_name_both_policies_and_what_is_left(member: Member) -> None:
    client = client_of(member)

    first, second = client.get(ADDRESS), client.get(ADDRESS)

    assert first["RateLimit-Policy"] == '"key";q=2;w=60, "organisation";q=3;w=60'
    assert first["RateLimit"] == '"key";r=1;t=40, "organisation";r=2;t=40'
    assert second["RateLimit"] == '"key";r=0;t=40, "organisation";r=1;t=40'


def test_one_call_too_many_answers_429_and_when_to_come_back(
    member: Member, few_a_minute: time_machine.Traveller
) -> None:
    client = client_of(member)
    for _ in range(2):
        client.get(ADDRESS)
    few_a_minute.shift(0.5)

    answer = client.get(ADDRESS)

    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    assert answer["Retry-After"] == "40"
    assert answer["RateLimit"] == '"key";r=0;t=40, "organisation";r=1;t=40'


def test_allowance_is_whole_again_in_the_next_window(
    member: Member, few_a_minute: time_machine.Traveller
) -> None:
    client = client_of(member)
    for _ in range(3):
        client.get(ADDRESS)
    few_a_minute.shift(40)

    answer = client.get(ADDRESS)

    assert answer.status_code == 200
    assert answer["RateLimit"] == '"key";r=1;t=60, "organisation";r=2;t=60'


def test_keys_and_people_of_one_organisation_share_its_allowance(member: Member) -> None:
    spent, fresh = client_with(key_of(member)), client_of(colleague_of(member, "viewer"))
    for _ in range(2):
        spent.get(ADDRESS)
    last = fresh.get(ADDRESS)
    browser = Client()
    browser.force_login(member.user)

    refused, person = fresh.get(ADDRESS), browser.get(ADDRESS)

    assert (last.status_code, refused.status_code, person.status_code) == (200, 429, 429)
    assert last["RateLimit"] == '"key";r=1;t=40, "organisation";r=0;t=40'
    assert person["RateLimit-Policy"] == '"person";q=2;w=60, "organisation";q=3;w=60'


def test_key_gone_wild_leaves_the_others_of_its_organisation_their_part(member: Member) -> None:
    wild, calm = client_with(key_of(member)), client_with(key_of(member))
    for _ in range(20):
        wild.get(ADDRESS)

    answer = calm.get(ADDRESS)

    assert answer.status_code == 200
    assert answer["RateLimit"] == '"key";r=1;t=40, "organisation";r=0;t=40'


def test_organisations_have_allowances_of_their_own(member: Member) -> None:
    for _ in range(3):
        client_of(member).get(ADDRESS)

    answer = client_of(MemberFactory.create()).get(ADDRESS)

    assert answer.status_code == 200


def test_callers_without_key_have_one_allowance_per_address() -> None:
    first = Client().get(ANYBODYS)
    second, elsewhere = Client().get(ANYBODYS), Client(REMOTE_ADDR="192.0.2.7").get(ANYBODYS)

    assert first["RateLimit"] == '"anonymous";r=0;t=40'
    assert (first.status_code, second.status_code, elsewhere.status_code) == (404, 429, 404)


def test_cache_that_is_away_neither_fails_nor_refuses(
    member: Member, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    away = ForgivingRedisCache(f"unix://{tmp_path}/nobody.sock?db=0", {})
    monkeypatch.setattr(ActorThrottle, "cache", away)
    client = client_of(member)

    answers = [client.get(ADDRESS) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1]["RateLimit"] == '"key";r=1;t=40, "organisation";r=2;t=40'


@pytest.mark.enable_socket
def test_counter_in_valkey_counts_every_call_of_many_and_ends_with_its_window() -> None:
    counters = ForgivingRedisCache(os.environ["REDIS_URL"], {})
    name = f"test:{uuid4()}"

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: counters.count_up(name, 60), range(200)))

    assert sorted(counts) == list(range(1, 201))
    assert counters.get(name) == 200
    assert 0 < counters._cache.get_client().pttl(counters.make_key(name)) <= 60_000
    counters.delete(name)

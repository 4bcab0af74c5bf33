"""Who a key stands for, and when it stands for nobody."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.keys import key_with_its_member
from cdmo_portal.accounts.models import APIKey, Organisation
from tests.accounts.api.callers import client_of, client_with, key_of
from tests.factories.accounts import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/organisations/"


def test_call_without_a_key_answers_401_with_the_scheme() -> None:
    answer = Client().get(ADDRESS)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "Bearer a.b", "Basic YTpi", "é"])
def test_nonsense_instead_of_a_key_answers_401(header: str) -> None:
    answer = Client(headers={"Authorization": header}).get(ADDRESS)

    assert answer.status_code == 401


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_revoked_or_expired_key_answers_401(column: str) -> None:
    key = key_of(MemberFactory.create())
    APIKey.objects.update(**{column: timezone.now() - dt.timedelta(days=1)})

    answer = client_with(key).get(ADDRESS)

    assert answer.status_code == 401


def test_key_with_a_wrong_secret_answers_401() -> None:
    key = key_of(MemberFactory.create())

    answer = client_with(key[:-1] + ("a" if key[-1] != "a" else "b")).get(ADDRESS)

    assert answer.status_code == 401


def test_key_of_a_person_who_left_answers_401() -> None:
    member = MemberFactory.create(user=UserFactory.create(is_active=False))

    answer = client_of(member).get(ADDRESS)

    assert answer.status_code == 401


@pytest.mark.parametrize("state", [Organisation.State.PENDING, Organisation.State.SUSPENDED])
def test_key_of_an_organisation_that_is_not_approved_may_nothing(state: str) -> None:
    member = MemberFactory.create(organisation__state=state)

    answer = client_of(member).get(ADDRESS)

    assert answer.status_code == 403


def test_use_of_a_key_is_noted() -> None:
    key = key_of(MemberFactory.create())

    client_with(key).get(ADDRESS)

    assert APIKey.objects.get().last_used_at is not None


def test_key_shows_its_own_organisation_only() -> None:
    member = MemberFactory.create()
    MemberFactory.create()

    answer = client_of(member).get(ADDRESS)

    assert [row["uid"] for row in answer.json()["results"]] == [str(member.organisation.uid)]


def test_session_of_a_person_reads_without_a_key() -> None:
    member = MemberFactory.create()
    browser = Client()
    browser.force_login(member.user)

    answer = browser.get(ADDRESS)

    assert answer.status_code == 200


def test_session_writes_only_with_the_csrf_token() -> None:
    member = MemberFactory.create()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)

    answer = browser.post("/api/v1/briefs/", {}, content_type="application/json")

    assert answer.status_code == 403


def test_answers_are_for_the_caller_alone() -> None:
    answer = client_of(MemberFactory.create()).get(ADDRESS)

    assert "private" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in answer


def test_row_of_a_key_is_the_one_that_the_orm_reads() -> None:
    prefix = key_of(MemberFactory.create()).partition(".")[0]

    row = key_with_its_member(prefix)

    kept = APIKey.objects.select_related("member__user", "member__organisation").get(prefix=prefix)
    assert row is not None
    for found, expected in (
        (row, kept),
        (row.member, kept.member),
        (row.member.user, kept.member.user),
        (row.member.organisation, kept.member.organisation),
    ):
        for field in expected._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(expected, field.attname), field


def test_call_by_key_when_answered_then_sets_no_cookie() -> None:
    answer = client_of(MemberFactory.create()).get("/api/v1/members/")

    assert answer.status_code == 200
    assert not answer.cookies

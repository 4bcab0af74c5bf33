"""Saved searches over the API: a person's own, also a viewer's, and shared ones of colleagues."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Member, Role
from partners import searching
from partners.actions.saved_searches import MOST_SEARCHES
from partners.models import SavedSearch, SearchWatch
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.partners import SiteFactory
from tests.factories.saved_searches import SavedSearchFactory
from tests.partners.api.sending import delete, patch, post, stale_codes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/saved-searches/"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


def of(row: SavedSearch, tail: str = "") -> str:
    return f"{ADDRESS}{row.uid}/{tail}"


def test_search_is_kept_in_canonical_form_with_what_it_finds(client: Client) -> None:
    searching.rebuild([SiteFactory.create(country="IE").pk, SiteFactory.create(country="DE").pk])

    answer = post(client, ADDRESS, {"name": "Ireland", "query": "sort=relevance&country=IE"})

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["query"], row["match_count"], row["new_count"]) == ("country=IE", 1, 0)
    assert (row["is_own"], row["is_shared"], row["alert"]) == (True, False, "none")
    assert client.get(of(SavedSearch.objects.get()))["ETag"] == answer["ETag"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"query": "colour=blue"}, "#/query"),
        ({"query": "country=XX"}, "#/query"),
        ({"query": "q=%00"}, "#/query"),
        ({"query": None}, "#/query"),
        ({"query": "&".join(f"a{number}=1" for number in range(1_100))}, "#/query"),
        ({"alert": "hourly"}, "#/alert"),
        ({"is_shared": "yes"}, "#/is_shared"),
        ({"owner": "me"}, "#/owner"),
    ],
)
def test_search_that_cannot_be_used_is_refused_at_its_field(
    client: Client, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(client, ADDRESS, {"name": "Ireland", "query": ""} | changes)

    assert answer.status_code == 400
    assert pointers(answer)[0] == pointer
    assert not SavedSearch.objects.exists()


def test_second_search_of_a_name_and_one_too_many_answer_409(client: Client, member: Member) -> None:
    SavedSearchFactory.create_batch(MOST_SEARCHES - 1, member=member)

    codes = [post(client, ADDRESS, {"name": name, "query": ""}).status_code for name in ("a", "a", "b")]

    assert codes == [201, 409, 409]


def test_change_keeps_what_was_not_sent(client: Client, member: Member) -> None:
    row = SavedSearchFactory.create(member=member, shared=True)

    answer = patch(client, of(row), {"alert": "daily"}, client.get(of(row))["ETag"])

    assert answer.status_code == 200, answer.content
    assert (answer.json()["alert"], answer.json()["is_shared"]) == ("daily", True)
    assert answer.json()["name"] == row.name
    assert pointers(patch(client, of(row), {"query": "country=IE"})) == ["#/query"]
    assert stale_codes(client, of(row), {"name": "New"}) == [428, 412, 428, 412]


def test_search_is_put_away_and_restored(client: Client, member: Member) -> None:
    row = SavedSearchFactory.create(member=member)

    assert delete(client, of(row), client.get(of(row))["ETag"]).status_code == 204
    assert client.get(of(row)).status_code == 404
    assert post(client, of(row, "restore/")).status_code == 200
    assert client.get(of(row)).status_code == 200


def test_what_was_looked_at_is_no_news(client: Client, member: Member) -> None:
    row = SavedSearchFactory.create(member=member)
    SearchWatch.objects.update(new_count=3)

    assert client.get(of(row)).json()["new_count"] == 3
    assert post(client, of(row, "seen/")).json()["new_count"] == 0


def test_viewer_keeps_searches_and_a_reading_key_does_not(member: Member) -> None:
    viewer = colleague_of(member, Role.VIEWER)

    answer = post(client_of(viewer), ADDRESS, {"name": "Mine", "query": ""})
    refused = post(client_of(viewer, can_write=False), ADDRESS, {"name": "Other", "query": ""})

    assert (answer.status_code, refused.status_code) == (201, 403)


def test_colleague_reads_what_is_shared_and_changes_nothing(client: Client, member: Member) -> None:
    colleague = colleague_of(member, Role.EDITOR)
    shared = SavedSearchFactory.create(member=colleague, shared=True, daily=True)
    kept = SavedSearchFactory.create(member=colleague)

    row = client.get(of(shared)).json()

    assert (row["is_own"], row["alert"], row["new_count"]) == (False, None, None)
    assert client.get(of(kept)).status_code == 404
    assert patch(client, of(shared), {"name": "New"}).status_code == 403
    assert delete(client, of(shared)).status_code == 403
    assert post(client, of(shared, "restore/")).status_code == 404


def test_strangers_find_nothing(member: Member) -> None:
    row = SavedSearchFactory.create(member=member, shared=True)
    for stranger in (MemberFactory.create(), MemberFactory.create(cdmo=True)):
        client = client_of(stranger)
        assert client.get(of(row)).status_code == 404
        assert client.get(ADDRESS).json()["results"] == []
    assert post(client, ADDRESS, {"name": "a", "query": ""}).status_code == 403


def test_list_costs_the_same_queries_however_long(client: Client, member: Member) -> None:
    costs = []
    for number in (2, 10):
        SavedSearchFactory.create_batch(number, member=member)
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        costs.append(len(queries))

    assert costs[0] == costs[1]

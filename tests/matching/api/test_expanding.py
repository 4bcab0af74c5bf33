"""Briefs and partners behind the links of runs, entries and requirements."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Member
from matching.models import Brief
from tests.accounts.api.callers import client_of, client_with, key_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefFactory,
    MatchRunFactory,
    RequirementFactory,
    ShortlistEntryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


def brief_of(member: Member) -> Brief:
    brief: Brief = BriefFactory.create(organisation=member.organisation)
    RequirementFactory.create(brief=brief)
    return brief


def told(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_brief_of_a_run_is_what_its_own_address_answers(client: Client, member: Member) -> None:
    run = MatchRunFactory.create(brief=brief_of(member))
    own = told(client, f"/api/v1/briefs/{run.brief.uid}/")

    assert told(client, f"/api/v1/match-runs/{run.uid}/?expand=brief&fields=brief") == {"brief": own}
    listed = told(client, f"/api/v1/briefs/{run.brief.uid}/match-runs/?expand=brief")
    assert [row["brief"] for row in listed["results"]] == [own]


def test_entry_leads_to_its_brief_and_partner_at_once(client: Client, member: Member) -> None:
    entry = ShortlistEntryFactory.create(brief=brief_of(member))

    (row,) = told(client, "/api/v1/shortlists/?expand=brief,partner")["results"]

    assert row["brief"] == told(client, f"/api/v1/briefs/{entry.brief.uid}/")
    assert row["partner"] == told(client, f"/api/v1/partners/{entry.partner.uid}/")


def test_expanding_costs_the_same_queries_for_any_number_of_briefs(client: Client, member: Member) -> None:
    address, costs = "/api/v1/shortlists/?expand=brief,partner", []
    client.get(address)
    for number in (1, 6):
        for _ in range(number):
            ShortlistEntryFactory.create(brief=brief_of(member))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_key_that_may_not_read_briefs_does_not_read_them_behind_a_link(member: Member) -> None:
    ShortlistEntryFactory.create(brief=brief_of(member))
    narrow = client_with(key_of(member, scopes=["shortlists:read"]))

    answer = narrow.get("/api/v1/shortlists/?expand=brief")

    assert answer.status_code == 403
    assert "briefs:read" in answer.json()["detail"]
    assert narrow.get("/api/v1/shortlists/").status_code == 200


def test_key_learns_so_also_where_there_is_nothing_to_expand(member: Member) -> None:
    narrow = client_with(key_of(member, scopes=["shortlists:read"]))

    assert narrow.get("/api/v1/shortlists/?expand=brief").status_code == 403

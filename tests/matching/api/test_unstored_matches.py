"""Matching a brief over the API without keeping it; and briefs that no site could pass."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, MatchRun
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/briefs/match/"
PACKED = {"kind": "term", "term": "svc.pack.primary", "label": "Blisters"}
NOT_PACKED = {"kind": "term", "strength": "must_not", "term": "svc.packaging", "label": "No packing"}
CAPACITY = {"kind": "capacity", "quantity": 2, "quantity_unit": "batches", "label": "Two batches"}


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


def asking(*requirements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "Tablets", "steps": ["packaging"], "requirements": list(requirements), **more}


def sent(member: Member, body: Any) -> Any:
    return client_of(member).post(ADDRESS, body, content_type="application/json")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (asking(PACKED, CAPACITY, NOT_PACKED), ["#/requirements/0", "#/requirements/2"]),
        (asking(PACKED, CAPACITY, needed_by="2020-01-01"), ["#/requirements/1", "#/needed_by"]),
        (
            asking(PACKED, weights={"fit": 0, "quality": 0, "timing": 100, "experience": 0, "place": 0}),
            ["#/weights"],
        ),
        (asking({**PACKED, "term": "svc.nothing"}), ["#/requirements/0/term"]),
        (asking(needed_by="2030-01-01", material_available_on="2031-01-01"), ["#/needed_by"]),
    ],
)
def test_brief_that_cannot_be_scored_is_refused_at_what_is_at_fault(
    member: Member, body: dict[str, Any], wanted: list[str]
) -> None:
    answer = sent(member, body)

    assert answer.status_code == 400, answer.content
    assert pointers(answer) == wanted
    assert not Brief.objects.exists()


def test_reader_and_cdmo_may_not_match_what_is_not_kept(member: Member) -> None:
    others = [colleague_of(member, Role.VIEWER), MemberFactory.create(cdmo=True)]

    assert [sent(each, asking(PACKED)).status_code for each in others] == [403, 403]


def test_stored_brief_that_no_site_could_pass_is_a_conflict_and_keeps_no_run(member: Member) -> None:
    client: Client = client_of(member)
    body = asking(PACKED, NOT_PACKED)
    uid = client.post("/api/v1/briefs/", body, content_type="application/json").json()["uid"]
    client.post(f"/api/v1/briefs/{uid}/open/")

    answers = [client.post(f"/api/v1/briefs/{uid}/match-runs/"), client.get(f"/api/v1/briefs/{uid}/matches/")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(
        "“Blisters” (must) and “No packing” (must not)" in answer.json()["detail"] for answer in answers
    )
    assert not MatchRun.objects.exists()

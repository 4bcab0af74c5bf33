"""A sponsor's briefs and shortlists leave as a stream: its own, what the asker may see, complete or not."""

import json
from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Role
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory

pytestmark = pytest.mark.django_db


def exported(client: Client, resource: str, query: str = "") -> list[dict[str, Any]]:
    answer: Any = client.get(f"/api/v1/{resource}/export/{query}")
    assert answer.status_code == 200, answer.content
    *rows, last = (json.loads(line) for line in b"".join(answer.streaming_content).splitlines())
    assert last == {"export": {"rows": len(rows), "complete": True}}
    return rows


def test_briefs_when_exported_then_are_those_of_the_list_that_the_asker_sees() -> None:
    owner = MemberFactory.create()
    open_brief = BriefFactory.create(organisation=owner.organisation, open=True)
    named = BriefFactory.create(organisation=owner.organisation, named=True)
    BriefFactory.create()
    colleague = client_of(colleague_of(owner, Role.EDITOR))

    assert {row["uid"] for row in exported(client_of(owner), "briefs")} == {
        str(open_brief.uid),
        str(named.uid),
    }
    assert [row["uid"] for row in exported(colleague, "briefs")] == [str(open_brief.uid)]
    assert [row["uid"] for row in exported(client_of(owner), "briefs", "?state=open")] == [
        str(open_brief.uid)
    ]
    assert exported(client_of(MemberFactory.create(cdmo=True)), "briefs") == []


def test_shortlists_when_exported_then_are_all_entries_of_the_organisation() -> None:
    owner = MemberFactory.create()
    entries = [
        ShortlistEntryFactory.create(brief=BriefFactory.create(organisation=owner.organisation))
        for _ in range(2)
    ]
    ShortlistEntryFactory.create()

    found = exported(client_of(owner), "shortlists")

    assert {row["uid"] for row in found} == {str(entry.uid) for entry in entries}

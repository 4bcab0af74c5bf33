"""What is new in the matches of a brief, and one site of a run, over the API."""

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Member
from matching.models import Brief, BriefWatch, MatchRun
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, MatchRunFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    return BriefFactory.create(organisation=member.organisation, open=True)


def address(brief: Brief, tail: str = "") -> str:
    return f"/api/v1/briefs/{brief.uid}/match-note/{tail}"


def watched(brief: Brief) -> tuple[MatchRun, MatchRun]:
    """A run that was looked at, and a later one with something new."""
    before, after = MatchRunFactory.create(brief=brief), MatchRunFactory.create(brief=brief)
    BriefWatch.objects.create(
        brief=brief,
        organisation=brief.organisation,
        seen_run=before,
        note="two new candidates",
        noted_at=timezone.now(),
    )
    return before, after


def test_note_tells_what_is_new_until_it_is_seen(client: Client, brief: Brief) -> None:
    before, after = watched(brief)

    told = client.get(address(brief)).json()
    seen = client.post(address(brief, "seen/"))
    twice = client.post(address(brief, "seen/"))

    assert told["note"].endswith(": two new candidates.")
    assert told["since"]["uid"] == str(before.uid)
    assert (seen.json()["before"]["uid"], seen.json()["after"]["uid"]) == (str(before.uid), str(after.uid))
    assert [seen.status_code, twice.status_code] == [200, 409]
    assert client.get(address(brief)).json() == {"note": "", "noted_at": None, "since": None}


def test_brief_that_was_never_watched_has_no_note(client: Client, brief: Brief) -> None:
    assert client.get(address(brief)).json()["note"] == ""


def test_site_of_a_run_is_told_with_its_verdicts(client: Client, brief: Brief) -> None:
    term = TermFactory.create()
    RequirementFactory.create(brief=brief, term=term)
    site = SiteFactory.create()
    CapabilityFactory.create(site=site, term=term)
    run = client.post(f"/api/v1/briefs/{brief.uid}/match-runs/").json()
    sites = f"/api/v1/match-runs/{run['uid']}/sites/"

    told = client.get(f"{sites}{site.uid}/")

    assert told.status_code == 200
    assert told.json() == run["result"]["eligible"][0]
    assert client.get(f"{sites}{SiteFactory.create().uid}/").status_code == 404
    assert client_of(MemberFactory.create()).get(f"{sites}{site.uid}/").status_code == 404

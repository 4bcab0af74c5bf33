"""Matches of a brief over the API: frozen runs, and what a run would give before there is one."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.api.match_serializers import MatchResultSerializer
from matching.models import Brief, MatchRun
from partners.models import Site, Term
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    """Asks for freeze-drying, which one of two sites offers."""
    term = Term.objects.get(code="op.lyophilisation")
    brief = BriefFactory.create(organisation=member.organisation, open=True)
    RequirementFactory.create(brief=brief, term=term, label="Freeze-drying")
    return brief


@pytest.fixture
def site() -> Site:
    site = SiteFactory.create()
    CapabilityFactory.create(site=site, term=Term.objects.get(code="op.lyophilisation"))
    CapabilityFactory.create(site=SiteFactory.create(), term=Term.objects.get(code="mod.mab"))
    return site


def address(brief: Brief, rest: str) -> str:
    return f"/api/v1/briefs/{brief.uid}/{rest}/"


def test_matches_are_computed_where_no_run_is_kept(client: Client, brief: Brief, site: Site) -> None:
    site.refresh_from_db()

    answer = client.get(address(brief, "matches")).json()

    assert answer["run"] is None
    assert [row["key"] for row in answer["result"]["eligible"]] == [str(site.uid)]
    assert not MatchRun.objects.exists()


def test_run_is_frozen_and_stays_the_answer(client: Client, brief: Brief, site: Site) -> None:
    made = client.post(address(brief, "match-runs"))
    CapabilityFactory.create(site=SiteFactory.create(), term=Term.objects.get(code="op.lyophilisation"))

    matches = client.get(address(brief, "matches")).json()
    run = client.get(f"/api/v1/match-runs/{made.json()['uid']}/").json()

    assert made.status_code == 201
    assert len(matches["result"]["eligible"]) == 1
    assert matches["result"] == run["result"] == made.json()["result"]
    assert matches["run"]["uid"] == made.json()["uid"]
    assert matches["run"]["is_outdated"] is False


def test_match_shows_its_arithmetic_and_its_reasons(client: Client, brief: Brief, site: Site) -> None:
    (match,) = client.get(address(brief, "matches")).json()["result"]["eligible"]

    contributions = match["score"]["contributions"]
    assert sum(each["shown"] for each in contributions) == pytest.approx(match["score"]["shown"])
    assert match["requirements"][0]["status"] == "met"
    assert match["requirements"][0]["label"] == "Freeze-drying"
    assert match["requirements"][0]["evidence"]


def keys(value: Any) -> Any:
    """The shape of an answer: names all the way down."""
    if isinstance(value, dict):
        return {name: keys(inner) for name, inner in value.items()}
    return [keys(inner) for inner in value] if isinstance(value, list) else None


def test_result_is_described_completely(client: Client, brief: Brief, site: Site) -> None:
    SiteFactory.create(registered_only=True)
    result = client.get(address(brief, "matches")).json()["result"]

    described = MatchResultSerializer(result).data

    assert keys(dict(described)) == keys(result)


def test_run_knows_that_the_brief_was_changed_since(client: Client, brief: Brief) -> None:
    client.post(address(brief, "match-runs"))
    Brief.objects.filter(pk=brief.pk).update(version=9)

    run = client.get(address(brief, "matches")).json()["run"]

    assert run["is_outdated"] is True


def test_runs_are_listed_newest_first(client: Client, brief: Brief) -> None:
    uids = [client.post(address(brief, "match-runs")).json()["uid"] for _ in range(2)]

    found = client.get(address(brief, "match-runs")).json()["results"]

    assert [row["uid"] for row in found] == uids[::-1]
    assert "result" not in found[0]


def test_closed_brief_is_not_matched_again(client: Client, brief: Brief) -> None:
    Brief.objects.update(state=Brief.State.CLOSED)

    assert client.post(address(brief, "match-runs")).status_code == 409


def test_brief_that_cannot_be_scored_says_why(client: Client, brief: Brief) -> None:
    Brief.objects.update(weights={"fit": 0, "quality": 0, "timing": 100, "experience": 0, "place": 0})

    answers = [client.get(address(brief, "matches")), client.post(address(brief, "match-runs"))]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "weights" in answers[0].json()["detail"]


def test_run_of_a_stranger_does_not_exist(client: Client, brief: Brief) -> None:
    uid = client.post(address(brief, "match-runs")).json()["uid"]

    for stranger in (MemberFactory.create(), MemberFactory.create(cdmo=True)):
        assert client_of(stranger).get(f"/api/v1/match-runs/{uid}/").status_code == 404


def test_following_a_partner_twice_is_one_entry(client: Client, brief: Brief) -> None:
    partner = PartnerFactory.create()
    entry = f"{address(brief, 'shortlist')}{partner.uid}/"

    codes = [client.put(entry).status_code, client.put(entry).status_code]

    listed = client.get(address(brief, "shortlist")).json()["results"]
    assert codes == [201, 200]
    assert [row["partner"]["uid"] for row in listed] == [str(partner.uid)]


def test_reader_follows_nobody_and_a_stranger_finds_nothing(member: Member, brief: Brief) -> None:
    entry = f"{address(brief, 'shortlist')}{PartnerFactory.create().uid}/"
    reader = client_of(colleague_of(member, Role.VIEWER))
    stranger = client_of(MemberFactory.create())

    assert [reader.put(entry).status_code, stranger.put(entry).status_code] == [403, 404]
    assert not brief.shortlist.exists()


def test_partner_that_does_not_exist_answers_404(client: Client, brief: Brief) -> None:
    entry = f"{address(brief, 'shortlist')}0199a1de-0000-7000-8000-000000000000/"

    assert client.put(entry).status_code == 404

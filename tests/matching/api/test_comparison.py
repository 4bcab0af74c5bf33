"""Two match runs compared over the API."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.api.comparison_serializers import ComparisonSerializer
from matching.models import Brief, MatchRun
from matching.ranking import match_brief
from matching.ranking.keeping import keep
from partners.models import Capability
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory

pytestmark = pytest.mark.django_db

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(role=Role.EDITOR)


def made(brief: Brief) -> MatchRun:
    return keep(brief, match_brief(brief), made_by=None)


@pytest.fixture
def runs(member: Member) -> tuple[MatchRun, MatchRun]:
    brief = BriefFactory.create(organisation=member.organisation, open=True)
    term = RequirementFactory.create(brief=brief, label="Freeze-drying").term
    for name in ("One", "Two"):
        CapabilityFactory.create(site=SiteFactory.create(name=name), term=term)
    before = made(brief)
    Capability.objects.filter(site__name="One").update(is_offered=False)
    return before, made(brief)


def ask(client: Client, run: MatchRun, **query: Any) -> Any:
    return client.get(f"/api/v1/match-runs/{run.uid}/comparison/", query)


def test_comparison_when_one_was_dropped_then_says_who_and_why(
    member: Member, runs: tuple[MatchRun, MatchRun]
) -> None:
    before, after = runs

    answer = ask(client_of(member), after, **{"with": before.uid})

    told = answer.json()
    assert answer.status_code == 200
    assert set(told) == set(ComparisonSerializer().fields)
    assert told["before"]["uid"] == str(before.uid)
    assert told["summary"] == "one dropped: it no longer meets “Freeze-drying”"
    (left,) = told["left"]
    assert left["verdicts"][0]["status_after"] == "unmet"


def test_comparison_when_asked_the_other_way_round_then_the_candidate_comes(
    member: Member, runs: tuple[MatchRun, MatchRun]
) -> None:
    before, after = runs

    assert ask(client_of(member), before, **{"with": after.uid}).json()["summary"] == "one new candidate"


@pytest.mark.parametrize("query", [{}, {"with": ""}, {"with": "nonsense"}, {"with": NOBODYS, "more": "1"}])
def test_comparison_when_the_other_run_is_not_named_then_400_names_the_parameter(
    member: Member, runs: tuple[MatchRun, MatchRun], query: dict[str, str]
) -> None:
    answer = ask(client_of(member), runs[1], **query)

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_comparison_when_runs_are_of_two_briefs_then_400(
    member: Member, runs: tuple[MatchRun, MatchRun]
) -> None:
    brief = BriefFactory.create(organisation=member.organisation, open=True)
    RequirementFactory.create(brief=brief)

    answer = ask(client_of(member), runs[0], **{"with": made(brief).uid})

    assert answer.status_code == 400
    assert "another brief" in str(answer.json())


def test_comparison_when_a_stranger_asks_then_404_from_either_side(
    member: Member, runs: tuple[MatchRun, MatchRun]
) -> None:
    stranger = MemberFactory.create(role=Role.EDITOR)
    brief = BriefFactory.create(organisation=stranger.organisation, open=True)
    RequirementFactory.create(brief=brief)
    own = made(brief)
    before, after = runs

    assert ask(client_of(stranger), after, **{"with": before.uid}).status_code == 404
    assert ask(client_of(stranger), own, **{"with": before.uid}).status_code == 404
    assert ask(client_of(colleague_of(member, Role.VIEWER)), after, **{"with": before.uid}).status_code == 200

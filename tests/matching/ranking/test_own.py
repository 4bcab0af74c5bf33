"""Private records in matches: for their own organisation only, kept with its runs, cheap for all others."""

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role
from matching.actions import match_runs
from matching.models import Brief, FactsVersion, MatchRun
from matching.ranking import match_brief, memory
from matching.ranking.asking import Draft
from matching.ranking.comparing import compare_runs
from matching.ranking.explaining import judged_again
from matching.ranking.store import FactStore
from matching.scoring.results import MatchResult
from matching.scoring.serialisation import to_json
from partners.models import PrivateRecord, Site
from tests.factories.accounts import MemberFactory, OrganisationFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import PrivateFactFactory, PrivateRecordFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2027, 2, 15)
SOURCE = "Secret audit of ours"


@pytest.fixture
def brief() -> Brief:
    """One must, which the site named Able states."""
    brief = BriefFactory.create(open=True)
    term = TermFactory.create(code="op.lyophilisation")
    RequirementFactory.create(brief=brief, term=term)
    CapabilityFactory.create(
        site=SiteFactory.create(name="Able"), term=term, confirmed_on=AS_OF - dt.timedelta(days=30)
    )
    return brief


def able() -> Site:
    return Site.objects.get(name="Able")


def note(brief: Brief, site: Site, **fact: object) -> PrivateRecord:
    record, _new = PrivateRecord.objects.get_or_create(
        organisation=brief.organisation, site=site, defaults={"name": site.name}
    )
    term = TermFactory.create(code="op.lyophilisation")
    PrivateFactFactory.create(record=record, term=term, source=SOURCE, as_of=AS_OF, **fact)
    return record


def another(brief: Brief) -> Brief:
    """The same brief of another organisation."""
    other = BriefFactory.create(open=True)
    RequirementFactory.create(brief=other, term=TermFactory.create(code="op.lyophilisation"))
    return other


def eligible(brief: Brief | Draft) -> list[str]:
    return [each.name for each in match_brief(brief, as_of=AS_OF).result.eligible]


def run_of(brief: Brief) -> MatchRun:
    member = MemberFactory.create(organisation=brief.organisation)
    by = Actor(user=member.user, organisation=brief.organisation, role=Role.EDITOR)
    return match_runs.run(by=by, brief=brief, as_of=AS_OF)


def blocked(result: MatchResult) -> dict[str, int]:
    return {each.label: each.count for each in result.rest}


def test_fact_when_noted_then_turns_the_verdict_for_its_organisation_alone(brief: Brief) -> None:
    unsure = SiteFactory.create(name="Unsure")
    note(brief, unsure)
    note(brief, able(), is_offered=False)

    assert eligible(brief) == ["Unsure"]
    assert eligible(another(brief)) == ["Able"]


def test_fact_when_its_record_or_itself_is_removed_then_no_longer_counts(brief: Brief) -> None:
    record = note(brief, able(), is_offered=False)
    assert eligible(brief) == []

    record.facts.update(removed_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert eligible(brief) == ["Able"]
    record.facts.update(removed_at=None)
    PrivateRecord.objects.update(removed_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert eligible(brief) == ["Able"]


def test_fact_of_a_line_when_the_line_is_taken_away_then_no_longer_counts(brief: Brief) -> None:
    line = LineFactory.create(site=able(), name="L1")
    note(brief, able(), line=line, line_name="L1", is_offered=False)
    line.delete()

    assert eligible(brief) == ["Able"]


@pytest.mark.parametrize("of_partner", [False, True])
def test_blocked_when_matched_then_is_only_counted_and_for_its_organisation_alone(
    brief: Brief, of_partner: bool
) -> None:
    site = able()
    SiteFactory.create(partner=site.partner)
    subject = {"site": None, "partner": site.partner} if of_partner else {"site": site}
    PrivateRecordFactory.create(organisation=brief.organisation, blocked=True, **subject)

    result = match_brief(brief, as_of=AS_OF).result

    assert result.eligible == ()
    assert blocked(result)["Blocked by us"] == (2 if of_partner else 1)
    assert eligible(another(brief)) == ["Able"]
    assert result.sites_seen == match_brief(another(brief), as_of=AS_OF).result.sites_seen


def test_draft_when_matched_without_being_stored_then_counts_what_its_organisation_knows(
    brief: Brief,
) -> None:
    note(brief, able(), is_offered=False)
    rows = list(brief.requirements.select_related("term"))

    assert eligible(Draft(brief, [], rows, organisation_id=brief.organisation_id)) == []
    assert eligible(Draft(brief, [], rows)) == ["Able"]


def test_run_when_kept_then_own_facts_stand_in_it_alone_and_it_comes_out_the_same_later(brief: Brief) -> None:
    note(brief, SiteFactory.create(name="Unsure"))
    PrivateRecordFactory.create(
        organisation=brief.organisation, blocked=True, site=SiteFactory.create(name="Bad")
    )

    run = run_of(brief)

    assert SOURCE in json.dumps(run.own_facts)
    assert not any(SOURCE in each.facts for each in FactsVersion.objects.all())
    PrivateRecord.objects.all().delete()
    said = StringIO()
    call_command("reproduce_match_run", str(run.uid), stdout=said)
    assert "reproduced to the last digit" in said.getvalue()


def test_run_when_the_organisation_knows_nothing_then_keeps_nothing_of_it(brief: Brief) -> None:
    PrivateRecordFactory.create(organisation=brief.organisation, approved=True)
    other = PrivateFactFactory.create()

    run = run_of(brief)

    assert run.own_facts == {}
    assert run.facts_id == run_of(another(brief)).facts_id
    assert other.source not in json.dumps(run.result)


def test_site_when_judged_again_from_a_run_then_as_its_organisation_knew_it(brief: Brief) -> None:
    site = able()
    note(brief, site, is_offered=False)
    run = run_of(brief)
    PrivateRecord.objects.all().delete()

    told: Any = judged_again(run, [str(site.uid)])

    assert told[str(site.uid)]["requirements"][0]["status"] == "unmet"


def test_runs_when_compared_then_say_that_a_site_was_blocked(brief: Brief) -> None:
    before = run_of(brief)
    PrivateRecordFactory.create(organisation=brief.organisation, blocked=True, site=able())

    compared = compare_runs(before, run_of(brief))

    assert [each.remarks for each in compared.left] == [("The site was blocked by us at the later match.",)]


def test_match_when_the_organisation_noted_nothing_then_one_question_more_is_asked(brief: Brief) -> None:
    def questions() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            match_brief(brief, as_of=AS_OF)
        return [each["sql"] for each in asked if "private" in each["sql"]]

    PrivateRecordFactory.create(organisation=OrganisationFactory.create(), blocked=True)
    assert len(questions()) == 1

    for number in range(5):
        note(brief, SiteFactory.create(name=f"Noted {number}"))
    PrivateRecordFactory.create(
        organisation=brief.organisation, blocked=True, site=None, partner=PartnerFactory.create()
    )
    assert len(questions()) == 3


def test_store_when_it_keeps_facts_then_gives_the_same_and_the_overlay_is_made_once(
    brief: Brief, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(brief, SiteFactory.create(name="Unsure"))
    note(brief, able(), is_offered=False)
    PrivateRecordFactory.create(
        organisation=brief.organisation, blocked=True, site=SiteFactory.create(name="Bad")
    )
    loaded = to_json(match_brief(brief, as_of=AS_OF).result)
    settings.MATCHING_KEEPS_FACTS = True
    monkeypatch.setattr("matching.ranking.store", FactStore())
    memory.forget()

    first = to_json(match_brief(brief, as_of=AS_OF).result)
    judged = {pk: len(each.segments) for pk, each in enumerate(memory.briefs.values())}
    again = to_json(match_brief(brief, as_of=AS_OF).result)

    assert first == again == loaded
    assert {pk: len(each.segments) for pk, each in enumerate(memory.briefs.values())} == judged

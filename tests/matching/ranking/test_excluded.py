"""An excluded company is never matched with whoever excludes it, and nothing tells it so."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role
from matching.actions import match_runs
from matching.models import Brief, MatchRun
from matching.ranking import match_brief
from matching.ranking.freezing import reproduce
from matching.ranking.judging_now import judged_now
from matching.ranking.typical import stands_of
from matching.scoring.results import MatchResult
from partners.models import Site
from tests.factories.accounts import MemberFactory, OrganisationDomainFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import PrivateFactFactory, PrivateRecordFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import signed_in

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2027, 2, 15)


@pytest.fixture
def brief() -> Brief:
    """Two musts. Harbour states one of them, Moor the other: together they cover it, alone each is near."""
    brief = BriefFactory.create(open=True)
    OrganisationDomainFactory.create(
        organisation=brief.organisation, domain="quill.example", verified_at=timezone.now()
    )
    for name, code in (("Harbour", "op.lyophilisation"), ("Moor", "op.filling")):
        term = TermFactory.create(code=code)
        RequirementFactory.create(brief=brief, term=term)
        site = SiteFactory.create(name=name, partner=PartnerFactory.create(name=f"{name} Works"))
        CapabilityFactory.create(site=site, term=term, confirmed_on=AS_OF - dt.timedelta(days=30))
    return brief


def harbour() -> Site:
    return Site.objects.select_related("partner__organisation").get(name="Harbour")


def exclude(domain: str = "quill.example") -> None:
    partner = harbour().partner
    assert partner is not None
    ExclusionFactory.create(organisation=partner.organisation, domain=domain)


def result_of(brief: Brief) -> MatchResult:
    return match_brief(brief, as_of=AS_OF).result


def run_of(brief: Brief) -> MatchRun:
    member = MemberFactory.create(organisation=brief.organisation)
    by = Actor(user=member.user, organisation=brief.organisation, role=Role.EDITOR)
    return match_runs.run(by=by, brief=brief, as_of=AS_OF)


def test_excluded_when_matched_then_is_in_no_list_no_cover_and_no_count(brief: Brief) -> None:
    before = result_of(brief)
    assert "Harbour" in repr(before)

    exclude()
    after = result_of(brief)

    assert "Harbour" not in repr(after)
    assert after.sites_seen == before.sites_seen - 1
    assert not any("exclu" in each.label.lower() or "block" in each.label.lower() for each in after.rest)


def test_excluded_when_matched_then_is_as_if_the_site_were_not_there(brief: Brief) -> None:
    exclude()
    after = result_of(brief)

    harbour().delete()

    assert after == result_of(brief)


def test_exclusion_when_of_another_domain_then_changes_nothing(brief: Brief) -> None:
    before = result_of(brief)

    exclude("other.example")

    assert result_of(brief) == before


def test_excluded_when_it_knows_something_itself_or_has_an_agreement_then_still_is_not_matched(
    brief: Brief,
) -> None:
    site = harbour()
    record = PrivateRecordFactory.create(organisation=brief.organisation, site=site, name=site.name)
    PrivateFactFactory.create(record=record, term=TermFactory.create(code="op.filling"), as_of=AS_OF)
    assert [each.name for each in result_of(brief).eligible] == ["Harbour"]

    exclude()
    partner = site.partner
    assert partner is not None
    ReaderAgreementFactory.create(organisation=partner.organisation, domain="quill.example")

    assert "Harbour" not in repr(result_of(brief))


def test_excluded_when_it_blocks_the_site_itself_then_counts_it_as_its_own_block(brief: Brief) -> None:
    PrivateRecordFactory.create(organisation=brief.organisation, blocked=True, site=harbour())
    before = result_of(brief)

    exclude()

    assert result_of(brief) == before


def test_run_when_kept_then_comes_out_the_same_and_names_no_site_that_excludes(brief: Brief) -> None:
    exclude()
    run = run_of(brief)

    page = signed_in(MemberFactory.create(organisation=brief.organisation)).get(
        reverse("matching:match_list", args=[brief.uid])
    )

    assert reproduce(run) == run.result
    assert str(harbour().uid) not in json.dumps(run.result)
    assert page.status_code == 200
    assert "Harbour" not in page.content.decode()


def test_site_when_judged_by_itself_then_an_excluded_company_is_told_nothing(brief: Brief) -> None:
    exclude()

    told = judged_now(brief, [harbour().pk], today=AS_OF)

    assert told.by_key == {}
    assert told.blocked == frozenset()


def test_typical_projects_when_somebody_is_excluded_then_stand_as_before(brief: Brief) -> None:
    before = stands_of([harbour()], today=AS_OF)

    exclude()

    assert stands_of([harbour()], today=AS_OF) == before

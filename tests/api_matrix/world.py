"""One small world for every row of the matrix: a CDMO with a site, a sponsor with a brief, two secrets."""

import secrets
from dataclasses import dataclass

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from matching.models import Brief, MatchRun, ShortlistEntry
from partners.models import (
    Audience,
    Capability,
    CapacityWindow,
    Certificate,
    Feed,
    Inspection,
    Line,
    Partner,
    Refresh,
    Site,
    Term,
)
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, ShortlistEntryFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import CapacityWindowFactory
from tests.factories.feeds import RefreshFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory
from tests.factories.vocabulary import TermFactory


@dataclass(frozen=True)
class World:
    """`sponsor` and `cdmo` own their organisations; the secrets stand in what only each side may read."""

    sponsor: Member
    cdmo: Member
    sponsor_secret: str
    cdmo_secret: str
    term: Term
    partner: Partner
    site: Site
    capability: Capability
    certificate: Certificate
    inspection: Inspection
    line: Line
    window: CapacityWindow
    feed: Feed
    refresh: Refresh
    brief: Brief
    entry: ShortlistEntry
    run: MatchRun
    event: Event


def make_world() -> World:
    sponsor, cdmo = MemberFactory.create(), MemberFactory.create(cdmo=True)
    sponsor_secret, cdmo_secret = secrets.token_hex(8), secrets.token_hex(8)
    partner = PartnerFactory.create(organisation=cdmo.organisation)
    site = SiteFactory.create(partner=partner)
    window = CapacityWindowFactory.create(line__site=site, audience=Audience.MATCHING, note=cdmo_secret)
    refresh = RefreshFactory.create(feed__partner=partner, feed__name=cdmo_secret)
    brief = BriefFactory.create(organisation=sponsor.organisation, title=f"Brief {sponsor_secret}")
    RequirementFactory.create(brief=brief)
    return World(
        sponsor=sponsor,
        cdmo=cdmo,
        sponsor_secret=sponsor_secret,
        cdmo_secret=cdmo_secret,
        term=TermFactory.create(),
        partner=partner,
        site=site,
        capability=CapabilityFactory.create(site=site),
        certificate=CertificateFactory.create(site=site),
        inspection=InspectionFactory.create(site=site),
        line=window.line,
        window=window,
        feed=refresh.feed,
        refresh=refresh,
        brief=brief,
        entry=ShortlistEntryFactory.create(brief=brief, partner=partner, note=sponsor_secret),
        run=_run_of(brief),
        event=Event.objects.create(kind="brief.created", organisation_id=sponsor.organisation_id),
    )


def _run_of(brief: Brief) -> MatchRun:
    nobody: dict[str, list[object]] = {"eligible": [], "open_questions": [], "near_misses": []}
    return MatchRun.objects.create(
        organisation=brief.organisation,
        brief=brief,
        brief_version=1,
        engine_version="1",
        asked={"requirements": [], "time_frame": {}},
        result={**nobody, "weights": {}, "further": nobody, "registered_only_count": 0},
        facts_sha256="",
    )

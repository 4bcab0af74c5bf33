"""Every address of the API against every kind of caller. An address that is not listed here fails."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from cdmo_portal import api_urls
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.models import MatchRun
from partners.models import Audience
from tests.accounts.api.callers import client_of, client_with, colleague_of, key_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import CapacityWindowFactory
from tests.factories.feeds import RefreshFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db

ANYBODY = {"api_schema", "api_no_such_address"}
# What each caller gets from GET: a list shows only what they may see, one thing that is not theirs is 404.
LISTS = {
    "api-facet-list",
    "api-term-list",
    "api-partner-list",
    "api-site-list",
    "api-capability-list",
    "api-certificate-list",
    "api-inspection-list",
    "api-line-list",
    "api-window-list",
    "api-feed-list",
    "api-refresh-list",
    "api-brief-list",
    "api-organisation-list",
    "api-member-list",
    "api-event-list",
}
PUBLIC_THINGS = {
    "api-term-detail",
    "api-partner-detail",
    "api-site-detail",
    "api-capability-detail",
    "api-certificate-detail",
    "api-inspection-detail",
    "api-line-detail",
}
SPONSORS_THINGS = {
    "api-brief-detail",
    "api-brief-matches",
    "api-brief-run-list",
    "api-shortlist-list",
    "api-match-run-detail",
    "api-match-run-comparison",
    "api-organisation-detail",
    "api-member-detail",
    "api-event-detail",
}
CDMOS_THINGS = {"api-feed-detail", "api-refresh-detail", "api-window-detail"}
WRITES = {
    "api-brief-open",
    "api-brief-close",
    "api-brief-reopen",
    "api-brief-match",
    "api-brief-read",
    "api-shortlist-detail",
}
CALCULATIONS = {"api-score-table"}
LISTED = CALCULATIONS | ANYBODY | LISTS | PUBLIC_THINGS | SPONSORS_THINGS | CDMOS_THINGS | WRITES


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, prefix)
        elif isinstance(each, URLPattern):
            yield each.name or str(each.pattern), str(each.pattern)


def test_every_address_is_in_the_matrix() -> None:
    assert {name for name, _ in patterns(api_urls.urlpatterns)} == LISTED


@pytest.fixture
def sponsor() -> Member:
    return MemberFactory.create()


@pytest.fixture
def cdmo() -> Member:
    return MemberFactory.create(cdmo=True)


@pytest.fixture
def addresses(sponsor: Member, cdmo: Member) -> dict[str, str]:
    """One thing behind every address: directory rows of the CDMO, a brief of the sponsor."""
    partner = PartnerFactory.create(organisation=cdmo.organisation)
    site = SiteFactory.create(partner=partner)
    window = CapacityWindowFactory.create(line__site=site, audience=Audience.MATCHING)
    refresh = RefreshFactory.create(feed__partner=partner)
    brief = BriefFactory.create(organisation=sponsor.organisation)
    run = MatchRun.objects.create(
        organisation=sponsor.organisation,
        brief=brief,
        brief_version=1,
        engine_version="1",
        asked={"requirements": [], "time_frame": {}},
        result={
            "weights": {},
            "eligible": [],
            "open_questions": [],
            "near_misses": [],
            "further": {"eligible": [], "open_questions": [], "near_misses": []},
            "registered_only_count": 0,
        },
        facts_sha256="",
    )
    event = Event.objects.create(kind="brief.created", organisation_id=sponsor.organisation_id)
    keys = {
        "api-term-detail": TermFactory.create().code,
        "api-partner-detail": partner.uid,
        "api-site-detail": site.uid,
        "api-capability-detail": CapabilityFactory.create(site=site).uid,
        "api-certificate-detail": CertificateFactory.create(site=site).uid,
        "api-inspection-detail": InspectionFactory.create(site=site).uid,
        "api-line-detail": window.line.uid,
        "api-window-detail": window.uid,
        "api-feed-detail": refresh.feed.uid,
        "api-refresh-detail": refresh.uid,
        "api-match-run-detail": run.uid,
        "api-organisation-detail": sponsor.organisation.uid,
        "api-member-detail": sponsor.uid,
        "api-event-detail": event.uid,
    }
    found = {name: address_of(name, str(key)) for name, key in keys.items()}
    found |= {name: address_of(name) for name in LISTS}
    compared = "api-match-run-comparison"
    found[compared] = f"{address_of(compared, str(run.uid))}?with={run.uid}"
    nested = {"brief-detail", "brief-matches", "brief-open", "brief-close", "brief-reopen"}
    found |= {f"api-{name}": address_of(f"api-{name}", str(brief.uid)) for name in nested}
    found |= {name: address_of(name, str(brief.uid)) for name in ("api-brief-run-list", "api-shortlist-list")}
    return found | {
        "api-shortlist-detail": address_of("api-shortlist-detail", str(brief.uid), str(partner.uid)),
        "api-score-table": address_of("api-score-table"),
        "api-brief-match": address_of("api-brief-match"),
        "api-brief-read": address_of("api-brief-read"),
    }


def address_of(name: str, *args: str) -> str:
    return f"/{get_resolver().reverse(name, *args)}"


def statuses(client: Client, addresses: dict[str, str], names: set[str]) -> dict[str, int]:
    return {name: client.get(addresses[name]).status_code for name in sorted(names)}


READS = LISTS | PUBLIC_THINGS | SPONSORS_THINGS | CDMOS_THINGS


def test_anonymous_caller_and_revoked_key_answer_401_everywhere(
    addresses: dict[str, str], sponsor: Member
) -> None:
    revoked = client_with(key_of(sponsor, revoked_at=timezone.now()))

    for client in (Client(), revoked):
        assert set(statuses(client, addresses, READS).values()) == {401}
        assert {client.post(addresses[name]).status_code for name in WRITES | CALCULATIONS} == {401}


@pytest.mark.parametrize("role", Role.values)
def test_sponsor_reads_the_directory_and_its_own(
    addresses: dict[str, str], sponsor: Member, role: str
) -> None:
    client = client_of(colleague_of(sponsor, role), can_write=False)

    found = statuses(client, addresses, READS - {"api-brief-matches"})

    assert {name for name, code in found.items() if code != 200} == CDMOS_THINGS
    assert {found[name] for name in CDMOS_THINGS} == {404}


def test_stranger_sponsor_reads_the_directory_only(addresses: dict[str, str]) -> None:
    found = statuses(client_of(MemberFactory.create()), addresses, READS)

    refused = {name for name, code in found.items() if code != 200}
    assert refused == SPONSORS_THINGS | CDMOS_THINGS
    assert {found[name] for name in refused} == {404}


def test_cdmo_staff_read_the_directory_and_their_own(addresses: dict[str, str], cdmo: Member) -> None:
    found = statuses(client_of(cdmo), addresses, READS)

    refused = {name for name, code in found.items() if code != 200}
    assert refused == SPONSORS_THINGS
    assert {found[name] for name in refused} == {404}


def test_stranger_cdmo_reads_the_directory_only(addresses: dict[str, str]) -> None:
    found = statuses(client_of(MemberFactory.create(cdmo=True)), addresses, READS)

    assert {name for name, code in found.items() if code != 200} == SPONSORS_THINGS | CDMOS_THINGS


UNSAFE: dict[str, Callable[[Client, str], Any]] = {
    "api-capability-list": lambda client, address: client.post(address, {}, "application/json"),
    "api-capability-detail": lambda client, address: client.delete(address),
    "api-window-list": lambda client, address: client.post(address, {}, "application/json"),
    "api-window-detail": lambda client, address: client.delete(address),
    "api-brief-list": lambda client, address: client.post(address, {}, "application/json"),
    "api-brief-detail": lambda client, address: client.patch(address, {}, "application/json"),
    "api-brief-open": lambda client, address: client.post(address),
    "api-brief-close": lambda client, address: client.post(address),
    "api-brief-reopen": lambda client, address: client.post(address),
    "api-brief-match": lambda client, address: client.post(address, {}, "application/json"),
    "api-brief-read": lambda client, address: client.post(address, {}, "application/json"),
    "api-brief-run-list": lambda client, address: client.post(address),
    "api-shortlist-detail": lambda client, address: client.put(address),
}


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_viewer_and_read_only_key_write_nothing(
    addresses: dict[str, str], sponsor: Member, cdmo: Member, name: str
) -> None:
    for member in (sponsor, cdmo):
        viewer = client_of(colleague_of(member, Role.VIEWER))
        read_only = client_of(member, can_write=False)

        codes = {UNSAFE[name](client, addresses[name]).status_code for client in (viewer, read_only)}

        assert codes == {403}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_no_method_on_any_address_fails(addresses: dict[str, str], sponsor: Member, method: str) -> None:
    client = client_of(sponsor)

    codes = {getattr(client, method)(addresses[name]).status_code for name in sorted(READS | CALCULATIONS)}

    assert codes <= {201, 400, 403, 404, 405, 409, 415, 428}


def test_address_that_does_not_exist_answers_a_problem() -> None:
    answer = Client().get("/api/v1/nothing/here")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(PUBLIC_THINGS - {"api-term-detail"} | {"api-brief-detail"}))
@pytest.mark.parametrize("uid", ["1", "x", "0199a1de-0000-7000-8000-000000000000", "%F0%9F%A7%AA"])
def test_uid_that_is_none_answers_404(sponsor: Member, name: str, uid: str) -> None:
    address = address_of(name, "0").replace("/0/", f"/{uid}/")

    answer = client_of(sponsor).get(address)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"

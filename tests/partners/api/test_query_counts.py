"""Every list of the partners app costs the same queries, whether it has two rows or twelve."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Organisation
from partners.models import Partner, ProfileChange, ProfileDraft, Site, Subject
from tests.accounts.api.callers import client_of, partner_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.confirmations import ConfirmationFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.feeds import FeedFactory, FeedTrialFactory, HeldReadingFactory, RefreshFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory
from tests.factories.stored_files import StoredFileFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db


def organisation_of(site: Site) -> Organisation:
    organisation = partner_of(site).organisation
    assert organisation is not None
    return organisation


def change(site: Site) -> None:
    partner: Partner = partner_of(site)
    ProfileChange.objects.create(
        organisation=organisation_of(site),
        partner=partner,
        site=site,
        subject=Subject.SITE,
        key=str(site.uid),
        after={"name": "New"},
    )


def draft(site: Site) -> None:
    ProfileDraft.objects.create(
        organisation=organisation_of(site),
        site=site,
        subject=Subject.CAPABILITY,
        key=str(uuid4()),
        values={"note": "New"},
    )


MAKERS: dict[str, Callable[[Site], Any]] = {
    "hazards": lambda site: HazardFactory.create(site=site, term=TermFactory.create()),
    "capabilities": lambda site: CapabilityFactory.create(site=site, line=LineFactory.create(site=site)),
    "certificates": lambda site: CertificateFactory.create(site=site),
    "inspections": lambda site: InspectionFactory.create(site=site),
    "lines": lambda site: LineFactory.create(site=site),
    "capacity-windows": lambda site: CapacityWindowFactory.create(line__site=site),
    "feeds": lambda site: HeldReadingFactory.create(feed__partner=site.partner),
    "feeds/trials": lambda site: FeedTrialFactory.create(
        partner=site.partner, feed=FeedFactory.create(partner=site.partner)
    ),
    "refreshes": lambda site: RefreshFactory.create(feed__partner=site.partner),
    "reader-agreements": lambda site: ReaderAgreementFactory.create(organisation=organisation_of(site)),
    "exclusions": lambda site: ExclusionFactory.create(organisation=organisation_of(site)),
    "error-reports": lambda site: ErrorReportFactory.create(
        site=site, organisation=organisation_of(site), names_organisation=True
    ),
    "claims": lambda site: ClaimFactory.create(
        organisation=organisation_of(site), partner=PartnerFactory.create(unclaimed=True)
    ),
    "documents": lambda site: StoredFileFactory.create(site=site),
    "drafts": draft,
    "profile-changes": change,
    "review-items": lambda site: CapabilityFactory.create(site=site, line=LineFactory.create(site=site)),
    "review-items/confirmations": lambda site: ConfirmationFactory.create(site=site),
}


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(queries)


@pytest.mark.parametrize("noun", MAKERS)
def test_list_costs_the_same_queries_however_long(noun: str, files_on_a_disk: object) -> None:
    site = SiteFactory.create()
    client = client_of(MemberFactory.create(organisation=organisation_of(site)))
    costs, address = [], f"/api/v1/{noun}/"
    for number in (2, 10):
        for _ in range(number):
            MAKERS[noun](site)
        client.get(address)
        costs.append(cost(client, address))

    assert len(client.get(address).json()["results"]) == 12
    assert costs[0] == costs[1]

"""CDMO staff state certificates and inspections; what a regulator published stays as it is."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import Event
from partners.models import Certificate, Inspection, InspectionOutcome, Origin, ProfileChange, Site
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory, InspectionOutcomeFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.api.sending import delete, patch, post, stale_codes

pytestmark = pytest.mark.django_db
CERTIFICATES, INSPECTIONS = "/api/v1/certificates/", "/api/v1/inspections/"


@pytest.fixture
def site() -> Site:
    TermFactory.create(code="cer.gmp-certificate", facet__code="certificate")
    for authority in ("reg.ema", "reg.fda"):
        TermFactory.create(code=authority, facet__code="regulator")
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def certificate(site: Site) -> dict[str, Any]:
    return {
        "site": str(site.uid),
        "term": "cer.gmp-certificate",
        "authority": "reg.ema",
        "number": "GMP/1",
        "inspected_on": "2025-03-01",
    }


def inspection(site: Site) -> dict[str, Any]:
    return {
        "site": str(site.uid),
        "authority": "reg.fda",
        "ended_on": "2025-06-01",
        "outcome": "VAI",
    }


def test_certificate_is_stated_as_the_companys_own_word(owner: Client, site: Site) -> None:
    answer = post(owner, CERTIFICATES, certificate(site))

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["origin"], row["number"], row["inspected_on"]) == ("company", "GMP/1", "2025-03-01")
    assert row["term"]["code"] == "cer.gmp-certificate"
    assert owner.get(f"{CERTIFICATES}{row['uid']}/")["ETag"] == answer["ETag"]
    assert Event.objects.filter(kind="certificate.stated").count() == 1
    assert ProfileChange.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"site": "0199a1de-0000-7000-8000-000000000000"}, "#/site"),
        ({"term": "reg.fda"}, "#/term"),
        ({"authority": "cer.gmp-certificate"}, "#/authority"),
        ({"number": "a\nb"}, "#/number"),
        ({"inspected_on": "1949-12-31"}, "#/inspected_on"),
        ({"inspected_on": "2099-01-01"}, "#/inspected_on"),
        ({"issued_on": "yesterday"}, "#/issued_on"),
        ({"expires_on": "2025-02-28"}, "#/expires_on"),
        ({"expires_on": "2099-01-01"}, "#/expires_on"),
        ({"source_url": "javascript:alert(1)"}, "#/source_url"),
        ({"origin": "regulator"}, "#/origin"),
    ],
)
def test_certificate_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(owner, CERTIFICATES, certificate(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not Certificate.objects.exists()


def test_change_of_a_certificate_keeps_what_was_not_sent(owner: Client, site: Site) -> None:
    first = post(owner, CERTIFICATES, certificate(site))
    address = f"{CERTIFICATES}{first.json()['uid']}/"

    answer = patch(owner, address, {"expires_on": "2027-03-01", "authority": None}, first["ETag"])

    assert answer.status_code == 200, answer.content
    assert answer.json() == first.json() | {"expires_on": "2027-03-01", "authority": None}
    assert pointers(patch(owner, address, {"expires_on": "2020-01-01"})) == ["#/expires_on"]


def test_inspection_is_told_with_its_outcome(owner: Client, site: Site) -> None:
    first = post(owner, INSPECTIONS, inspection(site))
    row = Inspection.objects.get()
    InspectionOutcomeFactory.create(inspection=row, project_area="Drug quality", outcome="NAI")
    address = f"{INSPECTIONS}{row.uid}/"

    changed = patch(owner, address, {"reference": "483"}, owner.get(address)["ETag"])
    silent = patch(owner, address, {"outcome": None})

    assert first.json()["outcomes"] == [{"project_area": "", "outcome": "VAI"}]
    assert {each["outcome"] for each in changed.json()["outcomes"]} == {"VAI", "NAI"}
    assert (changed.json()["reference"], changed.json()["ended_on"]) == ("483", "2025-06-01")
    assert silent.json()["outcomes"] == [{"project_area": "Drug quality", "outcome": "NAI"}]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"authority": None}, "#/authority"),
        ({"authority": "cer.gmp-certificate"}, "#/authority"),
        ({"ended_on": "2099-01-01"}, "#/ended_on"),
        ({"outcome": "great"}, "#/outcome"),
        ({"reference": "a" * 81}, "#/reference"),
        ({"covers": []}, "#/covers"),
    ],
)
def test_inspection_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(owner, INSPECTIONS, inspection(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def rows_of(site: Site, origin: str = Origin.COMPANY) -> dict[str, str]:
    """Addresses of a certificate and an inspection, with a field that may be changed."""
    one = CertificateFactory.create(site=site, origin=origin)
    other = InspectionFactory.create(site=site, origin=origin)
    return {f"{CERTIFICATES}{one.uid}/": "number", f"{INSPECTIONS}{other.uid}/": "reference"}


def test_change_on_an_old_reading_writes_nothing(owner: Client, site: Site) -> None:
    for address, field in rows_of(site).items():
        assert stale_codes(owner, address, {field: "new"}) == [428, 412, 428, 412]


def test_own_statement_is_taken_back(owner: Client, site: Site) -> None:
    for address in rows_of(site):
        assert delete(owner, address, owner.get(address)["ETag"]).status_code == 204
    assert not Certificate.objects.exists()
    assert not Inspection.objects.exists()


def test_what_a_regulator_published_is_not_changed(owner: Client, site: Site) -> None:
    for address, field in rows_of(site, Origin.REGULATOR).items():
        assert patch(owner, address, {field: "new"}).status_code == 403
        assert delete(owner, address).status_code == 403


def test_viewers_and_strangers_write_nothing(site: Site) -> None:
    addresses = rows_of(site)
    for client in (
        staff_of(site, Role.VIEWER),
        client_of(MemberFactory.create()),
        client_of(MemberFactory.create(cdmo=True)),
    ):
        for address, field in addresses.items():
            assert patch(client, address, {field: "new"}).status_code == 403
            assert delete(client, address).status_code == 403
    assert pointers(post(client, CERTIFICATES, certificate(site))) == ["#/site"]
    assert pointers(post(client, INSPECTIONS, inspection(site))) == ["#/site"]


def test_day_of_today_is_no_future(owner: Client, site: Site) -> None:
    today = timezone.localdate().isoformat()

    answer = post(owner, INSPECTIONS, inspection(site) | {"ended_on": today})

    assert answer.status_code == 201
    assert InspectionOutcome.objects.count() == 1

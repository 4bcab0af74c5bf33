"""What a keeper looks at: reviews, changes, reports, claims and documents of its own."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Role
from partners.actions import profiles
from partners.mail_domains import FREE_MAIL
from partners.models import (
    Audience,
    Capability,
    Certificate,
    Claim,
    Confirmation,
    ErrorReport,
    ProfileChange,
    Site,
    StoredFile,
)
from tests.accounts.api.callers import client_of, partner_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.error_reports import ErrorReportFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory
from tests.factories.stored_files import PDF, StoredFileFactory
from tests.partners.api.sending import delete, patch, post
from tests.partners.editors import house

pytestmark = pytest.mark.django_db
OLD, FREE = dt.date(2023, 1, 1), min(FREE_MAIL)


@pytest.fixture
def site() -> Site:
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def strangers() -> list[Client]:
    return [client_of(MemberFactory.create()), client_of(MemberFactory.create(cdmo=True))]


def items(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/review-items/{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_what_ages_is_listed_and_confirmed_as_it_was_seen(owner: Client, site: Site) -> None:
    CapabilityFactory.create(site=site, confirmed_on=OLD)
    HazardFactory.create(site=site)

    (item,) = items(owner, f"?is_due=true&site={site.uid}")
    address = f"/api/v1/review-items/{item['key']}/confirm/"
    answer = owner.post(address, headers={"If-Match": item["etag"]})

    assert len(items(owner)) == 2
    assert answer.status_code == 201, answer.content
    assert Capability.objects.get().confirmed_on == timezone.localdate()
    assert owner.post(address, headers={"If-Match": item["etag"]}).status_code == 412
    assert owner.post(address).status_code == 428


def test_confirmation_is_undone_once(owner: Client, site: Site) -> None:
    CapabilityFactory.create(site=site, confirmed_on=OLD)
    (item,) = items(owner)
    made = owner.post(f"/api/v1/review-items/{item['key']}/confirm/", headers={"If-Match": item["etag"]})
    address = f"/api/v1/review-items/confirmations/{made.json()['uid']}/"

    undone = post(owner, f"{address}undo/")

    assert undone.json()["undone_at"]
    assert Capability.objects.get().confirmed_on == OLD
    assert post(owner, f"{address}undo/").status_code == 409
    assert [client.get(address).status_code for client in strangers()] == [404, 404]


def test_certificate_is_reviewed_but_not_confirmed(owner: Client, site: Site) -> None:
    CertificateFactory.create(site=site, inspected_on=OLD)
    (item,) = items(owner)

    answer = owner.post(f"/api/v1/review-items/{item['key']}/confirm/", headers={"If-Match": "*"})

    assert (item["kind"], item["can_confirm"], answer.status_code) == ("certificate", False, 409)


def test_items_of_others_are_not_there(site: Site) -> None:
    row = CapabilityFactory.create(site=site)
    for client in strangers():
        assert items(client) == []
        address = f"/api/v1/review-items/capability-{row.uid}/confirm/"
        assert client.post(address, headers={"If-Match": "*"}).status_code == 404
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("query", ["site=x", "is_due=1", "sort=name"])
def test_question_about_reviews_that_cannot_be_used_is_refused(owner: Client, query: str) -> None:
    assert owner.get(f"/api/v1/review-items/?{query}").status_code == 400


def test_former_values_are_read_and_restored() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, note="Hall 2")
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)
    client, address = client_of(home.editor), f"/api/v1/profile-changes/{ProfileChange.objects.get().uid}/"

    read = client.get(address)
    restored = client.post(f"{address}restore/", headers={"If-Match": read["ETag"]})
    again = client.post(f"{address}restore/", headers={"If-Match": read["ETag"]})

    assert (read.json()["before"]["note"], read.json()["after"]) == ("Hall 2", None)
    assert restored.status_code == 200, restored.content
    assert Capability.objects.get().note == "Hall 2"
    assert again.status_code == 412
    assert len(client.get(f"/api/v1/profile-changes/?site={home.site.uid}").json()["results"]) == 2
    assert client_of(home.viewer).post(f"{address}restore/").status_code == 403
    assert [each.get(address).status_code for each in strangers()] == [404, 404]


def report(site: Site, **changes: Any) -> dict[str, Any]:
    said = {"site": str(site.uid), "part": "capacity", "wrong": "Line 2 was sold.", "how_known": "A letter."}
    return said | changes


def test_viewer_of_a_sponsor_reports_an_error_and_its_keeper_decides(owner: Client, site: Site) -> None:
    reporter = client_of(MemberFactory.create(viewer=True))

    answer = post(reporter, "/api/v1/error-reports/", report(site))
    (row,) = owner.get("/api/v1/error-reports/").json()["results"]
    decide = f"/api/v1/error-reports/{row['uid']}/decide/"

    assert answer.status_code == 201, answer.content
    assert (row["wrong"], row["organisation"], row["state"]) == ("Line 2 was sold.", None, "new")
    assert post(staff_of(site, Role.VIEWER), decide, {"is_right": True}).status_code == 403
    assert post(reporter, decide, {"is_right": True}).status_code == 404
    assert pointers(post(owner, decide, {"is_right": False})) == ["#/reason"]
    assert post(owner, decide, {"is_right": True}).json()["state"] == "accepted"
    assert post(owner, decide, {"is_right": False, "reason": "No."}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"site": None}, "#/site"),
        ({"site": "0199a1de-0000-7000-8000-000000000000"}, "#/site"),
        ({"part": "summary"}, "#/part"),
        ({"part": "roof"}, "#/part"),
        ({"wrong": ""}, "#/wrong"),
        ({"how_known": "a" * 1001}, "#/how_known"),
        ({"reporter": "me"}, "#/reporter"),
    ],
)
def test_report_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(owner, "/api/v1/error-reports/", report(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not ErrorReport.objects.exists()


def test_reporter_is_named_only_where_they_wish(owner: Client, site: Site) -> None:
    member = MemberFactory.create()
    ErrorReportFactory.create(site=site, organisation=member.organisation)
    ErrorReportFactory.create(site=site, organisation=member.organisation, names_organisation=True)

    rows = owner.get("/api/v1/error-reports/").json()["results"]

    assert {row["organisation"] for row in rows} == {None, member.organisation.name}
    assert member.user.email not in str(rows)


def test_free_partner_is_claimed_and_the_claim_withdrawn() -> None:
    partner, member = PartnerFactory.create(unclaimed=True), MemberFactory.create(cdmo=True)
    client = client_of(member)

    made = post(client, "/api/v1/claims/", {"partner": str(partner.uid), "proof": "A letter."})
    again = post(client, "/api/v1/claims/", {"partner": str(partner.uid), "proof": "A letter."})
    address = f"/api/v1/claims/{made.json()['uid']}/"

    assert (made.status_code, again.status_code) == (201, 409)
    assert (made.json()["kind"], made.json()["state"]) == ("new", "open")
    assert [each.get(address).status_code for each in strangers()] == [404, 404]
    assert post(client, f"{address}withdraw/").json()["state"] == "withdrawn"
    assert post(client, f"{address}withdraw/").status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"proof": ""}, "#/proof"),
        ({"partner": None}, "#/partner"),
        ({"partner": "0199a1de-0000-7000-8000-000000000000"}, "#/partner"),
        ({"address": "me"}, "#/address"),
        ({"address": f"me@{FREE}"}, "#/address"),
        ({"is_contest": 1}, "#/is_contest"),
    ],
)
def test_claim_that_cannot_be_used_is_refused_at_its_field(changes: dict[str, Any], pointer: str) -> None:
    said = {"partner": str(PartnerFactory.create(unclaimed=True).uid), "proof": "A letter."}

    answer = post(client_of(MemberFactory.create(cdmo=True)), "/api/v1/claims/", said | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not Claim.objects.exists()


def test_kept_profile_is_contested_and_not_claimed(site: Site) -> None:
    client = client_of(MemberFactory.create(cdmo=True))
    said = {"partner": str(partner_of(site).uid), "proof": "A letter."}

    assert post(client, "/api/v1/claims/", said).status_code == 409
    assert post(client, "/api/v1/claims/", said | {"is_contest": True}).json()["kind"] == "contest"
    assert post(client_of(MemberFactory.create()), "/api/v1/claims/", said).status_code == 403


def test_viewer_withdraws_no_claim() -> None:
    claim = ClaimFactory.create()
    viewer = MemberFactory.create(organisation=claim.organisation, viewer=True)

    assert post(client_of(viewer), f"/api/v1/claims/{claim.uid}/withdraw/").status_code == 403


def test_document_is_read_by_whom_its_audience_names(
    owner: Client, site: Site, files_on_a_disk: object
) -> None:
    row = StoredFileFactory.create(site=site)
    address, certificate = f"/api/v1/documents/{row.uid}/", CertificateFactory.create(site=site)
    sponsor, rival = strangers()

    hidden = sponsor.get(f"{address}content/")
    Certificate.objects.filter(pk=certificate.pk).update(document=row)
    shown = sponsor.get(f"{address}content/", headers={"Accept": "application/pdf"})

    assert owner.get(address).json()["size_bytes"] == len(PDF)
    assert (hidden.status_code, shown.status_code) == (404, 200)
    assert b"".join(shown.streaming_content) == PDF  # type: ignore[attr-defined]
    assert shown["Content-Disposition"].startswith("attachment")
    assert rival.get(f"{address}content/").status_code == 404
    assert [client.get(address).status_code for client in (sponsor, rival)] == [404, 404]


def test_document_changes_its_audience_and_is_removed_and_restored(
    owner: Client, site: Site, files_on_a_disk: object
) -> None:
    row = StoredFileFactory.create(site=site)
    address = f"/api/v1/documents/{row.uid}/"

    changed = patch(owner, address, {"audience": "public"}, owner.get(address)["ETag"])
    removed = delete(owner, address, changed["ETag"])

    assert (changed.json()["audience"], removed.status_code) == (Audience.PUBLIC, 204)
    assert owner.get(f"{address}content/").status_code == 404
    assert post(owner, f"{address}restore/").status_code == 200
    assert patch(owner, address, {"audience": "all"}).status_code == 400
    assert delete(staff_of(site, Role.VIEWER), address).status_code == 403
    assert StoredFile.objects.get().removed_at is None

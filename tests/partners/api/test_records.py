"""A sponsor's own records over the API: whole for its members, not there for anybody else."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from partners.models import PrivateChange, PrivateFact, PrivateRecord, Site
from tests.accounts.api.callers import client_of, colleague_of, parameters, partner_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.private_records import (
    PrivateAgreementFactory,
    PrivateFactFactory,
    PrivateRecordFactory,
)
from tests.factories.vocabulary import TermFactory
from tests.partners.api.sending import delete, patch, post, stale_codes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/records/"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def record(member: Member) -> PrivateRecord:
    return PrivateRecordFactory.create(
        organisation=member.organisation, notes="As it was", vendor_number="MARRAM"
    )


def of(record: PrivateRecord, tail: str = "") -> str:
    return f"{ADDRESS}{record.uid}/{tail}"


def test_record_of_a_site_is_noted(client: Client, member: Member) -> None:
    site = SiteFactory.create()
    said = {"status": "blocked", "owner": str(member.uid), "last_audit_on": "2025-03-01", "notes": "a\nb"}

    answer = post(client, ADDRESS, {"site": str(site.uid), "name": "Marram"} | said)

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["site"]["uid"], row["partner"], row["status"]) == (str(site.uid), None, "blocked")
    assert row["owner"] == {"uid": str(member.uid), "name": member.user.full_name}
    assert (row["agreements"], row["facts"]) == ([], [])
    assert client.get(of(PrivateRecord.objects.get()))["ETag"] == answer["ETag"]
    event = Event.objects.get(kind="private_record.added")
    assert event.organisation_id == member.organisation_id


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"site": "0199a1de-0000-7000-8000-000000000000"}, "#/site"),
        ({"partner": "0199a1de-0000-7000-8000-000000000000"}, "#/partner"),
        ({"status": "fine"}, "#/status"),
        ({"country": "XX"}, "#/country"),
        ({"owner": "0199a1de-0000-7000-8000-000000000000"}, "#/owner"),
        ({"last_audit_on": "2099-01-01"}, "#/last_audit_on"),
        ({"last_audit_on": "2025-03-01", "next_audit_due_on": "2025-02-01"}, "#/next_audit_due_on"),
        ({"vendor_number": "a\nb"}, "#/vendor_number"),
        ({"colour": "blue"}, "#/colour"),
    ],
)
def test_record_that_cannot_be_used_is_refused_at_its_field(
    client: Client, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(client, ADDRESS, {"name": "Marram"} | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not PrivateRecord.objects.exists()


def test_record_of_both_a_partner_and_a_site_is_refused(client: Client) -> None:
    site = SiteFactory.create()
    both = {"site": str(site.uid), "partner": str(partner_of(site).uid)}

    assert pointers(post(client, ADDRESS, {"name": "Marram"} | both)) == ["#/site"]


def test_member_of_another_organisation_owns_nothing_here(client: Client) -> None:
    stranger = MemberFactory.create()

    assert pointers(post(client, ADDRESS, {"name": "a", "owner": str(stranger.uid)})) == ["#/owner"]


def test_second_record_of_a_site_answers_409(client: Client, record: PrivateRecord) -> None:
    assert record.site is not None

    assert post(client, ADDRESS, {"name": "a", "site": str(record.site.uid)}).status_code == 409


def test_change_keeps_what_was_not_sent_and_leaves_history(client: Client, record: PrivateRecord) -> None:
    answer = patch(client, of(record), {"status": "approved"}, client.get(of(record))["ETag"])

    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["notes"]) == ("approved", "As it was")
    assert PrivateChange.objects.get().field == "status"


def test_change_on_an_old_reading_writes_nothing(client: Client, record: PrivateRecord) -> None:
    assert stale_codes(client, of(record), {"name": "New"}) == [428, 412, 428, 412]


def test_removed_record_is_gone_until_it_is_restored(client: Client, record: PrivateRecord) -> None:
    removed = delete(client, of(record), client.get(of(record))["ETag"])
    missing = client.get(of(record))
    back = post(client, of(record, "restore/"))

    assert (removed.status_code, missing.status_code, back.status_code) == (204, 404, 200)
    assert client.get(of(record)).status_code == 200
    assert post(client, of(record, "restore/")).status_code == 409


def test_company_of_ones_own_is_linked_once(client: Client, member: Member) -> None:
    record = PrivateRecordFactory.create(organisation=member.organisation, unlinked=True)
    site = SiteFactory.create()

    empty = post(client, of(record, "link/"))
    answer, again = (post(client, of(record, "link/"), {"site": str(site.uid)}) for _ in range(2))

    assert (empty.status_code, answer.status_code, again.status_code) == (400, 200, 409)
    assert answer.json()["site"]["uid"] == str(site.uid)


def test_records_are_filtered_as_on_their_page(client: Client, member: Member, record: PrivateRecord) -> None:
    other = PrivateRecordFactory.create(organisation=member.organisation, approved=True, country="DE")
    PrivateAgreementFactory.create(record=other)
    assert record.site is not None
    queries = {
        "status=approved": other,
        "country=DE": other,
        "agreement=in_force": other,
        "agreement=none": record,
        "q=marram": record,
        f"site={record.site.uid}": record,
    }

    for query, found in queries.items():
        rows = client.get(f"{ADDRESS}?{query}").json()["results"]
        assert [row["uid"] for row in rows] == [str(found.uid)], query
    assert parameters(client.get(f"{ADDRESS}?status=fine")) == ["status"]
    assert parameters(client.get(f"{ADDRESS}?show=removed")) == ["show"]


def test_list_costs_the_same_queries_however_long(client: Client, member: Member) -> None:
    costs = []
    for number in (2, 10):
        for _ in range(number):
            row = PrivateRecordFactory.create(organisation=member.organisation, owner=member)
            PrivateAgreementFactory.create_batch(2, record=row)
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_agreements_are_noted_changed_and_removed(client: Client, record: PrivateRecord) -> None:
    address = of(record, "agreements/")

    first = post(client, address, {"kind": "msa", "reference": "M-1", "starts_on": "2025-01-01"})
    one = f"{address}{first.json()['uid']}/"
    changed = patch(client, one, {"ends_on": "2025-06-01"}, first["ETag"])

    assert first.status_code == 201, first.content
    assert (first.json()["state"], changed.json()["state"]) == ("in_force", "expired")
    assert changed.json()["reference"] == "M-1"
    assert [row["uid"] for row in client.get(address).json()["results"]] == [first.json()["uid"]]
    assert stale_codes(client, one, {}) == [428, 412, 428, 412]
    assert delete(client, one, changed["ETag"]).status_code == 204
    assert client.get(one).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "handshake"}, "#/kind"),
        ({}, "#/kind"),
        ({"kind": "cda", "starts_on": "2025-02-01", "ends_on": "2025-01-01"}, "#/ends_on"),
        ({"kind": "cda", "starts_on": "1900-01-01"}, "#/starts_on"),
        ({"kind": "cda", "state": "expired"}, "#/state"),
    ],
)
def test_agreement_that_cannot_be_used_is_refused_at_its_field(
    client: Client, record: PrivateRecord, body: dict[str, Any], pointer: str
) -> None:
    answer = post(client, of(record, "agreements/"), body)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.fixture
def fact() -> dict[str, Any]:
    TermFactory.create(code="op.lyophilisation", facet__code="unit_operation")
    TermFactory.create(code="sc.bioreactor-l", measure=True)
    return {
        "term": "op.lyophilisation",
        "is_offered": True,
        "source": "our audit",
        "as_of": "2026-01-01",
        "measure": {"term": "sc.bioreactor-l", "value": "500–2,000", "unit": "L"},
    }


def test_facts_are_noted_with_their_number(
    client: Client, record: PrivateRecord, fact: dict[str, Any]
) -> None:
    line = LineFactory.create(site=record.site)
    address = of(record, "facts/")

    first = post(client, address, fact | {"line": str(line.uid)})
    one = f"{address}{first.json()['uid']}/"
    kept = patch(client, one, {"is_offered": False}, first["ETag"])
    bare = patch(client, one, {"measure": None, "line": None})

    assert first.status_code == 201, first.content
    row = first.json()
    assert (row["lo"], row["hi"], row["unit"], row["entered_text"]) == (500, 2000, "L", "500–2,000")
    assert (row["line"]["uid"], row["line_name"], row["basis"]) == (str(line.uid), line.name, "inspected")
    assert (kept.json()["is_offered"], kept.json()["lo"]) == (False, 500)
    assert (bare.json()["measure"], bare.json()["lo"], bare.json()["line"]) == (None, None, None)
    assert client.get(of(record)).json()["facts"] == [bare.json()]
    assert stale_codes(client, one, {}) == [428, 412, 428, 412]
    assert delete(client, one, bare["ETag"]).status_code == 204


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"term": "sc.bioreactor-l"}, "#/term"),
        ({"source": ""}, "#/source"),
        ({"as_of": "2099-01-01"}, "#/as_of"),
        ({"as_of": None}, "#/as_of"),
        ({"line": "0199a1de-0000-7000-8000-000000000000"}, "#/line"),
        ({"measure": {"term": "sc.bioreactor-l", "value": "many", "unit": "L"}}, "#/measure/value"),
        ({"measure": {"term": "sc.bioreactor-l", "value": 5, "unit": "bushels"}}, "#/measure/unit"),
        ({"basis": "verified"}, "#/basis"),
    ],
)
def test_fact_that_cannot_be_used_is_refused_at_its_field(
    client: Client, record: PrivateRecord, fact: dict[str, Any], changes: dict[str, Any], pointer: str
) -> None:
    answer = post(client, of(record, "facts/"), fact | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not PrivateFact.objects.exists()


def test_second_fact_about_a_term_answers_409(
    client: Client, record: PrivateRecord, fact: dict[str, Any]
) -> None:
    post(client, of(record, "facts/"), fact)

    assert post(client, of(record, "facts/"), fact).status_code == 409


def test_facts_are_of_sites_alone(client: Client, member: Member, fact: dict[str, Any]) -> None:
    record = PrivateRecordFactory.create(organisation=member.organisation, unlinked=True)

    assert post(client, of(record, "facts/"), fact).status_code == 409


def everything_of(record: PrivateRecord) -> list[str]:
    agreement = PrivateAgreementFactory.create(record=record)
    fact = PrivateFactFactory.create(record=record)
    parts = ("", "agreements/", f"agreements/{agreement.uid}/", "facts/", f"facts/{fact.uid}/")
    return [of(record, part) for part in parts]


def test_viewers_read_and_write_nothing(member: Member, record: PrivateRecord) -> None:
    viewer = client_of(colleague_of(member, Role.VIEWER))
    whole, agreements, agreement, facts, fact = everything_of(record)

    assert {viewer.get(each).status_code for each in (whole, agreements, agreement, facts, fact)} == {200}
    assert {post(viewer, each).status_code for each in (ADDRESS, agreements, facts)} == {403}
    for one in (whole, agreement, fact):
        assert (patch(viewer, one, {}).status_code, delete(viewer, one).status_code) == (403, 403)


def test_strangers_find_nothing(record: PrivateRecord) -> None:
    site: Site | None = record.site
    assert site is not None
    addresses = everything_of(record)
    for stranger in (client_of(MemberFactory.create()), staff_of(site)):
        for address in addresses:
            assert stranger.get(address).status_code == 404
        for tail in ("restore/", "link/"):
            assert post(stranger, of(record, tail)).status_code == 404
        assert stranger.get(ADDRESS).json()["results"] == []


def test_cdmo_notes_no_records() -> None:
    assert post(client_of(MemberFactory.create(cdmo=True)), ADDRESS, {"name": "a"}).status_code == 403

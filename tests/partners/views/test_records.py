"""Pages of private records: members read them, editors write, and nobody else finds them."""

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from cdmo_portal.accounts.actors import actor_of_member
from partners.actions import private_records
from partners.actions.private_records import Row
from partners.models import PrivateAgreement, PrivateFact, PrivateRecord
from partners.searching import rebuild
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import (
    PrivateAgreementFactory,
    PrivateFactFactory,
    PrivateRecordFactory,
)
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import lyophilisation, signed_in, vessel_volume
from tests.partners.sponsors import Sponsor, sponsor, strangers

pytestmark = pytest.mark.django_db
Status = PrivateRecord.Status
LIST = "/our-cdmos/"
FORM = {
    "name": "Ours",
    "city": "Cork",
    "country": "IE",
    "status": "approved",
    "condition": "",
    "vendor_number": "V-1",
    "last_audit_on": "2026-01-31",
    "next_audit_due_on": "",
    "owner": "",
    "notes": "",
    "version": "",
}


@pytest.fixture
def ours() -> Sponsor:
    return sponsor()


def html(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def names(client: Client, **query: str) -> list[str]:
    answer = client.get(LIST, query)
    return [row.record.name for row in answer.context["rows"]]


def counts(client: Client, facet: str, **query: str) -> Mapping[str, int]:
    facets = {each.name: each for each in client.get(LIST, query).context["facets"]}
    return {each.value: each.count for each in (*facets[facet].options, *facets[facet].more)}


def pages_of(record: PrivateRecord) -> list[str]:
    agreement, fact = record.agreements.get(), record.facts.get()
    return [
        LIST,
        f"{LIST}export/xlsx/",
        f"{LIST}new/",
        *(reverse(f"partners:record_{name}", args=[record.uid]) for name in ("detail", "update")),
        reverse("partners:agreement_create", args=[record.uid]),
        reverse("partners:agreement_update", args=[record.uid, agreement.uid]),
        reverse("partners:fact_create", args=[record.uid]),
        reverse("partners:fact_update", args=[record.uid, fact.uid]),
    ]


def whole(ours: Sponsor) -> PrivateRecord:
    record = PrivateRecordFactory.create(organisation=ours.organisation, name="Known to us")
    PrivateAgreementFactory.create(record=record)
    PrivateFactFactory.create(record=record)
    return record


def test_pages_when_read_by_members_then_are_there_and_writing_is_for_editors(ours: Sponsor) -> None:
    for number, path in enumerate(pages_of(whole(ours))):
        assert ours.client.get(path).status_code == 200, path
        is_reading = number in {0, 1, 3}
        assert signed_in(ours.viewer).get(path).status_code == (200 if is_reading else 403), path


def test_pages_when_asked_by_strangers_then_none_of_it_exists(ours: Sponsor) -> None:
    record = whole(ours)
    of_record = [path for path in pages_of(record) if str(record.uid) in path]

    for who, client in strangers().items():
        for path in of_record:
            assert client.get(path).status_code == 404, (who, path)
            assert client.post(path, FORM).status_code in {404, 405}, (who, path)
        for name in ("remove", "restore"):
            path = reverse(f"partners:record_{name}", args=[record.uid])
            assert client.post(path, {"version": "1"}).status_code == 404, (who, path)
        if who != "another sponsor":
            assert client.get(LIST).status_code == 404, who
    assert names(strangers()["another sponsor"]) == []


def test_list_when_filtered_then_shows_as_many_as_each_value_counts(ours: Sponsor) -> None:
    today = timezone.localdate()
    for status, days in (("approved", -1), ("approved", 30), ("blocked", 300)):
        PrivateRecordFactory.create(
            organisation=ours.organisation, status=status, next_audit_due_on=today + dt.timedelta(days)
        )
    PrivateRecordFactory.create(organisation=ours.organisation, name="Alone", country="IE")
    PrivateRecordFactory.create(status="approved")

    assert counts(ours.client, "status") == {"approved": 2, "conditional": 0, "blocked": 1, "none": 1}
    for facet in ("status", "agreement", "audit", "country"):
        for value, number in counts(ours.client, facet).items():
            assert len(names(ours.client, **{facet: value})) == number, (facet, value)
    assert counts(ours.client, "audit", status="approved") == {"overdue": 1, "due": 1, "later": 0, "none": 0}
    assert names(ours.client, q="alon") == ["Alone"]


def test_list_when_an_agreement_was_renewed_then_it_has_neither_expired_nor_ends_soon(ours: Sponsor) -> None:
    today, day = timezone.localdate(), dt.timedelta(days=1)
    renewed = PrivateRecordFactory.create(organisation=ours.organisation, name="Renewed")
    ending = PrivateRecordFactory.create(organisation=ours.organisation, name="Ending")
    over = PrivateRecordFactory.create(organisation=ours.organisation, name="Over")
    PrivateAgreementFactory.create(record=renewed, ends_on=today - day)
    PrivateAgreementFactory.create(record=renewed, ends_on=today + 30 * day)
    PrivateAgreementFactory.create(record=renewed, starts_on=today + 30 * day, ends_on=None)
    PrivateAgreementFactory.create(record=ending, ends_on=today + 30 * day)
    PrivateAgreementFactory.create(record=ending, kind="msa", ends_on=today - day, removed_at=timezone.now())
    PrivateAgreementFactory.create(record=over, kind="msa", ends_on=today - day)

    assert names(ours.client, agreement="expiring") == ["Ending"]
    assert names(ours.client, agreement="expired") == ["Over"]
    assert names(ours.client, agreement="in_force") == ["Ending", "Renewed"]


@pytest.mark.parametrize(
    "query", ["nonsense=1", "status=maybe", "sort=colour", "q=%01" + "x" * 300, "country=XX"]
)
def test_list_when_asked_for_what_it_does_not_know_then_says_so(ours: Sponsor, query: str) -> None:
    answer = ours.client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert "This list cannot be shown" in answer.content.decode()
    assert ours.client.get(f"{LIST}export/csv/?{query}").status_code == 404


def test_list_when_empty_then_says_what_to_do_first(ours: Sponsor) -> None:
    assert "Start with the list that you have" in html(ours.client, LIST)
    assert "No record passes" in html(ours.client, LIST, status="blocked")


def test_list_when_it_grows_then_asks_no_more_questions(
    ours: Sponsor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole(ours)
    client = ours.client
    client.get(LIST)

    with django_assert_num_queries(14) as first:
        client.get(LIST)
    for _number in range(60):
        PrivateAgreementFactory.create(record=PrivateRecordFactory.create(organisation=ours.organisation))
    with django_assert_num_queries(len(first)):
        answer = client.get(LIST)
    assert len(answer.content) < 150_000


def test_record_when_it_grows_then_its_page_asks_no_more_questions(
    ours: Sponsor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = whole(ours)
    client, path = ours.client, record.get_absolute_url()
    client.get(path)

    with django_assert_num_queries(12) as first:
        client.get(path)
    for _number in range(20):
        PrivateFactFactory.create(record=record)
        PrivateAgreementFactory.create(record=record)
    with django_assert_num_queries(len(first)):
        client.get(path)


def test_export_when_taken_as_xlsx_then_holds_the_view_and_says_what_it_is(ours: Sponsor) -> None:
    record = whole(ours)
    PrivateRecord.objects.filter(pk=record.pk).update(status="approved", name="=evil()")
    PrivateRecordFactory.create(organisation=ours.organisation, name="Other")

    answer = ours.client.get(f"{LIST}export/xlsx/?status=approved")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Our CDMOs", "Agreements", "Own facts", "About this export"]
    rows = book.get_sheet_by_name("Our CDMOs").to_python()
    assert [row[0] for row in rows] == ["Name", "=evil()"]
    about = {row[0]: row[1] for row in book.get_sheet_by_name("About this export").to_python()}
    assert about["Filters"] == "Our status: Approved"
    assert about["Exported by"] == ours.editor.user.email


def test_export_when_of_removed_records_then_says_so_among_its_filters(ours: Sponsor) -> None:
    record = whole(ours)
    private_records.remove(row=record, version="1", by=actor_of_member(ours.editor))

    answer = ours.client.get(f"{LIST}export/xlsx/?show=removed")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    about = {row[0]: row[1] for row in book.get_sheet_by_name("About this export").to_python()}
    assert (about["Filters"], about["Records"]) == ("Removed records", 1)
    assert book.get_sheet_by_name("Own facts").to_python()[1][0] == record.name


def test_record_when_saved_by_form_then_shows_its_words_and_history(ours: Sponsor) -> None:
    client = ours.client
    answer = client.post(f"{LIST}new/", FORM)
    record = PrivateRecord.objects.get()
    assert answer["Location"] == record.get_absolute_url()

    client.post(
        reverse("partners:record_update", args=[record.uid]),
        {**FORM, "status": "conditional", "condition": "Oral solids only", "version": "1"},
    )

    page = html(client, record.get_absolute_url())
    assert "Oral solids only" in page
    assert "Status: Approved → Conditional" in page


def test_record_when_two_edit_it_then_the_second_sees_both_values(ours: Sponsor) -> None:
    record = PrivateRecordFactory.create(organisation=ours.organisation, name="Theirs", version=2)

    answer = ours.client.post(
        reverse("partners:record_update", args=[record.uid]), {**FORM, "name": "Mine", "version": "1"}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else saved this" in page
    assert "Mine" in page
    assert "Theirs" in page
    record.refresh_from_db()
    assert record.name == "Theirs"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "This field is required"),
        ("name", "a\x00b", "Null characters are not allowed"),
        ("country", "XX", "Select a valid choice"),
        ("status", "maybe", "Select a valid choice"),
        ("owner", "00000000-0000-0000-0000-000000000000", "Select a valid choice"),
        ("last_audit_on", "31/31/2026", "Enter a valid date"),
        ("last_audit_on", "9999-12-31", "has not come yet"),
        ("next_audit_due_on", "2025-01-01", "before the last one"),
        ("vendor_number", "9" * 61, "at most 60 characters"),
    ],
)
def test_record_when_badly_filled_then_says_what_and_where(
    ours: Sponsor, field: str, value: str, told: str
) -> None:
    answer = ours.client.post(f"{LIST}new/", {**FORM, field: value})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not PrivateRecord.objects.exists()


def test_record_when_its_owner_is_of_another_organisation_then_is_refused(ours: Sponsor) -> None:
    answer = ours.client.post(f"{LIST}new/", {**FORM, "owner": str(sponsor().viewer.uid)})

    assert answer.status_code == 422


def test_record_when_removed_then_its_page_offers_undo(ours: Sponsor) -> None:
    record = whole(ours)
    client = ours.client

    client.post(reverse("partners:record_remove", args=[record.uid]), {"version": "1"})

    assert names(client) == []
    assert names(client, show="removed") == ["Known to us"]
    assert "Undo" in html(client, record.get_absolute_url())
    assert client.get(reverse("partners:record_update", args=[record.uid])).status_code == 404
    client.post(reverse("partners:record_restore", args=[record.uid]))
    assert names(client) == ["Known to us"]


@pytest.mark.parametrize("is_of", ["record", "agreement", "fact"])
def test_form_when_what_it_edits_was_removed_meanwhile_then_says_so_and_keeps_what_was_typed(
    ours: Sponsor, is_of: str
) -> None:
    record = whole(ours)
    agreement, fact = record.agreements.get(), PrivateFactFactory.create(record=record, term=lyophilisation())
    cases: dict[str, tuple[Row, str, dict[str, str]]] = {
        "record": (record, reverse("partners:record_update", args=[record.uid]), {**FORM, "notes": "Typed"}),
        "agreement": (
            agreement,
            reverse("partners:agreement_update", args=[record.uid, agreement.uid]),
            {"kind": "msa", "reference": "Typed", "version": "1"},
        ),
        "fact": (
            fact,
            reverse("partners:fact_update", args=[record.uid, fact.uid]),
            {
                "term": "Lyophilisation",
                "is_offered": "yes",
                "basis": "inspected",
                "source": "Typed",
                "as_of": "2026-01-31",
                "version": "1",
            },
        ),
    }
    row, path, sent = cases[is_of]
    private_records.remove(row=row, version="1", by=actor_of_member(ours.editor))

    answer = ours.client.post(path, sent)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "removed meanwhile, so nothing was saved" in page
    assert "Typed" in page
    assert ours.client.get(path).status_code == 404


def test_record_when_a_colleague_has_added_one_of_the_same_site_then_what_was_typed_stays(
    ours: Sponsor,
) -> None:
    site = SiteFactory.create(name="Harbour works")
    PrivateRecordFactory.create(organisation=ours.organisation, site=site, name="Their note")

    answer = ours.client.post(f"{LIST}new/?site={site.slug}", {**FORM, "notes": "Typed by me"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has a record of this already" in page
    assert "Typed by me" in page
    assert "Their note" in page
    assert ours.client.get(f"{LIST}new/?site={site.slug}").status_code == 302


def test_agreement_when_removed_then_the_page_offers_undo_at_once(ours: Sponsor) -> None:
    record = whole(ours)
    agreement = record.agreements.get()
    client = ours.client

    answer = client.post(
        reverse("partners:agreement_remove", args=[record.uid, agreement.uid]), {"version": "1"}, follow=True
    )

    undo = reverse("partners:agreement_restore", args=[record.uid, agreement.uid])
    assert answer.content.decode().count(undo) == 2
    client.post(undo)
    assert list(record.agreements.present()) == [agreement]


def test_agreement_when_it_ends_before_it_starts_then_is_refused(ours: Sponsor) -> None:
    record = whole(ours)
    sent = {"kind": "msa", "starts_on": "2027-01-02", "ends_on": "2027-01-01"}

    answer = ours.client.post(reverse("partners:agreement_create", args=[record.uid]), sent)

    assert answer.status_code == 422
    assert PrivateAgreement.objects.count() == 1


def test_fact_when_noted_with_a_number_then_is_kept_in_the_base_unit(ours: Sponsor) -> None:
    lyophilisation(), vessel_volume()
    record = PrivateRecordFactory.create(organisation=ours.organisation)
    sent = {
        "term": "Lyophilisation",
        "is_offered": "yes",
        "measure": "sc.bioreactor-l",
        "number": "up to 2",
        "unit": "m3",
        "basis": "inspected",
        "source": "our audit 2026",
        "as_of": "2026-01-31",
    }

    answer = ours.client.post(reverse("partners:fact_create", args=[record.uid]), sent)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    fact = PrivateFact.objects.get()
    assert (fact.lo, fact.hi, fact.number) == (None, Decimal(2_000), "up to 2 m3")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"number": "many"}, "is not a number"),
        ({"unit": "furlongs"}, "is not a unit"),
        ({"measure": ""}, "This field is required"),
        ({"number": ""}, "This field is required"),
        ({"measure": "", "number": ""}, "number that this unit belongs to"),
        ({"source": ""}, "This field is required"),
        ({"as_of": "2999-01-01"}, "has not come yet"),
        ({"term": "alchemy"}, "is not in the vocabulary"),
        ({"place": "00000000-0000-0000-0000-000000000000"}, "Select a valid choice"),
    ],
)
def test_fact_when_badly_filled_then_says_what_and_where(
    ours: Sponsor, change: Mapping[str, str], told: str
) -> None:
    lyophilisation(), vessel_volume()
    record = PrivateRecordFactory.create(organisation=ours.organisation)
    sent = {
        "term": "Lyophilisation",
        "is_offered": "yes",
        "measure": "sc.bioreactor-l",
        "number": "2000",
        "unit": "L",
        "basis": "inspected",
        "source": "our audit",
        "as_of": "2026-01-31",
        **change,
    }

    answer = ours.client.post(reverse("partners:fact_create", args=[record.uid]), sent)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not PrivateFact.objects.exists()


def test_profile_when_read_by_the_organisation_then_shows_what_it_knows_and_to_nobody_else(
    ours: Sponsor,
) -> None:
    fact = PrivateFactFactory.create(
        record__organisation=ours.organisation,
        record__condition="Secret condition",
        source="Secret audit",
        denied=True,
    )
    site = fact.record.site
    assert site is not None
    partner = site.partner
    assert partner is not None
    CapabilityFactory.create(site=site, term=fact.term)
    PrivateRecordFactory.create(
        organisation=ours.organisation, site=None, partner=partner, condition="Secret of the partner"
    )

    seen = html(ours.client, site.get_absolute_url())
    assert "Secret condition" in seen
    assert "Secret audit" in seen
    assert "the company states otherwise" in seen
    assert "Secret of the partner" in seen
    assert "Secret of the partner" in html(ours.client, partner.get_absolute_url())
    keeper = Client()
    for client in (*strangers().values(), keeper):
        for path in (site.get_absolute_url(), partner.get_absolute_url()):
            assert "Secret" not in client.get(path, follow=True).content.decode()


def test_profile_when_nothing_is_noted_then_editors_can_add_it_from_there(ours: Sponsor) -> None:
    site = SiteFactory.create()
    address = f"/our-cdmos/new/?site={site.slug}"

    assert address in html(ours.client, site.get_absolute_url())
    assert address not in html(signed_in(ours.viewer), site.get_absolute_url())
    ours.client.post(address, FORM)
    record = PrivateRecord.objects.get()
    assert record.site == site
    assert ours.client.get(address)["Location"] == record.get_absolute_url()
    assert ours.client.get("/our-cdmos/new/?site=no-such-site").status_code == 404


def test_profile_when_the_record_stands_under_another_name_then_it_can_be_linked(ours: Sponsor) -> None:
    site = SiteFactory.create()
    record = PrivateRecordFactory.create(organisation=ours.organisation, unlinked=True)
    foreign = PrivateRecordFactory.create(unlinked=True)
    address = f"/our-cdmos/link/?site={site.slug}"

    assert record.name in html(ours.client, f"/our-cdmos/new/?site={site.slug}")
    assert ours.client.post(address, {"record": str(foreign.uid)}).status_code == 404
    ours.client.post(address, {"record": str(record.uid)})

    record.refresh_from_db()
    assert record.site == site


def directory(client: Client, **query: str) -> tuple[int, dict[str, int]]:
    context = client.get("/sites/", query).context
    facets = {each.name: each for each in context["facets"]}
    ours = facets.get("our_status")
    return context["page_obj"].paginator.count, {
        each.value: each.count for each in ours.options
    } if ours else {}


def test_directory_when_a_sponsor_has_records_then_counts_and_filters_by_their_status(ours: Sponsor) -> None:
    partner = PartnerFactory.create()
    sites = [SiteFactory.create(partner=partner) for _number in range(3)] + [SiteFactory.create()]
    rebuild([site.pk for site in sites])
    PrivateRecordFactory.create(organisation=ours.organisation, site=None, partner=partner, approved=True)
    PrivateRecordFactory.create(organisation=ours.organisation, site=sites[0], blocked=True)
    PrivateRecordFactory.create(site=sites[3], blocked=True)

    total, found = directory(ours.client)

    assert total == 4
    assert found == {"approved": 2, "conditional": 0, "blocked": 1, "none": 0, "absent": 1}
    for value, number in found.items():
        assert directory(ours.client, our_status=value)[0] == number
    assert directory(ours.client, our_status="approved", country="DE")[0] == 0
    card = html(ours.client, "/sites/", our_status="blocked")
    assert "Blocked by us" in card


def test_directory_when_asked_by_others_then_knows_no_such_filter(ours: Sponsor) -> None:
    record = PrivateRecordFactory.create(organisation=ours.organisation, approved=True)
    rebuild([record.site_id or 0])

    for who, client in strangers().items():
        assert directory(client)[1] == {}, who
        page = client.get("/sites/?our_status=approved")
        if who == "another sponsor":
            assert page.context["page_obj"].paginator.count == 0
        else:
            assert page.status_code == 400
        assert "Approved by us" not in html(client, "/sites/")


@pytest.mark.parametrize(
    ("is_offered", "stated", "is_yes", "is_contradicted"),
    [
        (False, "op.lyophilisation", True, True),
        (False, "op.lyophilisation.vials", True, True),
        (False, "op.lyophilisation.vials", False, False),
        (True, "op.lyophilisation", False, True),
        (True, "op.lyophilisation.vials", False, False),
    ],
)
def test_fact_when_the_company_states_something_then_its_page_says_whether_it_is_otherwise(
    ours: Sponsor, is_offered: bool, stated: str, is_yes: bool, is_contradicted: bool
) -> None:
    term = lyophilisation()
    TermFactory.create(code="op.lyophilisation.vials", parent=term)
    fact = PrivateFactFactory.create(record__organisation=ours.organisation, term=term, is_offered=is_offered)
    CapabilityFactory.create(site=fact.record.site, term=TermFactory.create(code=stated), is_offered=is_yes)

    (view,) = ours.client.get(fact.record.get_absolute_url()).context["facts"]

    assert view.is_contradicted is is_contradicted

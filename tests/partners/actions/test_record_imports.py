"""A sponsor's list on its way into its records: what each row would do, and that exactly this is done."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.events.models import Event
from partners.actions import private_records, record_imports
from partners.actions.editing import NotAllowed
from partners.actions.private_records import RecordFacts
from partners.actions.record_imports import ChangedSinceDryRun, ImportRefused
from partners.models import ImportMapping, PrivateAgreement, PrivateChange, PrivateRecord, RecordImport, Site
from partners.record_planning import signature
from partners.searching import rebuild
from partners.tasks import forget_imports
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.private_records import PrivateAgreementFactory, PrivateRecordFactory
from tests.partners.sponsors import Sponsor, sponsor

pytestmark = pytest.mark.django_db
FIELDS = ("name", "city", "country", "duns", "status", "vendor_number", "cda_from", "cda_until", "owner")
HEADINGS = ["Supplier", "Town", "Land", "DUNS", "Status", "Vendor", "CDA from", "CDA until", "Owner"]
STATUSES = {"ok": "approved", "no": "blocked"}


@pytest.fixture
def ours() -> Sponsor:
    return sponsor()


def uploaded(ours: Sponsor, *rows: Sequence[Any]) -> RecordImport:
    sheets = [{"name": "Ours", "rows": [HEADINGS, *map(list, rows)], "refused": ""}]
    return record_imports.upload(file_name="ours.xlsx", sheets=sheets, by=ours.actor)


def tried(ours: Sponsor, *rows: Sequence[Any]) -> RecordImport:
    columns = {name: at for at, name in enumerate(FIELDS)}
    return record_imports.map_columns(
        imported=uploaded(ours, *rows), columns=columns, statuses=STATUSES, date_order="", by=ours.actor
    )


def applied(ours: Sponsor, imported: RecordImport) -> RecordImport:
    shown = signature(imported.plan, imported.base)
    return record_imports.apply(imported=imported, shown=shown, by=ours.actor)


def site(name: str = "Larkfen, Nottingham", city: str = "Nottingham", **more: Any) -> Site:
    partner = more.pop("partner", None) or PartnerFactory.create(name=name.partition(",")[0])
    found = SiteFactory.create(name=name, city=city, country="GB", partner=partner, **more)
    rebuild([found.pk])
    return found


def only(imported: RecordImport) -> Mapping[str, Any]:
    assert len(imported.plan) == 1
    planned: Mapping[str, Any] = imported.plan[0]
    return planned


def test_list_when_tried_then_nothing_is_written_and_when_applied_then_exactly_that(ours: Sponsor) -> None:
    there = site()
    imported = tried(
        ours,
        ["Larkfen Ltd", "Nottingham", "UK", None, "OK", 4711.0, {"date": "2026-01-01"}, "evergreen", None],
        ["Nobody we know", None, "IE", None, "no"],
        [None, "No name"],
    )

    assert [each["outcome"] for each in imported.plan] == ["new", "new", "refused"]
    assert not PrivateRecord.objects.exists()
    done = applied(ours, imported)

    linked, unlinked = PrivateRecord.objects.order_by("pk")
    assert (linked.site, linked.name, linked.status, linked.vendor_number) == (
        there, "Larkfen Ltd", "approved", "4711",
    )  # fmt: skip
    assert (unlinked.subject, unlinked.status, unlinked.organisation) == (None, "blocked", ours.organisation)
    agreement = PrivateAgreement.objects.get()
    assert (agreement.record, agreement.starts_on, agreement.ends_on) == (linked, dt.date(2026, 1, 1), None)
    assert {each.is_import for each in PrivateChange.objects.all()} == {True}
    assert done.sheets == []
    assert [each["row"] for each in done.plan] == [4]
    assert Event.objects.get(kind="record_import.applied").data["new"] == 2


def test_list_when_applied_twice_then_the_second_time_is_refused_and_uploaded_again_says_unchanged(
    ours: Sponsor,
) -> None:
    rows = [["Larkfen", "Cork", "IE", None, "ok", "V1", None, "2028-01-01"]]
    imported = tried(ours, *rows)
    applied(ours, imported)

    with pytest.raises(ImportRefused):
        applied(ours, imported)
    assert only(tried(ours, *rows))["outcome"] == "unchanged"


def test_row_when_a_record_is_there_then_tells_each_change_and_leaves_what_it_is_silent_on(
    ours: Sponsor,
) -> None:
    record = PrivateRecordFactory.create(
        organisation=ours.organisation, unlinked=True, name="Larkfen", city="Cork", country="IE",
        vendor_number="V1", notes="Keep", status="approved",
    )  # fmt: skip
    PrivateAgreementFactory.create(record=record, ends_on=dt.date(2027, 1, 1))

    imported = tried(ours, ["Larkfen", "Cork", "IE", None, "no", None, None, "2029-01-01"])

    assert only(imported)["changes"] == [
        ["status", "approved", "blocked"],
        ["cda", "until 2027-01-01", "until 2029-01-01"],
    ]
    applied(ours, imported)
    record.refresh_from_db()
    assert (record.status, record.notes, record.vendor_number, record.version) == ("blocked", "Keep", "V1", 2)
    assert record.agreements.get().ends_on == dt.date(2029, 1, 1)
    assert {each.field for each in record.changes.all()} == {"status", "ends_on"}


def test_row_when_only_its_vendor_number_is_known_then_it_is_that_record(ours: Sponsor) -> None:
    record = PrivateRecordFactory.create(
        organisation=ours.organisation, unlinked=True, name="Old name", vendor_number="v1"
    )

    planned = only(tried(ours, ["New name", None, None, None, None, "V1"]))

    assert planned["record"] == record.pk
    assert ["name", "Old name", "New name"] in planned["changes"]


def test_row_when_a_number_names_a_site_then_it_is_that_whatever_its_name(ours: Sponsor) -> None:
    there = site()
    SiteIdentifierFactory.create(site=there, scheme="duns", value="012345678")

    planned = only(tried(ours, ["Quite another name", None, None, 12345678.0]))

    assert (planned["subject"]["pk"], planned["how"]) == (there.pk, "DUNS")


def test_row_when_a_number_is_of_several_sites_then_a_person_chooses(ours: Sponsor) -> None:
    for name in ("One, A", "Two, B"):
        SiteIdentifierFactory.create(site=site(name), scheme="duns", value="123456789")

    planned = only(tried(ours, ["X", None, None, "123456789"]))

    assert planned["subject"] is None
    assert len(planned["offered"]) == 2


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Larkfen", "Nottingham", "GB"], "site"),
        (["LARKFEN Ltd.", "nottingham", "United Kingdom"], "site"),
        (["Larkfen", None, "GB"], "partner"),
        (["Larkfen", "Leeds", "GB"], None),
        (["Larkfen", "Nottingham", None], None),
        (["Larkfen", "Nottingham", "DE"], None),
        (["Larkfenn", "Nottingham", "GB"], None),
        (["Larkfens", "Nottingham", "GB"], None),
    ],
)
def test_row_when_named_like_a_partner_then_only_name_country_and_city_together_are_certain(
    ours: Sponsor, row: list[Any], expected: str | None
) -> None:
    site()

    planned = only(tried(ours, row))

    assert (planned["subject"] or {}).get("kind") == expected


def test_row_when_its_legal_form_is_another_then_it_is_not_the_same_company(ours: Sponsor) -> None:
    site("Larkfen GmbH, Bonn", "Bonn", partner=PartnerFactory.create(name="Larkfen GmbH"))

    assert only(tried(ours, ["Larkfen AG", "Bonn", "GB"]))["subject"] is None


def test_row_when_nearly_named_then_is_linked_by_choice_only_and_the_choice_is_remembered(
    ours: Sponsor,
) -> None:
    there = site()
    row = ["Larkfenn", "Nottingham", "GB", None, "ok"]
    imported = tried(ours, row)
    assert f"site:{there.slug}" in [each["key"] for each in only(imported)["offered"]]
    assert imported.counts["choose"] == 1

    chosen = record_imports.choose(imported=imported, choices={"2": f"site:{there.slug}"}, by=ours.actor)
    applied(ours, chosen)

    assert PrivateRecord.objects.get().site == there
    again = only(tried(ours, row))
    assert (again["outcome"], again["how"], again["offered"]) == ("unchanged", "own", [])


def test_row_when_its_choice_is_not_offered_then_it_stays_unlinked(ours: Sponsor) -> None:
    site()
    imported = tried(ours, ["Larkfenn", "Nottingham", "GB"])

    chosen = record_imports.choose(imported=imported, choices={"2": "site:no-such-site"}, by=ours.actor)

    assert only(chosen)["subject"] is None


def test_row_when_its_company_is_kept_unlinked_then_the_portal_knowing_it_links_the_record(
    ours: Sponsor,
) -> None:
    record = PrivateRecordFactory.create(
        organisation=ours.organisation, unlinked=True, name="Larkfen", city="Nottingham", country="GB"
    )
    there = site()

    applied(ours, tried(ours, ["Larkfen", "Nottingham", "GB"]))

    record.refresh_from_db()
    assert record.site == there
    assert record.changes.get().field == "site"


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        ([None], "name", "is empty"),
        (["x" * 201], "name", "201 characters"),
        (["A", None, "Atlantis"], "country", "not a country"),
        (["A", None, None, "12"], "duns", "nine digits"),
        (["A", None, None, None, "maybe"], "status", "not given a meaning"),
        (["A", None, None, None, None, None, "03/04/2027"], "cda_from", "two ways"),
        (["A", None, None, None, None, None, "2027-02-01", "2027-01-01"], "cda_until", "before the start"),
        (["A", *[None] * 7, "Somebody else"], "owner", "not one member"),
    ],
)
def test_row_when_something_in_it_cannot_be_read_then_is_refused_with_column_and_reason(
    ours: Sponsor, row: list[Any], field: str, why: str
) -> None:
    imported = tried(ours, [*row, *[None] * (9 - len(row))] if row[0] else [None, "city"], ["Good one"])

    bad, good = imported.plan
    assert (bad["outcome"], good["outcome"]) == ("refused", "new")
    assert any(name == field and why in reason for name, reason in bad["problems"])
    applied(ours, imported)
    assert [each.name for each in PrivateRecord.objects.all()] == ["Good one"]


def test_row_when_it_ends_an_agreement_before_its_noted_start_then_is_refused(ours: Sponsor) -> None:
    record = PrivateRecordFactory.create(organisation=ours.organisation, unlinked=True, name="A")
    PrivateAgreementFactory.create(record=record, starts_on=dt.date(2027, 6, 1))

    planned = only(tried(ours, ["A", *[None] * 6, "2027-01-01"]))

    assert planned["outcome"] == "refused"


@pytest.mark.parametrize(
    ("row", "outcome", "ends_on"),
    [
        (["2026-01-01"], "unchanged", "2027-01-01"),
        (["2026-02-01"], "changed", "2027-01-01"),
        (["2026-01-01", "none"], "unchanged", "2027-01-01"),
        (["2026-01-01", "open-ended"], "changed", None),
        (["2027-06-01"], "refused", "2027-01-01"),
    ],
)
def test_row_when_silent_on_the_end_of_an_agreement_then_leaves_the_noted_one(
    ours: Sponsor, row: list[Any], outcome: str, ends_on: str | None
) -> None:
    record = PrivateRecordFactory.create(organisation=ours.organisation, unlinked=True, name="A")
    agreement = PrivateAgreementFactory.create(
        record=record, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2027, 1, 1)
    )

    imported = tried(ours, ["A", *[None] * 5, *row])
    assert only(imported)["outcome"] == outcome
    applied(ours, imported)

    agreement.refresh_from_db()
    assert agreement.ends_on == (dt.date.fromisoformat(ends_on) if ends_on else None)


@pytest.mark.parametrize(
    ("row", "is_known"),
    [
        (["Larkfen"], True),
        (["LARKFEN", "cork"], True),
        (["Larkfen", None, "IE"], True),
        (["Larkfen", "Cork", "GB"], False),
        (["Larkfen", "Dublin"], False),
    ],
)
def test_row_when_its_record_knows_more_of_the_place_then_it_is_that_record(
    ours: Sponsor, row: list[Any], is_known: bool
) -> None:
    record = PrivateRecordFactory.create(
        organisation=ours.organisation, unlinked=True, name="Larkfen", city="Cork", country="IE"
    )

    assert only(tried(ours, row))["record"] == (record.pk if is_known else None)


def test_row_when_several_records_are_called_so_then_it_is_the_one_at_its_place_or_none(
    ours: Sponsor,
) -> None:
    here, there = (
        PrivateRecordFactory.create(organisation=ours.organisation, unlinked=True, name="Larkfen", city=city)
        for city in ("", "Cork")
    )

    planned = [only(tried(ours, ["Larkfen", city]))["record"] for city in (None, "Cork", "Dublin")]

    assert planned == [here.pk, there.pk, None]


def test_row_when_its_twin_before_it_is_refused_then_is_taken(ours: Sponsor) -> None:
    imported = tried(ours, ["A", *[None] * 7, "Somebody else"], ["A", "", ""])

    assert [each["outcome"] for each in imported.plan] == ["refused", "new"]


def test_row_when_it_says_the_same_as_an_earlier_one_then_is_refused(ours: Sponsor) -> None:
    site()

    imported = tried(
        ours, ["A", "B", "IE"], ["a", "b", "IE"], ["Larkfen", None, "GB"], ["Larkfen Ltd", None, "GB"]
    )

    assert [each["outcome"] for each in imported.plan] == ["new", "refused", "new", "refused"]
    assert imported.plan[1]["problems"] == [["name", "is the same as row 2"]]


def test_row_when_its_owner_is_a_member_then_is_found_by_mail_or_name(ours: Sponsor) -> None:
    mail, name = ours.editor.user.email, ours.viewer.user.full_name

    applied(ours, tried(ours, ["A", *[None] * 7, mail.upper()], ["B", *[None] * 7, name]))

    assert [each.owner for each in PrivateRecord.objects.order_by("name")] == [ours.editor, ours.viewer]


def test_list_when_records_changed_since_the_dry_run_then_nothing_is_applied(ours: Sponsor) -> None:
    imported = tried(ours, ["A"], ["B"])
    private_records.save_record(facts=RecordFacts(name="Meanwhile"), by=ours.actor)

    with pytest.raises(ChangedSinceDryRun):
        applied(ours, imported)

    assert [each.name for each in PrivateRecord.objects.all()] == ["Meanwhile"]
    applied(ours, record_imports.try_again(imported=imported, by=ours.actor))
    assert PrivateRecord.objects.count() == 3


def test_list_when_another_dry_run_was_shown_then_nothing_is_applied(ours: Sponsor) -> None:
    imported = tried(ours, ["A"])

    for shown in ("", "0" * 64):
        with pytest.raises(ChangedSinceDryRun):
            record_imports.apply(imported=imported, shown=shown, by=ours.actor)


def test_list_when_a_site_of_it_is_gone_then_nothing_is_applied(ours: Sponsor) -> None:
    there = site()
    imported = tried(ours, ["Larkfen", "Nottingham", "GB"])
    there.delete()

    with pytest.raises(ChangedSinceDryRun):
        applied(ours, imported)


def test_list_when_touched_by_anybody_else_then_is_not_there(ours: Sponsor) -> None:
    imported = tried(ours, ["A"])
    colleague = ours.reader

    with pytest.raises(NotAllowed):
        record_imports.upload(file_name="x.csv", sheets=imported.sheets, by=colleague)
    for by in (colleague, sponsor().actor):
        assert not RecordImport.objects.visible_to(by).exists()
        with pytest.raises((NotAllowed, ImportRefused)):
            record_imports.choose(imported=imported, choices={}, by=by)


def test_upload_when_old_ones_have_expired_or_are_many_then_they_go(ours: Sponsor) -> None:
    old = uploaded(ours, ["A"])
    RecordImport.objects.filter(pk=old.pk).update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert not RecordImport.objects.visible_to(ours.actor).exists()

    for _number in range(7):
        uploaded(ours, ["A"])

    assert RecordImport.objects.count() == record_imports.MOST_KEPT


def test_mapping_when_given_then_is_remembered_by_heading_for_the_organisation(ours: Sponsor) -> None:
    tried(ours, ["A"])

    remembered = ImportMapping.objects.visible_to(ours.reader).get()
    assert remembered.headings["name"] == "supplier"
    assert remembered.statuses == STATUSES


def test_list_when_large_then_takes_few_questions(
    ours: Sponsor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [
        [f"Company {number}", "Cork", "IE", None, "ok", f"V{number}", None, "2029-01-01"]
        for number in range(1_500)
    ]

    with django_assert_max_num_queries(30):
        imported = tried(ours, *rows)
    with django_assert_max_num_queries(40):
        applied(ours, imported)

    assert PrivateRecord.objects.count() == 1_500


def test_task_when_an_upload_has_expired_then_forgets_it_and_is_safe_to_run_twice(ours: Sponsor) -> None:
    kept, old = uploaded(ours, ["A"]), uploaded(ours, ["B"])
    RecordImport.objects.filter(pk=old.pk).update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    forget_imports()
    forget_imports()

    assert list(RecordImport.objects.all()) == [kept]

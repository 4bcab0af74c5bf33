"""The directory as a file: all rows in the order shown, nothing that the reader may not see."""

import csv
import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import load_workbook

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from partners import directory_export, searching
from partners.filters import SiteFilter
from partners.models import Audience, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
CSV, XLSX = "/sites/export.csv", "/sites/export.xlsx"


@pytest.fixture
def member() -> Member:
    cache.clear()
    found: Member = MemberFactory.create()
    return found


@pytest.fixture
def sponsor(client: Client, member: Member) -> Client:
    client.force_login(member.user)
    return client


def rows_of(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{CSV}?{query}")
    assert answer.status_code == 200
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheets_of(client: Client, query: str = "") -> dict[str, list[list[object]]]:
    answer = client.get(f"{XLSX}?{query}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}  # type: ignore[misc]


def lyo_site(**fields: object) -> None:
    site = SiteFactory.create(**fields)
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    CapabilityFactory.create(site=site, term=term, confirmed_on=dt.date(2026, 3, 4))
    CapabilityFactory.create(site=site, confirmed_on=dt.date(2025, 1, 2))
    searching.rebuild([site.pk])


def test_export_when_nobody_is_signed_in_then_leads_to_sign_in(client: Client) -> None:
    assert client.get(CSV).status_code == 302
    assert Event.objects.count() == 0


def test_export_when_taken_then_has_every_row_in_the_order_shown(
    sponsor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_export, "BATCH", 7)
    partner = PartnerFactory.create()
    for number in range(30):
        country = "IE" if number % 2 else "DE"
        SiteFactory.create(partner=partner, name=f"Works {number:02}", country=country)
    searching.rebuild_all()

    found = rows_of(sponsor, "country=IE&sort=name")

    shown = sponsor.get("/sites/?country=IE&sort=name").content.decode()
    assert len(found) == 15
    assert "15 sites</h2>" in shown
    assert [row["Site"] for row in found] == sorted(row["Site"] for row in found)
    places = [shown.find(f">{row['Site']}</a>") for row in found]
    assert places == sorted(places)
    assert -1 not in places


def test_export_of_a_site_then_says_how_old_and_whose_its_facts_are(sponsor: Client) -> None:
    site = SiteFactory.create(
        name="Cloonmore", partner=PartnerFactory.create(name="Cloonmore", is_sample=True)
    )
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    CapabilityFactory.create(site=site, term=term, confirmed_on=dt.date(2026, 3, 4))
    CapabilityFactory.create(site=site, confirmed_on=dt.date(2025, 1, 2), audience=Audience.SPONSORS)
    hidden = TermFactory.create(code="op.hidden-step", label="Hidden step")
    CapabilityFactory.create(
        site=site, term=hidden, confirmed_on=dt.date(2020, 1, 1), audience=Audience.AGREEMENT
    )
    MeasureFactory.create(
        capability__site=site, capability__term=TermFactory.create(code="df.tablet", label="Tablet"),
        capability__confirmed_on=dt.date(2026, 2, 2), term__code="sc.batch-units", lo=1, hi=9,
        entered_text="1–9", entered_unit="units",
    )  # fmt: skip
    InspectionFactory.create(site=site, ended_on=dt.date(2024, 5, 6))
    RegistrationFactory.create(site=site, operations=["C82401"], last_seen__snapshot_on=dt.date(2026, 1, 5))
    searching.rebuild_all()

    (row,) = rows_of(sponsor, "measure=sc.batch-units&value=5")

    assert row["Unit operation"].startswith("Lyophilisation")
    assert "Hidden step" not in "".join(row.values())
    assert row["Statements by the company"] == "3"
    assert (row["Newest statement confirmed on"], row["Oldest statement confirmed on"]) == (
        "2026-03-04",
        "2025-01-02",
    )
    assert row["FDA register as of"] == "2026-01-05"
    assert row["Latest inspection on"] == "2024-05-06"
    assert "2024-05-06; stated by the company" in row["Inspections and certificates"]
    assert row["Note"] == "Fictional sample"
    assert row["Page"] == f"http://testserver{site.get_absolute_url()}"
    assert "1–9 units (Tablet, confirmed 2026-02-02)" in row.values()


def test_export_when_read_by_a_cdmo_then_capacity_and_what_is_for_sponsors_are_not_in_it(
    client: Client,
) -> None:
    site = SiteFactory.create()
    secret = TermFactory.create(code="op.secret-step", label="Secret step")
    CapabilityFactory.create(site=site, term=secret, audience=Audience.SPONSORS)
    CapacityWindowFactory.create(line__site=site, site=site, observed_at=timezone.now())
    searching.rebuild_all()

    seen = {}
    for name, user in {
        "sponsor": MemberFactory.create().user,
        "rival": MemberFactory.create(cdmo=True).user,
    }.items():
        client.force_login(user)
        seen[name] = rows_of(client)[0]
        seen[f"{name} about"] = {str(row[0]): str(row[1]) for row in sheets_of(client)["About this export"]}

    assert seen["sponsor"]["Unit operation"] == "Secret step"
    assert seen["sponsor"]["Next open quarter"].startswith("Q")
    assert seen["rival"]["Unit operation"] == ""
    assert seen["rival"]["Next open quarter"] == ""
    assert "Source: open quarters" in seen["sponsor about"]
    assert "Source: open quarters" not in seen["rival about"]
    assert seen["rival"]["Statements by the company"] == "0"


def test_export_as_a_workbook_then_its_last_sheet_says_what_it_is(sponsor: Client, member: Member) -> None:
    lyo_site(name="=cmd()", country="IE")
    RegistrationFactory.create(last_seen__snapshot_on=dt.date(2026, 1, 5), last_seen__rows=7)
    searching.rebuild_all()

    sheets = sheets_of(sponsor, "q=lyophilisation&country=IE&sort=statements")

    about = {str(row[0]): row[1] for row in sheets["About this export"]}
    assert sheets["Sites"][1][0] == "=cmd()"
    assert about["Made by"] == str(member.user)
    assert about["For"] == member.organisation.name
    assert about["Sites"] == 1
    assert about["Filter: Search"] == "“lyophilisation”"
    assert about["Filter: Country"] == "Ireland"
    assert about["Order"] == "Most stated"
    assert "confirmed between 2025-01-02 and 2026-03-04" in str(about["Source: companies"])
    assert "q=lyophilisation&country=IE&sort=statements" in str(about["Address"])
    assert any("List of 2026-01-05" in str(value) for value in about.values())


def test_export_when_made_then_its_address_is_that_of_the_page_from_its_beginning(sponsor: Client) -> None:
    sheets = sheets_of(sponsor, "country=IE&sort=name&page=3")

    about = {str(row[0]): row[1] for row in sheets["About this export"]}
    assert about["Address"] == "http://testserver/sites/?country=IE&sort=name"


@pytest.mark.parametrize(("most", "taken", "cut"), [(2, 2, True), (3, 3, False), (4, 3, False)])
def test_export_of_more_than_one_file_may_hold_then_says_that_it_is_cut(
    rf: RequestFactory, member: Member, most: int, taken: int, cut: bool
) -> None:
    SiteFactory.create_batch(3)
    searching.rebuild_all()
    request = rf.get("/sites/export.xlsx")
    request.actor = actor_of_member(member)  # type: ignore[attr-defined]
    filters = SiteFilter(request.GET, queryset=Site.objects.all(), request=request)

    found = directory_export.found(filters, most)

    taking = directory_export.Taking(actor_of_member(member), timezone.now(), request.build_absolute_uri)
    export = directory_export.directory_export(filters, found, taking)
    assert len(list(export.sheets[0].rows)) == dict(export.about)["Sites"] == taken
    said = f"More were found; the first {most} are here." if cut else None
    assert dict(export.about).get("Cut") == said


def test_export_when_taken_then_is_noted_with_counts_and_without_words(
    sponsor: Client, member: Member
) -> None:
    lyo_site(country="IE")

    rows_of(sponsor, "q=lyophilisation&country=IE")

    event = Event.objects.get(kind="directory.exported")
    assert event.organisation_id == member.organisation_id
    assert event.data == {"kind": "csv", "sites": 1, "filters": ["country", "q"]}


@pytest.mark.parametrize("query", ["country=XX", "colour=red", "area=1,2", "measure=sc.none&value=1"])
def test_export_when_the_question_is_wrong_then_says_so_and_notes_nothing(
    sponsor: Client, query: str
) -> None:
    answer = sponsor.get(f"{XLSX}?{query}")

    assert answer.status_code == 400
    assert "This search cannot be done" in answer.content.decode()
    assert not Event.objects.exists()


def test_export_of_nothing_then_is_a_table_without_rows(sponsor: Client) -> None:
    assert rows_of(sponsor, "q=zzxqj") == []
    assert len(sheets_of(sponsor, "q=zzxqj")["Sites"]) == 1


def test_export_for_a_text_without_a_word_then_is_a_table_without_rows(sponsor: Client) -> None:
    lyo_site()
    searching.rebuild_all()

    assert rows_of(sponsor, "q=%FF") == []


def test_export_for_more_rows_of_one_batch_then_asks_the_database_no_more_often(sponsor: Client) -> None:
    counts = []
    for _round in range(2):
        for _number in range(4):
            lyo_site()
        with CaptureQueriesContext(connection) as queries:
            rows_of(sponsor)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 22

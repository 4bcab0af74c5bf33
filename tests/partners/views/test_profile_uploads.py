"""Uploads at the browser's end: whose they are, the template and back, and what is refused of a file."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from partners.actions.profile_uploads import MOST_KEPT
from partners.models import Basis, Capability, CapacityWindow, Line, ProfileUpload
from tests.documents.test_tables import of_rows, workbook
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import lyophilisation, signed_in
from tests.partners.sponsors import strangers
from tests.partners.uploads import CAPACITY, Works, outcomes, quarter, reasons, step, works

pytestmark = pytest.mark.django_db
CSV_HEAD = ",".join(CAPACITY)
CSV_ROW = "S1,L1,2027-07-01,2027-10-01,open,2,batches"


@pytest.fixture
def ours() -> Works:
    return works()


def test_pages_when_asked_for_by_viewer_and_strangers_then_are_refused_or_not_there(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))
    colleague = signed_in(ours.house.viewer)
    pages = [
        reverse("partners:upload_create", args=["capacity"]),
        reverse("partners:upload_template", args=["capacity", "xlsx"]),
        step(uploaded, "check"),
        step(uploaded, "refused", "csv"),
    ]

    assert [colleague.get(path).status_code for path in pages] == [403] * 4
    assert colleague.post(step(uploaded, "discard")).status_code == 403
    for client in strangers().values():
        assert [client.get(path).status_code for path in pages] == [404] * 4
        assert client.post(step(uploaded, "check"), {"do": "apply"}).status_code == 404
        assert client.post(step(uploaded, "discard")).status_code == 404
    assert ProfileUpload.objects.exists()
    assert not CapacityWindow.objects.exists()


def test_upload_when_confirmed_then_is_applied_once_and_its_refused_rows_can_be_taken(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2), quarter("'=1+1", state="held"))
    page = ours.client.get(step(uploaded, "check")).content.decode()
    assert "Apply what is good" in page
    assert "“=1+1” is not a plain number" in page

    answer = ours.apply(uploaded)

    assert answer["Location"] == step(uploaded, "check")
    assert "Upload done" in ours.client.get(step(uploaded, "check")).content.decode()
    assert CapacityWindow.objects.get().quantity == 2
    assert ours.client.get(step(uploaded, "sheet")).status_code == 404
    told = ours.client.get(step(uploaded, "refused", "csv")).content.decode("utf-8-sig")
    assert told.splitlines()[1].startswith("3,")
    assert ours.client.post(step(uploaded, "check"), {"do": "apply", "shown": ""}).status_code == 200
    assert CapacityWindow.objects.count() == 1


def test_upload_when_something_changed_since_then_shows_the_new_dry_run_and_applies_nothing(
    ours: Works,
) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))
    shown = ours.client.get(step(uploaded, "check")).context["shown"]
    Line.objects.update(nominal_per_quarter=Decimal(1))

    answer = ours.client.post(step(uploaded, "check"), {"do": "apply", "shown": shown})

    assert answer.status_code == 409
    assert "Something changed" in answer.content.decode()
    assert "the line can do 1 a quarter" in answer.content.decode()
    assert not CapacityWindow.objects.exists()


def test_upload_when_thrown_away_after_it_was_applied_then_says_that_it_is_over(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))
    ours.apply(uploaded)

    told = ours.client.post(step(uploaded, "discard"), follow=True).text

    assert "This upload is over." in told
    assert "Your profile is as it was" not in told
    assert ProfileUpload.objects.count() == 1


def test_upload_when_many_are_under_way_then_the_oldest_gives_way_but_none_that_was_applied(
    ours: Works,
) -> None:
    applied = ours.tried("capacity", [*CAPACITY], quarter(2))
    ours.apply(applied)
    for number in range(MOST_KEPT + 1):
        ours.send("capacity", of_rows([*CAPACITY], quarter(2)), f"{number}.xlsx")

    under_way = ProfileUpload.objects.exclude(pk=applied.pk).order_by("pk")
    assert ProfileUpload.objects.filter(pk=applied.pk).exists()
    assert [each.file_name for each in under_way] == [f"{number + 1}.xlsx" for number in range(MOST_KEPT)]


def test_upload_when_thrown_away_then_its_table_is_gone(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))

    ours.client.post(step(uploaded, "discard"))

    assert not ProfileUpload.objects.exists()
    assert ours.client.get(step(uploaded, "check")).status_code == 404


@pytest.mark.parametrize("file_kind", ["xlsx", "csv"])
def test_capacity_template_when_sent_back_then_all_is_still_true(ours: Works, file_kind: str) -> None:
    CapacityWindowFactory.create(
        line=ours.line, quantity=Decimal("1.125"), note="=secret", reason="- maintenance"
    )
    by_feed = LineFactory.create(site=ours.house.site, capacity_source=Line.Source.FEED)
    CapacityWindowFactory.create(line=by_feed)

    ours.send("capacity", ours.template("capacity", file_kind), f"table.{file_kind}")

    assert outcomes(ProfileUpload.objects.get()) == [([2], "same")]


@pytest.mark.parametrize("file_kind", ["xlsx", "csv"])
def test_capability_template_when_sent_back_then_nothing_is_changed(ours: Works, file_kind: str) -> None:
    stands = CapabilityFactory.create(
        site=ours.house.site,
        line=ours.line,
        term=lyophilisation(),
        basis=Basis.INSPECTED,
        stages=["stg.phase1"],
        note="+ 20 °C",
    )
    MeasureFactory.create(capability=stands)
    MeasureFactory.create(
        capability=stands, lo=2000, hi=2000, entered_text="3 x 2000 L", entered_unit="L", count=3
    )
    CapabilityFactory.create(site=ours.house.site, term=lyophilisation(), is_offered=False)
    TermFactory.create(code="stg.phase1", label="Phase I")
    inspected = TermFactory.create(code="reg.fda", facet__code="regulator")
    CapabilityFactory.create(site=ours.house.site, term=inspected, is_offered=False)

    ours.send("capabilities", ours.template("capabilities", file_kind), f"table.{file_kind}")

    assert [outcome for _rows, outcome in outcomes(ProfileUpload.objects.get())] == ["same", "same"]


def test_template_when_of_one_site_then_holds_only_that_and_of_another_cdmos_site_is_not_there(
    ours: Works,
) -> None:
    CapacityWindowFactory.create(line=ours.line)
    CapacityWindowFactory.create(line__site__partner=ours.house.partner)
    path = reverse("partners:upload_template", args=["capacity", "csv"])
    theirs = LineFactory.create().site

    own = ours.client.get(path, {"site": ours.house.site.slug}).content.decode()

    assert len(own.splitlines()) == 2
    assert ours.client.get(path, {"site": theirs.slug}).status_code == 404


def test_template_when_opened_then_has_the_words_that_may_be_used(ours: Works) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(ours.template("capabilities")))

    terms = book.get_sheet_by_name("Terms and measures").to_python()
    assert ["Lyophilisation", "op.lyophilisation"] in [row[1:3] for row in terms]
    places = book.get_sheet_by_name("Your sites and lines").to_python()
    assert [ours.house.site.name, "S1", "Line A"] in places


def test_workbook_when_two_sheets_are_such_tables_then_asks_which(ours: Works) -> None:
    def fill(quantity: int) -> Any:
        def write(_book: Any, sheet: Any) -> None:
            sheet.write_row(0, 0, CAPACITY)
            sheet.write_row(1, 0, quarter(quantity))

        return write

    notes = ("Notes", lambda _book, sheet: sheet.write(0, 0, "Confidential"))
    answer = ours.send("capacity", workbook(("North", fill(1)), notes, ("South", fill(2))))
    uploaded = ProfileUpload.objects.get()
    assert answer["Location"] == step(uploaded, "sheet")
    assert "Notes: The first row is not the headings" in ours.client.get(answer["Location"]).content.decode()
    assert ours.client.get(step(uploaded, "check"))["Location"] == answer["Location"]
    assert ours.client.post(answer["Location"], {"sheet": "1"}).status_code == 422

    ours.client.post(answer["Location"], {"sheet": "2"})

    uploaded.refresh_from_db()
    assert ["Quantity", "", "2"] in uploaded.plan[0]["changes"]


@pytest.mark.parametrize(
    "data",
    [
        f"{CSV_HEAD}\n{CSV_ROW}\n".encode("utf-16"),
        f"{CSV_HEAD},note\n{CSV_ROW},Kälte\n".encode("cp1252"),
        f"sep=;\n{CSV_HEAD}\n{CSV_ROW}\n".replace(",", ";").encode("utf-8-sig"),
        f"{CSV_HEAD}\n{CSV_ROW}\n".replace("2027-07-01", "01.07.2027").encode(),
        f"Quantity,Unit,State,Site ID,Resource ID,Period start,Period end\n{'2,batches,open,S1,L1'},"
        "2027-07-01,1 Oct 2027\n".encode(),
    ],
)
def test_csv_when_another_program_wrote_it_then_is_read_all_the_same(ours: Works, data: bytes) -> None:
    ours.send("capacity", data, "table.csv")

    uploaded = ProfileUpload.objects.get()
    assert [each["outcome"] for each in uploaded.plan] == ["new"], reasons(uploaded)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.csv", b"a,b\n1,2\n", "The first row is not the headings"),
        ("t.csv", f"{CSV_HEAD},colour\n{CSV_ROW},red\n".encode(), "a column that we do not know: “colour”"),
        ("t.csv", f"{CSV_HEAD},unit\n{CSV_ROW},t\n".encode(), "A heading stands twice: unit"),
        ("t.csv", b"site_id,state\nS1,open\n", "A needed column is missing: resource_id"),
        ("t.csv", f"{CSV_HEAD}\n".encode(), "There is no row below the headings"),
        ("t.csv", b"\x00\x01\x02", "other than text"),
        ("t.csv", f"{CSV_HEAD}\nS1,L1\x00".encode(), "other than text"),
        ("t.csv", b"", "empty"),
        ("t.xlsx", b"site_id,state", "whatever its name says"),
        ("t.pdf", b"%PDF-1.7", "Only .xlsx, .csv files can be read"),
        ("t.xlsx", of_rows(), "empty"),
    ],
)
def test_file_when_it_is_no_such_table_then_says_why_and_keeps_nothing(
    ours: Works, name: str, data: bytes, told: str
) -> None:
    answer = ours.send("capacity", data, name)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not ProfileUpload.objects.exists()


def test_pages_when_the_plan_is_long_then_are_paged_with_a_fixed_number_of_queries(
    ours: Works, django_assert_max_num_queries: Any
) -> None:
    rows = [["S1", f"unknown {number}", "yes"] for number in range(120)]
    uploaded = ours.tried("capabilities", ["site_id", "term", "offered"], *rows)

    with django_assert_max_num_queries(15):
        page = ours.client.get(step(uploaded, "check"), {"show": "refused", "page": "3"}).content.decode()

    assert "unknown 119" in page
    assert "unknown 42" not in page
    assert not Capability.objects.exists()

"""The import at the browser's end: upload, sheet, columns, dry run, done; and what goes wrong on the way."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from partners.models import PrivateRecord, RecordImport
from partners.searching import rebuild
from tests.documents.test_tables import of_rows, workbook
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.partners.editors import signed_in
from tests.partners.sponsors import Sponsor, sponsor, strangers

pytestmark = pytest.mark.django_db
UPLOAD = "/our-cdmos/import/"


@pytest.fixture
def ours() -> Sponsor:
    return sponsor()


def send(client: Client, data: bytes, name: str = "ours.xlsx") -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)})


def listed(*rows: list[Any]) -> bytes:
    return of_rows(["Supplier", "City", "Country", "Approval"], *rows)


def step(imported: RecordImport, name: str, *more: str) -> str:
    return reverse(f"partners:import_{name}", args=[imported.uid, *more])


def as_sent(client: Client, path: str) -> dict[str, str]:
    """The form of the page as it stands, ready to be sent."""
    form = client.get(path).context["form"]
    return {each.html_name: each.value() or "" for each in form}


def mapped(client: Client, *rows: list[Any]) -> RecordImport:
    send(client, listed(*rows))
    imported = RecordImport.objects.get()
    path = step(imported, "columns")
    assert client.post(path, as_sent(client, path)).status_code == 302
    imported.refresh_from_db()
    return imported


def shown(client: Client, imported: RecordImport) -> str:
    token: str = client.get(step(imported, "check")).context["shown"]
    return token


def test_list_when_imported_step_by_step_then_stands_among_the_records(ours: Sponsor) -> None:
    client = ours.client
    answer = send(client, listed(["Larkfen", "Cork", "IE", "Qualified"], ["Odd", "", "", "so so"]))
    imported = RecordImport.objects.get()
    assert answer["Location"] == step(imported, "columns")
    sent = as_sent(client, answer["Location"])
    assert (sent["name"], sent["status"]) == ("0", "3")
    words = {name: value for name, value in sent.items() if name.startswith("word-")}
    assert sorted(words.values()) == ["", "approved"]

    refused = client.post(answer["Location"], sent)
    assert refused.status_code == 422
    answer = client.post(
        answer["Location"], {**sent, **{name: value or "blocked" for name, value in words.items()}}
    )
    assert answer["Location"] == step(imported, "check")
    page = client.get(answer["Location"]).content.decode()
    assert "Apply 2 rows" in page
    assert not PrivateRecord.objects.exists()

    client.post(answer["Location"], {"do": "apply", "shown": shown(client, imported)})

    assert {each.name: each.status for each in PrivateRecord.objects.all()} == {
        "Larkfen": "approved",
        "Odd": "blocked",
    }
    assert "Import done" in client.get(answer["Location"]).content.decode()
    assert client.get(step(imported, "columns")).status_code == 404


def test_workbook_when_it_has_several_sheets_then_asks_which(ours: Sponsor) -> None:
    data = workbook(
        ("Cover", lambda _book, sheet: sheet.write(0, 0, "Confidential")),
        ("List", lambda _book, sheet: sheet.write_column(0, 0, ["Supplier", "Larkfen"])),
        ("Empty", lambda _book, _sheet: None),
    )
    client = ours.client
    answer = send(client, data)
    imported = RecordImport.objects.get()
    assert answer["Location"] == step(imported, "sheet")
    assert "Empty is empty" in client.get(answer["Location"]).content.decode()
    assert client.get(step(imported, "columns"))["Location"] == answer["Location"]

    assert client.post(answer["Location"], {"sheet": "2"}).status_code == 422
    assert client.post(answer["Location"], {"sheet": "1"})["Location"] == step(imported, "columns")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("ours.xlsx", b"not a workbook", "whatever its name says"),
        ("ours.pdf", b"%PDF-1.7", "Only .xlsx, .csv files can be read"),
        ("ours.xlsx", of_rows(), "There is no table in this file: Ours is empty"),
        ("ours.csv", b"\x00\x01", "other than text"),
    ],
)
def test_file_when_it_is_no_list_then_says_so_and_keeps_nothing(
    ours: Sponsor, name: str, data: bytes, told: str
) -> None:
    answer = send(ours.client, data, name)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not RecordImport.objects.exists()


def test_upload_when_no_file_is_chosen_then_says_so(ours: Sponsor) -> None:
    assert ours.client.post(UPLOAD, {}).status_code == 422


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "99"}, "Select a valid choice"),
        ({"name": "²"}, "Select a valid choice"),
        ({"city": "0"}, "is given to “Name” already"),
        ({"status": "1"}, "Look at what the words of this column mean"),
        ({"date_order": "ymd"}, "Select a valid choice"),
    ],
)
def test_columns_when_badly_given_then_says_what_and_where(
    ours: Sponsor, change: dict[str, str], told: str
) -> None:
    client = ours.client
    send(client, listed(["Larkfen", "Cork", "IE", "Qualified"]))
    path = step(RecordImport.objects.get(), "columns")

    answer = client.post(path, {**as_sent(client, path), **change})

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_columns_when_the_status_has_too_many_words_then_says_it_is_hardly_one(ours: Sponsor) -> None:
    client = ours.client
    send(client, listed(*[[f"C{number}", "", "", f"word {number}"] for number in range(40)]))
    path = step(RecordImport.objects.get(), "columns")

    answer = client.post(path, as_sent(client, path))

    assert answer.status_code == 422
    assert "more than 30 different words" in answer.content.decode()


def test_columns_when_given_once_then_stand_there_for_the_next_list(ours: Sponsor) -> None:
    client = ours.client
    mapped(client, ["Larkfen", "Cork", "IE", "Qualified"])
    RecordImport.objects.all().delete()
    path = step(mapped_again(client), "columns")

    sent = as_sent(client, path)

    assert (sent["name"], sent["status"]) == ("0", "3")


def mapped_again(client: Client) -> RecordImport:
    send(client, listed(["Other", "Oss", "NL", "qualified"]))
    return RecordImport.objects.get()


def test_row_when_nearly_a_known_name_then_is_chosen_on_the_page_before_anything_is_applied(
    ours: Sponsor,
) -> None:
    site = SiteFactory.create(name="Larkfen, Cork", partner=PartnerFactory.create(name="Larkfen"))
    rebuild([site.pk])
    client = ours.client
    imported = mapped(client, ["Larkfenn", "Cork", "IE", "Qualified"])
    path = step(imported, "check")
    chosen = {"choice-2": f"site:{site.slug}", "do": "apply", "shown": shown(client, imported)}

    client.post(path, chosen)
    assert not PrivateRecord.objects.exists()

    client.post(path, {**chosen, "shown": shown(client, imported)})
    assert PrivateRecord.objects.get().site == site


def test_dry_run_when_records_changed_meanwhile_then_is_made_again_and_says_so(ours: Sponsor) -> None:
    client = ours.client
    imported = mapped(client, ["Larkfen", "Cork", "IE", "Qualified"])
    token = shown(client, imported)
    client.post("/our-cdmos/new/", {"name": "Larkfen", "city": "Cork", "country": "IE", "status": "none"})

    answer = client.post(step(imported, "check"), {"do": "apply", "shown": token})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Something changed since" in page
    assert "None stated → Approved" in page
    assert PrivateRecord.objects.get().status == "none"


@pytest.mark.parametrize("token", ["", "\x00", "zz"])
def test_dry_run_when_confirmed_with_nonsense_then_applies_nothing(ours: Sponsor, token: str) -> None:
    client = ours.client
    imported = mapped(client, ["Larkfen", "Cork", "IE", "Qualified"])
    sent = {"do": "apply", "shown": token, "choice-9": "site:x", "choice-x": "\x00"}

    assert client.post(step(imported, "check"), sent).status_code == 409
    assert not PrivateRecord.objects.exists()


def test_refused_rows_when_downloaded_then_name_row_column_and_reason(ours: Sponsor) -> None:
    client = ours.client
    imported = mapped(client, ["Larkfen", "Cork", "Atlantis", "Qualified"], ["Good"])
    client.post(step(imported, "check"), {"do": "apply", "shown": shown(client, imported)})

    answer = client.get(step(imported, "refused", "xlsx"))

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == [2, "Larkfen", "Country"]
    assert "Atlantis" in str(rows[1][3])
    assert client.get(step(imported, "refused", "pdf")).status_code == 404


def test_template_when_filled_in_then_its_headings_are_understood(ours: Sponsor) -> None:
    client = ours.client
    empty = client.get(f"{UPLOAD}template/").content
    heads = CalamineWorkbook.from_filelike(io.BytesIO(empty)).get_sheet_by_index(0).to_python()[0]
    send(client, of_rows(heads, ["Larkfen"]))

    sent = as_sent(client, step(RecordImport.objects.get(), "columns"))

    assert all(value for name, value in sent.items() if name != "date_order")


def test_dry_run_when_long_then_is_paged_and_its_page_small(ours: Sponsor) -> None:
    client = ours.client
    imported = mapped(client, *[[f"Company {number}", "Cork", "IE", "ok"] for number in range(400)])

    answer = client.get(step(imported, "check"))

    assert len(answer.content) < 150_000
    assert len(answer.context["rows"]) == 50
    assert client.get(step(imported, "check"), {"show": "refused"}).context["rows"] == []
    assert client.get(step(imported, "check"), {"show": "x", "page": "9" * 30}).status_code == 200


def test_import_when_asked_for_by_anybody_else_then_is_not_there(ours: Sponsor) -> None:
    imported = mapped(ours.client, ["Larkfen", "Cork", "IE", "Qualified"])
    paths = [step(imported, name) for name in ("sheet", "columns", "check", "discard")]
    colleague = signed_in(ours.viewer)

    for client in (*strangers().values(), colleague):
        for path in [*paths, step(imported, "refused", "csv")]:
            assert client.post(path).status_code in {403, 404, 405}, path
            assert client.get(path).status_code in {403, 404, 405}, path
    assert colleague.get(UPLOAD).status_code == 403
    assert strangers()["a CDMO"].get(UPLOAD).status_code == 404
    assert RecordImport.objects.count() == 1


def test_upload_when_thrown_away_then_is_gone(ours: Sponsor) -> None:
    imported = mapped(ours.client, ["Larkfen", "Cork", "IE", "Qualified"])
    assert imported.file_name in ours.client.get(UPLOAD).content.decode()

    ours.client.post(step(imported, "discard"))

    assert not RecordImport.objects.exists()

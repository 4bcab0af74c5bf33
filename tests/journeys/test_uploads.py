"""A planner uploads capacity and capabilities: dry run, a row mended, applied; nobody else's business."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from partners.models import Capability, Line
from tests.browser import violations
from tests.journeys.people import CDMO, OTHER_SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
SITE = "larkfen-dosage-nottingham"


@pytest.fixture
def dora(portal: Portal) -> Page:
    page = portal.page_of(CDMO)
    page.set_viewport_size({"width": 1440, "height": 900})
    return page


def taken(page: Page) -> list[list[str]]:
    """The table that the page offers, as CSV."""
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    return list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))


def table(rows: list[list[str]]) -> FilePayload:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return {"name": "ours.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def send(page: Page, rows: list[list[str]]) -> None:
    page.get_by_label("Table", exact=True).set_input_files(table(rows))
    page.get_by_role("button", name="Send and look at it").click()


def test_capacity_when_uploaded_then_a_line_is_switched_a_row_mended_and_the_good_ones_applied(
    dora: Page, portal: Portal
) -> None:
    line = Line.objects.filter(site__slug=SITE, capacity_source="form").order_by("name")[0]
    dora.goto(f"/profile/sites/{SITE}/capacity/")
    dora.get_by_role("link", name="Upload a table").click()
    header, *rows = taken(dora)
    label = header.index("resource_label")
    ours = [row for row in rows if row[label] == line.name]
    known = {"site_id": line.site.external_id or str(line.site.uid), "unit": line.capacity_unit}
    known |= {"resource_id": line.external_id or str(line.uid), "state": "held", "quantity": "some"}
    known |= {"period_start": "2031-01-01", "period_end": "2031-04-01"}
    extra = [known.get(name, "") for name in header]

    send(dora, [header, *ours, extra])
    expect(dora.get_by_role("heading", name="What would happen")).to_be_visible()
    dora.get_by_role("button", name="Switch to upload and work out again").click()
    expect(dora.get_by_text("“some” is not a plain number")).to_be_visible()
    assert violations(dora) == []
    address = dora.url

    dora.get_by_role("button", name="Throw this upload away").click()
    extra[header.index("quantity")] = "1"
    send(dora, [header, *ours, extra])
    dora.get_by_role("button", name="Apply").click()

    expect(dora.get_by_role("heading", name="Upload done")).to_be_visible()
    line.refresh_from_db()
    assert line.capacity_source == "upload"
    assert line.windows.current().filter(state="held", quantity=1).exists()
    assert line.windows.current().count() == len(ours) + 1
    other = portal.page_of(OTHER_SPONSOR)
    answer = other.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_capabilities_when_the_table_is_sent_back_with_a_new_row_then_only_that_is_new(dora: Page) -> None:
    before = Capability.objects.filter(site__partner__slug="larkfen-dosage").count()
    dora.goto("/profile/")
    dora.get_by_role("link", name="Upload a table").click()
    header, *rows = taken(dora)
    fresh = {"site_id": rows[0][0], "term": "crystallization", "offered": "yes", "note": "-20 °C"}

    send(dora, [header, *rows, [fresh.get(name, "") for name in header]])

    expect(dora.get_by_role("link", name="New 1")).to_be_visible()
    expect(dora.get_by_role("link", name="Changed 0")).to_be_visible()
    expect(dora.get_by_role("link", name="Refused 0")).to_be_visible()
    dora.get_by_role("button", name="Apply", exact=True).click()
    expect(dora.get_by_text("Applied: 1 new.")).to_be_visible()
    assert Capability.objects.filter(site__partner__slug="larkfen-dosage").count() == before + 1

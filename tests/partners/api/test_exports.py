"""Exports: what they hold and for whom, and what is left when somebody stops reading."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.api.exports import MOST_AT_ONCE, SLOTS
from partners.models import Audience, Partner
from partners.searching import rebuild
from tests.accounts.api.callers import client_of, parameters, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory
from tests.partners.editors import vessel_volume

pytestmark = pytest.mark.django_db
RESOURCES = ["partners", "sites", "capabilities", "certificates", "inspections", "lines", "capacity-windows"]


@pytest.fixture
def sponsor() -> Client:
    return client_of(MemberFactory.create())


def address(resource: str, query: str = "") -> str:
    return f"/api/v1/{resource}/export/{query}"


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def lines_of(answer: Any) -> list[Any]:
    return [json.loads(line) for line in body_of(answer).splitlines()]


def table_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body_of(answer).decode())))


def leave(answer: Any) -> None:
    """As a server does whose caller went away; the test keeps its connection."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)


@pytest.mark.parametrize("resource", RESOURCES)
def test_export_when_read_then_has_the_rows_of_the_list_and_says_that_it_is_complete(
    sponsor: Client, resource: str
) -> None:
    site = SiteFactory.create()
    capability = CapabilityFactory.create(site=site)
    MeasureFactory.create(capability=capability, term=vessel_volume())
    line = LineFactory.create(site=site, capacity_audience=Audience.PUBLIC)
    CapacityWindowFactory.create(line=line, audience=Audience.PUBLIC)
    CertificateFactory.create(site=site)
    InspectionFactory.create(site=site)
    rebuild([site.pk])

    listed = sponsor.get(f"/api/v1/{resource}/?page_size=200").json()["results"]
    answer = sponsor.get(address(resource))
    *rows, last = lines_of(answer)

    assert rows
    assert sorted(rows, key=lambda row: row["uid"]) == sorted(listed, key=lambda row: row["uid"])
    assert last == {"export": {"rows": len(rows), "complete": True}}
    assert answer["Content-Type"] == "application/x-ndjson; charset=utf-8"
    header, *cells, end = table_of(sponsor.get(address(resource, "?format=csv")))
    assert len(cells) == len(rows)
    assert {len(each) for each in cells} == {len(header)}
    assert end == [f"# complete: {len(rows)} rows"]


def test_export_when_there_is_nothing_then_is_complete_all_the_same(sponsor: Client) -> None:
    assert lines_of(sponsor.get(address("partners"))) == [{"export": {"rows": 0, "complete": True}}]
    assert table_of(sponsor.get(address("partners", "?format=csv")))[1:] == [["# complete: 0 rows"]]


def test_csv_when_read_then_columns_are_named_and_no_text_is_a_formula(sponsor: Client) -> None:
    line = LineFactory.create(
        name="=1+1",
        capacity_audience=Audience.PUBLIC,
        nominal_per_quarter=Decimal(6),
        site=SiteFactory.create(name="+Site"),
    )
    CapabilityFactory.create(site=line.site, line=line, stages=["stg.phase1", "stg.phase2"], is_offered=False)

    header, row, _end = table_of(sponsor.get(address("lines", "?format=csv")))
    told = dict(zip(header, row, strict=True))
    assert (told["name"], told["site.name"]) == ("'=1+1", "'+Site")
    assert (told["capacity.nominal_per_quarter"], told["capacity.lead_time_weeks"]) == ("6", "")
    assert told["is_multipurpose"] == "true"

    header, row, _end = table_of(sponsor.get(address("capabilities", "?format=csv")))
    told = dict(zip(header, row, strict=True))
    assert (told["line.name"], told["stages"], told["measures"]) == ("'=1+1", "stg.phase1; stg.phase2", "")


def test_csv_when_the_accept_header_asks_for_it_then_comes_without_the_parameter(sponsor: Client) -> None:
    answer: Any = sponsor.get(address("partners"), headers={"Accept": "text/csv"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(answer.streaming_content).startswith(b"uid,")
    assert answer["Content-Disposition"].startswith('attachment; filename="partners-')


def test_export_when_filtered_then_holds_what_the_list_holds(sponsor: Client) -> None:
    CapacityWindowFactory.create(audience=Audience.PUBLIC, state="open")
    held = CapacityWindowFactory.create(audience=Audience.PUBLIC, state="held")

    (row, _last) = lines_of(sponsor.get(address("capacity-windows", "?state=held")))

    assert row["uid"] == str(held.uid)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?format=xml", "format"),
        ("?page_size=5", "page_size"),
        ("?states=held", "states"),
        ("?state=x", "state"),
    ],
)
def test_parameter_when_it_is_none_of_ours_then_is_refused(
    sponsor: Client, query: str, parameter: str
) -> None:
    answer = sponsor.get(address("capacity-windows", query))

    assert (answer.status_code, parameters(answer)) == (400, [parameter])
    assert answer["Content-Type"] == "application/problem+json"


def test_export_when_others_read_it_then_holds_what_their_audience_may_know() -> None:
    shown = CapacityWindowFactory.create(audience=Audience.SPONSORS)
    kept = CapacityWindowFactory.create(audience=Audience.MATCHING)
    CapacityWindowFactory.create(line=kept.line, audience=Audience.MATCHING, closed=True)

    def uids(client: Client) -> set[str]:
        *rows, _last = lines_of(client.get(address("capacity-windows")))
        return {row["uid"] for row in rows}

    assert uids(client_of(MemberFactory.create())) == {str(shown.uid)}
    assert uids(staff_of(kept.site)) == {str(kept.uid)}
    assert uids(client_of(MemberFactory.create(cdmo=True))) == set()
    assert Client().get(address("capacity-windows")).status_code == 401


def test_export_when_gzip_is_accepted_then_is_compressed_as_it_goes(sponsor: Client) -> None:
    PartnerFactory.create_batch(3)

    answer = sponsor.get(address("partners"), headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(body_of(answer)).count(b"\n") == 4


def test_head_when_asked_then_reads_nothing(sponsor: Client) -> None:
    answer = sponsor.head(address("partners"))

    assert (answer.status_code, answer.streaming) == (200, False)


def test_export_when_rows_are_many_then_costs_as_many_statements(sponsor: Client) -> None:
    vessel_volume()

    def statements(count: int) -> int:
        for _ in range(count):
            MeasureFactory.create(capability=CapabilityFactory.create(), term=vessel_volume())
        with CaptureQueriesContext(connection) as queries:
            lines_of(sponsor.get(address("capabilities")))
        return len(queries)

    statements(1)

    assert statements(2) == statements(12)


@pytest.mark.django_db(transaction=True)
def test_export_when_rows_change_while_it_is_read_then_shows_one_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cdmo_portal.accounts.api.exports.ROWS_AT_ONCE", 2)
    monkeypatch.setattr("cdmo_portal.accounts.api.export_formats.CHUNK", 1)
    partners = PartnerFactory.create_batch(6, name="Before")
    answer: Any = client_of(MemberFactory.create()).get(address("partners"))
    chunks = iter(answer.streaming_content)

    first = next(chunks)
    in_another_connection(lambda: Partner.objects.filter(pk=partners[-1].pk).update(name="After"))
    in_another_connection(lambda: Partner.objects.filter(pk=partners[-2].pk).delete())
    rows = [json.loads(line) for line in (first + b"".join(chunks)).splitlines()]

    assert [row["name"] for row in rows[:-1]] == ["Before"] * 6


def in_another_connection(work: Callable[[], object]) -> None:
    def do() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(do).result(20)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_export_when_its_reader_goes_then_no_cursor_and_no_transaction_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cdmo_portal.accounts.api.exports.ROWS_AT_ONCE", 2)
    PartnerFactory.create_batch(6)
    answer: Any = client_of(MemberFactory.create()).get(address("partners"))
    chunks = iter(answer.streaming_content)
    next(chunks)
    during = connection.in_atomic_block, open_cursors()

    leave(answer)

    assert during == (True, 1)
    assert not connection.in_atomic_block
    assert open_cursors() == 0


@pytest.mark.django_db(transaction=True)
def test_export_when_reading_fails_then_its_last_line_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cdmo_portal.accounts.api.exports.ROWS_AT_ONCE", 2)
    PartnerFactory.create_batch(6)
    answer: Any = client_of(MemberFactory.create()).get(address("partners"))
    chunks = iter(answer.streaming_content)
    read = next(chunks)
    pid = backend()
    in_another_connection(lambda: end(pid))

    with pytest.raises(Exception, match=r"terminat|closed"):
        read += b"".join(chunks)
    leave(answer)
    connection.close()

    assert b"complete" not in read
    assert Partner.objects.count() == 6


def test_exports_when_enough_are_sent_then_another_one_has_to_wait(sponsor: Client) -> None:
    running = [sponsor.get(address("partners")) for _ in range(MOST_AT_ONCE)]

    refused = sponsor.get(address("partners"))
    for answer in running:
        leave(answer)
    taken = sponsor.get(address("partners"))
    leave(taken)

    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert taken.status_code == 200
    assert SLOTS.acquire(blocking=False)
    SLOTS.release()


def test_partners_when_exported_then_are_filtered_like_the_list(sponsor: Client) -> None:
    PartnerFactory.create(is_sample=True)

    *rows, _last = lines_of(sponsor.get(address("partners", "?is_sample=true")))

    assert [row["is_sample"] for row in rows] == [True]

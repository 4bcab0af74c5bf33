"""Pages while rows come and go: what stands all the time is told once, whatever happens around it."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.models import Brief
from partners.models import Partner
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# Few moments, so that many rows have the same one.
MOMENTS = st.integers(0, 2)
WRITES = st.lists(
    st.one_of(st.tuples(st.just("make"), MOMENTS), st.tuples(st.just("drop"), st.integers(0, 9)))
)
PROPERTY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def walk(client: Client, address: str, between: Callable[[], None], way: str = "next") -> Iterator[str]:
    while address:
        page = client.get(address).json()
        yield from (row["uid"] for row in page["results"])
        address = page[way]
        between()


class Shelf:
    """An organisation's briefs, with those that are made and dropped between two pages."""

    def __init__(self, moments: list[int], writes: list[tuple[str, int]]) -> None:
        self.member = MemberFactory.create()
        self.client = client_of(self.member)
        self.writes = iter(writes)
        self.before = {self.make(moment) for moment in moments}
        self.dropped: set[str] = set()

    def make(self, moment: int) -> str:
        at = START + dt.timedelta(days=moment)
        return str(BriefFactory.create(organisation=self.member.organisation, created_at=at).uid)

    def write(self) -> None:
        """Two writes, where there are some left."""
        for _ in range(2):
            kind, number = next(self.writes, ("", 0))
            if kind == "make":
                self.make(number)
            elif kind == "drop":
                self.drop(number)

    def drop(self, number: int) -> None:
        rows = Brief.objects.filter(organisation=self.member.organisation).order_by("uid")
        for row in rows[number : number + 1]:
            self.dropped.add(str(row.uid))
            row.delete()


@PROPERTY
@given(st.lists(MOMENTS, max_size=9), WRITES, st.integers(1, 3))
def test_rows_that_stand_are_told_once(moments: list[int], writes: list[tuple[str, int]], size: int) -> None:
    shelf = Shelf(moments, writes)

    told = list(walk(shelf.client, f"/api/v1/briefs/?page_size={size}", shelf.write))

    assert len(told) == len(set(told))
    assert shelf.before - shelf.dropped <= set(told)


@PROPERTY
@given(st.lists(MOMENTS, max_size=9), WRITES, st.integers(1, 3))
def test_rows_that_stand_are_told_once_on_the_way_back(
    moments: list[int], writes: list[tuple[str, int]], size: int
) -> None:
    shelf = Shelf(moments, writes)
    first = f"/api/v1/briefs/?page_size={size}"
    pages = [first]
    while address := shelf.client.get(pages[-1]).json()["next"]:
        pages.append(address)

    told = list(walk(shelf.client, pages[-1], shelf.write, "previous"))

    assert len(told) == len(set(told))
    assert shelf.before - shelf.dropped <= set(told)


@PROPERTY
@given(st.integers(0, 9), st.integers(1, 4))
def test_back_and_forth_tells_the_same_pages(rows: int, size: int) -> None:
    shelf = Shelf([0] * rows, [])
    forth: list[Any] = []
    address = f"/api/v1/briefs/?page_size={size}"
    while address:
        page = shelf.client.get(address).json()
        forth.append(page["results"])
        address, back = page["next"], page["previous"]
    walked = [forth[-1]]
    while back:
        page = shelf.client.get(back).json()
        walked.insert(0, page["results"])
        back = page["previous"]

    assert walked == forth


def test_page_that_was_emptied_leads_back_to_what_is_left() -> None:
    shelf = Shelf([0, 0, 0], [])
    first = shelf.client.get("/api/v1/briefs/?page_size=2").json()
    Brief.objects.exclude(uid__in=[row["uid"] for row in first["results"]]).delete()

    empty = shelf.client.get(first["next"]).json()

    assert (empty["results"], empty["next"]) == ([], None)
    assert shelf.client.get(empty["previous"]).json()["results"] == first["results"]


def test_way_back_that_was_emptied_leads_to_the_beginning() -> None:
    shelf = Shelf([0, 0, 0], [])
    first = shelf.client.get("/api/v1/briefs/?page_size=2").json()
    second = shelf.client.get(first["next"]).json()
    Brief.objects.filter(uid__in=[row["uid"] for row in first["results"]]).delete()

    empty = shelf.client.get(second["previous"]).json()

    assert (empty["results"], empty["previous"]) == ([], None)
    assert shelf.client.get(empty["next"]).json()["results"] == second["results"]


def test_filters_and_size_go_with_every_link() -> None:
    PartnerFactory.create_batch(3, is_sample=True)
    PartnerFactory.create()
    client = client_of(MemberFactory.create())

    told = list(walk(client, "/api/v1/partners/?page_size=1&is_sample=true&fields=uid", lambda: None))

    assert set(told) == {str(row.uid) for row in Partner.objects.filter(is_sample=True)}


def test_pages_are_in_the_link_header_too() -> None:
    shelf = Shelf([0, 1, 2], [])
    first = shelf.client.get("/api/v1/briefs/?page_size=1")
    second = shelf.client.get(first.json()["next"])

    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert f'<{second.json()["previous"]}>; rel="prev"' in second["Link"]
    assert "Link" not in shelf.client.get("/api/v1/briefs/")

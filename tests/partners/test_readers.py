"""Who reads what: every audience and every reader, wherever statements and capacity are shown."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdmo_portal.accounts.actors import actor_of_member
from partners import searching
from partners.answering import answer
from partners.models import Audience, CapacityWindow, Line, ReaderAgreement, Site
from partners.quarters import Quarter
from tests.accounts.api.callers import client_of
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.readers import ExclusionFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.documents import keep
from tests.partners.editors import House, house, signed_in
from tests.partners.readers import READERS, READS, client_of_reader, reader_of

pytestmark = pytest.mark.django_db
CSV = "/sites/export.csv"


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def home() -> House:
    """A site on which something of every kind is told to every audience."""
    ours = house()
    Site.objects.filter(pk=ours.site.pk).update(name="Harbour Works", slug="harbour-works")
    ours.site.refresh_from_db()
    coming = Quarter.of(timezone.localdate()).next
    for audience in Audience.values:
        term = TermFactory.create(code=f"op.{audience}", label=f"Step for {audience}")
        CapabilityFactory.create(site=ours.site, term=term, audience=audience)
        hazard = TermFactory.create(code=f"haz.{audience}", label=f"Hazard for {audience}", hazard=True)
        HazardFactory.create(site=ours.site, term=hazard, audience=audience)
        line = LineFactory.create(site=ours.site, name=f"Line of {audience}", capacity_audience=audience)
        CapacityWindowFactory.create(
            line=line,
            audience=audience,
            period=DateRange(coming.start, coming.end),
            observed_at=timezone.now(),
        )
    MeasureFactory.create(capability=ours.site.capabilities.get(term__code="op.sponsors"), lo=50, hi=50)
    searching.rebuild_all()
    return ours


def told(page: str, what: str) -> set[str]:
    return {audience for audience in Audience.values if f"{what} {audience}" in page}


@pytest.mark.parametrize("kind", READERS)
def test_profile_when_read_then_shows_what_is_for_that_reader(home: House, kind: str) -> None:
    page = client_of_reader(home, kind).get(home.site.get_absolute_url()).content.decode()

    assert told(page, "Step for") == READS[kind]
    assert told(page, "Hazard for") == READS[kind]
    assert "told to sponsors only" not in page or kind == "rival"


@pytest.mark.parametrize("kind", READERS)
def test_capacity_when_read_then_no_excluded_company_sees_any(home: House, kind: str) -> None:
    page = client_of_reader(home, kind).get(home.site.get_absolute_url()).content.decode()

    rows = {audience for audience in Audience.values if f"Line of {audience}</th>" in page}
    table = page.split("Lines</caption>")[0]
    seen = told(table, "Line of")
    assert rows == set(Audience.values)
    assert seen == (set() if kind in ("excluded", "both", "rival") else READS[kind])


@pytest.mark.parametrize("kind", READERS)
def test_api_when_asked_then_answers_what_the_page_tells(home: House, kind: str) -> None:
    client = client_of(reader_of(home, kind))

    terms = {row["term"]["code"] for row in client.get("/api/v1/capabilities/").json()["results"]}
    windows = {row["audience"] for row in client.get("/api/v1/capacity-windows/").json()["results"]}
    lines = client.get("/api/v1/lines/").json()["results"]
    site = client.get(f"/api/v1/sites/{home.site.uid}/").json()

    sees_capacity = kind not in ("excluded", "both", "rival")
    assert terms == {f"op.{audience}" for audience in READS[kind]}
    assert windows == (READS[kind] if sees_capacity else set())
    numbered = {row["capacity_audience"] for row in lines if row["capacity"] is not None}
    assert numbered == (READS[kind] if sees_capacity else set())
    assert (site["next_open_quarter"] is not None) == sees_capacity


@pytest.mark.parametrize("kind", READERS)
def test_comparison_when_opened_then_tells_what_the_page_tells(home: House, kind: str) -> None:
    other = SiteFactory.create(slug="other-works")

    page = client_of_reader(home, kind).get(f"/compare/?ids={home.site.slug},{other.slug}").content.decode()

    assert told(page, "Step for") == READS[kind]


@pytest.mark.usefixtures("files_on_a_disk")
@pytest.mark.parametrize("kind", READERS)
def test_documents_when_asked_for_then_come_to_those_who_read_them_and_what_they_back(
    home: House, kind: str
) -> None:
    client = client_of_reader(home, kind)
    files = {audience: keep(home, audience=audience, name=f"{audience}.pdf") for audience in Audience.values}
    for capability in home.site.capabilities.select_related("term"):
        capability.document = files[capability.audience]
        capability.save()

    found = set()
    for audience, file in files.items():
        answered = client.get(file.get_absolute_url())
        if answered.status_code == 200:
            b"".join(answered)
            found.add(audience)

    assert found == READS[kind]


@pytest.mark.parametrize("kind", READERS)
def test_export_of_the_directory_when_taken_then_holds_no_more_than_its_reader_may_read(
    home: House, kind: str
) -> None:
    client = client_of_reader(home, kind)

    text = b"".join(client.get(CSV)).decode("utf-8-sig")

    # What is for after an agreement, and what is one's own alone, stands in no export.
    assert told(text, "Step for") == READS[kind] & {"public", "sponsors"} - (
        {"sponsors"} if kind == "own" else set()
    )
    assert (str(Quarter.of(timezone.localdate()).next) in text) == (kind not in ("excluded", "both", "rival"))


@pytest.mark.parametrize(("kind", "is_found"), [("sponsor", True), ("excluded", False)])
def test_directory_when_an_excluded_company_asks_then_finds_by_what_everybody_reads(
    home: House, kind: str, is_found: bool
) -> None:
    client = client_of_reader(home, kind)
    SiteFactory.create(name="Bystander")
    searching.rebuild_all()
    found = "1 site<" if is_found else "0 sites<"

    by_facet = client.get("/sites/", {"unit_operation": "op.sponsors"}).content.decode()
    by_text = client.get("/sites/", {"q": "Step for sponsors"}).content.decode()
    by_number = client.get(
        "/sites/", {"measure": "sc.bioreactor-l", "value": "50", "unit": "L"}
    ).content.decode()
    everything = client.get("/sites/").content.decode()

    assert found in by_facet
    assert ("Harbour Works" in by_text) == is_found
    assert ("Harbour Works" in by_number) == is_found
    assert "2 sites<" in everything
    assert "Step for public" in everything
    assert ("Step for sponsors" in everything.split('id="results"')[-1]) == is_found
    assert str(Quarter.of(timezone.localdate()).next) in everything or not is_found
    assert str(Quarter.of(timezone.localdate()).next) not in everything or is_found


def test_counts_when_an_excluded_company_asked_before_then_others_get_their_own(home: House) -> None:
    excluded, free = client_of_reader(home, "excluded"), client_of_reader(home, "sponsor")

    for client, count in ((excluded, 0), (free, 1), (excluded, 0), (free, 1)):
        page = client.get("/sites/", {"unit_operation": "op.sponsors"}).content.decode()
        assert f"{count} site" in page


def test_order_by_open_quarter_and_saved_search_when_excluded_then_know_of_no_opening(home: House) -> None:
    SiteFactory.create(name="Aaa first by name", partner__name="Aaa")
    searching.rebuild_all()
    places = {}
    for kind in ("sponsor", "excluded"):
        member = reader_of(home, kind)
        page = signed_in(member).get("/sites/?sort=open").content.decode()
        places[kind] = page.index("Harbour Works") < page.index("Aaa first by name")
        found = answer("country=IE", actor_of_member(member))
        assert bool(found.open_ids) == (kind == "sponsor")

    assert places == {"sponsor": True, "excluded": False}


def test_history_when_excluded_then_tells_of_what_everybody_reads(home: House) -> None:
    editor = signed_in(home.editor)
    for audience in ("public", "sponsors"):
        row = home.site.capabilities.get(audience=audience)
        editor.post(f"/profile/sites/{home.site.slug}/capabilities/{row.uid}/confirm/")

    pages = {
        kind: client_of_reader(home, kind).get(f"{home.site.get_absolute_url()}history/").content.decode()
        for kind in ("sponsor", "excluded")
    }

    assert told(pages["sponsor"], "Step for") == {"public", "sponsors"}
    assert told(pages["excluded"], "Step for") == {"public"}


def test_window_of_its_own_audience_when_read_then_goes_by_it_and_not_by_its_line(home: House) -> None:
    line = Line.objects.get(name="Line of matching")
    coming = Quarter.of(timezone.localdate()).next.next
    CapacityWindowFactory.create(
        line=line,
        period=DateRange(coming.start, coming.end),
        observed_at=timezone.now(),
        follows_line=False,
        audience=Audience.AGREEMENT,
    )

    agreed, free = (
        client_of_reader(home, kind).get(home.site.get_absolute_url()).content.decode()
        for kind in ("agreed", "sponsor")
    )

    assert "Line of matching" in agreed.split("Lines</caption>")[0]
    assert "Line of matching" not in free.split("Lines</caption>")[0]
    assert CapacityWindow.objects.filter(line=line).count() == 2


def test_rights_when_a_page_reads_many_sites_then_are_looked_up_once(home: House) -> None:
    member = reader_of(home, "both")
    ExclusionFactory.create_batch(20)
    client = signed_in(member)
    client.get("/sites/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/sites/")

    assert len([each for each in asked if "partners_exclusion" in each["sql"]]) == 1


def test_agreement_when_its_last_day_is_today_then_is_still_read(home: House) -> None:
    member = reader_of(home, "agreed")
    url, today = home.site.get_absolute_url(), timezone.localdate()
    ReaderAgreement.objects.update(ends_on=today)
    assert "Step for agreement" in signed_in(member).get(url).content.decode()

    ReaderAgreement.objects.update(ends_on=today - dt.timedelta(days=1))
    assert "Step for agreement" not in signed_in(member).get(url).content.decode()


def test_visitor_when_nobody_is_signed_in_then_reads_no_profile(home: House, client: Client) -> None:
    assert client.get(home.site.get_absolute_url()).status_code == 302

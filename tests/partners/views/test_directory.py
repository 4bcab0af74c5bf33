import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners import searching
from partners.models import Audience, Origin, Site, Term
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.private_records import PrivateRecordFactory
from tests.factories.regulatory import InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
PAGE = "/sites/"


@pytest.fixture(autouse=True)
def _fresh_popularity() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sponsor(client: Client) -> Client:
    client.force_login(MemberFactory.create().user)
    return client


def lyo_site(**fields: object) -> Site:
    site = SiteFactory.create(**fields)
    term = TermFactory.create(code="op.lyophilisation", synonyms=["lyo", "freeze drying"])
    CapabilityFactory.create(site=site, term=term)
    return site


def test_site_list_when_nobody_is_signed_in_then_leads_to_sign_in(client: Client) -> None:
    response = client.get(PAGE)

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_site_list_when_a_sponsor_asks_then_shows_cards_with_marks_and_age(sponsor: Client) -> None:
    site = lyo_site(
        name="Cloonmore", partner=PartnerFactory.create(name="Cloonmore Aseptics", is_sample=True)
    )
    InspectionFactory.create(site=site, ended_on=timezone.localdate() - dt.timedelta(days=400))
    RegistrationFactory.create(site=site, operations=["C82401"])
    searching.rebuild_all()

    page = sponsor.get(PAGE).content.decode()

    assert "1 site" in page
    assert "Cloonmore Aseptics" in page
    assert "Fictional sample" in page
    assert "Registered with FDA" in page
    assert "13 months ago" in page
    assert "erified" not in page


def test_site_list_when_filters_are_set_then_they_stay_ticked_and_can_be_removed(sponsor: Client) -> None:
    lyo_site(country="IE")
    lyo_site(country="DE")
    searching.rebuild_all()

    page = sponsor.get(
        PAGE, {"unit_operation": "op.lyophilisation", "country": "IE", "q": "lyo"}
    ).content.decode()

    assert 'value="op.lyophilisation" checked' in page
    assert 'value="IE" checked' in page
    assert 'href="/sites/?unit_operation=op.lyophilisation&amp;q=lyo"' in page
    assert "1 site</h2>" in page


def test_site_list_when_htmx_asks_then_answers_with_the_results_and_a_clean_address(sponsor: Client) -> None:
    lyo_site()
    searching.rebuild_all()

    response = sponsor.get(PAGE, {"q": "lyo", "measure": "", "value": ""}, headers={"HX-Request": "true"})
    page = response.content.decode()

    assert "<html" not in page
    assert 'id="results"' in page
    assert 'id="facet-list" hx-swap-oob="true"' in page
    assert response["HX-Push-Url"] == "/sites/?q=lyo"


def test_site_list_when_nothing_passes_then_names_the_filter_that_is_the_cause(sponsor: Client) -> None:
    lyo_site(country="IE")
    TermFactory.create(code="mod.mab", facet__code="modality", label="Antibody")
    searching.rebuild_all()

    page = sponsor.get(PAGE, {"country": "IE", "modality": "mod.mab"}).content.decode()

    assert "No site passes all filters" in page
    assert 'href="/sites/?country=IE">Remove Modality' in page
    assert "Remove Country" not in page


def test_site_list_when_a_parameter_is_unknown_then_says_which(sponsor: Client) -> None:
    response = sponsor.get(PAGE, {"colour": "red"})

    assert response.status_code == 400
    assert "“colour” is not a filter of the directory." in response.content.decode()


def test_site_list_when_a_unit_is_unknown_then_keeps_what_was_typed(sponsor: Client) -> None:
    TermFactory.create(code="sc.bioreactor-l", measure=True)

    response = sponsor.get(PAGE, {"measure": "sc.bioreactor-l", "value": "2,000", "unit": "parsecs"})
    page = response.content.decode()

    assert response.status_code == 400
    assert "parsecs” is not a unit of" in page
    assert 'value="2,000"' in page


@pytest.mark.parametrize(
    ("refused", "kept"),
    [
        (
            "measure=sc.bioreactor-l&value=many&view=map&area=5,45,11,48",
            {"view": "map", "area": "5,45,11,48"},
        ),
        ("colour=red&view=map&area=5,45", {"view": "map"}),
        ("colour=red&view=globe&area=5,45,11,48", {"area": "5,45,11,48"}),
        ("colour=red&view=list", {}),
    ],
)
def test_site_list_when_the_search_is_refused_then_the_form_still_holds_map_and_area(
    sponsor: Client, refused: str, kept: dict[str, str]
) -> None:
    TermFactory.create(code="sc.bioreactor-l", measure=True)

    response = sponsor.get(f"{PAGE}?{refused}")

    hidden = re.findall(r'<input type="hidden" name="(view|area)" value="([^"]*)"', response.content.decode())
    assert response.status_code == 400
    assert dict(hidden) == kept


def test_site_list_when_the_search_is_refused_then_our_status_is_still_ticked(client: Client) -> None:
    keeper, stranger = MemberFactory.create(), MemberFactory.create()
    PrivateRecordFactory.create(organisation=keeper.organisation, approved=True)
    searching.rebuild_all()
    TermFactory.create(code="sc.bioreactor-l", measure=True)
    refused = f"{PAGE}?measure=sc.bioreactor-l&value=many&our_status=approved&country=IE"

    pages = {}
    for member in (keeper, stranger):
        client.force_login(member.user)
        for query in (refused, refused.replace("&our_status=approved", "")):
            pages[member, query] = client.get(query).content.decode()

    for member in (keeper, stranger):
        assert 'name="our_status" value="approved" checked' in pages[member, refused]
        assert 'value="IE" checked' in pages[member, refused]
    unticked = refused.replace("&our_status=approved", "")
    assert 'name="our_status" value="approved"' in pages[keeper, unticked]
    assert "our_status" not in pages[stranger, unticked]


def test_site_list_when_a_container_or_method_is_ticked_then_its_card_shows_it(sponsor: Client) -> None:
    site = SiteFactory.create()
    for code, facet, label in (
        ("cnt.vial", "container", "Vial"),
        ("an.hplc", "analytical", "HPLC"),
        ("svc.fill-finish", "service", "Fill and finish"),
    ):
        term = TermFactory.create(code=code, facet__code=facet, label=label)
        CapabilityFactory.create(site=site, term=term)
    searching.rebuild_all()

    def offers(query: str) -> list[str]:
        page = sponsor.get(f"{PAGE}?{query}").content.decode()
        return re.findall(r'<span class="term">([^<]*)</span>', page)

    assert offers("") == ["Fill and finish"]
    assert offers("container=cnt.vial") == ["Vial", "Fill and finish"]
    assert offers("analytical=an.hplc&container=cnt.vial&service=svc.fill-finish") == [
        "Fill and finish", "Vial", "HPLC",
    ]  # fmt: skip


def test_site_list_when_statements_compete_then_a_card_shows_proofs_of_one_and_names_its_line(
    sponsor: Client,
) -> None:
    """A small fast line and a large slow one are no large fast line, also on the card."""
    units, rate = (
        TermFactory.create(code=code, label=label, measure=True, base_unit=unit)
        for code, label, unit in (
            ("sc.batch-units", "Batch", "units"),
            ("sc.rate-units-hour", "Rate", "units/hour"),
        )
    )
    tablet = TermFactory.create(code="df.tablet", facet__code="dosage_form", label="Tablet")
    capsule = TermFactory.create(code="df.capsule", facet__code="dosage_form", label="Capsule")
    site = SiteFactory.create()

    def states(term: Term, line: str, *numbers: tuple[Term, int]) -> None:
        row = CapabilityFactory.create(site=site, term=term, line=LineFactory.create(site=site, name=line))
        for measure, hi in numbers:
            MeasureFactory.create(
                capability=row, term=measure, lo=1, hi=hi, entered_text=f"1–{hi}", entered_unit=""
            )

    # Whoever takes for each number the statement that answers most of them takes these two together.
    states(tablet, "Small", (units, 100))
    states(tablet, "Fast", (rate, 9_000), (rate, 8_000))
    states(capsule, "Slow", (rate, 7_000))
    searching.rebuild_all()
    asked = {"measure": units.code, "value": "50", "measure_2": rate.code, "value_2": "6,000"}

    page = sponsor.get(PAGE, asked).content.decode()

    assert "<strong>Batch: 1–100</strong> (Tablet, Small)" in page
    assert "<strong>Rate: 1–7000</strong> (Capsule, Slow)" in page
    assert "Fast" not in page


def test_site_list_when_a_number_with_a_unit_is_asked_then_finds_ranges_that_include_it(
    sponsor: Client,
) -> None:
    large, small = SiteFactory.create(name="Largo"), SiteFactory.create(name="Parva")
    MeasureFactory.create(capability__site=large, term__code="sc.compounding-volume-l", lo=500, hi=5000)
    MeasureFactory.create(capability__site=small, term__code="sc.compounding-volume-l", lo=10, hi=200)
    searching.rebuild_all()

    asked = {"measure": "sc.compounding-volume-l", "value": "2", "unit": "kL"}
    page = sponsor.get(PAGE, asked).content.decode()

    assert "Largo" in page
    assert "covers 2 kL" in page
    assert "Parva" not in page


def test_site_list_when_many_sites_are_shown_then_queries_stay_bounded(sponsor: Client) -> None:
    for number in range(25):
        site = lyo_site(country="IE" if number % 2 else "DE")
        InspectionFactory.create(site=site)
        RegistrationFactory.create(site=site)
        CapacityWindowFactory.create(line__site=site, site=site, observed_at=timezone.now())
    searching.rebuild_all()
    asked = {"q": "lyo", "country": ["IE", "DE"], "unit_operation": "op.lyophilisation", "view": "map"}
    sponsor.get(PAGE)

    counts = []
    for limit in (["IE"], ["IE", "DE"]):
        with CaptureQueriesContext(connection) as queries:
            sponsor.get(PAGE, {**asked, "country": limit})
        counts.append(len(queries))

    # Session, user, membership, organisation of the transaction and its savepoint are the first six;
    # vocabulary, text, count, rows, facets and the map are six more; sites, statements, register, visits,
    # certificates and capacity are six for the cards; two ask for what the sponsor noted of them,
    # and one for agreements and exclusions.
    assert counts[0] == counts[1] <= 6 + 6 + 6 + 2 + 1


def test_site_list_with_numbers_and_records_then_each_is_looked_up_once(client: Client) -> None:
    member = MemberFactory.create()
    client.force_login(member.user)
    for number in range(6):
        measure = MeasureFactory.create(
            capability__term=TermFactory.create(code="op.lyophilisation"),
            term__code="sc.compounding-volume-l",
        )
        if number % 2:
            PrivateRecordFactory.create(organisation=member.organisation, site=measure.capability.site)
    searching.rebuild_all()
    asked = {"q": "lyo", "measure": "sc.compounding-volume-l", "value": "500"}
    client.get(PAGE)

    with CaptureQueriesContext(connection) as queries:
        assert "6 sites</h2>" in client.get(PAGE, asked).content.decode()

    texts = [each["sql"] for each in queries.captured_queries]
    # Which sites prove the number, and what proves it on the cards.
    assert sum('FROM "partners_measure"' in text for text in texts) == 2
    # Which rows are spelt so; then their rank alone.
    assert sum("to_tsquery" in text and "ts_rank" not in text for text in texts) == 1
    # As above without the map, then: numbers, their proofs, whether there are records, and their counts.
    assert len(texts) <= 6 + 5 + 6 + 2 + 4


def test_site_list_when_a_cdmo_reads_then_another_ones_capacity_and_sponsors_statements_stay_hidden(
    client: Client,
) -> None:
    member = MemberFactory.create(cdmo=True)
    site = SiteFactory.create(partner__organisation=member.organisation)
    secret = TermFactory.create(code="op.secret-step", label="Secret step")
    CapabilityFactory.create(site=site, term=secret, audience=Audience.SPONSORS)
    line = LineFactory.create(site=site)
    soon = timezone.now()
    CapacityWindowFactory.create(line=line, observed_at=soon, audience=Audience.MATCHING)
    searching.rebuild_all()
    people = {
        "sponsor": MemberFactory.create().user,
        "own": member.user,
        "rival": MemberFactory.create(cdmo=True).user,
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = client.get(PAGE).content.decode()

    assert "<strong>Next open quarter" in seen["sponsor"]
    assert "<strong>Next open quarter" in seen["own"]
    assert "Next open quarter" not in seen["rival"]
    assert '<span class="term">Secret step</span>' in seen["sponsor"]
    assert '<span class="term">Secret step</span>' not in seen["rival"]


def test_site_list_when_a_text_is_sought_then_marks_it_and_says_by_which_other_name_it_was_found(
    sponsor: Client,
) -> None:
    site = SiteFactory.create(name="Lyo & Sons", city="Cork", country="IE")
    lyo = TermFactory.create(
        code="op.lyophilisation", label="Lyophilisation", synonyms=["lyo", "freeze-drying"]
    )
    for number in range(8):
        CapabilityFactory.create(
            site=site, term=TermFactory.create(code=f"svc.other-{number}", facet__code="service")
        )
    storage = TermFactory.create(
        code="st.frozen", label="Deep frozen", facet__code="storage", synonyms=["ULT freezer"]
    )
    for term in (lyo, storage):
        CapabilityFactory.create(site=site, term=term)
    searching.rebuild_all()

    def card(q: str) -> str:
        return (
            sponsor.get(PAGE, {"q": q}).content.decode().partition("<article")[2].partition("</article>")[0]
        )

    assert "<mark>Lyo</mark> &amp; Sons" in card("lyo")
    assert "<mark>Lyophilisation</mark>" in card("lyo")
    assert '<mark>Lyophilisation</mark> <span class="why-found">found by: <mark>freeze-drying</mark>' in card(
        "freeze drying"
    )
    assert "<mark>Lyophilisation</mark>" in card("lyophilzation cork")
    assert "<mark>Cork</mark>" in card("lyophilzation cork")
    assert '<mark>Deep frozen</mark> <span class="why-found">found by: <mark>ULT</mark> freezer' in card(
        "ult"
    )


def test_site_list_when_found_by_what_no_card_shows_then_says_what_it_was(sponsor: Client) -> None:
    site = SiteFactory.create(name="Corvane", country="IE", postal_code="T12XY")
    SiteIdentifierFactory.create(site=site, value="3001234567")
    RegistrationFactory.create(site=site, firm_name="Old Name Holdings")
    geography = TermFactory.create(
        code="geo.europe", label="Europe", facet__code="geography", countries=["IE"]
    )
    searching.rebuild_all()

    found = {
        q: sponsor.get(PAGE, {"q": q}).content.decode() for q in ("3001234567", "holdings", "t12xy", "europe")
    }

    assert "<mark>3001234567</mark>" in found["3001234567"]
    assert "name in FDA’s register: Old Name <mark>Holdings</mark>" in found["holdings"]
    assert "postal code: <mark>T12XY</mark>" in found["t12xy"]
    assert f"region: <mark>{geography.label}</mark>" in found["europe"]


def test_site_list_when_the_text_is_hostile_then_nothing_of_it_is_markup(sponsor: Client) -> None:
    site = SiteFactory.create(name="<script>alert(1)</script> Works", partner=None)
    searching.rebuild([site.pk])

    page = sponsor.get(PAGE, {"q": "script alert"}).content.decode()

    assert "<script>alert" not in page
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)" in page


def test_site_list_when_cards_are_read_then_each_says_the_source_and_age_of_what_it_shows(
    sponsor: Client,
) -> None:
    today = timezone.localdate()
    site = SiteFactory.create()
    for months in (2, 14):
        CapabilityFactory.create(site=site, confirmed_on=today - dt.timedelta(days=31 * months))
    hidden = today - dt.timedelta(days=31 * 40)
    CapabilityFactory.create(site=site, confirmed_on=hidden, audience=Audience.MATCHING)
    InspectionFactory.create(site=site, ended_on=today - dt.timedelta(days=400), origin=Origin.REGULATOR)
    RegistrationFactory.create(site=site, operations=["C82401"], last_seen__snapshot_on=dt.date(2026, 1, 5))
    searching.rebuild_all()

    page = sponsor.get(PAGE).content.decode()

    assert "2 statements by the company, the newest confirmed 2 months ago, the oldest 14 months ago" in page
    assert "In FDA’s register of 5\u00a0January\u00a02026 for:" in page
    assert "13 months ago, published by the authority" in page


def test_site_list_as_a_map_then_keeps_the_question_and_shows_every_site_not_only_the_page(
    sponsor: Client,
) -> None:
    for number in range(25):
        SiteFactory.create(country="IE", latitude=51.9 + number / 1000, longitude=-8.4)
    SiteFactory.create(country="IE")
    searching.rebuild_all()

    page = sponsor.get(PAGE, {"view": "map", "country": "IE", "sort": "name"}).content.decode()

    assert "26 sites</h2>" in page
    assert "25 on the map" in page
    assert "1 is not on the map" in page
    assert page.count('class="pin ') == 1
    assert '<input type="hidden" name="view" value="map" form="facets">' in page
    assert "view=map&amp;country=IE&amp;sort=name&amp;page=2" in page
    assert '<a href="/sites/?country=IE&amp;sort=name"' in page


def test_site_list_with_an_area_then_it_can_be_removed_and_stays_in_the_form(sponsor: Client) -> None:
    SiteFactory.create(name="Basel works", latitude=47.5, longitude=7.6)
    searching.rebuild_all()

    page = sponsor.get(PAGE, {"area": "5,45,11,48", "q": "works"}).content.decode()
    empty = sponsor.get(PAGE, {"area": "50,45,51,48", "q": "works"}).content.decode()

    assert 'href="/sites/?q=works"><span class="vh">Remove filter </span>Area 45–48° N, 5–11° E' in page
    assert 'name="area" value="5,45,11,48" form="facets"' in page
    assert 'href="/sites/?q=works">Remove the area: 1 site' in empty


def test_site_list_with_two_numbers_then_chips_say_how_they_compare_and_cards_say_the_proof(
    sponsor: Client,
) -> None:
    tablet = TermFactory.create(code="df.tablet", facet__code="dosage_form", label="Tablet")
    capability = CapabilityFactory.create(
        term=tablet, confirmed_on=timezone.localdate() - dt.timedelta(days=70)
    )
    for code, unit, lo, hi in (
        ("sc.batch-units", "units", 1, 90_000),
        ("sc.rate-units-hour", "units/hour", 1, 5_000),
    ):
        term = TermFactory.create(code=code, label=code[3:], measure=True, base_unit=unit)
        MeasureFactory.create(
            capability=capability, term=term, lo=lo, hi=hi, entered_text=f"{lo}–{hi:,}", entered_unit=unit
        )
    searching.rebuild_all()
    asked = {
        "measure": "sc.batch-units", "value": "50k", "measure_2": "sc.rate-units-hour", "value_2": "4,000",
        "unit_2": "units/hour",
    }  # fmt: skip

    page = sponsor.get(PAGE, asked).content.decode()

    assert "batch-units: covers 50k units" in page
    assert "rate-units-hour: at least 4,000 units/hour" in page
    assert "rate-units-hour: 1–5,000 units/hour</strong> (Tablet), confirmed 2 months ago" in page
    assert 'href="/sites/?measure=sc.batch-units&amp;value=50k"><span class="vh">Remove filter' in page
    assert 'id="value_2" name="value_2" type="text" value="4,000"' in page
    assert 'id="measure_3"' not in page
    assert 'id="measure_3"' in sponsor.get(PAGE, {**asked, "numbers": "more"}).content.decode()


HOSTILE = """
page=99999999999999999999 | page=-1 | page=x | q=%27%22%29%28%26%7C%21%3A%2A%3C%3E | q=%F0%9F%8E%89
q=%E2%80%AEabc | q=%FF%FE | q=a&q=b | country=ZZ | country= | measure=sc.nope&value=1
measure=sc.bioreactor-l&value=NaN | measure=sc.bioreactor-l&value=-1
value=1e400&measure=sc.bioreactor-l | measure=sc.bioreactor-l&value=9-1
unit=L | sort=price | view=globe | area=1,2,3 | area=%F0%9F%8E%89 | area=nan,1,2,3 | area=1e9,1,2,3
measure_2=sc.bioreactor-l&value_2=1e400 | numbers=more | numbers=-1 | view=map&area=179,-90,-179,90
view=map&area=10,-60,9.9999,80 | view=map&area=0,0,0.0001,0.0001
view=map&area=-180,-90,180,90 | view=map&area=0,89.999,0.001,90 | view=map&page=99999 | measure_6=sc.none
 profile=profiled&profile=register | %00=1 | q=%00 | service=svc.none
"""
HOSTILE_QUERIES = [
    *(query.strip() for line in HOSTILE.strip().splitlines() for query in line.split("|")),
    "q=" + "a" * 5000,
    "q=" + "+".join(["word"] * 60),
    "country=" + "&country=".join(["IE"] * 500),
]


@pytest.mark.parametrize("query", HOSTILE_QUERIES, ids=lambda query: query[:40])
def test_site_list_when_the_query_is_hostile_then_answers_without_an_error(
    sponsor: Client, query: str
) -> None:
    TermFactory.create(code="sc.bioreactor-l", measure=True)

    for headers in ({}, {"HX-Request": "true"}):
        assert sponsor.get(f"{PAGE}?{query}", headers=headers).status_code in {200, 400, 422}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), name=st.sampled_from(["q", "value", "unit", "country", "page", "sort"]))
def test_site_list_when_any_text_is_sent_then_answers_without_an_error(
    sponsor: Client, text: str, name: str
) -> None:
    assert sponsor.get(PAGE, {name: text}).status_code in {200, 400}

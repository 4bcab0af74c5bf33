import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdmo_portal.accounts.actors import NOBODY, Actor, actor_of_member
from partners import facets, searching
from partners.filters import SORTS, SiteFilter
from partners.models import Audience, Capability, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory


@dataclass
class Asking:
    """The part of a request that filters read."""

    actor: Actor


def ask(query: str, actor: Actor = NOBODY) -> SiteFilter:
    return SiteFilter(QueryDict(query), queryset=Site.objects.all(), request=Asking(actor))


def valid(query: str, actor: Actor = NOBODY) -> SiteFilter:
    filters = ask(query, actor)
    assert filters.is_valid(), filters.errors
    return filters


def names(query: str, actor: Actor = NOBODY) -> list[str]:
    return [row.site.name for row in valid(query, actor).rows.select_related("site")]


@pytest.fixture
def world(db: None) -> None:
    """Eight sites: offers, places, records and profiles that overlap in many ways."""
    injectable = TermFactory.create(code="df.injectable", facet__code="dosage_form")
    vial = TermFactory.create(code="df.vial", facet__code="dosage_form", parent=injectable)
    tablet = TermFactory.create(code="df.tablet", facet__code="dosage_form")
    fill = TermFactory.create(code="svc.fill-finish", facet__code="service")
    mab = TermFactory.create(code="mod.mab", facet__code="modality", label="Antibody")
    offers = [[vial, fill], [vial], [tablet], [tablet, fill], [injectable, mab], [vial, tablet, mab], [], []]
    for number, (terms, country) in enumerate(zip(offers, ["IE", "DE", "IE", "US"] * 2, strict=True)):
        site = SiteFactory.create(name=f"S{number}", country=country, is_profiled=bool(terms))
        for term in terms:
            audience = Audience.SPONSORS if term == mab else Audience.PUBLIC
            CapabilityFactory.create(site=site, term=term, audience=audience)
        if number % 3 == 0:
            RegistrationFactory.create(site=site, operations=["C82401"])
        if number % 2 == 0:
            InspectionFactory.create(site=site)
    searching.rebuild_all()


CHOICES = {
    "dosage_form": ["df.injectable", "df.vial", "df.tablet"],
    "service": ["svc.fill-finish"],
    "modality": ["mod.mab"],
    "country": ["IE", "DE", "US", "FR"],
    "registered": ["C82401", "C25391"],
    "inspected_by": ["reg.fda"],
    "profile": ["profiled", "register"],
}
selections = st.fixed_dictionaries(
    {facet: st.lists(st.sampled_from(values), unique=True, max_size=2) for facet, values in CHOICES.items()}
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=selections, facet=st.sampled_from(sorted(CHOICES)), is_sponsor=st.booleans(), text=st.booleans()
)
def test_counts_when_a_value_is_ticked_then_its_rows_are_what_its_count_promised(
    world: None, chosen: dict[str, list[str]], facet: str, is_sponsor: bool, text: bool
) -> None:
    actor = actor_of_member(MemberFactory.create()) if is_sponsor else NOBODY
    asked = QueryDict(mutable=True)
    for name, values in chosen.items():
        asked.setlist(name, values)
    if text:
        asked["q"] = "partner"
    counted = ask(asked.urlencode(), actor)
    assert counted.is_valid()

    promised = counted.counts[facet]

    assert counted.total == counted.rows.count()
    for value in CHOICES[facet]:
        asked.setlist(facet, [value])
        assert ask(asked.urlencode(), actor).qs.count() == promised[value]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("query", ["", "country=IE", "q=partner", "q=S1&profile=profiled"])
def test_counts_when_rows_are_written_anew_then_are_those_of_the_new_rows(query: str) -> None:
    before = valid(query).total
    site = CapabilityFactory.create(site__name="S1 too", site__country="IE", site__is_profiled=True).site

    searching.rebuild([site.pk])

    asked = valid(query)
    assert asked.total == asked.rows.count() == before + 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dosage_form=df.injectable", ["S0", "S1", "S4", "S5"]),
        ("dosage_form=df.vial", ["S0", "S1", "S5"]),
        ("dosage_form=df.vial&dosage_form=df.tablet", ["S0", "S1", "S2", "S3", "S5"]),
        ("dosage_form=df.vial&service=svc.fill-finish", ["S0"]),
        ("country=IE&profile=register", ["S6"]),
        ("registered=C82401", ["S0", "S3", "S6"]),
        ("inspected_by=reg.fda&country=IE", ["S0", "S2", "S4", "S6"]),
        ("modality=mod.mab", []),
        ("", ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"]),
    ],
)
def test_rows_when_values_are_ticked_then_or_within_a_facet_and_across(
    query: str, expected: list[str]
) -> None:
    assert sorted(names(query)) == expected


@pytest.mark.usefixtures("world")
def test_rows_when_a_statement_is_for_sponsors_then_only_they_find_by_it() -> None:
    sponsor = actor_of_member(MemberFactory.create())
    cdmo = actor_of_member(MemberFactory.create(cdmo=True))

    assert sorted(names("modality=mod.mab", sponsor)) == ["S4", "S5"]
    assert names("modality=mod.mab", cdmo) == []
    assert names("q=antibody", cdmo) == []
    assert sorted(names("q=antibody", sponsor)) == ["S4", "S5"]


BATCH, RATE, LOWEST, SIZE = "sc.batch-units", "sc.rate-units-hour", "sc.oel-ug-m3", "sc.vial-size"
COLD = "sc.temperature-c"
UNITS = {BATCH: "units", RATE: "units/hour", LOWEST: "µg/m3", SIZE: "mL nominal", COLD: "°C"}


def state(capability: Capability, measure: str, lo: float | None, hi: float | None) -> None:
    term = TermFactory.create(code=measure, measure=True, base_unit=UNITS[measure])
    lowest, highest = (end if end is None else Decimal(str(end)) for end in (lo, hi))
    MeasureFactory.create(capability=capability, term=term, lo=lowest, hi=highest)


def says(name: str, measure: str, lo: float | None, hi: float | None, **fields: object) -> None:
    state(CapabilityFactory.create(site__name=name, **fields), measure, lo, hi)


@pytest.mark.django_db
def test_rows_when_a_number_is_asked_then_the_stated_range_must_cover_it() -> None:
    ranges = {"inside": (50, 2000), "above": (5000, 9000), "open": (50, None), "exact": (2000, 2000)}
    for name, (lo, hi) in ranges.items():
        says(name, BATCH, lo, hi)
    says("refused", BATCH, 50, 2000, is_offered=False)
    says("hidden", BATCH, 50, 2000, audience=Audience.MATCHING)
    searching.rebuild_all()

    for value in ("value=2,000&unit=units", "value=2&unit=k", "value=2000+units", "value=2000"):
        assert sorted(names(f"measure={BATCH}&{value}")) == ["exact", "inside"]
    assert names(f"measure={BATCH}&value=100–200") == ["inside"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        (RATE, "6000", ["from 9000", "to 6000", "upto 8000"]),
        (RATE, "100 units/min", ["from 9000", "to 6000", "upto 8000"]),
        (LOWEST, "0.5", ["down to 0.1", "down to 0.5"]),
        (LOWEST, "100 ng/m3", ["down to 0.1"]),
        (SIZE, "10", ["sizes 2 and 10"]),
        (SIZE, "2–50", ["sizes 2 and 10"]),
        (SIZE, "5", []),
    ],
)
def test_rows_when_a_number_is_asked_then_it_is_compared_as_its_measure_is(
    measure: str, value: str, expected: list[str]
) -> None:
    says("from 9000", RATE, 9000, None)
    says("to 6000", RATE, 100, 6000)
    says("upto 8000", RATE, None, 8000)
    says("slow", RATE, 10, 5000)
    says("down to 0.1", LOWEST, 0.1, None)
    says("down to 0.5", LOWEST, 0.5, 100)
    says("down to 10", LOWEST, 10, 100)
    sizes = CapabilityFactory.create(site__name="sizes 2 and 10")
    state(sizes, SIZE, 2, 2)
    state(sizes, SIZE, 10, 10)
    says("some size to 50", SIZE, 2, 50)
    searching.rebuild_all()

    assert sorted(names(f"measure={measure}&value={value}")) == expected


@pytest.mark.django_db
def test_rows_when_a_temperature_below_nought_is_asked_then_finds_what_goes_there() -> None:
    says("deep", COLD, -90, 200)
    says("cool", COLD, -20, 200)
    searching.rebuild_all()

    assert names(f"measure={COLD}&value=-80") == ["deep"]
    assert names(f"measure={COLD}&value=-80–-40&unit=°C") == ["deep"]
    assert sorted(names(f"measure={COLD}&value=-10+°C")) == ["cool", "deep"]


@pytest.mark.django_db
def test_measures_when_listed_then_their_units_are_said_as_printed() -> None:
    TermFactory.create(code=LOWEST, label="Lowest limit", measure=True, base_unit=UNITS[LOWEST])
    filters = ask(f"measure={LOWEST}&value=0.5")
    assert filters.is_valid()

    assert dict(filters.measures)[LOWEST] == "Lowest limit (µg/m³)"
    assert filters.asked_numbers[0].label(filters.terms) == "Lowest limit: at most 0.5 µg/m³"


@pytest.mark.django_db
def test_rows_when_numbers_are_of_one_term_then_one_statement_must_prove_them_all() -> None:
    tablet, capsule = TermFactory.create(code="df.tablet"), TermFactory.create(code="df.capsule-hard")
    for name, terms in {
        "one line": (tablet,),
        "two lines": (tablet, tablet),
        "two terms": (tablet, capsule),
    }.items():
        site = SiteFactory.create(name=name)
        lines = [LineFactory.create(site=site) for _ in terms]
        statements = [
            CapabilityFactory.create(site=site, line=line, term=term)
            for line, term in zip(lines, terms, strict=True)
        ]
        state(statements[0], BATCH, 1000, 100_000)
        state(statements[-1], RATE, 5000, 9000)
        if name == "two lines":
            state(statements[0], RATE, 10, 90)
    searching.rebuild_all()

    both = f"measure={BATCH}&value=50k&measure_2={RATE}&value_2=8000&unit_2=units/hour"

    assert sorted(names(both)) == ["one line", "two terms"]
    assert sorted(names(f"measure_4={BATCH}&value_4=50k")) == ["one line", "two lines", "two terms"]
    assert names(f"{both}&measure_5={RATE}&value_5=9001") == []


AREAS = {
    "area=5,45,11,48": ["Basel"],
    "area=-10,40,20,60": ["Basel", "Cork"],
    "area=170,-50,-170,-10": ["Apia", "Suva"],
    "area=170,-50,179,-10": ["Suva"],
    "area=-180,-90,180,90": ["Apia", "Basel", "Cork", "Suva"],
    "area=7.6,47.5,7.7,47.6": ["Basel"],
}


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "expected"), AREAS.items())
def test_rows_when_an_area_is_asked_then_positions_lie_inside_it(query: str, expected: list[str]) -> None:
    towns = {
        "Basel": (7.6, 47.56),
        "Cork": (-8.47, 51.9),
        "Suva": (178.44, -18.14),
        "Apia": (-171.76, -13.83),
    }
    for name, (longitude, latitude) in towns.items():
        SiteFactory.create(name=name, longitude=longitude, latitude=latitude)
    SiteFactory.create(name="Nowhere known")
    searching.rebuild_all()

    assert sorted(names(query)) == expected


@pytest.mark.django_db
def test_rows_when_ordered_then_by_what_was_asked_and_the_unknown_last() -> None:
    today = timezone.localdate()
    for name, days, statements in (("early", 900, 1), ("late", 30, 3), ("never", None, 2)):
        site = SiteFactory.create(name=name, partner=None)
        CapabilityFactory.create_batch(statements, site=site)
        if days:
            InspectionFactory.create(site=site, ended_on=today - dt.timedelta(days=days))
    for name, ahead in (("early", 400), ("never", 100)):
        soon = DateRange(today + dt.timedelta(days=ahead), today + dt.timedelta(days=ahead + 90))
        site = Site.objects.get(name=name)
        CapacityWindowFactory.create(line__site=site, site=site, period=soon, observed_at=timezone.now())
    searching.rebuild_all()
    sponsor, rival = actor_of_member(MemberFactory.create()), actor_of_member(MemberFactory.create(cdmo=True))

    assert names("sort=inspected", sponsor) == ["late", "early", "never"]
    assert names("sort=statements", sponsor) == ["late", "never", "early"]
    assert names("sort=open", sponsor) == ["never", "early", "late"]
    assert names("sort=open", rival) == ["early", "late", "never"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("measure=sc.bioreactor-l", "value"),
        ("value=5", "measure"),
        ("measure=sc.bioreactor-l&value=5&unit=parsec", "unit"),
        ("measure=sc.bioreactor-l&value=-5", "value"),
        ("measure=sc.bioreactor-l&value=up to 5", "value"),
        ("measure=sc.bioreactor-l&value=many", "value"),
        ("measure=sc.bioreactor-l&value=3 × 2,000", "value"),
        ("measure_3=sc.bioreactor-l&value_3=5&unit_3=parsec", "unit_3"),
        ("measure=sc.bioreactor-l&value=5 kL&unit=L", "unit"),
        ("value_5=5", "measure_5"),
        ("measure_2=sc.none&value_2=5", "measure_2"),
        ("area=1,2,3", "area"),
        ("area=1,2,3,x", "area"),
        ("area=1,2,3,nan", "area"),
        ("area=1,9,3,4", "area"),
        ("area=5,1,5,4", "area"),
        ("area=181,1,5,4", "area"),
        ("area=1,-91,5,4", "area"),
        ("view=globe", "view"),
        ("country=XX", "country"),
        ("service=svc.none", "service"),
        ("sort=price", "sort"),
        ("q=" + "x" * 201, "q"),
        ("country=" + "&country=".join(["IE"] * 61), "country"),
    ],
)
def test_is_valid_when_a_value_is_nonsense_then_names_the_field(query: str, field: str) -> None:
    TermFactory.create(code="sc.bioreactor-l", measure=True)

    filters = ask(query)

    assert not filters.is_valid()
    assert list(filters.errors) == [field]
    assert not filters.rows.exists()


@pytest.mark.django_db
def test_rows_when_names_tie_then_the_order_is_still_the_same_each_time() -> None:
    for _ in range(5):
        SiteFactory.create(name="Same", partner=None)
    searching.rebuild_all()

    for sort in ("", *SORTS):
        ids = [list(ask(f"sort={sort}").rows.values_list("site_id", flat=True)) for _ in range(2)]
        assert ids[0] == sorted(ids[0]) == ids[1]


@pytest.mark.usefixtures("world")
def test_found_without_when_filters_exclude_each_other_then_says_what_each_one_hides() -> None:
    filters = ask("country=DE&dosage_form=df.tablet&q=S1")
    assert filters.is_valid()

    without = filters.found_without()

    assert filters.rows.count() == 0
    assert without == {"dosage_form": 1, "country": 0, "q": 1}


@pytest.mark.usefixtures("world")
def test_found_without_when_area_and_numbers_are_in_use_then_each_is_weighed() -> None:
    TermFactory.create(code=RATE, measure=True, base_unit=UNITS[RATE])
    says("measured", BATCH, 1, 9)
    searching.rebuild_all()
    filters = ask(f"area=5,45,11,48&measure={BATCH}&value=5&measure_3={RATE}&value_3=7")
    assert filters.is_valid()

    without = filters.found_without()

    assert filters.rows.count() == 0
    assert without == {"area": 0, "measure": 0, "measure_3": 0}
    fewer = ask(f"measure={BATCH}&value=5&area=5,45,11,48")
    assert fewer.is_valid()
    assert fewer.found_without() == {"area": 1, "measure": 0}


@pytest.mark.usefixtures("world")
def test_views_when_a_ticked_value_is_rare_then_it_stays_in_sight() -> None:
    filters = ask("country=FR")
    assert filters.is_valid()
    popular = facets.popularity(filters.reader, filters.terms)

    shown = {view.name: view for view in facets.views(filters.counts, filters.chosen, popular, filters.terms)}

    country = shown["country"]
    ticked = [(each.value, each.count) for each in (*country.options, *country.more) if each.is_checked]
    assert ticked == [("FR", 0)]
    assert {each.value for each in shown["dosage_form"].options} == set(CHOICES["dosage_form"])

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdmo_portal.accounts.actors import NOBODY, Actor, actor_of_member
from partners import facets, searching
from partners.filters import SiteFilter
from partners.models import Audience, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory


@dataclass
class Asking:
    """The part of a request that filters read."""

    actor: Actor


def ask(query: str, actor: Actor = NOBODY) -> SiteFilter:
    return SiteFilter(QueryDict(query), queryset=Site.objects.all(), request=Asking(actor))


def names(query: str, actor: Actor = NOBODY) -> list[str]:
    filters = ask(query, actor)
    assert filters.is_valid(), filters.errors
    return [row.site.name for row in filters.rows.select_related("site")]


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

    promised = counted.counts()[facet]

    for value in CHOICES[facet]:
        asked.setlist(facet, [value])
        assert ask(asked.urlencode(), actor).qs.count() == promised[value]


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


@pytest.mark.django_db
def test_rows_when_a_number_is_asked_then_the_stated_range_must_include_it() -> None:
    ranges = {"inside": (50, 2000), "above": (5000, 9000), "open": (50, None), "exact": (2000, 2000)}
    for name, (lo, hi) in ranges.items():
        MeasureFactory.create(capability__site__name=name, lo=Decimal(lo), hi=hi and Decimal(hi))
    refused = CapabilityFactory.create(site__name="refused", is_offered=False)
    MeasureFactory.create(capability=refused)
    hidden = CapabilityFactory.create(site__name="hidden", audience=Audience.MATCHING)
    MeasureFactory.create(capability=hidden)
    searching.rebuild_all()

    for value in ("value=2,000&unit=L", "value=2&unit=kL", "value=2000+L", "value=2000"):
        assert sorted(names(f"measure=sc.bioreactor-l&{value}")) == ["exact", "inside"]
    assert names("measure=sc.bioreactor-l&value=100–200") == ["inside"]


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

    for sort in ("", "name", "country", "relevance"):
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
def test_views_when_a_ticked_value_is_rare_then_it_stays_in_sight() -> None:
    filters = ask("country=FR")
    assert filters.is_valid()
    popular = facets.popularity(filters.reader, filters.terms)

    shown = {
        view.name: view for view in facets.views(filters.counts(), filters.chosen, popular, filters.terms)
    }

    assert [(each.value, each.count) for each in shown["country"].options if each.is_checked] == [("FR", 0)]
    assert {each.value for each in shown["dosage_form"].options} == set(CHOICES["dosage_form"])

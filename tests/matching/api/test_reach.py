"""What a CDMO reads of its standing and reach over the API: its own, and only what may be told."""

import pytest
from django.core.management import call_command
from django.test import Client

from partners.disclosing import FEWEST
from partners.models import ProfileView, Term
from tests.accounts.api.callers import client_of, parameters
from tests.factories.capabilities import CapabilityFactory
from tests.factories.demand import (
    DemandFigureFactory,
    ProfileViewFactory,
    SiteReasonFactory,
    SiteStandingFactory,
    told_week,
)
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house

pytestmark = pytest.mark.django_db
REACH, STANDING = "/api/v1/reach/", "/api/v1/standing/"
CATEGORY = "stg.phase1/mod.mab/"


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def client(home: House) -> Client:
    return client_of(home.viewer)


def tell(home: House, sponsors: int) -> None:
    """A standing, a reason and the demand for a category in one week."""
    TermFactory.create(code="stg.phase1", label="Phase One")
    TermFactory.create(code="mod.mab", label="Antibodies")
    figures = {"category": CATEGORY, "sponsors": sponsors}
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    SiteStandingFactory.create(site=home.site, briefs=41, eligible=17, open_questions=24, **figures)
    SiteReasonFactory.create(site=home.site, briefs=23, term=term, **figures)
    DemandFigureFactory.create(briefs=41, **figures)
    DemandFigureFactory.create(briefs=29, kind="term", term=term, **figures)


def test_reach_tells_standing_reasons_and_demand_of_enough_sponsors(home: House, client: Client) -> None:
    tell(home, FEWEST)

    said = client.get(REACH).json()

    assert (said["fewest_sponsors"], said["latest_week"]) == (FEWEST, told_week().isoformat())
    [kind] = said["categories"]
    assert kind["label"] == "Antibodies · Phase One"
    assert kind["weeks"][0]["eligible"] == 17
    assert [(row["label"], row["briefs"]) for row in kind["reasons"]] == [("Lyophilisation", 23)]
    assert [(row["label"], row["briefs"]) for row in kind["asked"]] == [("Lyophilisation", 29)]
    assert said["demand"] == [{"label": "Antibodies · Phase One", "briefs": 41, "sponsors": FEWEST}]


def test_reach_tells_nothing_of_fewer_sponsors(home: House, client: Client) -> None:
    tell(home, FEWEST - 1)

    said = client.get(REACH).json()

    assert (said["categories"], said["demand"]) == ([], [])


def test_few_views_are_not_told_from_none(home: House, client: Client) -> None:
    day = told_week()
    readers = ProfileView.Reader.values
    ProfileViewFactory.create(site=home.site, day=day, reader=readers[0], count=FEWEST)
    ProfileViewFactory.create(site=home.site, day=day, reader=readers[1], count=FEWEST - 1)

    latest, *earlier = client.get(REACH).json()["views"]

    assert latest["counts"][readers[0]] == FEWEST
    assert latest["counts"][readers[1]] is None
    assert len(earlier) == 11


def test_reach_is_of_one_own_site(home: House, client: Client) -> None:
    other = SiteFactory.create(partner=home.partner, name="Zeta")

    assert client.get(REACH).json()["site"]["uid"] == str(home.site.uid)
    assert client.get(f"{REACH}?site={other.uid}").json()["site"]["uid"] == str(other.uid)
    assert client.get(f"{REACH}?site={SiteFactory.create().uid}").status_code == 404
    assert parameters(client.get(f"{REACH}?site=x")) == ["site"]
    assert parameters(client.get(f"{REACH}?week=x")) == ["week"]


def test_standing_tells_typical_projects_and_what_is_missing(home: House, client: Client) -> None:
    call_command("load_vocabulary", verbosity=0)
    for code in ("svc.ana.method-dev", "svc.ana.method-val", "svc.ana.release", "svc.ana.stability"):
        CapabilityFactory.create(site=home.site, term=Term.objects.get(code=code))

    said = client.get(STANDING).json()

    assert said["partner"]["uid"] == str(home.partner.uid)
    [found] = said["sites"]
    project = found["projects"][0]
    assert found["site"]["uid"] == str(home.site.uid)
    assert project["musts_met"] <= project["musts"]
    assert all(each["question"] for each in project["unknown"])
    assert len(project["unknown"]) > 0
    assert project["title"] in found["missing"][0]["projects"]
    assert found["others"]

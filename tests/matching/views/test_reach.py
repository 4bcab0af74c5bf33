"""What comes back to a CDMO: figures of its own sites, over enough sponsors, late, and of nobody by name."""

import datetime as dt
from dataclasses import dataclass
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cdmo_portal.accounts.models import OrganisationDomain
from matching import counting
from matching.models import DemandFigure, Requirement, SiteReason, SiteStanding
from partners.disclosing import FEWEST, week_of
from partners.models import ProfileView, Site
from tests.factories.accounts import MemberFactory, OrganisationFactory, UserFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.factories.demand import (
    DemandFigureFactory,
    ProfileViewFactory,
    SiteReasonFactory,
    SiteStandingFactory,
    told_week,
)
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.matching.views.conftest import client_of
from tests.partners.editors import House, house

pytestmark = pytest.mark.django_db

PATH = reverse("matching:reach")
KIND = "mod.mab"
CATEGORY = f"stg.phase1/{KIND}/"
NOTHING_TO_TELL = "so nothing can be told of them"


@pytest.fixture
def home() -> House:
    TermFactory.create(code="stg.phase1", label="Phase One")
    TermFactory.create(code=KIND, label="Antibodies")
    return house()


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tell(site: Site, sponsors: int = FEWEST, **more: object) -> None:
    """A standing, a reason and the demand for a category in one week."""
    figures = {"category": CATEGORY, "sponsors": sponsors, **more}
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    SiteStandingFactory.create(site=site, briefs=41, eligible=17, open_questions=24, **figures)
    SiteReasonFactory.create(site=site, briefs=23, term=term, **figures)
    DemandFigureFactory.create(briefs=41, **figures)
    DemandFigureFactory.create(briefs=29, kind=Requirement.Kind.TERM, term=term, **figures)


def test_page_when_opened_by_its_people_then_shows_standing_reasons_and_demand(home: House) -> None:
    tell(home.site)
    for member in (home.editor, home.viewer):
        page = shown(client_of(member))

        assert "Antibodies · Phase One" in page
        assert "41 open briefs of 5 sponsors" in page
        assert "eligible for 17, open questions in 24" in page
        assert "Lyophilisation" in page
        assert '<td class="num">23</td>' in page
        assert '<td class="num">29</td>' in page


def test_page_when_opened_by_anybody_else_then_is_not_there_or_is_their_own(home: House) -> None:
    tell(home.site)
    stranger = house()
    operator = Client()
    operator.force_login(UserFactory.create(operator=True))

    page = shown(client_of(stranger.editor))
    assert home.site.name not in page
    assert "eligible for 17" not in page
    assert client_of(stranger.editor).get(f"{PATH}?site={home.site.slug}").status_code == 404
    assert client_of(MemberFactory.create()).get(PATH).status_code == 404
    assert client_of(MemberFactory.create(cdmo=True)).get(PATH).status_code == 404
    assert operator.get(PATH).status_code == 404
    assert Client().get(PATH).status_code == 302


def test_own_profile_when_opened_then_leads_here(home: House) -> None:
    assert f'href="{PATH}"' in client_of(home.viewer).get(reverse("partners:own_profile")).content.decode()


@pytest.mark.parametrize(("sponsors", "is_told"), [(0, False), (FEWEST - 1, False), (FEWEST, True)])
def test_figures_when_of_so_many_sponsors_then_told_from_five(
    home: House, sponsors: int, is_told: bool
) -> None:
    tell(home.site, sponsors)

    page = shown(client_of(home.editor))

    assert ("Antibodies" in page) == ("Lyophilisation" in page) == is_told
    assert (NOTHING_TO_TELL in page) != is_told


def test_page_when_there_are_four_or_no_sponsors_then_is_the_very_same(home: House) -> None:
    client = client_of(home.editor)
    tell(home.site, FEWEST - 1)
    few = body_of(shown(client))
    for model in (SiteStanding, SiteReason, DemandFigure):
        model._default_manager.all().delete()

    assert body_of(shown(client)) == few
    assert reverse("matching:standing") in few


def body_of(page: str) -> str:
    """Without the header, whose forms have a token of each answer."""
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(("days_after", "is_told"), [(6, False), (7, True)])
def test_figures_when_their_week_ended_so_many_days_ago_then_told_from_the_seventh(
    home: House, days_after: int, is_told: bool
) -> None:
    monday, last_day = dt.date(2026, 11, 2), dt.date(2026, 11, 8)
    tell(home.site, week=monday)
    ProfileViewFactory.create(site=home.site, day=last_day, count=37)
    noon = dt.datetime.combine(last_day + dt.timedelta(days=days_after), dt.time(12), tzinfo=dt.UTC)

    with time_machine.travel(noon, tick=False):
        page = shown(client_of(home.editor))

    assert ("Antibodies" in page) == is_told
    assert ('<td class="num">37</td>' in page) == is_told


def test_reason_when_of_four_sponsors_in_a_category_of_five_then_is_not_told(home: House) -> None:
    tell(home.site)
    SiteReason.objects.update(sponsors=FEWEST - 1)
    DemandFigure.objects.exclude(kind="").update(sponsors=FEWEST - 1)

    page = shown(client_of(home.editor))

    assert "Antibodies" in page
    assert "Lyophilisation" not in page


def test_views_when_of_one_week_then_added_up_and_fewer_than_five_not_told(home: House) -> None:
    week = told_week()
    for day, count in ((0, 30), (6, 9), (7, 1_000)):
        ProfileViewFactory.create(site=home.site, day=week + dt.timedelta(days=day), count=count)
    ProfileViewFactory.create(site=home.site, day=week, reader=ProfileView.Reader.CDMO, count=FEWEST - 1)

    page = shown(client_of(home.editor))

    assert '<td class="num">39</td>' in page
    assert "1,000" not in page
    assert "1000" not in page
    # Twelve weeks of three kinds of readers, of which one is told.
    assert page.count("fewer than five") == 35


def test_site_when_one_of_several_is_chosen_then_shows_that_one(home: House) -> None:
    other = SiteFactory.create(partner=home.partner, name="Aaa Works")
    tell(home.site)
    client = client_of(home.editor)

    assert NOTHING_TO_TELL in shown(client, f"?site={other.slug}")
    assert "eligible for 17" in shown(client, f"?site={home.site.slug}")


def test_demand_when_made_up_then_only_made_up_partners_see_it(home: House) -> None:
    DemandFigureFactory.create(category=CATEGORY, is_sample=True)
    client = client_of(home.editor)

    assert "Antibodies" not in shown(client)
    home.partner.is_sample = True
    home.partner.save()
    assert "Antibodies" in shown(client)


@dataclass(frozen=True)
class Planted:
    title: str = "Zyxograft first trial"
    text: str = "Zyxograft goes to Quuxville"
    organisation: str = "Vorpal Therapeutics"
    domain: str = "vorpal-secret.example"
    label: str = "Zyxograft lyophilised"
    number: str = "54321"


def test_pages_when_briefs_hold_secrets_then_none_stands_on_any_page_of_a_cdmo(home: House) -> None:
    secret = Planted()
    lyophilisation = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    volume = TermFactory.create(code="sc.bioreactor-l", measure=True, label="Working volume")
    for number in range(FEWEST):
        sponsor = OrganisationFactory.create(name=f"{secret.organisation} {number}")
        OrganisationDomain.objects.create(organisation=sponsor, domain=f"{number}.{secret.domain}")
        brief = BriefFactory.create(
            open=True,
            organisation=sponsor,
            title=secret.title,
            text=secret.text,
            stage=TermFactory.create(code="stg.phase1"),
            modality=TermFactory.create(code=KIND),
        )
        RequirementFactory.create(
            brief=brief,
            step=StepFactory.create(brief=brief),
            term=lyophilisation,
            label=secret.label,
            measure=volume,
            relation=Requirement.Relation.AT_LEAST,
            lo=secret.number,
            entered_text=secret.number,
            entered_unit="L",
        )
    counting.count_due(seconds=20)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=14)

    with time_machine.travel(later, tick=False):
        client = client_of(home.editor)
        page = shown(client)
        pages = [page, client.get(reverse("partners:own_profile")).content.decode()]
        pages += [client.get(reverse("matching:standing")).content.decode()]

    assert "5 open briefs of 5 sponsors" in page
    assert "Lyophilisation" in page
    for word in ("zyxograft", "quuxville", "vorpal", secret.number, str(brief.uid)):
        assert all(word not in each.lower() for each in pages)


def test_page_when_there_are_many_figures_then_asks_a_bounded_number_of_questions(home: House) -> None:
    client = client_of(home.editor)
    tell(home.site)
    shown(client)
    with CaptureQueriesContext(connection) as few:
        shown(client)

    for number in range(12):
        for weeks in range(6):
            more = {"week": told_week() - dt.timedelta(weeks=weeks), "category": f"stg.x{number}//"}
            SiteStandingFactory.create(site=home.site, **more)
            SiteReasonFactory.create(site=home.site, **more)
            DemandFigureFactory.create(**more)
    SiteFactory.create(partner=home.partner)
    with CaptureQueriesContext(connection) as many:
        shown(client, f"?site={home.site.slug}")

    assert len(many) <= len(few) + 1
    assert week_of(told_week()) == told_week()

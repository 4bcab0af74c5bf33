"""How a CDMO's own sites match: judged for typical projects, with what is missing; nobody else's business."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from matching.ranking.typical import SiteStands, stands_of
from matching.scoring.eligibility import Standing
from matching.scoring.reference_briefs import REFERENCE_BRIEFS
from matching.scoring.requirements import BriefAsked, InspectionAsked, TermAsked
from partners.models import Term
from tests.factories.capabilities import CapabilityFactory
from tests.matching.views.conftest import client_of
from tests.partners.editors import House, house
from tests.partners.sponsors import sponsor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocabulary")]

TODAY = dt.datetime.now(dt.UTC).date()
METHODS = "Methods, release and stability"
ASKED = (
    "svc.ana.method-dev",
    "svc.ana.method-val",
    "svc.ana.release",
    "svc.ana.stability",
    "an.hplc",
    "an.kf",
)
PATH = reverse("matching:standing")


@pytest.fixture
def home() -> House:
    """A laboratory that states all that its kind of project asks, but for mass spectrometry."""
    ours = house()
    for code in ASKED:
        state(ours, code)
    return ours


def state(ours: House, code: str, **more: Any) -> None:
    term = Term.objects.get(code=code)
    CapabilityFactory.create(site=ours.site, term=term, confirmed_on=TODAY, **more)


def stands(ours: House) -> SiteStands:
    return stands_of([ours.site], today=TODAY)[0]


def standing_of(found: SiteStands, title: str) -> Standing:
    return next(each.match.standing for each in found.stands if each.brief.title == title)


def test_reference_briefs_when_compared_with_the_vocabulary_then_ask_only_what_is_in_it() -> None:
    known = set(Term.objects.values_list("code", flat=True))

    assert {code for brief in REFERENCE_BRIEFS for code in codes(brief)} - known == set()


def codes(brief: BriefAsked) -> set[str]:
    found = {code for code in (brief.stage, brief.modality, brief.dosage_form) if code}
    for asked in (each for requirement in brief.requirements for each in requirement.conditions):
        if isinstance(asked, InspectionAsked):
            found |= asked.authorities
        else:
            found.add(getattr(asked, "term"))  # noqa: B009  # every other condition in use is of one term
        if isinstance(asked, TermAsked) and asked.measure:
            found.add(asked.measure.measure)
    return found


def test_site_when_one_thing_is_not_stated_then_is_told_what_it_costs_until_it_is(home: House) -> None:
    before = stands(home)
    state(home, "an.lcms")
    after = stands(home)

    assert standing_of(before, METHODS) == Standing.OPEN_QUESTIONS
    assert next(each for each in before.missing if each.label == "LC-MS").last_for == (METHODS,)
    assert standing_of(after, METHODS) == Standing.ELIGIBLE
    assert "LC-MS" not in {each.label for each in after.missing}


def test_site_when_a_thing_is_stated_as_not_offered_then_it_is_no_question_but_a_no(home: House) -> None:
    state(home, "an.lcms", is_offered=False)
    found = stands(home)

    assert "LC-MS" not in {each.label for each in found.missing}
    assert standing_of(found, METHODS) not in {Standing.ELIGIBLE, Standing.OPEN_QUESTIONS}


def test_site_when_it_states_less_than_half_of_a_kind_of_work_then_that_is_only_named(home: House) -> None:
    state(home, "an.sec")
    found = stands(home)

    assert "Antibody drug substance at 2,000 L" in found.others
    assert METHODS not in found.others


def test_page_when_opened_by_its_own_people_then_shows_standing_and_what_is_missing(home: House) -> None:
    for member in (home.editor, home.viewer):
        page = client_of(member).get(PATH).content.decode()

        assert "all that is missing for Methods, release and stability" in page
        assert "6 of 7" in page


def test_page_when_opened_by_anybody_else_then_is_not_there(home: House) -> None:
    stranger = house()

    assert home.site.name not in client_of(stranger.editor).get(PATH).content.decode()
    assert sponsor().client.get(PATH).status_code == 404

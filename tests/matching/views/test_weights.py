"""Live weights on the match page: a preview in the address, and saving it."""

import datetime as dt
import re
from collections.abc import Mapping

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.events.models import Event
from matching.models import Brief, MatchRun
from partners.models import Term
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import InspectionFactory
from tests.matching.views.conftest import People

TODAY = dt.datetime.now(dt.UTC).date()
EXPERIENCED, INSPECTED = "Experienced Ltd", "Inspected Ltd"
OTHER = {"w_fit": "0", "w_quality": "100", "w_timing": "0", "w_experience": "0", "w_place": "0"}
HTMX = {"HX-Request": "true"}


def address(name: str, brief: Brief) -> str:
    return reverse(f"matching:{name}", args=[brief.uid])


@pytest.fixture
def matched(people: People, brief: Brief) -> Brief:
    """Two eligible partners: the brief's own weights put the first first, quality alone the second."""
    lyo = Term.objects.get(code="op.lyophilisation")
    for name in (EXPERIENCED, INSPECTED):
        partner = PartnerFactory.create(name=name)
        line = LineFactory.create(site=SiteFactory.create(partner=partner, name=f"{name} works"))
        CapabilityFactory.create(
            site=line.site, line=line, term=lyo, confirmed_on=TODAY, basis="done" if name == EXPERIENCED else "claimed"
        )
        if name == INSPECTED:
            InspectionFactory.create(site=line.site, ended_on=TODAY - dt.timedelta(days=60))
    people.author.post(address("brief_open", brief))
    brief.refresh_from_db()
    return brief


def order_of(page: str) -> list[str]:
    found = re.search(r'aria-labelledby="list-eligible".*?</section>', page, re.S)
    assert found is not None
    return re.findall(r"<h3 id=[^>]*><a[^>]*>([^<,]*),", found.group())


def test_x(people: People, matched: Brief) -> None:
    page = people.author.get(address("match_list", matched)).content.decode()
    print(order_of(page))
    result = MatchRun.objects.get().result
    for s in result["eligible"]:
        print(s["name"], s["score"]["low"], [(c["criterion"], c["value_low"], c["value_high"], c["weight"]) for c in s["score"]["contributions"]])
    assert 0

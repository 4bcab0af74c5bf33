"""From rows to facts: whose statements count, and which may be told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.ranking.loading import load_site_facts
from partners.models import Audience
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db


def test_statements_when_loaded_keep_their_audience() -> None:
    site = SiteFactory.create()
    for audience in Audience:
        term = TermFactory.create(code=f"op.for-{audience}")
        CapabilityFactory.create(site=site, term=term, audience=audience)
        hazard = TermFactory.create(code=f"haz.for-{audience}")
        HazardFactory.create(site=site, term=hazard, audience=audience)

    facts = load_site_facts([site.pk])[site.pk]

    statements = {statement.term: statement.is_shown for statement in facts.statements}
    hazards = {hazard.term: hazard.is_shown for hazard in facts.hazards}
    assert statements == {"op.for-public": True, "op.for-sponsors": True, "op.for-matching": False}
    assert hazards == {"haz.for-public": True, "haz.for-sponsors": True, "haz.for-matching": False}


def test_sites_when_many_are_loaded_cost_the_same_queries() -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load_site_facts()
        return len(queries)

    CapabilityFactory.create(line=None)
    few = count()
    for _ in range(5):
        line = LineFactory.create()
        CapabilityFactory.create(site=line.site, line=line)

    assert count() <= few + 1

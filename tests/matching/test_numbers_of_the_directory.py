"""A number finds the same sites in the directory as it is met by in matching."""

from decimal import Decimal
from itertools import product

import pytest
from django.http import QueryDict

from cdmo_portal.accounts.actors import NOBODY
from matching.models import Requirement
from matching.proposing.measures import RULES
from matching.scoring.facts import MeasureFact
from matching.scoring.measures import measure_verdict
from matching.scoring.requirements import MeasureAsked, Relation
from partners import numbers, searching
from partners.filters import SiteFilter
from partners.models import Site
from partners.numbers import relation_of
from partners.vocabulary import current_vocabulary
from tests.factories.capabilities import MeasureFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.matching.scoring.examples import context

ENDS = (None, 2, 5, 10)
RANGES = [
    (lo, hi)
    for lo, hi in product(ENDS, ENDS)
    if (lo, hi) != (None, None) and (lo is None or hi is None or lo <= hi)
]
ASKED = [("5", 5, 5), ("2–5", 2, 5), ("3", 3, 3), ("11", 11, 11), ("1", 1, 1)]


class Asking:
    actor = NOBODY


def test_relations_then_are_the_same_in_the_directory_in_briefs_and_in_scoring() -> None:
    kinds = (numbers.Relation, Requirement.Relation, Relation)

    assert len({frozenset(each.value for each in kind) for kind in kinds}) == 1


def test_relations_of_measures_then_are_of_measures_that_the_vocabulary_has() -> None:
    known = {entry.code for entry in current_vocabulary().of_facet("scale")}

    assert {*numbers.RELATIONS, *RULES} <= known


@pytest.mark.django_db
@pytest.mark.parametrize("measure", ["sc.batch-units", "sc.rate-units-hour", "sc.oel-ug-m3", "sc.vial-size"])
def test_number_when_asked_of_any_range_then_finds_what_matching_says_is_met(measure: str) -> None:
    term = TermFactory.create(code=measure, measure=True)
    sites = {}
    for lo, hi in RANGES:
        ends = (None if end is None else Decimal(end) for end in (lo, hi))
        sites[lo, hi] = SiteFactory.create(name=f"{lo} to {hi}")
        MeasureFactory.create(
            capability__site=sites[lo, hi], term=term, **dict(zip(("lo", "hi"), ends, strict=True))
        )
    searching.rebuild_all()
    relation = Relation(relation_of(measure).value)

    for text, lo, hi in ASKED:
        asked = QueryDict(f"measure={measure}&value={text}")
        filters = SiteFilter(asked, queryset=Site.objects.all(), request=Asking())
        assert filters.is_valid(), filters.errors

        found = set(filters.rows.values_list("site_id", flat=True))

        sizes = tuple({float(lo), float(hi)}) if relation is Relation.ONE_OF else ()
        wanted = MeasureAsked(measure, relation, float(lo), float(hi), sizes)
        met = {
            site.pk
            for (low, high), site in sites.items()
            if measure_verdict(wanted, [MeasureFact(measure, low, high)], context()).status == "met"
        }
        assert found == met, (measure, text)

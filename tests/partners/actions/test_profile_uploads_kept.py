"""What an uploaded table changes of statements is kept, and can be restored like any other change."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from partners.actions import profile_uploads, restoring
from partners.actions.profile_values import values_of_capability
from partners.models import Capability, ProfileChange
from partners.record_planning import signature
from partners.vocabulary import current_vocabulary
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import lyophilisation, vessel_volume
from tests.partners.uploads import Works, works

pytestmark = pytest.mark.django_db
COLUMNS = ["site_id", "term", "offered", "measure", "number", "unit", "confirmed_on"]


def applied(ours: Works, *rows: list[str]) -> None:
    uploaded = ours.tried("capabilities", [*COLUMNS], *rows)
    shown = signature(uploaded.plan, uploaded.kind)
    profile_uploads.apply(uploaded=uploaded, shown=shown, by=ours.house.actor)


def test_upload_when_applied_then_its_changes_are_kept_with_values_and_restored_one_by_one() -> None:
    ours = works()
    row = CapabilityFactory.create(
        site=ours.house.site, term=lyophilisation(), confirmed_on=dt.date(2026, 1, 5)
    )
    MeasureFactory.create(capability=row, term=vessel_volume(), entered_text="20", entered_unit="L")
    new = TermFactory.create(code="op.bfs")
    before = values_of_capability(row)

    applied(
        ours,
        ["S1", row.term.code, "no", "sc.bioreactor-l", "3 × 2000", "L", "2026-01-06"],
        ["S1", new.code, "yes", "", "", "", "2026-01-06"],
    )

    stated, changed = ProfileChange.objects.select_related("site__partner", "partner")
    assert (stated.about, stated.before, stated.user_id) == (new.label, None, ours.house.editor.user_id)
    assert (changed.key, changed.before) == (str(row.uid), before)
    assert changed.after is not None
    assert (changed.after["is_offered"], changed.after["confirmed_on"]) == (False, "2026-01-06")
    for change in (stated, changed):
        now = restoring.present(restoring.part_of(change))
        assert now == change.after
        restoring.restore(change=change, seen=restoring.mark(now), by=ours.house.actor)
    assert values_of_capability(Capability.objects.get()) == before


def test_upload_when_there_are_many_rows_then_keeping_their_changes_takes_no_query_for_each(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ours = works()
    rows = [
        ["S1", TermFactory.create(code=entry.code).code, "yes", "", "", "", "2026-01-06"]
        for entry in current_vocabulary().of_facet("unit_operation")[:20]
    ]
    uploaded = ours.tried("capabilities", [*COLUMNS], *rows)

    # An event for each statement is its own row.
    with django_assert_max_num_queries(30 + len(rows)):
        profile_uploads.apply(
            uploaded=uploaded, shown=signature(uploaded.plan, uploaded.kind), by=ours.house.actor
        )

    assert ProfileChange.objects.count() == len(rows)

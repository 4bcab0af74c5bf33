"""Two reviewers with the same page before them, each with a connection of its own."""

import datetime as dt

import pytest

from partners.actions import reviewing
from partners.actions.editing import ChangedMeanwhile
from partners.models import Capability, Confirmation
from partners.review_items import capability_mark
from tests.factories.capabilities import CapabilityFactory
from tests.partners.editors import House, house
from tests.partners.locks import ended_together, lock

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = dt.date(2024, 1, 8)


def confirmed(home: House, row: Capability, seen: str) -> Confirmation:
    kind = Confirmation.Kind.CAPABILITY
    return reviewing.confirm(site=home.site, kind=kind, uid=row.uid, seen=seen, by=home.actor)


def test_confirm_when_two_do_it_at_once_then_one_is_told_that_it_was_done() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, confirmed_on=LONG_AGO)
    seen = capability_mark(row)

    ended = ended_together(
        {name: lambda: confirmed(home, row, seen) for name in ("one", "other")}, behind=lock(row)
    )

    assert {type(each) for each in ended.values()} == {Confirmation, ChangedMeanwhile}
    assert Confirmation.objects.count() == 1


def test_undo_when_two_do_it_at_once_then_it_is_undone_once_and_as_old_as_before() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, confirmed_on=LONG_AGO)
    made = confirmed(home, row, capability_mark(row))

    def undo() -> str:
        reviewing.undo(confirmation=Confirmation.objects.get(pk=made.pk), by=home.actor)
        return "undone"

    ended = ended_together({"one": undo, "other": undo}, behind=lock(made))

    assert {type(each) for each in ended.values()} == {str, ChangedMeanwhile}
    row.refresh_from_db()
    assert row.confirmed_on == LONG_AGO

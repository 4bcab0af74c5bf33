"""Which sites have a next open quarter: by query, for many, and with the quarter, for few; both agree."""

import datetime as dt

import pytest
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY, actor_of_member
from partners.models import Site
from partners.open_capacity import next_openings, open_site_ids
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


WINDOWS: dict[str, dict[str, object]] = {
    "coming": {},
    "running": {"period": (day(-20), day(1))},
    "over": {"period": (day(-20), day(0))},
    "nothing": {"quantity": 0},
    "held": {"held": True},
    "closed": {"closed": True},
    "old": {"observed_at": timezone.now() - dt.timedelta(days=62)},
    "indicative": {"confidence": "indicative"},
    "no longer valid": {"valid_until": day(-1)},
}


def test_open_site_ids_when_compared_with_the_openings_then_both_name_the_same_sites() -> None:
    for name, fields in WINDOWS.items():
        CapacityWindowFactory.create(
            line__site__name=name,
            **{"period": (day(90), day(180)), "observed_at": timezone.now(), **fields},
        )
    sponsor = actor_of_member(MemberFactory.create())
    asked = Site.objects.order_by().values("pk")

    found = open_site_ids(asked, actor=sponsor, today=TODAY)

    assert found == set(next_openings(Site.objects.all(), actor=sponsor, today=TODAY))
    assert set(Site.objects.filter(pk__in=found).values_list("name", flat=True)) == {"coming", "running"}


def test_open_site_ids_when_a_cdmo_or_nobody_asks_then_none_is_told() -> None:
    CapacityWindowFactory.create(period=(day(90), day(180)), observed_at=timezone.now())
    asked = Site.objects.values("pk")

    for actor in (NOBODY, actor_of_member(MemberFactory.create(cdmo=True))):
        assert open_site_ids(asked, actor=actor, today=TODAY) == set()

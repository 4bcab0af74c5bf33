"""Whose key ends soon hears of it once, and nobody hears of a key that needs nothing."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from cdmo_portal.accounts.models import APIKey, Organisation
from cdmo_portal.events.models import Delivery
from cdmo_portal.people import expiring
from cdmo_portal.people.tasks import tell_of_ending_keys
from tests.factories.accounts import APIKeyFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SOON: dict[str, Any] = {"created_at": NOW - 80 * DAY, "expires_at": NOW + 7 * DAY}


@time_machine.travel(NOW, tick=False)
def test_key_that_ends_within_a_week_is_told_to_its_member_once() -> None:
    key = APIKeyFactory.create(name="ERP", prefix="cdmo_abc", **SOON)

    first, second = expiring.tell_due(), expiring.tell_due()
    tell_of_ending_keys()

    mail = Delivery.objects.get()
    assert (first, second) == (1, 0)
    assert mail.recipient == key.member.user
    assert mail.subject == "Your API key ERP ends on 09 November 2026"
    assert "cdmo_abc" in mail.body
    assert "/account/keys/" in mail.body


def test_key_when_another_worker_told_it_meanwhile_is_not_told_twice() -> None:
    key = APIKeyFactory.create(**SOON)
    APIKey.objects.update(end_told_at=NOW)

    assert not expiring._tell(key, NOW)
    assert not Delivery.objects.exists()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "facts",
    [
        {"expires_at": NOW + 8 * DAY},
        {"expires_at": None},
        {"expires_at": NOW},
        {"revoked_at": NOW},
        {"created_at": NOW - DAY, "expires_at": NOW + 5 * DAY},
        {"member__user__is_active": False},
        {"member__organisation__state": Organisation.State.SUSPENDED},
    ],
)
def test_key_that_lasts_has_ended_or_acts_for_nobody_is_not_told(facts: dict[str, Any]) -> None:
    APIKeyFactory.create(**{**SOON, **facts})

    assert expiring.tell_due() == 0


@time_machine.travel(NOW, tick=False)
def test_key_that_has_a_follower_is_not_told() -> None:
    old = APIKeyFactory.create(**SOON)
    APIKeyFactory.create(member=old.member, replaces=old)

    assert expiring.tell_due() == 0

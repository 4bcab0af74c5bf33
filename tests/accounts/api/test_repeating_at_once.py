"""The same call ten times at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from cdmo_portal.accounts.models import AnsweredCall, Member
from matching.models import Brief
from tests.accounts.api.callers import client_with, key_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory
from tests.partners.locks import until_waiting

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 10
BRIEFS = "/api/v1/briefs/"


def client_of(member: Member) -> Client:
    """With a key that was used just now, so that noting its use is no lock that callers meet at."""
    return client_with(key_of(member, last_used_at=timezone.now()))


def create(client: Client, title: str = "A brief") -> Any:
    body = {"title": title, "steps": ["drug-product"]}
    return client.post(BRIEFS, body, content_type="application/json", headers={"Idempotency-Key": "k1"})


def hold_key(member: Member) -> None:
    AnsweredCall.objects.create(organisation=member.organisation, user=member.user, key="k1")


def answered_together(
    calls: Sequence[Callable[[], Any]], *, behind: Callable[[], object], until: int
) -> list[Any]:
    """What the calls were answered that all began while `behind` held what they wait for."""
    answers: list[Any] = []

    def end(call: Callable[[], Any]) -> None:
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=[call]) for call in calls]
    with transaction.atomic():
        behind()
        for thread in threads:
            thread.start()
        until_waiting(until)
        transaction.set_rollback(True)
    for thread in threads:
        thread.join(timeout=30)
    return answers


def test_ten_same_calls_at_once_have_one_effect_and_one_answer() -> None:
    member = MemberFactory.create()
    client = client_of(member)

    answers = answered_together(
        [lambda: create(client)] * TIMES, behind=lambda: hold_key(member), until=TIMES
    )

    assert [answer.status_code for answer in answers] == [201] * TIMES
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == TIMES - 1
    assert Brief.objects.count() == 1


def test_ten_different_calls_with_one_key_at_once_have_one_effect() -> None:
    member = MemberFactory.create()
    client = client_of(member)
    calls = [partial(create, client, f"Brief {number}") for number in range(TIMES)]

    answers = answered_together(calls, behind=lambda: hold_key(member), until=TIMES)

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * (TIMES - 1)
    assert Brief.objects.count() == 1


def test_ten_writes_on_one_reading_at_once_are_one_write() -> None:
    member = MemberFactory.create()
    client, brief = client_of(member), BriefFactory.create(organisation=member.organisation)
    address = f"{BRIEFS}{brief.uid}/"
    headers = {"If-Match": client.get(address)["ETag"]}

    def change(title: str) -> Any:
        return client.patch(address, {"title": title}, content_type="application/json", headers=headers)

    answers = answered_together(
        [partial(change, f"Brief {number}") for number in range(TIMES)],
        behind=lambda: Brief.objects.select_for_update().get(pk=brief.pk),
        until=TIMES,
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (TIMES - 1)
    written = next(answer.json()["title"] for answer in answers if answer.status_code == 200)
    brief.refresh_from_db()
    assert brief.title == written


def waiting_at_most(seconds: float) -> AbstractContextManager[object]:
    return override_settings(IDEMPOTENCY_WAIT_SECONDS=seconds)


def test_call_whose_first_does_not_end_is_told_to_come_back() -> None:
    member = MemberFactory.create()
    client = client_of(member)
    told: list[Any] = []

    def ask() -> None:
        told.append(create(client))
        connection.close()

    with waiting_at_most(0.2), transaction.atomic():
        hold_key(member)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(timeout=30)
        transaction.set_rollback(True)

    assert told[0].status_code == 409
    assert told[0].json()["code"] == "idempotency_in_progress"
    assert int(told[0]["Retry-After"]) >= 1
    assert not Brief.objects.exists()
    assert create(client).status_code == 201


def test_other_keys_do_not_wait() -> None:
    member, other = MemberFactory.create(), MemberFactory.create()
    client = client_of(other)

    with waiting_at_most(0.2):
        answers = answered_together([lambda: create(client)], behind=lambda: hold_key(member), until=0)

    assert [answer.status_code for answer in answers] == [201]

"""Webhooks leave at least once, in order, signed, and a receiver that fails is given time."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from cdmo_portal.events import sending
from cdmo_portal.events.models import (
    Delivery,
    Event,
    Heartbeat,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from cdmo_portal.events.sending import WEBHOOKS, send, send_due
from cdmo_portal.events.tasks import forget_webhooks, send_webhooks
from cdmo_portal.events.webhook_timing import DELAYS, MOST_ATTEMPTS
from cdmo_portal.outgoing import Response
from tests.events.webhook_receiver import Receiver
from tests.factories.accounts import MemberFactory
from tests.factories.webhooks import (
    SECRET,
    WebhookDeliveryFactory,
    WebhookEndpointFactory,
    WebhookSecretFactory,
)

pytestmark = pytest.mark.django_db

State = WebhookDelivery.State


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        settings.OUTGOING_ALLOW_LIST = [receiver.place]
        yield receiver


@pytest.fixture
def endpoint(receiver: Receiver) -> WebhookEndpoint:
    return WebhookEndpointFactory.create(url=receiver.url)


def make_due() -> None:
    WebhookDelivery.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1))


def test_send_when_a_delivery_waits_then_it_arrives_once_signed_and_is_logged(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    delivery = WebhookDeliveryFactory.create(endpoint=endpoint, data={"brief": "uid", "url": "address"})

    send_webhooks()
    send_webhooks()

    (got,) = receiver.got
    assert got.is_signed_by(SECRET)
    assert got.headers["content-type"] == "application/json"
    assert got.told["type"] == "brief.changed"
    assert got.told["data"] == {"brief": "uid", "url": "address"}
    assert dt.datetime.fromisoformat(got.told["timestamp"]) == delivery.happened_at
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (State.DELIVERED, 1, None)
    (attempt,) = WebhookAttempt.objects.all()
    assert (attempt.status_code, attempt.error, attempt.answer) == (200, "", "thanks")
    endpoint.refresh_from_db()
    assert endpoint.last_delivered_at is not None
    assert Heartbeat.objects.get(name="webhooks").runs == 2


def test_send_when_its_process_dies_after_sending_then_it_is_sent_again_with_the_same_id_and_bytes(
    receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookDeliveryFactory.create(endpoint=endpoint)
    (lease,) = WEBHOOKS.claim()

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(sending, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            send(lease)
    WebhookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    assert send_due(seconds=30) == 1

    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body)
    assert WebhookDelivery.objects.get().state == State.DELIVERED


def test_send_when_a_frozen_worker_wakes_past_its_lease_then_its_note_is_thrown_away(
    receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookDeliveryFactory.create(endpoint=endpoint)
    (lease,) = WEBHOOKS.claim()
    post = sending._post

    def frozen(*args: Any) -> Response:
        answer = post(*args)
        monkeypatch.setattr(sending, "_post", post)
        WebhookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        receiver.statuses = [500]
        send_due(seconds=30)
        return answer

    monkeypatch.setattr(sending, "_post", frozen)

    send(lease)

    assert len({each.id for each in receiver.got}) == 1
    assert len(receiver.got) == 2
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (
        State.WAITING,
        "The address answered with status 500.",
    )
    assert [each.status_code for each in WebhookAttempt.objects.all()] == [500]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 408, 429, 500, 503])
def test_send_when_the_answer_is_no_success_then_it_is_put_off_and_no_redirect_is_followed(
    receiver: Receiver, endpoint: WebhookEndpoint, status: int
) -> None:
    receiver.status = status
    receiver.headers = {"Location": f"{receiver.url}/elsewhere"}
    WebhookDeliveryFactory.create(endpoint=endpoint)

    send_due(seconds=30)

    delivery = WebhookDelivery.objects.get()
    assert len(receiver.got) == 1
    assert delivery.state == State.WAITING
    assert delivery.next_due_at > timezone.now() + dt.timedelta(seconds=2)
    assert WebhookAttempt.objects.get().status_code == status


def test_send_when_it_fails_for_three_days_then_it_is_given_up_after_the_last_try(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    receiver.status = 500
    WebhookDeliveryFactory.create(endpoint=endpoint)

    for attempt, delay in enumerate(DELAYS, start=1):
        make_due()
        before = timezone.now()
        assert send_due(seconds=30) == 1
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts) == (State.WAITING, attempt)
        assert 0.89 * delay < (delivery.next_due_at - before).total_seconds() < 1.11 * delay + 5
    make_due()
    send_due(seconds=30)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (State.DEAD, MOST_ATTEMPTS)
    assert delivery.ended_at is not None
    assert len({each.id for each in receiver.got}) == 1
    make_due()
    assert send_due(seconds=30) == 0


@pytest.mark.parametrize(("status", "seconds"), [(429, 3000), (503, 3000), (500, 5)])
def test_send_when_the_receiver_asks_for_time_then_it_gets_it(
    receiver: Receiver, endpoint: WebhookEndpoint, status: int, seconds: int
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "3000"}
    WebhookDeliveryFactory.create(endpoint=endpoint)

    send_due(seconds=30)

    wait = WebhookDelivery.objects.get().next_due_at - timezone.now()
    assert 0.8 * seconds <= wait.total_seconds() <= 1.2 * seconds


def test_send_when_the_receiver_is_gone_then_the_endpoint_is_stopped_and_its_owners_are_told(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    MemberFactory.create(organisation=endpoint.organisation, viewer=True)
    receiver.status = 410
    WebhookDeliveryFactory.create_batch(2, endpoint=endpoint)

    send_due(seconds=30)

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.stop_reason) == ("disabled", "gone")
    assert len(receiver.got) == 1
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.DEAD}
    assert Event.objects.get(kind="webhook.stopped").organisation_id == endpoint.organisation_id
    (mail,) = Delivery.objects.all()
    assert endpoint.member is not None
    assert mail.recipient == endpoint.member.user
    assert str(endpoint.uid) in mail.body


def test_endpoint_when_nothing_but_failures_came_for_five_days_then_it_is_stopped(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    receiver.status = 500
    WebhookDeliveryFactory.create_batch(2, endpoint=endpoint)
    send_due(seconds=30)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    since = timezone.now() - dt.timedelta(days=5)
    WebhookEndpoint.objects.update(failing_since=since + dt.timedelta(minutes=1))
    make_due()
    send_due(seconds=30)
    endpoint.refresh_from_db()
    assert endpoint.state == "active"

    WebhookEndpoint.objects.update(failing_since=since)
    make_due()
    send_due(seconds=30)

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.stop_reason) == ("disabled", "failures")
    assert Delivery.objects.count() == 1


def test_endpoint_when_one_delivery_succeeds_then_its_failures_are_forgotten(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    receiver.statuses = [500, 200]
    WebhookDeliveryFactory.create_batch(2, endpoint=endpoint)

    send_due(seconds=30)

    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_send_when_secrets_overlap_then_both_sign_and_an_ended_one_does_not(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    fresh, ended = "whsec_" + "A" * 32, "whsec_" + "B" * 32
    now = timezone.now()
    endpoint.secrets.update(ends_at=now + dt.timedelta(hours=1))
    WebhookSecretFactory.create(endpoint=endpoint, plain=fresh)
    WebhookSecretFactory.create(endpoint=endpoint, plain=ended, ends_at=now - dt.timedelta(seconds=1))
    WebhookDeliveryFactory.create(endpoint=endpoint)

    send_due(seconds=30)

    (got,) = receiver.got
    assert got.is_signed_by(SECRET)
    assert got.is_signed_by(fresh)
    assert not got.is_signed_by(ended)
    assert len(got.headers["webhook-signature"].split(" ")) == 2


def test_send_when_the_secret_cannot_be_read_then_it_fails_without_a_call(
    receiver: Receiver, endpoint: WebhookEndpoint, settings: Settings
) -> None:
    WebhookDeliveryFactory.create(endpoint=endpoint)
    settings.FIELD_ENCRYPTION_KEYS = ["dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDI="]

    send_due(seconds=30)

    assert receiver.got == []
    assert "cannot be read" in WebhookDelivery.objects.get().last_error


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/hooks",
        "http://localhost:{port}/hooks",
        "http://[::1]:{port}/hooks",
        "http://10.1.2.3/hooks",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_send_when_the_address_is_private_then_it_is_refused_and_nobody_is_called(
    receiver: Receiver, settings: Settings, url: str
) -> None:
    settings.OUTGOING_ALLOW_LIST = []
    endpoint = WebhookEndpointFactory.create(url=url.format(port=receiver.port), host="private")
    WebhookDeliveryFactory.create(endpoint=endpoint)

    send_due(seconds=30)

    assert receiver.got == []
    assert WebhookDelivery.objects.get().last_error == "This address cannot be used."


def test_send_when_the_answer_is_long_or_no_text_then_its_first_bytes_are_kept(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    receiver.answer = b"\x00\xff" + b"x" * 50_000
    WebhookDeliveryFactory.create(endpoint=endpoint)

    send_due(seconds=30)

    attempt = WebhookAttempt.objects.get()
    assert attempt.answer == "��" + "x" * 998
    assert WebhookDelivery.objects.get().state == State.DELIVERED


def test_send_when_the_endpoint_is_deleted_meanwhile_then_nothing_is_written(
    receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookDeliveryFactory.create(endpoint=endpoint)
    post = sending._post

    def overtaken(*args: Any) -> Response:
        answer = post(*args)
        endpoint.delete()
        return answer

    monkeypatch.setattr(sending, "_post", overtaken)

    assert send_due(seconds=30) == 1
    assert WebhookAttempt.objects.count() == 0


def test_send_when_paused_meanwhile_then_a_failure_leaves_it_held_and_a_success_counts(
    receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookDeliveryFactory.create_batch(2, endpoint=endpoint)
    receiver.statuses = [500, 200]
    post = sending._post

    def paused(delivery: WebhookDelivery, *args: Any) -> Response:
        answer = post(delivery, *args)
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state=State.HELD)
        return answer

    monkeypatch.setattr(sending, "_post", paused)

    send_due(seconds=30)

    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.HELD, State.DELIVERED}


def test_order_when_the_oldest_of_an_object_fails_then_the_others_wait_and_other_objects_go_on(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    first, second = WebhookDeliveryFactory.create_batch(2, endpoint=endpoint, about="brief 1")
    other = WebhookDeliveryFactory.create(endpoint=endpoint, about="brief 2")
    receiver.statuses = [500]

    send_due(seconds=30)

    assert [each.id for each in receiver.got] == [first.webhook_id, other.webhook_id]
    second.refresh_from_db()
    assert second.attempts == 0
    make_due()
    send_due(seconds=30)
    assert [each.id for each in receiver.got][2:] == [first.webhook_id, second.webhook_id]


def test_order_when_the_oldest_is_given_up_then_the_next_goes_on(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    first, second = WebhookDeliveryFactory.create_batch(2, endpoint=endpoint, about="brief 1")
    WebhookDelivery.objects.filter(pk=first.pk).update(attempts=MOST_ATTEMPTS - 1)
    receiver.statuses = [500]

    send_due(seconds=30)

    states = dict(WebhookDelivery.objects.values_list("pk", "state"))
    assert states == {first.pk: State.DEAD, second.pk: State.DELIVERED}


@given(script=st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=12))
@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_when_any_tries_fail_then_each_object_is_heard_in_the_order_of_its_events(
    receiver: Receiver, endpoint: WebhookEndpoint, script: list[tuple[str, bool]]
) -> None:
    """First deliveries of an object never come before earlier ones of it succeeded."""
    WebhookDelivery.objects.all().delete()
    receiver.got.clear()
    made = [WebhookDeliveryFactory.create(endpoint=endpoint, about=about) for about, _ in script]
    receiver.statuses = [500 if fails else 200 for _, fails in script]
    while WebhookDelivery.objects.filter(state=State.WAITING).exists():
        make_due()
        send_due(seconds=30)

    heard = list(dict.fromkeys(each.id for each in receiver.got))
    for about in "abc":
        wanted = [each.webhook_id for each in made if each.lane.endswith(about)]
        assert [each for each in heard if each in wanted] == wanted
        last = [each.id for each in receiver.got if each.id in wanted]
        assert last == sorted(last, key=wanted.index)


@pytest.mark.django_db(transaction=True)
def test_send_when_one_receiver_is_slow_then_two_calls_at_most_run_there_and_others_are_served(
    settings: Settings,
) -> None:
    settings.WEBHOOK_THREADS = 4
    with Receiver().running() as slow, Receiver().running() as quick:
        settings.OUTGOING_ALLOW_LIST = [slow.place, quick.place]
        slow.delay_s = 0.4
        hung = WebhookEndpointFactory.create(url=slow.url, host="slow")
        fine = WebhookEndpointFactory.create(url=quick.url, host="quick")
        WebhookDeliveryFactory.create_batch(6, endpoint=hung)
        WebhookDeliveryFactory.create_batch(6, endpoint=fine)
        served: list[float] = []
        watch = threading.Thread(target=_wait_for, args=(lambda: len(quick.got) == 6, served))
        watch.start()

        send_due(seconds=10)

        watch.join()
        assert slow.most_at_once == 2
        assert len(slow.got) == 6
        assert served[0] < 0.8
    connections.close_all()


def _wait_for(is_true: Callable[[], bool], took: list[float]) -> None:
    started = time.monotonic()
    while not is_true() and time.monotonic() - started < 20:
        time.sleep(0.01)
    took.append(time.monotonic() - started)


@pytest.mark.usefixtures("receiver")
def test_forget_when_the_log_is_old_then_it_goes_and_what_waits_stays(endpoint: WebhookEndpoint) -> None:
    old = timezone.now() - dt.timedelta(days=31)
    done = WebhookDeliveryFactory.create(endpoint=endpoint, state=State.DELIVERED, created_at=old)
    WebhookAttempt.objects.create(delivery=done, lease_token=1, at=old, duration_ms=5)
    waiting = WebhookDeliveryFactory.create(endpoint=endpoint, created_at=old)
    fresh = WebhookDeliveryFactory.create(endpoint=endpoint, state=State.DELIVERED)
    tried = WebhookDeliveryFactory.create(endpoint=endpoint, dead=True, created_at=old)
    WebhookAttempt.objects.create(delivery=tried, lease_token=1, at=timezone.now(), duration_ms=5)

    forget_webhooks()

    assert set(WebhookDelivery.objects.all()) == {waiting, fresh, tried}
    assert WebhookAttempt.objects.count() == 1

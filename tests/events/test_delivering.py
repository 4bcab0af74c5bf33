"""Mails leave at least once, with a state that tells."""

import datetime as dt

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from cdmo_portal.events import delivering
from cdmo_portal.events.delivering import DELIVERIES, MOST_ATTEMPTS, deliver, deliver_due
from cdmo_portal.events.models import Delivery, Heartbeat, KeptMail
from cdmo_portal.events.recording import enqueue_mail
from cdmo_portal.events.tasks import pump_deliveries
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_pump_when_mails_wait_then_each_is_sent_once_and_marked() -> None:
    user = UserFactory.create()
    first = enqueue_mail(event=None, to_user=user, subject="One", body="Text")
    enqueue_mail(event=None, to_address="guest@people.example", subject="Two", body="Text")

    pump_deliveries()
    pump_deliveries()

    assert [(message.subject, message.to) for message in mail.outbox] == [
        ("One", [user.email]),
        ("Two", ["guest@people.example"]),
    ]
    first.refresh_from_db()
    assert (first.state, first.attempts, first.lease_until) == (Delivery.State.SENT, 1, None)
    assert first.sent_at is not None
    assert Heartbeat.objects.get(name="deliveries").runs == 2


def test_delivery_when_its_process_dies_after_sending_then_it_is_sent_again_with_the_same_id() -> None:
    delivery = enqueue_mail(event=None, to_address="guest@people.example", subject="One", body="Text")
    (lost,) = DELIVERIES.claim()
    delivering._send(Delivery.objects.get())
    Delivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    assert deliver_due(seconds=5) == 1
    deliver(lost)

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert str(delivery.uid) in first.extra_headers["Message-ID"]


def test_delivery_when_the_server_refuses_then_it_is_put_off_and_at_last_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enqueue_mail(event=None, to_address="guest@people.example", subject="One", body="Text")

    def refuse(*args: object, **kwargs: object) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", refuse)

    assert deliver_due(seconds=5) == 1

    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.WAITING
    assert delivery.last_error == "ConnectionRefusedError: no mail server"
    assert delivery.next_due_at > timezone.now() + dt.timedelta(seconds=15)
    Delivery.objects.update(attempts=MOST_ATTEMPTS - 1, next_due_at=timezone.now() - dt.timedelta(seconds=1))
    assert deliver_due(seconds=5) == 1
    assert Delivery.objects.get().state == Delivery.State.FAILED
    assert deliver_due(seconds=5) == 0


def test_delivery_when_its_lease_was_lost_while_sending_then_the_state_is_left_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enqueue_mail(event=None, to_address="guest@people.example", subject="One", body="Text")
    (lease,) = DELIVERIES.claim()

    def overtaken(*args: object, **kwargs: object) -> int:
        Delivery.objects.update(lease_token=lease.token + 1)
        return 1

    monkeypatch.setattr(EmailMessage, "send", overtaken)

    deliver(lease)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (Delivery.State.WAITING, 0)


def test_delivery_when_it_can_be_stopped_then_the_header_carries_the_address_as_it_is() -> None:
    # Longer than the 78 characters from which Python encodes a word of a header.
    address = f"https://portal.example/searches/stop/{'a' * 80}:{'b' * 43}/"
    enqueue_mail(
        event=None, to_address="guest@people.example", subject="News", body="Text", unsubscribe_url=address
    )

    deliver_due(seconds=5)

    sent = mail.outbox[0].message().as_bytes().decode()
    assert f"\nList-Unsubscribe: <{address}>\n" in sent
    assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in sent


def test_delivery_when_it_cannot_be_stopped_then_it_has_no_such_header() -> None:
    enqueue_mail(event=None, to_address="guest@people.example", subject="One", body="Text")

    deliver_due(seconds=5)

    assert "List-Unsubscribe" not in mail.outbox[0].message().as_bytes().decode()


def test_demo_when_a_mail_can_be_stopped_then_it_keeps_the_link(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": "cdmo_portal.events.mail.KeepingBackend"}}
    address = "https://portal.example/searches/stop/token/"
    enqueue_mail(
        event=None, to_address="guest@people.example", subject="News", body="Text", unsubscribe_url=address
    )

    deliver_due(seconds=5)

    assert KeptMail.objects.get().unsubscribe_url == address

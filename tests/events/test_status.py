"""The operator's page, the demo's own pages, and the pump without a broker."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cdmo_portal import demo_feed, status
from cdmo_portal.events.models import Delivery, Heartbeat, KeptMail
from cdmo_portal.events.recording import enqueue_mail
from cdmo_portal.events.tasks import pump_deliveries, send_webhooks
from matching.tasks import rerun_outdated
from partners.alert_tasks import tell_alerts
from partners.api.job_tasks import run_jobs
from partners.feeds.csv_file import parse_csv
from partners.models import Feed
from partners.sample.oral import LARKFEN
from partners.tasks import pump_feeds, remind_keepers
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.feeds import FeedFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)


def signed_in(**fields: bool) -> Client:
    client = Client()
    client.force_login(UserFactory.create(**fields))
    return client


def test_status_when_an_operator_asks_then_stuck_things_are_shown_and_sound_ones_are_not(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    now = timezone.now()
    FeedFactory.create(name="Stopped feed", quarantined=True, last_error="status 503")
    FeedFactory.create(name="Failing feed", attempts=2)
    FeedFactory.create(name="Forgotten feed", next_due_at=now - dt.timedelta(hours=1))
    FeedFactory.create(name="Paused feed", paused=True, next_due_at=now - dt.timedelta(hours=1))
    FeedFactory.create(name="Sound feed")
    for state in Delivery.State.values:
        enqueue_mail(event=None, to_address="guest@people.example", subject=state, body="Private text")
        Delivery.objects.filter(subject=state).update(state=state, last_error=f"error of {state}")

    client = signed_in(operator=True)
    with django_assert_max_num_queries(24):
        page = client.get(reverse("status")).content.decode()

    for name in ("Stopped feed", "Failing feed", "Forgotten feed", "error of failed"):
        assert name in page
    for name in ("Paused feed", "Sound feed", "error of waiting", "Private text", "guest@people.example"):
        assert name not in page


def test_status_when_anybody_else_asks_then_it_does_not_exist() -> None:
    member = Client()
    member.force_login(MemberFactory.create().user)

    assert member.get(reverse("status")).status_code == 404
    assert signed_in().get(reverse("status")).status_code == 404
    assert Client().get(reverse("status")).status_code == 302


def test_pulses_when_a_job_is_silent_for_a_minute_then_they_say_so() -> None:
    pump_feeds()
    pump_deliveries()
    send_webhooks()
    tell_alerts()
    rerun_outdated()
    remind_keepers()
    run_jobs()
    now = timezone.now()

    assert [pulse.is_silent for pulse in status.pulses(now)] == [False] * 7
    Heartbeat.objects.filter(name="feeds").update(at=now - dt.timedelta(seconds=61))
    assert [(pulse.name, pulse.is_silent) for pulse in status.pulses(now)] == [
        ("feeds", True),
        ("deliveries", False),
        ("webhooks", False),
        ("matching", False),
        ("alerts", False),
        ("reminders", False),
        ("jobs", False),
    ]
    assert "Feeds: no sign of life" in signed_in(operator=True).get(reverse("status")).content.decode()


def test_pump_when_run_once_without_a_broker_then_feeds_and_mails_are_tried() -> None:
    FeedFactory.create(host="127.0.0.1", url="http://127.0.0.1:9/refused-before-it-is-dialled")
    enqueue_mail(event=None, to_address="guest@people.example", subject="One", body="Text")

    call_command("pump")

    assert Feed.objects.get().last_error == "This address cannot be used."
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert Heartbeat.objects.count() == 7


def test_mail_list_when_it_is_the_demo_then_any_signed_in_person_reads_it(settings: Settings) -> None:
    KeptMail.objects.create(to="guest@people.example", subject="Invitation", body="Go to https://x.example/1")

    settings.DEMO = False
    assert signed_in().get(reverse("mail_list")).status_code == 404
    settings.DEMO = True
    assert Client().get(reverse("mail_list")).status_code == 302
    page = signed_in().get(reverse("mail_list")).content.decode()

    assert "Invitation" in page
    assert 'href="https://x.example/1"' in page


def test_demo_feed_when_it_is_not_the_demo_then_it_does_not_exist(settings: Settings) -> None:
    settings.DEMO = False

    assert Client().get(reverse("demo_capacity_feed")).status_code == 404


def test_demo_feed_when_asked_again_within_the_minute_then_nothing_is_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr("cdmo_portal.demo_views.timezone.now", lambda: NOON)
    client = Client()

    first = client.get(reverse("demo_capacity_feed"))
    again = client.get(reverse("demo_capacity_feed"), headers={"If-None-Match": first.headers["ETag"]})
    monkeypatch.setattr("cdmo_portal.demo_views.timezone.now", lambda: NOON + dt.timedelta(minutes=1))
    later = client.get(reverse("demo_capacity_feed"), headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 200)
    assert later.content != first.content


def test_demo_feed_when_parsed_then_every_row_is_good_and_a_minute_changes_a_quantity() -> None:
    now, then = NOON, NOON + dt.timedelta(minutes=1)

    snapshots = [parse_csv(demo_feed.capacity_csv(at).encode(), received_at=at) for at in (now, then)]

    assert all(not snapshot.errors for snapshot in snapshots)
    quantities = [[row.quantity for row in snapshot.rows] for snapshot in snapshots]
    assert quantities[0] != quantities[1]
    assert all(0 <= quantity <= 10 for each in quantities for quantity in each)


def test_demo_feed_when_the_sample_world_is_loaded_then_it_speaks_of_the_line_that_is_fed() -> None:
    site = LARKFEN.sites[0]
    line = site.line(demo_feed.LINE_ID)

    assert site.code == demo_feed.SITE_ID
    assert line.unit == demo_feed.UNIT
    assert line.quarters.split()[:3] == [str(quantity) for quantity in demo_feed.OPEN_BATCHES]

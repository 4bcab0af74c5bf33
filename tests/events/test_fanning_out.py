"""From a committed event to deliveries: nothing is lost, nothing told twice, nothing told elsewhere."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events import fanning_out
from cdmo_portal.events.fanning_out import Endpoints, News, fan_out
from cdmo_portal.events.models import Event, UntoldEvent, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.recording import record
from cdmo_portal.events.webhook_actors import actor_of
from cdmo_portal.events.webhook_types import BRIEF, TYPES, type_of, types_for
from tests.factories.accounts import OrganisationFactory
from tests.factories.webhooks import WebhookDeliveryFactory, WebhookEndpointFactory

pytestmark = pytest.mark.django_db


def told(event: Event, endpoints: Endpoints) -> Iterator[News]:
    for endpoint in endpoints:
        yield News(endpoint, BRIEF, f"brief {event.data['brief']}", {"brief": event.data["brief"]})


def happen(brief: int = 1, kind: str = "brief.updated") -> Event:
    return record(kind, by=NOBODY, data={"brief": brief})


def test_record_when_the_kind_is_told_then_it_waits_to_be_told_and_others_do_not() -> None:
    event = happen()
    happen(kind="brief.commented")
    happen(kind="directory.exported")

    assert [row.event for row in UntoldEvent.objects.all()] == [event]


def test_record_when_its_transaction_is_rolled_back_then_nobody_is_told() -> None:
    WebhookEndpointFactory.create()
    with transaction.atomic():
        happen()
        transaction.set_rollback(True)

    assert fan_out(told, seconds=5) == 0
    assert WebhookDelivery.objects.count() == 0


def test_fan_out_when_events_wait_then_each_endpoint_that_asked_gets_one_delivery_in_their_order() -> None:
    asking = WebhookEndpointFactory.create()
    WebhookEndpointFactory.create(event_types=["member.changed"])
    WebhookEndpointFactory.create(stopped=True)
    WebhookEndpointFactory.create(member__organisation=OrganisationFactory.create(suspended=True))
    first, second = happen(2), happen(1)

    assert fan_out(told, seconds=5) == 2
    assert fan_out(told, seconds=5) == 0

    made = WebhookDelivery.objects.order_by("pk")
    assert [(row.event, row.endpoint, row.data) for row in made] == [
        (first, asking, {"brief": 2}),
        (second, asking, {"brief": 1}),
    ]
    assert UntoldEvent.objects.count() == 0


def test_fan_out_when_the_endpoint_is_paused_then_the_delivery_is_held() -> None:
    WebhookEndpointFactory.create(paused=True)
    happen()

    fan_out(told, seconds=5)

    assert WebhookDelivery.objects.get().state == WebhookDelivery.State.HELD


def test_fan_out_when_the_same_waits_untried_then_it_is_not_told_twice() -> None:
    WebhookEndpointFactory.create()
    for _ in range(3):
        happen()
        fan_out(told, seconds=5)

    assert WebhookDelivery.objects.count() == 1

    WebhookDelivery.objects.update(attempts=1)
    happen()
    fan_out(told, seconds=5)
    assert WebhookDelivery.objects.count() == 2


def test_fan_out_when_its_process_dies_half_way_then_everything_is_told_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    WebhookEndpointFactory.create()
    for brief in (1, 2, 3):
        happen(brief)
    deliver = fanning_out._deliver

    def die_at_the_second(event: Event, news: News) -> None:
        if news.data["brief"] == 2:
            raise KeyboardInterrupt
        deliver(event, news)

    with monkeypatch.context() as dying:
        dying.setattr(fanning_out, "_deliver", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            fan_out(told, seconds=5)
    assert WebhookDelivery.objects.count() == 0
    assert UntoldEvent.objects.count() == 3

    assert fan_out(told, seconds=5) == 3
    assert WebhookDelivery.objects.count() == 3


def test_fan_out_when_one_event_cannot_be_told_then_the_others_are_and_it_is_tried_again() -> None:
    WebhookEndpointFactory.create()
    happen(1)
    happen(2)

    def fail_once(event: Event, endpoints: Endpoints) -> Iterator[News]:
        if event.data["brief"] == 1:
            raise ValueError("a fault of ours")
        yield from told(event, endpoints)

    fan_out(fail_once, seconds=5)

    assert [row.data for row in WebhookDelivery.objects.all()] == [{"brief": 2}]
    (row,) = UntoldEvent.objects.all()
    assert row.attempts == 1
    UntoldEvent.objects.update(next_due_at=row.event.at)
    assert fan_out(told, seconds=5) == 1
    assert WebhookDelivery.objects.count() == 2


def test_fan_out_when_the_database_goes_away_then_the_event_is_not_blamed() -> None:
    WebhookEndpointFactory.create()
    happen()

    def restart(event: Event, endpoints: Endpoints) -> Iterator[News]:
        raise OperationalError("the database restarts")

    with pytest.raises(OperationalError):
        fan_out(restart, seconds=5)

    assert UntoldEvent.objects.get().attempts == 0


@pytest.mark.django_db(transaction=True)
def test_fan_out_when_another_process_is_at_it_then_it_leaves_the_work_to_that() -> None:
    WebhookEndpointFactory.create()
    happen()
    database = connection.get_connection_params() | {"autocommit": True}
    database = {name: database[name] for name in ("dbname", "user", "host", "port") if name in database}
    with psycopg.connect(**database) as other:
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(%s)", [fanning_out.LOCK])

        assert fan_out(told, seconds=5) == 0

        other.execute("ROLLBACK")
    assert fan_out(told, seconds=5) == 1


@pytest.mark.django_db(transaction=True)
def test_fan_out_when_an_earlier_event_is_committed_late_then_it_is_told_all_the_same() -> None:
    """A mark of ids or times would pass it over."""
    WebhookEndpointFactory.create()
    database = connection.get_connection_params()
    database = {name: database[name] for name in ("dbname", "user", "host", "port") if name in database}
    with psycopg.connect(**database) as other:
        early = other.execute(
            "INSERT INTO events_event (uid, kind, at, object_kind, data, request_id)"
            " VALUES (uuidv7(), 'brief.updated', now(), '', '{\"brief\": 1}', '') RETURNING id"
        ).fetchone()
        assert early is not None
        other.execute(
            "INSERT INTO events_untoldevent (event_id, next_due_at, attempts) VALUES (%s, now(), 0)", early
        )
        happen(2)
        assert fan_out(told, seconds=5) == 1
        other.commit()

    assert fan_out(told, seconds=5) == 1
    assert {row.event_id for row in WebhookDelivery.objects.all()} > {early[0]}


def test_delivery_when_the_event_went_to_the_endpoint_already_then_the_database_refuses() -> None:
    row = WebhookDeliveryFactory.create()

    with pytest.raises(Exception, match="an_event_makes_one_delivery_per_endpoint"):
        WebhookDeliveryFactory.create(event=row.event, endpoint=row.endpoint)


def test_types_when_looked_up_then_each_has_words_and_a_side_and_kinds_lead_to_known_ones() -> None:
    kinds = ("brief.opened", "brief.whatever", "shortlist.moved", "member.left", "feed.recovered")

    assert all(str(each.words) and each.sides for each in TYPES.values())
    assert {type_of(kind) for kind in kinds} <= set(TYPES)
    assert type_of("brief.commented") is None
    assert type_of("saved_search.told") is None
    offered = {kind: {each.code for each in types_for(kind)} for kind in Organisation.Kind.values}
    assert "match_run.changed" in offered["sponsor"] - offered["cdmo"]
    assert "interest.asked" in offered["cdmo"] - offered["sponsor"]


def test_endpoints_when_asked_by_an_actor_then_only_those_of_the_organisation_are_there() -> None:
    own, other = WebhookEndpointFactory.create_batch(2)
    assert own.member is not None

    actor = actor_of(own)

    assert list(WebhookEndpoint.objects.visible_to(actor)) == [own]
    assert other not in WebhookEndpoint.objects.visible_to(actor)
    assert not WebhookEndpoint.objects.visible_to(NOBODY).exists()

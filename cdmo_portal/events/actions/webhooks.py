"""What members do with the endpoints that their organisation's webhooks go to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.accounts.sealing import seal
from cdmo_portal.events import signing
from cdmo_portal.events.fanning_out import News, deliver_at_once
from cdmo_portal.events.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from cdmo_portal.events.nudges import nudge
from cdmo_portal.events.recording import record
from cdmo_portal.events.sending import policy
from cdmo_portal.events.tasks import send_webhooks
from cdmo_portal.events.webhook_actors import can_manage_webhooks
from cdmo_portal.events.webhook_health import locked
from cdmo_portal.events.webhook_types import TEST, types_for
from cdmo_portal.outgoing import OutgoingRefused
from cdmo_portal.outgoing.targets import parse_target

MOST_ENDPOINTS: Final = 20
MOST_SECRETS: Final = 5
MOST_TESTS: Final = 5
LONGEST_OVERLAP: Final = dt.timedelta(days=7)
USUAL_OVERLAP: Final = dt.timedelta(days=1)


class WebhookRefused(Exception):
    """The text is for the person."""


class NotAllowed(WebhookRefused):
    pass


class AddressRefused(WebhookRefused):
    """The address cannot be used. The text says no more, so that nobody maps a network by it."""


class TypesRefused(WebhookRefused):
    pass


class TooMany(WebhookRefused):
    pass


class ChangedMeanwhile(WebhookRefused):
    pass


class NotInState(WebhookRefused):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFacts:
    """What a person says about an endpoint."""

    url: str
    event_types: Sequence[str]
    description: str = ""


@transaction.atomic
def create(*, facts: EndpointFacts, by: Actor) -> tuple[WebhookEndpoint, str]:
    """An endpoint and its secret, shown this once.

    Raises NotAllowed, AddressRefused, TypesRefused or TooMany, and NoKeys where secrets cannot be kept.
    """
    member = _manager(by)
    host = host_of(facts.url)
    rows = WebhookEndpoint.objects.visible_to(by)
    if rows.count() >= MOST_ENDPOINTS:
        raise TooMany(
            _("Your organisation has %(count)d endpoints. Delete one first.") % {"count": MOST_ENDPOINTS}
        )
    endpoint = WebhookEndpoint.objects.create(
        organisation=member.organisation,
        member=member,
        url=facts.url,
        host=host,
        description=facts.description,
        event_types=checked_types(facts.event_types, by),
    )
    plain = _add_secret(endpoint)
    record("webhook.created", by=by, about=endpoint)
    return endpoint, plain


@transaction.atomic
def change(
    *,
    endpoint: WebhookEndpoint,
    facts: EndpointFacts,
    version: int,
    by: Actor,
    state: str | None = None,
) -> WebhookEndpoint:
    """Other facts, and with `state` paused or resumed.

    Whoever changes where what is sent stands for the endpoint from then on: it is told what they may read.
    """
    member = _manager(by)
    host = host_of(facts.url)
    row = locked(endpoint)
    if row.version != version:
        raise ChangedMeanwhile(_("Somebody else has changed this endpoint since you opened it."))
    types = checked_types(facts.event_types, by)
    if (row.url, row.event_types) != (facts.url, types):
        row.url, row.host, row.event_types, row.member = facts.url, host, types, member
        _to_be_sent(row).update(host=host)
    row.description, row.version = facts.description, row.version + 1
    row.save(update_fields=["url", "host", "description", "event_types", "member", "version"])
    record("webhook.changed", by=by, about=row)
    if state is not None:
        _turn(row, state, by)
    return row


@transaction.atomic
def rotate(*, endpoint: WebhookEndpoint, by: Actor, overlap: dt.timedelta = USUAL_OVERLAP) -> str:
    """A new secret, shown this once; the others sign beside it until the overlap is over."""
    _manager(by)
    row, now = locked(endpoint), timezone.now()
    ends_at = now + min(max(overlap, dt.timedelta(0)), LONGEST_OVERLAP)
    row.secrets.filter(ends_at__isnull=True).update(ends_at=ends_at)
    row.secrets.filter(ends_at__gt=ends_at).update(ends_at=ends_at)
    # The oldest give way, so that a header of signatures does not grow without end.
    kept = row.secrets.signing(now).values_list("pk", flat=True)[: MOST_SECRETS - 1]
    row.secrets.exclude(pk__in=list(kept)).delete()
    plain = _add_secret(row)
    record("webhook.rotated", by=by, about=row, data={"hours": int((ends_at - now).total_seconds() // 3600)})
    return plain


@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, by: Actor) -> WebhookDelivery:
    """Send a message that says nothing, whatever the endpoint's state, and see in its log what came of it.

    Raises NotAllowed, or TooMany where several tests wait already.
    """
    _manager(by)
    row = locked(endpoint)
    if row.deliveries.filter(type=TEST, state=WebhookDelivery.State.WAITING).count() >= MOST_TESTS:
        raise TooMany(_("Several tests wait already. See in the log what comes of them."))
    event = record("webhook.tested", by=by, about=row)
    url = settings.PUBLIC_URL + reverse("api-webhook-endpoint-detail", args=[row.uid])
    data = {"endpoint": str(row.uid), "url": url}
    delivery = deliver_at_once(event, News(row, TEST, f"test {event.pk}", data))
    nudge(send_webhooks)
    return delivery


@transaction.atomic
def pause(*, endpoint: WebhookEndpoint, by: Actor) -> WebhookEndpoint:
    """Send nothing; what happens meanwhile is held. Twice is one pause; a stopped endpoint stays stopped."""
    _manager(by)
    row = locked(endpoint)
    _turn(row, WebhookEndpoint.State.PAUSED, by)
    return row


@transaction.atomic
def resume(*, endpoint: WebhookEndpoint, by: Actor) -> WebhookEndpoint:
    """Send again, first what was held. What was given up is sent again only when it is replayed."""
    _manager(by)
    row = locked(endpoint)
    _turn(row, WebhookEndpoint.State.ACTIVE, by)
    return row


@transaction.atomic
def delete(*, endpoint: WebhookEndpoint, by: Actor) -> None:
    """The endpoint with its log; a message that is being sent may still arrive."""
    _manager(by)
    row = locked(endpoint)
    record("webhook.deleted", by=by, about=row)
    row.delete()


@transaction.atomic
def replay(*, delivery: WebhookDelivery, by: Actor) -> WebhookDelivery:
    """Send what was given up again, with the same id. Raises NotInState for what is not given up."""
    _manager(by)
    endpoint = _running(delivery.endpoint)
    if not _replay(endpoint, endpoint.deliveries.filter(pk=delivery.pk)):
        raise NotInState(_("Only what was given up can be sent again."))
    record("webhook.replayed", by=by, about=endpoint, data={"count": 1})
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_since(*, endpoint: WebhookEndpoint, since: dt.datetime, by: Actor) -> int:
    """Send again all that happened since then and was given up; how many."""
    _manager(by)
    row = _running(endpoint)
    count = _replay(row, row.deliveries.filter(happened_at__gte=since))
    record("webhook.replayed", by=by, about=row, data={"count": count})
    return count


def host_of(url: str) -> str:
    """The host of a usable address. Plain http only where the operator opened the place."""
    try:
        target = parse_target(url, policy())
    except OutgoingRefused as error:
        raise AddressRefused(_("This address cannot be used. Give one that the internet reaches.")) from error
    if target.scheme != "https" and not policy().lists(target.address or target.host, target.port):
        raise AddressRefused(_("This address cannot be used. Give one that begins with https://."))
    return target.host[:255]


def checked_types(codes: Sequence[str], by: Actor) -> list[str]:
    """In the order of the list of types. Raises TypesRefused for none, or for one that is not for the actor.

    A key is told by webhooks of nothing that it could not read itself.
    """
    types = types_for(by.organisation.kind if by.organisation else "")
    offered = [each.code for each in types if by.may_read(each.resource)]
    if not codes or set(codes) - set(offered):
        raise TypesRefused(
            _("Choose at least one type, of those that your organisation and your key may be told of.")
        )
    return [code for code in offered if code in set(codes)]


def _manager(by: Actor) -> Member:
    if not can_manage_webhooks(by):
        raise NotAllowed(_("Editors and owners of your organisation set up webhooks."))
    return Member.objects.select_related("organisation").get(user=by.user, organisation=by.organisation)


def _add_secret(endpoint: WebhookEndpoint) -> str:
    plain = signing.new_secret()
    WebhookSecret.objects.create(endpoint=endpoint, sealed=seal(plain))
    return plain


def _turn(row: WebhookEndpoint, state: str, by: Actor) -> None:
    """Pause a locked endpoint, or let it go on; where it is so already, or stopped, it is not paused."""
    if state == WebhookEndpoint.State.PAUSED and row.state == WebhookEndpoint.State.ACTIVE:
        _move(row, WebhookEndpoint.State.PAUSED)
        row.deliveries.filter(state=WebhookDelivery.State.WAITING).update(state=WebhookDelivery.State.HELD)
        record("webhook.paused", by=by, about=row)
    if state == WebhookEndpoint.State.ACTIVE and row.state != WebhookEndpoint.State.ACTIVE:
        row.failing_since = None
        _move(row, WebhookEndpoint.State.ACTIVE)
        held = row.deliveries.filter(state=WebhookDelivery.State.HELD)
        held.update(state=WebhookDelivery.State.WAITING, next_due_at=timezone.now())
        record("webhook.resumed", by=by, about=row)
        nudge(send_webhooks)


def _move(row: WebhookEndpoint, state: WebhookEndpoint.State) -> None:
    row.state, row.stop_reason, row.version = state, "", row.version + 1
    row.save(update_fields=["state", "stop_reason", "failing_since", "version"])


def _running(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    row = locked(endpoint)
    if row.state == WebhookEndpoint.State.DISABLED:
        raise NotInState(_("This endpoint was stopped. Resume it first."))
    return row


def _replay(endpoint: WebhookEndpoint, rows: QuerySet[WebhookDelivery]) -> int:
    is_paused = endpoint.state == WebhookEndpoint.State.PAUSED
    state = WebhookDelivery.State.HELD if is_paused else WebhookDelivery.State.WAITING
    nudge(send_webhooks)
    return rows.filter(state=WebhookDelivery.State.DEAD).update(
        state=state, attempts=0, ended_at=None, next_due_at=timezone.now()
    )


def _to_be_sent(row: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    return row.deliveries.filter(
        state__in=[WebhookDelivery.State.WAITING, WebhookDelivery.State.HELD, WebhookDelivery.State.DEAD]
    )

"""How an endpoint fares: what fails for five days, or says that it is gone, is stopped; owners are told."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.models import Role, User
from cdmo_portal.events.models import WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.recording import enqueue_mail, record

STOPPED_AFTER: Final = dt.timedelta(days=5)
STOPPED: Final = "The endpoint was stopped."


def locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The endpoint's row, before any of its deliveries: everybody locks in that order."""
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organisation", "member__user").get(pk=endpoint.pk)


def note_success(endpoint: WebhookEndpoint, at: dt.datetime) -> None:
    """For a locked endpoint."""
    if endpoint.failing_since is not None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, version=F("version") + 1)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(last_delivered_at=at)


def note_failure(endpoint: WebhookEndpoint, at: dt.datetime, *, is_gone: bool) -> None:
    """For a locked endpoint. A paused one fails only by tests, and is left as it is."""
    if endpoint.state != WebhookEndpoint.State.ACTIVE:
        return
    if is_gone:
        _stop(endpoint, WebhookEndpoint.StopReason.GONE)
    elif endpoint.failing_since is None:
        endpoint.failing_since, endpoint.version = at, endpoint.version + 1
        endpoint.save(update_fields=["failing_since", "version"])
    elif at - endpoint.failing_since >= STOPPED_AFTER:
        _stop(endpoint, WebhookEndpoint.StopReason.FAILURES)


def _stop(endpoint: WebhookEndpoint, reason: WebhookEndpoint.StopReason) -> None:
    endpoint.state, endpoint.stop_reason = WebhookEndpoint.State.DISABLED, reason
    endpoint.version += 1
    endpoint.save(update_fields=["state", "stop_reason", "version"])
    waiting = [WebhookDelivery.State.WAITING, WebhookDelivery.State.HELD]
    endpoint.deliveries.filter(state__in=waiting).update(
        state=WebhookDelivery.State.DEAD, ended_at=timezone.now(), last_error=STOPPED
    )
    event = record(
        "webhook.stopped",
        by=NOBODY,
        about=endpoint,
        data={"reason": reason.value},
        organisation_id=endpoint.organisation_id,
    )
    owners = User.objects.filter(
        memberships__organisation_id=endpoint.organisation_id, memberships__role=Role.OWNER, is_active=True
    )
    for owner in owners.order_by("pk"):
        enqueue_mail(
            event=event,
            to_user=owner,
            subject=_("A webhook endpoint was stopped: %(host)s") % {"host": endpoint.host},
            body=_mail_text(endpoint),
        )


def _mail_text(endpoint: WebhookEndpoint) -> str:
    return _(
        "Webhooks are no longer sent to %(url)s.\n\nWhy: %(reason)s.\n\n"
        "What could not be delivered is kept for 30 days. When the address works again, resume the endpoint"
        " and replay it:\n%(page)s\n"
    ) % {
        "url": endpoint.url,
        "reason": endpoint.get_stop_reason_display(),
        "page": settings.PUBLIC_URL + endpoint.get_absolute_url(),
    }

"""Webhook endpoints of the actor's organisation: setting them up, and seeing what came of what was sent."""

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.accounts.sealing import NoKeys
from cdmo_portal.events.actions import webhooks
from cdmo_portal.events.models import WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.sending import body_of
from cdmo_portal.events.webhook_actors import can_manage_webhooks, can_read_payload
from cdmo_portal.events.webhook_types import TYPES
from cdmo_portal.people.webhook_forms import EndpointForm, ReplayForm, RotationForm

PER_PAGE = 25
NO_KEYS = "Secrets cannot be stored here: the operator has set no encryption keys."


@require_GET
def webhook_list(request: ActorRequest) -> HttpResponse:
    if request.actor.organisation is None:
        return redirect("accounts:organisation_choose")
    waiting = Q(deliveries__state=WebhookDelivery.State.WAITING)
    dead = Q(deliveries__state=WebhookDelivery.State.DEAD)
    rows = WebhookEndpoint.objects.visible_to(request.actor).select_related("member__user")
    counted = rows.annotate(
        waiting=Count("deliveries", filter=waiting), dead=Count("deliveries", filter=dead)
    )
    context = {"endpoints": counted.order_by("pk"), "can_manage": can_manage_webhooks(request.actor)}
    return render(request, "accounts/webhook_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_create(request: ActorRequest) -> HttpResponse:
    organisation = request.actor.organisation
    if organisation is None:
        return redirect("accounts:organisation_choose")
    _require_manager(request)
    form = EndpointForm(posted(request), kind=organisation.kind)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = webhooks.create(facts=form.facts(), by=request.actor)
        except (webhooks.WebhookRefused, NoKeys) as refusal:
            form.add_error(None, _reason(refusal))
        else:
            return _secret_page(request, endpoint, secret)
    return _form_page(request, form, None)


@require_GET
def webhook_detail(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    endpoint = _own(request, uid)
    state = request.GET.get("state", "")
    rows = endpoint.deliveries.prefetch_related("tries").order_by("-pk")
    if state in WebhookDelivery.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "endpoint": endpoint,
        "types": [TYPES[code] for code in endpoint.event_types if code in TYPES],
        "page_obj": page,
        "shown": _with_payloads(request, endpoint, page.object_list),
        "states": WebhookDelivery.State.choices,
        "state": state,
        "old_secrets": endpoint.secrets.filter(ends_at__gt=timezone.now()).order_by("-ends_at"),
        "dead": endpoint.deliveries.filter(state=WebhookDelivery.State.DEAD).count(),
        "replay": ReplayForm(),
        "can_manage": can_manage_webhooks(request.actor),
    }
    return render(request, "accounts/webhook_detail.html", context)


def _with_payloads(
    request: ActorRequest, endpoint: WebhookEndpoint, rows: Iterable[WebhookDelivery]
) -> list[tuple[WebhookDelivery, str]]:
    """The deliveries of a page with their bodies, for whoever may read those."""
    is_shown = can_read_payload(request.actor, endpoint)
    return [(row, body_of(row).decode() if is_shown else "") for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_update(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    endpoint = _own(request, uid)
    _require_manager(request)
    form = EndpointForm(posted(request), kind=endpoint.organisation.kind, endpoint=endpoint)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            webhooks.change(endpoint=endpoint, facts=form.facts(), version=version, by=request.actor)
        except webhooks.WebhookRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("The endpoint was changed."))
            return _to_detail(endpoint)
    return _form_page(request, form, endpoint, status)


@require_POST
def webhook_turn(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """Pause, or with `resume` in the form go on."""
    endpoint = _own(request, uid)
    _require_manager(request)
    if "resume" in request.POST:
        webhooks.resume(endpoint=endpoint, by=request.actor)
        messages.success(request, _("Webhooks are sent again, first what was held."))
    else:
        webhooks.pause(endpoint=endpoint, by=request.actor)
        messages.success(request, _("Nothing is sent now. What happens meanwhile is held."))
    return _to_detail(endpoint)


@require_POST
def webhook_test(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    endpoint = _own(request, uid)
    _require_manager(request)
    try:
        webhooks.send_test(endpoint=endpoint, by=request.actor)
    except webhooks.TooMany as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A test is sent within seconds. Reload this page to see what came."))
    return _to_detail(endpoint)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_rotate(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    endpoint = _own(request, uid)
    _require_manager(request)
    form = RotationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            secret = webhooks.rotate(endpoint=endpoint, overlap=form.overlap(), by=request.actor)
        except NoKeys as refusal:
            form.add_error(None, _reason(refusal))
        else:
            return _secret_page(request, endpoint, secret)
    context = {"endpoint": endpoint, "form": form}
    return render(request, "accounts/webhook_rotate.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_delete(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    endpoint = _own(request, uid)
    _require_manager(request)
    if request.method != "POST":
        context = {"endpoint": endpoint, "count": endpoint.deliveries.count()}
        return render(request, "accounts/webhook_delete.html", context)
    webhooks.delete(endpoint=endpoint, by=request.actor)
    messages.success(request, _("The endpoint was deleted. Nothing is sent to it any more."))
    return redirect("accounts:webhook_list")


@require_POST
def webhook_replay(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """Send again what was given up: with `delivery` that one, else all of the chosen days."""
    endpoint = _own(request, uid)
    _require_manager(request)
    form = ReplayForm(request.POST)
    try:
        if "delivery" in request.POST:
            webhooks.replay(delivery=_delivery(endpoint, request.POST["delivery"]), by=request.actor)
            count = 1
        elif form.is_valid():
            count = webhooks.replay_since(endpoint=endpoint, since=form.since(), by=request.actor)
        else:
            raise Http404
    except webhooks.WebhookRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)d webhook is sent again.", "%(count)d webhooks are sent again.", count)
        messages.success(request, said % {"count": count})
    return _to_detail(endpoint)


def _own(request: ActorRequest, uid: uuid.UUID) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("organisation", "member__user"), uid=uid)


def _delivery(endpoint: WebhookEndpoint, text: str) -> WebhookDelivery:
    try:
        uid = uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(endpoint.deliveries.select_related("endpoint"), uid=uid)


def _require_manager(request: ActorRequest) -> None:
    if not can_manage_webhooks(request.actor):
        raise PermissionDenied(_("Viewers may read what is set up. Ask an owner of your organisation."))


def _reason(refusal: Exception) -> str:
    return _(NO_KEYS) if isinstance(refusal, NoKeys) else str(refusal)


def _secret_page(request: ActorRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    return render(request, "accounts/webhook_secret.html", {"endpoint": endpoint, "secret": secret})


def _form_page(
    request: ActorRequest, form: EndpointForm, endpoint: WebhookEndpoint | None, status: int = 422
) -> HttpResponse:
    context = {"form": form, "endpoint": endpoint}
    return render(request, "accounts/webhook_update.html", context, status=status if form.is_bound else 200)


def _to_detail(endpoint: WebhookEndpoint) -> HttpResponseRedirect:
    return redirect("accounts:webhook_detail", endpoint.uid)

"""The review: every statement that ages on a line of its own, confirmed by one key or button, and undone."""

import json
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import reviewing
from partners.actions.editing import ChangedMeanwhile
from partners.models import Confirmation, Partner, ReminderStop, Site
from partners.permissions import can_edit_partner
from partners.review_items import Item, review_items
from partners.views.own import editable_site

PAGE: Final = "partners/review.html"
MOST_SHOWN: Final = 40
MOST_UNDONE: Final = 20
MOST_LINES: Final = 10_000


@require_safe
def review(request: ActorRequest) -> HttpResponse:
    """What is due, or with `show=all` everything that ages, what stops counting first at the top."""
    partner = _own_partner(request)
    if partner is None:
        return redirect("partners:own_profile")
    sites = list(partner.sites.order_by("name", "pk"))
    chosen = next((site for site in sites if site.slug == request.GET.get("site")), None)
    today, shows_all = timezone.localdate(), request.GET.get("show") == "all"
    items = review_items([chosen] if chosen else sites, today)
    waiting = [item for item in items if item.confirmed_on != today or not item.can_confirm]
    due = [item for item in waiting if item.is_due(today)]
    listed = waiting if shows_all else due
    start = _start(request.GET.get("from", ""), len(listed))
    shown = listed[start : start + MOST_SHOWN]
    context = {
        "partner": partner,
        "sites": sites,
        "chosen": chosen,
        "shows_all": shows_all,
        "items": shown,
        "left": len(listed),
        "start": start,
        "end": start + len(shown),
        "due_count": len(due),
        "next_item": next((item for item in waiting if item not in due), None),
        "undoable": _undoable(request, items),
        "can_edit": can_edit_partner(request.actor, partner),
        "gets_reminders": not ReminderStop.objects.visible_to(request.actor).exists(),
        "today": today,
    }
    return render(request, PAGE, context)


@require_POST
def review_confirm(request: ActorRequest, slug: str, kind: str, uid: UUID) -> HttpResponse:
    """Still true. With htmx the line itself is answered, else the whole review comes again."""
    site = editable_site(request, slug)
    if kind not in Confirmation.Kind:
        raise Http404
    asked = Confirmation.Kind(kind)
    try:
        confirmation = reviewing.confirm(
            site=site, kind=asked, uid=uid, seen=request.POST.get("seen", ""), by=request.actor
        )
    except ChangedMeanwhile as error:
        return _stale(request, site, f"{asked}-{uid}", str(error))
    item = _item(site, f"{asked}-{uid}")
    words = _("“%(what)s” is still true.") % {"what": item.what if item else asked.label}
    if not request.htmx:
        messages.success(request, words)
        return redirect(_address(request, site))
    answer = _row(request, item, confirmation=confirmation)
    toast = {"text": words, "undo": f"undo-{confirmation.uid}"}
    answer.headers["HX-Trigger-After-Settle"] = json.dumps({"toast": toast})
    return answer


@require_POST
def review_undo(request: ActorRequest, uid: UUID) -> HttpResponse:
    """It is as old again as before."""
    rows = Confirmation.objects.visible_to(request.actor).select_related("site__partner")
    confirmation = get_object_or_404(rows, uid=uid)
    if not can_edit_partner(request.actor, confirmation.site.partner):
        raise PermissionDenied
    key = f"{confirmation.kind}-{confirmation.subject_uid}"
    try:
        reviewing.undo(confirmation=confirmation, by=request.actor)
    except ChangedMeanwhile as error:
        return _stale(request, confirmation.site, key, str(error))
    if request.htmx:
        return _row(request, _item(confirmation.site, key))
    messages.success(request, _("Undone: the statement is as old again as it was."))
    return redirect(_address(request, confirmation.site))


def _own_partner(request: ActorRequest) -> Partner | None:
    """To everybody but a CDMO this page does not exist."""
    if not request.actor.is_cdmo:
        raise Http404
    return Partner.objects.owned_by(request.actor).first()


def _start(given: str, count: int = MOST_LINES) -> int:
    """How many lines somebody has left behind, if as many are there."""
    start = int(given) if given.isdecimal() and len(given) <= 4 else 0
    return start if start < count else 0


def _item(site: Site, key: str) -> Item | None:
    items = review_items([site], timezone.localdate())
    return next((item for item in items if item.key == key), None)


def _undoable(request: ActorRequest, items: list[Item]) -> list[tuple[Item, Confirmation]]:
    """What was confirmed today and still stands so, the latest first."""
    by_key = {item.key: item for item in items}
    rows = Confirmation.objects.visible_to(request.actor).standing().select_related("by")
    found = [
        (by_key.get(f"{row.kind}-{row.subject_uid}"), row)
        for row in rows.filter(at__date=timezone.localdate())[: 5 * MOST_UNDONE]
    ]
    standing = [(item, row) for item, row in found if item is not None and item.mark == row.after]
    return standing[:MOST_UNDONE]


def _stale(request: ActorRequest, site: Site, key: str, words: str) -> HttpResponse:
    """Nothing was written; the line as it stands now says so."""
    if request.htmx:
        return _row(request, _item(site, key), problem=words, status=409)
    messages.error(request, words)
    return redirect(_address(request, site))


def _row(
    request: ActorRequest,
    item: Item | None,
    *,
    confirmation: Confirmation | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "item": item,
        "confirmation": confirmation,
        "problem": problem,
        "can_edit": True,
        "today": timezone.localdate(),
    }
    return render(request, f"{PAGE}#row", context, status=status)


def _address(request: ActorRequest, site: Site) -> str:
    """The review as it was narrowed when the form was sent."""
    asked = {"show": "all"} if request.POST.get("show") == "all" else {}
    if request.POST.get("site") == site.slug:
        asked["site"] = site.slug
    if start := _start(request.POST.get("from", "")):
        asked["from"] = str(start)
    query = urlencode(asked)
    return f"{reverse('partners:review')}?{query}" if query else reverse("partners:review")

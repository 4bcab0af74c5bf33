"""The organisation's API keys: made, rotated and revoked on one page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import Actor, ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.accounts.models import APIKey
from cdmo_portal.accounts.scopes import READ, RESOURCES, WRITE
from cdmo_portal.people import keys
from cdmo_portal.people.forms import KeyForm, RotationForm
from cdmo_portal.people.permissions import can_manage_keys, can_revoke, is_own
from cdmo_portal.people.refusals import PeopleActionRefused

PAGE = "accounts/key_list.html"
SOON: Final = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key with what the reader of the page may do with it."""

    row: APIKey
    reach: str
    writes: Sequence[str]
    reads: Sequence[str]
    follower: APIKey | None
    is_ending: bool
    can_rotate: bool
    can_revoke: bool


@never_cache
def key_list(request: ActorRequest) -> HttpResponse:
    """The organisation's API keys. A new key is shown once, on the answer to its form."""
    if request.actor.organisation is None:
        return redirect("accounts:organisation_choose")
    form = KeyForm(posted(request))
    if request.method == "POST":
        if not can_manage_keys(request.actor):
            raise PermissionDenied
        if form.is_valid():
            key, plain = keys.make(by=request.actor, **form.cleaned())
            return _page(request, KeyForm(), fresh=key, plain=plain)
    return _page(request, form)


@never_cache
@require_POST
def key_rotate(request: ActorRequest, uid: str) -> HttpResponse:
    """Make the key that follows this one, and show it once."""
    key, form = _key(request, uid), RotationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose when the old key ends."))
        return redirect("accounts:key_list")
    try:
        fresh, plain = keys.rotate(by=request.actor, key=key, overlap=form.overlap)
    except PeopleActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:key_list")
    return _page(request, KeyForm(), fresh=fresh, plain=plain)


@require_POST
def key_revoke(request: ActorRequest, uid: str) -> HttpResponse:
    key = _key(request, uid)
    try:
        keys.revoke(by=request.actor, key=key)
        messages.success(request, _("Key %(name)s is revoked.") % {"name": key.name})
    except PeopleActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:key_list")


def _key(request: ActorRequest, uid: str) -> APIKey:
    rows = APIKey.objects.filter(organisation_id=request.actor.organisation_id or 0).select_related("member")
    return get_object_or_404(rows, uid=uid)


def _page(
    request: ActorRequest, form: KeyForm, *, fresh: APIKey | None = None, plain: str = ""
) -> HttpResponse:
    now = timezone.now()
    rows = APIKey.objects.filter(organisation_id=request.actor.organisation_id or 0)
    rows = rows.select_related("member__user", "replaces", "replaced_by")
    shown = [_shown(key, request.actor, now) for key in rows.working(now)]
    overlap = RotationForm().fields["overlap_s"]
    context: dict[str, Any] = {
        "form": form,
        "fresh": fresh,
        "plain": plain,
        "keys": shown,
        "ended": rows.ended(now),
        "overlaps": overlap.choices,  # type: ignore[attr-defined]
        "usual_overlap": overlap.initial,
        "can_make": can_manage_keys(request.actor),
        "can_change": any(each.can_rotate or each.can_revoke for each in shown),
        "now": now,
    }
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _shown(key: APIKey, actor: Actor, now: dt.datetime) -> ShownKey:
    follower = getattr(key, "replaced_by", None)
    return ShownKey(
        row=key,
        reach=_reach(key),
        writes=_resources(key, WRITE),
        reads=_resources(key, READ),
        follower=follower,
        is_ending=key.expires_at is not None and key.expires_at - now < SOON,
        can_rotate=follower is None and can_manage_keys(actor) and is_own(actor, key),
        can_revoke=can_revoke(actor, key),
    )


def _reach(key: APIKey) -> str:
    """What it may in a few words; empty where its resources are listed."""
    if WRITE in key.scopes:
        return _("read and write everything")
    return _("read everything") if READ in key.scopes else ""


def _resources(key: APIKey, verb: str) -> list[str]:
    return [str(label) for resource, label in RESOURCES.items() if f"{resource}:{verb}" in key.scopes]

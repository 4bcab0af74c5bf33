"""A sponsor asks a partner of its shortlist whether it is interested, and takes the question back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import interests
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.interests import InterestRefused, TeaserChanged
from matching.interest_teasers import mark_of
from matching.models import Brief, ShortlistEntry
from matching.permissions import can_ask_interest
from matching.views.briefs import find_brief
from matching.views.shortlists import find_entry


@require_http_methods(["GET", "HEAD", "POST"])
def interest_ask(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    """What the partner would be told, exactly as it reads it; a POST asks."""
    brief = find_brief(request, uid)
    entry = find_entry(brief, entry_uid)
    if not can_ask_interest(request.actor, brief):
        raise PermissionDenied
    if request.method != "POST":
        if brief.interests.live().filter(partner=entry.partner).exists():
            return redirect("matching:shortlist_card", uid=uid, entry_uid=entry_uid)
        return _page(request, brief, entry)
    try:
        interests.ask(by=request.actor, entry=entry, shown=request.POST.get("shown", ""))
    except TeaserChanged as refusal:
        return _page(request, find_brief(request, uid), entry, str(refusal), status=409)
    except BriefActionRefused as refusal:
        return _page(request, brief, entry, str(refusal), status=422)
    messages.success(
        request, _("%(name)s is asked. The answer will stand here.") % {"name": entry.partner.name}
    )
    return redirect("matching:shortlist_card", uid=uid, entry_uid=entry_uid)


def _page(
    request: ActorRequest, brief: Brief, entry: ShortlistEntry, refusal: str = "", *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"brief": brief, "entry": entry, "refusal": refusal}
    try:
        context["teaser"] = interests.askable(brief, entry)
        context["shown"] = mark_of(context["teaser"])
    except InterestRefused as refused:
        context["refusal"] = str(refused)
    return render(request, "matching/interest_ask.html", context, status=status)


@require_POST
def interest_withdraw(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    entry = find_entry(brief, entry_uid)
    asked = brief.interests.live().filter(partner=entry.partner).first()
    if asked is None:
        messages.info(request, _("Nothing is asked of %(name)s.") % {"name": entry.partner.name})
        return redirect("matching:shortlist_card", uid=uid, entry_uid=entry_uid)
    try:
        interests.withdraw(by=request.actor, interest=asked)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    text = _("The question to %(name)s is withdrawn. You may ask again.")
    messages.success(request, text % {"name": entry.partner.name})
    return redirect("matching:shortlist_card", uid=uid, entry_uid=entry_uid)

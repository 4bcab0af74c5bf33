"""A sponsor's brief: read, confirm, close, copy, put away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import brief_shelf, briefs, match_runs
from matching.actions.briefs import BriefActionRefused
from matching.models import Brief, Requirement
from matching.permissions import can_edit_brief, can_own_brief, can_reopen_brief, can_write_briefs
from matching.views.requirement_lines import requirement_groups


def visible_briefs(request: ActorRequest) -> QuerySet[Brief]:
    rows = Brief.objects.visible_to(request.actor)
    rows = rows.select_related("organisation", "stage", "modality", "dosage_form", "watch__seen_run")
    return rows.defer("watch__seen_run__result", "watch__seen_run__asked")


def find_brief(request: ActorRequest, uid: UUID) -> Brief:
    """The brief, or 404 when it is not of the actor's organisation."""
    return get_object_or_404(visible_briefs(request), uid=uid)


def page_of_brief(request: ActorRequest, brief: Brief, here: str) -> dict[str, Any]:
    """What the header of every page of a brief needs; `here` is the tab that stands open."""
    return {
        "brief": brief,
        "here": here,
        "comment_count": brief.comments.filter(removed_at__isnull=True).count(),
        "can_edit": can_edit_brief(request.actor, brief),
    }


def brief_detail(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The brief as read, with its requirements by step."""
    brief = find_brief(request, uid)
    context = page_of_brief(request, brief, "brief") | {
        "groups": requirement_groups(brief),
        "latest_run": brief.match_runs.defer("result", "asked").first(),
        "can_reopen": can_reopen_brief(request.actor, brief),
        "can_own": can_own_brief(request.actor, brief),
        "can_write": can_write_briefs(request.actor),
        "kinds": Requirement.Kind.choices,
    }
    return render(request, "matching/brief_detail.html", context)


@require_POST
def brief_open(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Confirm the draft and match it at once."""
    brief = find_brief(request, uid)
    try:
        match_runs.open_and_run(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(brief)
    return redirect("matching:match_list", uid=uid)


@require_POST
def brief_close(request: ActorRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, briefs.close, _("The brief is closed now."))


@require_POST
def brief_reopen(request: ActorRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, briefs.reopen, _("The brief is open now."))


@require_POST
def brief_archive(request: ActorRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, brief_shelf.archive, _("The brief is archived now."))


@require_POST
def brief_restore(request: ActorRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, brief_shelf.restore, _("The brief is back in the list."))


@require_POST
def brief_duplicate(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    try:
        copy = brief_shelf.duplicate(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(brief)
    messages.success(request, _("This is the copy, a draft of its own."))
    return redirect(copy)


@require_POST
def brief_delete(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Delete a draft; the list then offers to take that back."""
    brief = find_brief(request, uid)
    try:
        brief_shelf.delete_draft(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(brief)
    return redirect(f"{reverse('matching:brief_list')}?deleted={uid}")


@require_POST
def brief_undelete(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = get_object_or_404(Brief.objects.deleted_for(request.actor), uid=uid)
    try:
        brief_shelf.undelete(by=request.actor, brief=brief)
        messages.success(request, _("“%(title)s” is back.") % {"title": brief.title})
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:brief_list")


def _act(request: ActorRequest, uid: UUID, act: Callable[..., Brief], done: str) -> HttpResponse:
    brief = find_brief(request, uid)
    try:
        act(by=request.actor, brief=brief)
        messages.success(request, done)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(brief)

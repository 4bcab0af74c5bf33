"""A sponsor's briefs: list, read, confirm, close."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import briefs, match_runs
from matching.actions.briefs import BriefActionRefused
from matching.models import Brief, Requirement
from matching.permissions import can_edit_brief, can_reopen_brief, can_write_briefs
from matching.views.requirement_lines import requirement_groups
from matching.watching import told_of

PER_PAGE = 25


def visible_briefs(request: ActorRequest) -> QuerySet[Brief]:
    rows = Brief.objects.visible_to(request.actor)
    rows = rows.select_related("organisation", "stage", "modality", "dosage_form", "watch__seen_run")
    return rows.defer("watch__seen_run__result", "watch__seen_run__asked")


def find_brief(request: ActorRequest, uid: UUID) -> Brief:
    """The brief, or 404 when it is not of the actor's organisation."""
    return get_object_or_404(visible_briefs(request), uid=uid)


def brief_list(request: ActorRequest) -> HttpResponse:
    rows = visible_briefs(request).order_by("-created_at", "pk")
    rows = rows.annotate(
        requirement_count=Count("requirements", distinct=True),
        shortlist_count=Count("shortlist", distinct=True),
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(brief, told_of(brief)) for brief in page],
        "can_write": can_write_briefs(request.actor),
    }
    return render(request, "matching/brief_list.html", context)


def brief_detail(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The brief as read, with its requirements by step."""
    brief = find_brief(request, uid)
    context = {
        "brief": brief,
        "groups": requirement_groups(brief),
        "latest_run": brief.match_runs.defer("result", "asked").first(),
        "can_edit": can_edit_brief(request.actor, brief),
        "can_reopen": can_reopen_brief(request.actor, brief),
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
    return _act(request, uid, "close")


@require_POST
def brief_reopen(request: ActorRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, "reopen")


def _act(request: ActorRequest, uid: UUID, name: str) -> HttpResponse:
    brief = find_brief(request, uid)
    act = {"close": briefs.close, "reopen": briefs.reopen}[name]
    try:
        act(by=request.actor, brief=brief)
        messages.success(
            request, _("The brief is %(state)s now.") % {"state": brief.get_state_display().lower()}
        )
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(brief)

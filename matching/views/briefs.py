"""A sponsor's briefs: list, write, confirm, close."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import briefs, match_runs
from matching.actions.briefs import BriefActionRefused, BriefChangedMeanwhile
from matching.forms.briefs import FIRST_WEEKS, BriefForm, preset_weights
from matching.models import Brief, Requirement
from matching.permissions import can_edit_brief, can_reopen_brief, can_write_briefs
from matching.views.requirement_lines import requirement_lines
from matching.watching import told_of
from partners.forms.terms import term_fields_of

PER_PAGE = 25
FIRST_VALUES = {
    **FIRST_WEEKS,
    "preset": Brief.Preset.EARLY,
    "weigh_by": "preset",
}


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
        shortlist_count=Count("shortlist", distinct=True, filter=Q(shortlist__removed_at=None)),
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(brief, told_of(brief)) for brief in page],
        "can_write": can_write_briefs(request.actor),
    }
    return render(request, "matching/brief_list.html", context)


def brief_create(request: ActorRequest) -> HttpResponse:
    form = BriefForm(posted(request), initial=FIRST_VALUES)
    if request.method == "POST" and form.is_valid():
        try:
            brief = briefs.create(by=request.actor, fields=form.brief_fields, steps=form.step_kinds)
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Draft saved. Now add what the site must and must not have."))
            return redirect(brief)
    return _form_page(request, form, {})


def brief_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    form = BriefForm(posted(request), initial=BriefForm.initial_of(brief))
    if request.method == "POST" and form.is_valid():
        try:
            briefs.update(
                by=request.actor,
                brief=brief,
                version=form.cleaned_data["version"] or 0,
                fields=form.brief_fields,
                steps=form.step_kinds,
            )
        except BriefChangedMeanwhile as refusal:
            return _conflict_page(request, form, brief, str(refusal))
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Brief saved."))
            return redirect(brief)
    return _form_page(request, form, {"brief": brief})


def _form_page(request: ActorRequest, form: BriefForm, context: dict[str, Any]) -> HttpResponse:
    page = context | {"form": form, "presets": preset_weights(), "term_fields": term_fields_of(form)}
    return render(request, "matching/brief_form.html", page, status=422 if form.is_bound else 200)


def _conflict_page(request: ActorRequest, form: BriefForm, brief: Brief, refusal: str) -> HttpResponse:
    """Both values of every field that differs; sending the form again takes what stands in it."""
    stored = BriefForm.initial_of(brief)
    theirs = BriefForm(initial=stored)
    differing = [
        {"label": field.label, "yours": field.value(), "theirs": theirs[field.name].value()}
        for field in form
        if field.name != "version" and str(field.value() or "") != str(theirs[field.name].value() or "")
    ]
    sent = request.POST.copy()
    sent["version"] = str(brief.version)
    form.data = sent
    context = {
        "form": form,
        "brief": brief,
        "differing": differing,
        "refusal": refusal,
        "presets": preset_weights(),
        "term_fields": term_fields_of(form),
    }
    return render(request, "matching/brief_form.html", context, status=409)


def brief_detail(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The brief as read, with its requirements by step."""
    brief = find_brief(request, uid)
    lines = requirement_lines(brief.requirements.select_related("term", "measure", "step"))
    groups = [
        (step.get_kind_display(), [line for line in lines if line.row.step_id == step.pk])
        for step in brief.steps.all()
    ]
    context = {
        "brief": brief,
        "groups": [*groups, (_("Whole project"), [line for line in lines if line.row.step_id is None])],
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

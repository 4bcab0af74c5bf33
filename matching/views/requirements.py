"""Adding, changing and removing one line of a brief."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import briefs
from matching.actions.briefs import BriefActionRefused
from matching.forms.requirements import FORMS, RequirementForm
from matching.models import Brief, Requirement
from matching.views.briefs import find_brief
from partners.forms.terms import term_fields_of


def requirement_create(request: ActorRequest, uid: UUID, kind: str) -> HttpResponse:
    brief = find_brief(request, uid)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](posted(request), brief=brief, initial=_first_strength(kind))
    if request.method == "POST" and form.is_valid():
        try:
            briefs.add_requirement(by=request.actor, brief=brief, requirement=form.requirement())
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Requirement added."))
            return redirect(brief)
    return _page(request, brief, form)


def requirement_update(request: ActorRequest, uid: UUID, requirement_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    row = _find(brief, requirement_uid)
    form = FORMS[row.kind](posted(request), brief=brief, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            briefs.change_requirement(by=request.actor, requirement=form.requirement())
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Requirement changed."))
            return redirect(brief)
    return _page(request, brief, form)


@require_POST
def requirement_delete(request: ActorRequest, uid: UUID, requirement_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    try:
        briefs.remove_requirement(by=request.actor, requirement=_find(brief, requirement_uid))
        messages.success(request, _("Requirement removed."))
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(brief)


def _find(brief: Brief, uid: UUID) -> Requirement:
    rows = brief.requirements.select_related("term", "measure", "step", "brief")
    return get_object_or_404(rows, uid=uid)


def _first_strength(kind: str) -> dict[str, str]:
    is_hazard = kind == Requirement.Kind.HAZARD
    return {"strength": Requirement.Strength.MUST_NOT if is_hazard else Requirement.Strength.MUST}


def _page(request: ActorRequest, brief: Brief, form: RequirementForm) -> HttpResponse:
    context = {"brief": brief, "form": form, "kind": form.kind, "term_fields": term_fields_of(form)}
    return render(request, "matching/requirement_form.html", context, status=422 if form.is_bound else 200)

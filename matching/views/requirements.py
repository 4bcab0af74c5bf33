"""Adding, changing and removing one line of a brief."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import requirements
from matching.actions.briefs import BriefActionRefused
from matching.actions.requirements import RequirementChangedMeanwhile, RequirementGone
from matching.forms.requirements import FORMS, RequirementForm
from matching.models import Brief, Requirement
from matching.views.briefs import find_brief
from matching.views.requirement_lines import requirement_lines
from partners.forms.editing import differences, version_in
from partners.forms.terms import term_fields_of

PAGE = "matching/requirement_form.html"


def requirement_create(request: ActorRequest, uid: UUID, kind: str) -> HttpResponse:
    brief = find_brief(request, uid)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](posted(request), brief=brief, initial=_first_strength(kind))
    if request.method == "POST" and form.is_valid():
        try:
            requirements.add_requirement(by=request.actor, brief=brief, requirement=form.requirement())
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Requirement added."))
            return redirect(_back(brief))
    return _page(request, brief, form)


def requirement_update(request: ActorRequest, uid: UUID, requirement_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    row = _find(brief, requirement_uid)
    if row is None:
        return _gone(request, brief, requirement_uid)
    form = FORMS[row.kind](posted(request), brief=brief, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            requirements.change_requirement(
                by=request.actor, requirement=form.requirement(), version=form.version_number
            )
        except RequirementChangedMeanwhile:
            return _stale(request, brief, form, requirement_uid)
        except RequirementGone:
            return _gone(request, brief, requirement_uid)
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Requirement changed."))
            return redirect(_back(brief))
    return _page(request, brief, form)


@require_POST
def requirement_delete(request: ActorRequest, uid: UUID, requirement_uid: UUID) -> HttpResponse:
    """Remove the requirement that the person saw; one that reads otherwise by now is shown first."""
    brief = find_brief(request, uid)
    row = _find(brief, requirement_uid)
    if row is None:
        messages.info(request, _("Somebody else has removed this requirement already."))
        return redirect(_back(brief))
    try:
        requirements.remove_requirement(by=request.actor, requirement=row, version=version_in(request.POST))
    except (RequirementChangedMeanwhile, RequirementGone):
        [line] = requirement_lines([row])
        context = {"brief": brief, "line": line, "back_url": _back(brief)}
        return render(request, "matching/requirement_changed.html", context, status=409)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Requirement removed."))
    return redirect(_back(brief))


def _find(brief: Brief, uid: UUID) -> Requirement | None:
    rows = brief.requirements.select_related("term", "measure", "step", "brief")
    return rows.filter(uid=uid).first()


def _stale(request: ActorRequest, brief: Brief, form: RequirementForm, uid: UUID) -> HttpResponse:
    """The form again, with both values beside each other; sent once more it takes what stands in it."""
    row = _find(brief, uid)
    if row is None:
        return _gone(request, brief, uid)
    stored = FORMS[row.kind](brief=brief, row=row)
    form.take_version(str(row.version))
    context = {
        "is_stale": True,
        "differences": differences(form, stored),
        "again_url": reverse("matching:requirement_update", args=[brief.uid, row.uid]),
    }
    return _page(request, brief, form, context, status=409)


def _gone(request: ActorRequest, brief: Brief, uid: UUID) -> HttpResponse:
    """What somebody typed into a requirement that was removed meanwhile can be added as a new one.

    404 where nothing was sent, and for what was never one of this brief.
    """
    change = brief.changes.filter(kind="requirement", subject=str(uid), after__isnull=True).first()
    if request.method != "POST" or change is None:
        raise Http404
    kind = str(change.stood_before["kind"]) if isinstance(change.stood_before, dict) else ""
    form = FORMS[kind](request.POST, brief=brief)
    context = {
        "is_gone": True,
        "action_url": reverse("matching:requirement_create", args=[brief.uid, kind]),
    }
    return _page(request, brief, form, context, status=409)


def _first_strength(kind: str) -> dict[str, str]:
    is_hazard = kind == Requirement.Kind.HAZARD
    return {"strength": Requirement.Strength.MUST_NOT if is_hazard else Requirement.Strength.MUST}


def _back(brief: Brief) -> str:
    """A draft is written section by section; an open brief is read as a whole."""
    if brief.state == Brief.State.DRAFT:
        return reverse("matching:brief_section", args=[brief.uid, "requirements"])
    return brief.get_absolute_url()


def _page(
    request: ActorRequest,
    brief: Brief,
    form: RequirementForm,
    context: dict[str, Any] | None = None,
    *,
    status: int = 0,
) -> HttpResponse:
    page = {
        "brief": brief,
        "form": form,
        "kind": form.kind,
        "term_fields": term_fields_of(form),
        "back_url": _back(brief),
        **(context or {}),
    }
    return render(request, PAGE, page, status=status or (422 if form.is_bound else 200))

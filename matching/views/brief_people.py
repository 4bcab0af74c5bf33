"""The people of a brief: who is named on it, with which role, and whom it is for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.accounts.models import Member, Role
from matching.actions import brief_people
from matching.actions.briefs import BriefActionRefused
from matching.forms.brief_people import AccessForm, ColleagueForm, RoleForm
from matching.models import Brief
from matching.permissions import can_own_brief
from matching.views.briefs import find_brief, page_of_brief


def people(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Everybody who can see the brief reads who works on it; its owners add to it."""
    brief = find_brief(request, uid)
    form = ColleagueForm(posted(request), members=_members(brief).exclude(pk__in=_named(brief)))
    if request.method == "POST" and form.is_valid():
        try:
            brief_people.name_colleague(by=request.actor, brief=brief, **form.cleaned_data)
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            name = form.cleaned_data["member"].user
            messages.success(request, _("%(person)s works on this brief now.") % {"person": name})
            return redirect("matching:brief_people", uid)
    return _page(request, brief, form)


@require_POST
def colleague_update(request: ActorRequest, uid: UUID, member_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    member = get_object_or_404(_members(brief), uid=member_uid)
    form = RoleForm(request.POST)
    try:
        if request.POST.get("remove"):
            brief_people.remove_colleague(by=request.actor, brief=brief, member=member)
            messages.success(request, _("%(person)s is off the brief.") % {"person": member.user})
        elif form.is_valid():
            role = form.cleaned_data["role"]
            brief_people.change_colleague(by=request.actor, brief=brief, member=member, role=role)
            messages.success(request, _("Role of %(person)s changed.") % {"person": member.user})
        else:
            messages.error(request, _("Choose one of the roles."))
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return _back(request, brief)


@require_POST
def access_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    form = AccessForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose who can see this brief."))
        return redirect("matching:brief_people", uid)
    try:
        brief_people.set_access(by=request.actor, brief=brief, **form.cleaned_data)
        messages.success(request, _("Access changed."))
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return _back(request, brief)


def _back(request: ActorRequest, brief: Brief) -> HttpResponse:
    """An owner who took themselves off a brief of named colleagues does not see it any more."""
    is_still_there = Brief.objects.visible_to(request.actor).filter(pk=brief.pk).exists()
    return redirect("matching:brief_people", brief.uid) if is_still_there else redirect("matching:brief_list")


def _members(brief: Brief) -> Any:
    rows = Member.objects.filter(organisation_id=brief.organisation_id, user__is_active=True)
    return rows.select_related("user").order_by("user__full_name", "user__email")


def _named(brief: Brief) -> Any:
    return brief.colleagues.values("member_id")


def _page(request: ActorRequest, brief: Brief, form: ColleagueForm) -> HttpResponse:
    named = list(brief.colleagues.select_related("member__user", "added_by"))
    named_ids = {row.member_id for row in named}
    context = page_of_brief(request, brief, "people") | {
        "form": form,
        "named": named,
        "owners": [each for each in _members(brief).filter(role=Role.OWNER) if each.pk not in named_ids],
        "can_own": can_own_brief(request.actor, brief),
        "roles": Role.choices,
        "access_form": AccessForm(initial={"access": brief.access}),
    }
    return render(request, "matching/brief_people.html", context, status=422 if form.is_bound else 200)

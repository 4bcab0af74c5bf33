"""A person's organisations: choosing, joining, applying, and its members."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.accounts.kept_forms import discard, kept_in
from cdmo_portal.accounts.middleware import ACTIVE_ORGANISATION
from cdmo_portal.accounts.models import Invitation, Member
from cdmo_portal.people import joining, organisations
from cdmo_portal.people.forms import ApplicationForm, InvitationForm, RoleForm
from cdmo_portal.people.permissions import can_manage_members
from cdmo_portal.people.refusals import InvitationNotUsable, PeopleActionRefused

LEAVE = "accounts/organisation_leave.html"


def choose(request: ActorRequest) -> HttpResponse:
    """Where a person sees which organisations they act for, may join or wait for."""
    user = request.actor.user
    if user is None:
        return redirect("account_login")
    if request.method == "POST":
        mine = {str(row.organisation.uid): row for row in user.memberships.select_related("organisation")}
        member = mine.get(request.POST.get("organisation", ""))
        if member is None:
            raise Http404
        request.session[ACTIVE_ORGANISATION] = member.organisation_id
        return redirect("home")
    context = {
        "memberships": user.memberships.select_related("organisation").order_by("organisation__name"),
        "invitations": joining.open_invitations(user),
        "joinable": joining.joinable_organisations(user),
    }
    return render(request, "accounts/organisation_choose.html", context)


@require_POST
def kept_form_discard(request: ActorRequest) -> HttpResponse:
    """Put away what was typed before the session ended, and go back to its page."""
    kept = kept_in(request)
    discard(request)
    return redirect(kept.page if kept else "home")


@require_POST
def join(request: ActorRequest) -> HttpResponse:
    """Join by a verified domain, or accept an invitation shown on the choosing page."""
    user = request.actor.user
    wanted = request.POST.get("organisation", "")
    if user is None:
        return redirect("account_login")
    try:
        for invitation in joining.open_invitations(user):
            if str(invitation.organisation.uid) == wanted:
                return _joined(request, joining.accept(by=request.actor, invitation=invitation))
        for organisation in joining.joinable_organisations(user):
            if str(organisation.uid) == wanted:
                return _joined(request, joining.join_by_domain(by=request.actor, organisation=organisation))
    except PeopleActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:organisation_choose")


def _joined(request: ActorRequest, member: Member) -> HttpResponse:
    request.session[ACTIVE_ORGANISATION] = member.organisation_id
    messages.success(request, _("You are a member of %(name)s now.") % {"name": member.organisation.name})
    return redirect("home")


@never_cache
@login_not_required
def invitation_accept(request: ActorRequest, token: str) -> HttpResponse:
    """The page behind a mailed link. A visitor is told to sign in or sign up with the invited address."""
    try:
        invitation = joining.find_invitation(token)
    except InvitationNotUsable as refusal:
        return render(request, "accounts/invitation_accept.html", {"refusal": str(refusal)}, status=410)
    if request.method == "POST" and request.actor.is_signed_in:
        try:
            return _joined(request, joining.accept(by=request.actor, invitation=invitation))
        except PeopleActionRefused as refusal:
            messages.error(request, str(refusal))
    return render(request, "accounts/invitation_accept.html", {"invitation": invitation})


def application_create(request: ActorRequest) -> HttpResponse:
    form = ApplicationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            organisations.apply(by=request.actor, **form.cleaned_data)
        except PeopleActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Your application waits for an operator. You get a mail when it is decided.")
            )
            return redirect("accounts:organisation_choose")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/application_create.html", {"form": form}, status=status)


def member_list(request: ActorRequest) -> HttpResponse:
    """Members and invitations of the actor's organisation; owners may invite."""
    organisation = request.actor.organisation
    if organisation is None:
        return redirect("accounts:organisation_choose")
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            joining.invite(by=request.actor, organisation=organisation, **form.cleaned_data)
        except PeopleActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Invitation sent to %(email)s.") % {"email": form.cleaned_data["email"]}
            )
            return redirect("accounts:member_list")
    context = {
        "form": form,
        "members": organisation.members.select_related("user").order_by("user__email"),
        "invitations": Invitation.objects.waiting().filter(organisation=organisation),
        "now": timezone.now(),
        "can_manage": can_manage_members(request.actor),
        "role_choices": form.fields["role"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "accounts/member_list.html", context, status=422 if form.is_bound else 200)


@require_POST
def member_update(request: ActorRequest, uid: str) -> HttpResponse:
    member = _member(request, uid)
    form = RoleForm(request.POST)
    try:
        if request.POST.get("remove"):
            joining.remove(by=request.actor, member=member)
            messages.success(request, _("%(member)s is no longer a member.") % {"member": member.user})
        elif form.is_valid():
            joining.change_role(by=request.actor, member=member, role=form.cleaned_data["role"])
            messages.success(request, _("Role of %(member)s changed.") % {"member": member.user})
        else:
            messages.error(request, _("Choose one of the roles."))
    except PeopleActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:member_list")


def leave(request: ActorRequest) -> HttpResponse:
    """Leave the organisation that one acts for, after a page that says what it means."""
    organisation = request.actor.organisation
    if organisation is None:
        return redirect("accounts:organisation_choose")
    member = get_object_or_404(Member, organisation=organisation, user=request.actor.user)
    context = {
        "is_last_owner": joining.is_last_owner(member),
        "keys": member.api_keys.filter(revoked_at=None),
    }
    if request.method != "POST":
        return render(request, LEAVE, context)
    try:
        joining.remove(by=request.actor, member=member)
    except PeopleActionRefused as refusal:
        return render(request, LEAVE, {**context, "refusal": str(refusal)}, status=409)
    request.session.pop(ACTIVE_ORGANISATION, None)
    messages.success(request, _("You have left %(name)s.") % {"name": organisation.name})
    return redirect("accounts:organisation_choose")


@require_POST
def invitation_update(request: ActorRequest, uid: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    rows = Invitation.objects.filter(organisation_id=request.actor.organisation_id or 0)
    invitation = get_object_or_404(rows.select_related("organisation"), uid=uid)
    if not can_manage_members(request.actor):
        raise PermissionDenied
    named = {"email": invitation.email}
    try:
        if request.POST.get("withdraw"):
            joining.withdraw(by=request.actor, invitation=invitation)
            messages.success(request, _("The invitation of %(email)s was withdrawn.") % named)
        else:
            joining.resend(by=request.actor, invitation=invitation)
            messages.success(
                request, _("A new invitation was sent to %(email)s; the old link works no more.") % named
            )
    except PeopleActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:member_list")


def _member(request: ActorRequest, uid: str) -> Member:
    rows = Member.objects.filter(organisation_id=request.actor.organisation_id or 0).select_related("user")
    return get_object_or_404(rows, uid=uid)

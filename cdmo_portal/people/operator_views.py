"""What an operator does with organisations."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.accounts.models import Organisation, Role
from cdmo_portal.people import joining, organisations
from cdmo_portal.people.forms import OrganisationForm
from cdmo_portal.people.permissions import can_run_service
from cdmo_portal.people.refusals import PeopleActionRefused

PER_PAGE = 50


def organisation_list(request: ActorRequest) -> HttpResponse:
    """All organisations, waiting ones first, and a form for a new one."""
    _operators_only(request)
    form = OrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid() and _created(request, form):
        return redirect("accounts:organisation_list")
    rows = Organisation.objects.order_by("-state", "name", "pk")
    if request.GET.get("state") in Organisation.State.values:
        rows = rows.filter(state=request.GET["state"])
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": Organisation.objects.filter(state=Organisation.State.PENDING).count(),
    }
    return render(request, "accounts/organisation_list.html", context, status=422 if form.is_bound else 200)


def _created(request: ActorRequest, form: OrganisationForm) -> bool:
    values = dict(form.cleaned_data)
    owner = values.pop("owner_email")
    try:
        organisation = organisations.create(by=request.actor, **values)
        if owner:
            joining.invite(by=request.actor, organisation=organisation, email=owner, role=Role.OWNER)
    except PeopleActionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(name)s was created.") % {"name": organisation.name})
    return True


def organisation_detail(request: ActorRequest, uid: str) -> HttpResponse:
    """One organisation with its members and domains; approve or suspend it."""
    _operators_only(request)
    organisation = get_object_or_404(Organisation, uid=uid)
    if request.method == "POST":
        act = organisations.suspend if request.POST.get("suspend") else organisations.approve
        try:
            act(by=request.actor, organisation=organisation)
            messages.success(request, _("Done: %(name)s.") % {"name": organisation.name})
        except PeopleActionRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("accounts:organisation_detail", uid=uid)
    context = {
        "organisation": organisation,
        "members": organisation.members.select_related("user"),
        "domains": organisation.domains.all(),
    }
    return render(request, "accounts/organisation_detail.html", context)


def _operators_only(request: ActorRequest) -> None:
    """To everybody else these pages do not exist."""
    if not can_run_service(request.actor):
        raise Http404

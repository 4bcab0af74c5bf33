"""Errors that people report on profiles, and what the keepers of the profiles make of them."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import error_reports
from partners.actions.editing import NotAllowed
from partners.actions.error_reports import AlreadyDecided, TooManyReports
from partners.forms.error_reports import DecisionForm, ReportForm
from partners.models import ErrorReport, Partner, Site
from partners.permissions import can_decide_report, can_edit_site
from partners.views.own import page, posted

PER_PAGE: Final = 50
FORM: Final = "partners/report_form.html"
DECIDE: Final = "partners/report_decide.html"


def site_report(request: ActorRequest, slug: str) -> HttpResponse:
    return _report(request, get_object_or_404(Site.objects.select_related("partner"), slug=slug))


def partner_report(request: ActorRequest, slug: str) -> HttpResponse:
    return _report(request, get_object_or_404(Partner, slug=slug))


@require_safe
def report_list(request: ActorRequest) -> HttpResponse:
    """Reports about the actor's own profile, or for operators about all; new ones first."""
    _keepers_only(request)
    rows = ErrorReport.objects.visible_to(request.actor).select_related(
        "site__partner", "partner", "organisation", "decided_by"
    )
    decided = rows.exclude(state=ErrorReport.State.NEW).order_by("-decided_at", "-pk")
    waiting = rows.filter(state=ErrorReport.State.NEW).order_by("made_at", "pk")
    context = {
        "waiting": Paginator(waiting, PER_PAGE).get_page(1),
        "page_obj": Paginator(decided, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "partners/report_list.html", context)


def report_decide(request: ActorRequest, uid: UUID) -> HttpResponse:
    """One report, and the two buttons of whoever keeps the profile."""
    rows = ErrorReport.objects.visible_to(request.actor).select_related(
        "site__partner", "partner", "organisation", "reporter", "decided_by"
    )
    report = get_object_or_404(rows, uid=uid)
    form = DecisionForm(posted(request))
    context: dict[str, Any] = {"report": report, "can_decide": can_decide_report(request.actor, report)}
    if not form.is_bound or not form.is_valid():
        return page(request, DECIDE, form, context)
    try:
        return _decided(request, report, form)
    except NotAllowed as error:
        raise PermissionDenied from error
    except AlreadyDecided as error:
        context = {"report": rows.get(pk=report.pk), "refusal": str(error)}
        return render(request, DECIDE, context, status=409)


def _report(request: ActorRequest, about: Site | Partner) -> HttpResponse:
    form = ReportForm(posted(request), about=about, part=request.GET.get("part", ""))
    context = {"about": about}
    if not form.is_bound or not form.is_valid():
        return page(request, FORM, form, context)
    try:
        error_reports.report(about=about, facts=form.report_facts(), by=request.actor)
    except TooManyReports as error:
        form.add_error(None, str(error))
        return render(request, FORM, {"form": form, **context}, status=429)
    messages.success(request, _("Thank you. Whoever keeps this profile was told; you hear by mail."))
    return redirect(about)


def _decided(request: ActorRequest, report: ErrorReport, form: DecisionForm) -> HttpResponse:
    if form.cleaned_data["decision"] == "decline":
        reason = form.cleaned_data["reason"]
        error_reports.decline(report=report, reason=reason, by=request.actor)
        messages.success(request, _("The report was declined, and the reporter was told why."))
        return redirect("partners:report_list")
    error_reports.accept(report=report, by=request.actor)
    messages.success(request, _("The report was accepted, and the reporter was told. Now correct it here."))
    return redirect(_where_to_correct(request, report))


def _where_to_correct(request: ActorRequest, report: ErrorReport) -> str:
    """The page on which whoever accepted edits it; operators edit no profile."""
    if report.site is not None and can_edit_site(request.actor, report.site):
        return reverse("partners:own_site", args=[report.site.slug])
    return reverse("partners:own_profile") if request.actor.is_cdmo else report.subject.get_absolute_url()


def _keepers_only(request: ActorRequest) -> None:
    """To everybody else this page does not exist."""
    if not (request.actor.is_operator or request.actor.is_cdmo):
        raise Http404

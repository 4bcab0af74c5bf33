"""Sites and partners side by side. Everything that the page depends on stands in its address."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Kind, as_download
from partners.comparing.comparison import Comparison, compared
from partners.comparing.exporting import About, export_of
from partners.comparing.options import Asked, asked_for, ids_in
from partners.comparing.page import Wanted, notices, page_of, shown_groups
from partners.comparing.picks import picked
from partners.tray import tray_of

FEWEST = 2


@require_safe
def compare(request: ActorRequest) -> HttpResponseBase:
    here = reverse("partners:compare")
    if to_tray := tray_address(request, here):
        return redirect(to_tray)
    asked = asked_for(ids_in(request.GET.getlist("ids")))
    if len(asked.options) < FEWEST:
        return too_few(request, "partners/compare.html", asked, {})
    comparison = compared(asked.options, actor=request.actor, today=timezone.localdate())
    if request.GET.get("format") == Kind.XLSX:
        return download(request, comparison)
    return render(request, "partners/compare.html", comparison_context(request, asked, comparison))


def tray_address(request: ActorRequest, here: str) -> str:
    """Where somebody goes who names no ids: to what their tray holds, if anything."""
    if "ids" in request.GET:
        return ""
    ids = [each.id for each in picked(tray_of(request).picks)]
    return f"{here}{Wanted(tuple(ids)).address(to='')}" if ids else ""


def too_few(request: ActorRequest, template: str, asked: Asked, context: dict[str, Any]) -> HttpResponse:
    """Nothing to compare yet: says how to choose."""
    return render(request, template, context | {"notices": notices(asked), "chosen": asked.options})


def comparison_context(request: ActorRequest, asked: Asked, comparison: Comparison) -> dict[str, Any]:
    wanted = Wanted.of(request.GET, comparison.options)
    return {"page": page_of(comparison, wanted), "notices": notices(asked), "chosen": asked.options}


def download(request: ActorRequest, comparison: Comparison, more: About = ()) -> HttpResponseBase:
    """The rows that the address asks for, all of them: a workbook has room."""
    wanted = Wanted.of(request.GET, comparison.options)
    groups = shown_groups(comparison.groups, wanted)
    address = request.build_absolute_uri(request.path + wanted.address(to=""))
    export = export_of(comparison, groups, actor=request.actor, address=address, more=more)
    return as_download(export, Kind.XLSX, on=comparison.facts.today)

"""Who reads more of the own profile, after an agreement, and who reads less."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import readers
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.forms.readers import AgreementForm, ExclusionForm, LastDayForm
from partners.models import Exclusion, ReaderAgreement
from partners.permissions import can_keep_readers
from partners.readers import listed

PAGE: Final = "partners/reader_list.html"
KEPT: Final[dict[str, type[ReaderAgreement | Exclusion]]] = {
    "agreements": ReaderAgreement,
    "exclusions": Exclusion,
}


def reader_list(request: ActorRequest) -> HttpResponse:
    """Agreements and exclusions; a POST adds one, of whichever form was sent."""
    if not request.actor.is_cdmo:
        raise Http404
    if request.method != "POST":
        return _page(request)
    if not can_keep_readers(request.actor):
        raise PermissionDenied
    return _exclude(request) if request.POST.get("form") == "exclusion" else _agree(request)


@require_POST
def agreement_end(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Another last day, or none."""
    row = get_object_or_404(ReaderAgreement.objects.visible_to(request.actor).present(), uid=uid)
    _require_keeper(request)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(each) for each in form.errors["ends_on"]))
        return redirect("partners:reader_list")
    try:
        readers.end_agreement(agreement=row, ends_on=form.last_day, by=request.actor)
    except (ValueError, ChangedMeanwhile) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The last day of “%(name)s” was saved.") % {"name": row})
    return redirect("partners:reader_list")


@require_POST
def reader_remove(request: ActorRequest, kind: str, uid: UUID) -> HttpResponse:
    row = _own_or_404(request, kind, uid)
    try:
        readers.remove(row=row, by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” was removed. You can put it back below.") % {"name": row})
    return redirect("partners:reader_list")


@require_POST
def reader_restore(request: ActorRequest, kind: str, uid: UUID) -> HttpResponse:
    """Undo: removed rows are kept for some days."""
    row = _own_or_404(request, kind, uid)
    try:
        readers.restore(row=row, by=request.actor)
    except (ChangedMeanwhile, AlreadyThere) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” holds again.") % {"name": row})
    return redirect("partners:reader_list")


def _agree(request: ActorRequest) -> HttpResponse:
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _page(request, agreement_form=form)
    try:
        row = readers.state_agreement(facts=form.agreement_facts(), by=request.actor)
    except readers.TooMany as error:
        form.add_error("domain", str(error))
        return _page(request, agreement_form=form)
    messages.success(request, _("“%(name)s” was added.") % {"name": row})
    return redirect("partners:reader_list")


def _exclude(request: ActorRequest) -> HttpResponse:
    form = ExclusionForm(request.POST)
    if not form.is_valid():
        return _page(request, exclusion_form=form)
    try:
        row = readers.exclude(by=request.actor, **form.cleaned_data)
    except (readers.TooMany, AlreadyThere) as error:
        form.add_error("domain", str(error))
        return _page(request, exclusion_form=form)
    messages.success(request, _("%(name)s is excluded.") % {"name": row})
    return redirect("partners:reader_list")


def _page(
    request: ActorRequest,
    *,
    agreement_form: AgreementForm | None = None,
    exclusion_form: ExclusionForm | None = None,
) -> HttpResponse:
    refused: forms.Form | None = agreement_form or exclusion_form
    context: dict[str, Any] = {
        "form": refused,
        "agreement_form": agreement_form or AgreementForm(),
        "exclusion_form": exclusion_form or ExclusionForm(),
        "can_edit": can_keep_readers(request.actor),
        "readers": listed(request.actor, timezone.now()),
    }
    return render(request, PAGE, context, status=422 if refused else 200)


def _own_or_404(request: ActorRequest, kind: str, uid: UUID) -> ReaderAgreement | Exclusion:
    if kind not in KEPT:
        raise Http404
    rows: Any = KEPT[kind]._default_manager
    found: ReaderAgreement | Exclusion = get_object_or_404(rows.visible_to(request.actor), uid=uid)
    _require_keeper(request)
    return found


def _require_keeper(request: ActorRequest) -> None:
    if not can_keep_readers(request.actor):
        raise PermissionDenied

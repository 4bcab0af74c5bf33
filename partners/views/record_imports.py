"""The import of a sponsor's list, step by step: file, sheet, columns, dry run, done."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.spreadsheets import Kind, as_download
from partners.actions import record_imports
from partners.actions.record_imports import ChangedSinceDryRun, ImportRefused, rows_of
from partners.forms.record_imports import MappingForm, SheetForm, UploadForm
from partners.import_pages import SHOWN, planned_rows, refused_export, template_export
from partners.models import ImportMapping, RecordImport
from partners.record_planning import UNLINKED, signature
from partners.views.own import page
from partners.views.records import writer_only

PER_PAGE: Final = 50


def import_or_404(request: ActorRequest, uid: object) -> RecordImport:
    writer_only(request)
    return get_object_or_404(RecordImport.objects.visible_to(request.actor), uid=uid)


def under_way(request: ActorRequest, uid: object) -> RecordImport:
    imported = import_or_404(request, uid)
    if imported.applied_at is not None:
        raise Http404
    return imported


# A report of an error would carry what was uploaded.
@sensitive_post_parameters()
@sensitive_variables()
def import_create(request: ActorRequest) -> HttpResponse:
    writer_only(request)
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    open_ones = RecordImport.objects.visible_to(request.actor).filter(applied_at__isnull=True)
    context = {"imports": open_ones.defer("sheets", "plan")}
    if not form.is_bound or not form.is_valid():
        return page(request, "partners/import_upload.html", form, context)
    try:
        imported = record_imports.upload(
            file_name=str(form.cleaned_data["file"].name), sheets=form.sheets, by=request.actor
        )
    except ImportRefused as error:
        form.add_error("file", str(error))
        return page(request, "partners/import_upload.html", form, context)
    return redirect(imported)


def import_sheet(request: ActorRequest, uid: str) -> HttpResponse:
    imported = under_way(request, uid)
    form = SheetForm(posted(request), sheets=imported.sheets)
    context = {"imported": imported, "refused": [each for each in imported.sheets if each["refused"]]}
    if not form.is_bound or not form.is_valid():
        return page(request, "partners/import_sheet.html", form, context)
    try:
        record_imports.choose_sheet(imported=imported, sheet=form.cleaned_data["sheet"], by=request.actor)
    except ImportRefused as error:
        return _over(request, error)
    return redirect("partners:import_columns", uid)


def import_columns(request: ActorRequest, uid: str) -> HttpResponse:
    imported = under_way(request, uid)
    if imported.sheet is None:
        return redirect(imported)
    rows = rows_of(imported)
    form = MappingForm(
        posted(request),
        rows=rows,
        mapping=imported.mapping,
        remembered=ImportMapping.objects.visible_to(request.actor).first(),
    )
    context = {"imported": imported, "sheet": imported.sheets[imported.sheet]["name"]}
    if not form.is_bound or not form.is_valid():
        return page(request, "partners/import_columns.html", form, context)
    try:
        record_imports.map_columns(
            imported=imported,
            columns=form.columns,
            statuses=form.statuses,
            date_order=form.cleaned_data["date_order"],
            by=request.actor,
        )
    except ImportRefused as error:
        return _over(request, error)
    return redirect("partners:import_check", uid)


def _over(request: ActorRequest, error: ImportRefused) -> HttpResponse:
    """In another window, or by a second click, the import was applied or thrown away meanwhile."""
    messages.error(request, str(error))
    return redirect("partners:record_list")


def import_check(request: ActorRequest, uid: str) -> HttpResponse:
    """The dry run, and once it was confirmed, what became of it. Choices and confirmation come here."""
    imported = import_or_404(request, uid)
    if not imported.mapping:
        return redirect(imported)
    if request.method != "POST" or imported.applied_at is not None:
        return _check_page(request, imported)
    made = _chosen(request, imported)
    try:
        imported = _step(request, imported, made)
    except ChangedSinceDryRun as error:
        messages.warning(request, str(error))
        imported = record_imports.try_again(imported=imported, by=request.actor)
        return _check_page(request, imported, status=409)
    except ImportRefused as error:
        return _over(request, error)
    return redirect(request.get_full_path() if made else imported.get_absolute_url())


def _step(request: ActorRequest, imported: RecordImport, made: dict[str, str]) -> RecordImport:
    if made:
        imported = record_imports.choose(imported=imported, choices=made, by=request.actor)
        messages.info(request, _("Worked out again with what you chose."))
    elif request.POST.get("do") == "apply":
        shown = request.POST.get("shown", "")
        imported = record_imports.apply(imported=imported, shown=shown, by=request.actor)
        messages.success(request, _("The good rows are in your list now."))
    return imported


def _chosen(request: ActorRequest, imported: RecordImport) -> dict[str, str]:
    """Choices that differ from those that the dry run was made with."""
    sent = {
        name.removeprefix("choice-"): value
        for name, value in request.POST.items()
        if name.startswith("choice-") and isinstance(value, str)
    }
    offered = {
        str(each["row"]): {UNLINKED, "", *(option["key"] for option in each["offered"])}
        for each in imported.plan
    }
    return {
        number: key
        for number, key in sent.items()
        if key in offered.get(number, ()) and key != imported.choices.get(number, "")
    }


def _check_page(request: ActorRequest, imported: RecordImport, *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else ""
    rows = [each for each in imported.plan if SHOWN[show].keeps(each)]
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "imported": imported,
        "counts": imported.counts,
        "good": imported.counts["new"] + imported.counts["changed"],
        "rows": planned_rows(list(page_obj), imported),
        "page_obj": page_obj,
        "tabs": [
            (key, shown.label, sum(map(shown.keeps, imported.plan)), key == show)
            for key, shown in SHOWN.items()
        ],
        "shown": signature(imported.plan, imported.base),
        "unlinked": UNLINKED,
    }
    return render(request, "partners/import_check.html", context, status=status)


@require_safe
def import_refused(request: ActorRequest, uid: str, kind: str) -> HttpResponseBase:
    imported = import_or_404(request, uid)
    if kind not in list(Kind):
        raise Http404
    export = refused_export(imported, actor=request.actor, now=timezone.now())
    return as_download(export, Kind(kind), on=timezone.localdate())


@require_POST
def import_discard(request: ActorRequest, uid: str) -> HttpResponse:
    imported = import_or_404(request, uid)
    try:
        record_imports.discard(imported=imported, by=request.actor)
    except ImportRefused as error:
        return _over(request, error)
    messages.success(request, _("The upload was thrown away. Your list is as it was."))
    return redirect("partners:record_list")


@require_safe
def import_template(request: ActorRequest) -> HttpResponseBase:
    """An empty list with the headings that are understood without mapping."""
    writer_only(request)
    return as_download(template_export(), Kind.XLSX, on=timezone.localdate())

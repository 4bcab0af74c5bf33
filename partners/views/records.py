"""Our CDMOs: the list of what a sponsor knows, its export, and one record. Nobody else finds these pages."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.spreadsheets import Kind, as_download
from partners.actions import private_records
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.forms.editing import VersionedForm
from partners.forms.private_records import RecordForm, version_of
from partners.forms.record_filters import LABELS, SORTS, RecordFilter
from partners.models import Partner, PrivateFact, PrivateRecord, Site
from partners.permissions import can_read_records, can_write_records
from partners.record_exports import MOST, records_export
from partners.record_pages import fact_views, history, record_view, unlinked, with_parts
from partners.record_words import Words
from partners.views.own import page, stale_page

PER_PAGE: Final = 50
MOST_OFFERED: Final = 500
RECORD_FORM: Final = "partners/record_form.html"


def reader_only(request: ActorRequest) -> None:
    """To CDMOs and operators these pages do not exist."""
    if not can_read_records(request.actor):
        raise Http404


def writer_only(request: ActorRequest) -> None:
    reader_only(request)
    if not can_write_records(request.actor):
        raise PermissionDenied(_("Your role may read what your organisation knows, not write it."))


def record_or_404(request: ActorRequest, uid: object) -> PrivateRecord:
    reader_only(request)
    return get_object_or_404(with_parts(PrivateRecord.objects.visible_to(request.actor)), uid=uid)


def present_record(request: ActorRequest, uid: object) -> PrivateRecord:
    """One that can be changed: a removed record has to be put back first."""
    record = record_or_404(request, uid)
    writer_only(request)
    if record.is_removed:
        raise Http404
    return record


def writable_record(request: ActorRequest, uid: object) -> PrivateRecord:
    """Also a removed one, for what was typed before it was removed."""
    record = record_or_404(request, uid)
    writer_only(request)
    if record.is_removed and request.method != "POST":
        raise Http404
    return record


def removed_page(
    request: ActorRequest, template: str, form: VersionedForm, context: dict[str, Any]
) -> HttpResponse:
    """What was typed of something that is removed by now: it stays in the form until that is put back."""
    form.add_error(None, _("This was removed meanwhile, so nothing was saved. Put it back, then save again."))
    answer = page(request, template, form, context)
    answer.status_code = 409
    return answer


def conflict_page(
    request: ActorRequest,
    template: str,
    typed: VersionedForm,
    stored: VersionedForm,
    context: dict[str, Any],
) -> HttpResponse:
    """Somebody else saved meanwhile: both values, and what was typed still in the form."""
    answer = stale_page(request, template, typed, stored, context)
    answer.status_code = 409
    return answer


@require_safe
@vary_on_headers("HX-Request")
def record_list(request: ActorRequest) -> HttpResponse:
    """All of its state stands in the address; htmx swaps the results alone."""
    reader_only(request)
    filters = RecordFilter(request.GET, actor=request.actor, today=timezone.localdate())
    errors = filters.errors
    context = {"errors": errors, "heading": _("Nothing was searched")} if errors else _found(filters, request)
    is_swap = bool(request.htmx) and not request.htmx.history_restore_request
    context |= {
        "is_swap": is_swap,
        "asked": {name: request.GET.get(name, "") for name in ("q", "sort", "show")},
        "query": request.GET.urlencode(),
        "sorts": SORTS.items(),
        "can_write": can_write_records(request.actor),
    }
    status = 200 if not errors else 422 if is_swap else 400
    template = "partners/record_list.html#swap" if is_swap else "partners/record_list.html"
    response = render(request, template, context, status=status)
    if is_swap:
        response["HX-Push-Url"] = list_address(request.GET)
    return response


def _found(filters: RecordFilter, request: ActorRequest) -> dict[str, Any]:
    page_obj = Paginator(with_parts(filters.rows), PER_PAGE).get_page(request.GET.get("page"))
    total = page_obj.paginator.count
    removed = filters.own.filter(removed_at__isnull=False).count()
    return {
        "heading": ngettext("%(total)s record", "%(total)s records", total) % {"total": f"{total:,}"},
        "page_obj": page_obj,
        "rows": [record_view(each, filters.today) for each in page_obj],
        "facets": filters.facets(),
        "chips": [
            (label, list_address(request.GET, name, value))
            for name, value, label in _chosen(filters, request.GET)
        ],
        "is_empty": not total and not filters.chosen and not request.GET.get("q"),
        "is_of_removed": filters.is_of_removed,
        "removed_count": removed,
    }


def _chosen(filters: RecordFilter, asked: QueryDict) -> list[tuple[str, str, str]]:
    labels = {name: dict(getattr(filters.form.fields[name], "choices", ())) for name in LABELS}
    text = str(filters.form.cleaned_data["q"])
    found = [("q", asked.get("q", ""), f"“{text}”")] if text else []
    return found + [
        (name, value, f"{LABELS[name]}: {labels[name][value]}")
        for name, values in filters.chosen.items()
        for value in values
    ]


def list_address(asked: QueryDict, name: str = "", value: str = "") -> str:
    """The list with the same question, less one value; then from its first page."""
    left = QueryDict(mutable=True)
    for key, values in asked.lists():
        kept = [each for each in values if each and (key, each) != (name, value)]
        if kept and not (name and key == "page"):
            left.setlist(key, kept)
    path = reverse("partners:record_list")
    return f"{path}?{left.urlencode()}" if left else path


@require_safe
def record_export(request: ActorRequest, kind: str) -> HttpResponseBase:
    """The current view of the list, with sheets of agreements and facts, and who took it when."""
    reader_only(request)
    if kind not in list(Kind):
        raise Http404
    filters = RecordFilter(request.GET, actor=request.actor, today=timezone.localdate())
    if filters.errors:
        raise Http404
    records = list(with_parts(filters.rows)[:MOST])
    facts = PrivateFact.objects.visible_to(request.actor).present().filter(record__in=records)
    chosen = [_("Removed records")] if filters.is_of_removed else []
    chosen += [label for _name, _value, label in _chosen(filters, request.GET)]
    export = records_export(
        records,
        facts.select_related("record", "term", "measure").order_by("record__name", "pk"),
        total=filters.rows.count(),
        actor=request.actor,
        filters="; ".join(chosen),
        now=timezone.now(),
    )
    return as_download(export, Kind(kind), on=timezone.localdate())


@require_safe
def record_detail(request: ActorRequest, uid: str) -> HttpResponse:
    record = record_or_404(request, uid)
    today = timezone.localdate()
    entries = history(record)
    removed = request.GET.get("removed", "")
    context = {
        "view": record_view(record, today),
        "record": record,
        "facts": fact_views(record, request.actor, today, Words(())),
        "history": entries,
        "just_removed": next((each for each in entries if each.undo and str(each.undo.uid) == removed), None),
        "can_write": can_write_records(request.actor) and not record.is_removed,
        "can_restore": can_write_records(request.actor) and record.is_removed,
        "version": version_of(record),
        "today": today,
    }
    return render(request, "partners/record_detail.html", context)


def record_create(request: ActorRequest) -> HttpResponse:
    """About `?site=` or `?partner=`, or about a company that the portal does not know."""
    writer_only(request)
    subject = _subject(request.GET)
    own = PrivateRecord.objects.visible_to(request.actor).present()
    there = own.filter(**private_records.link_to(subject)).first() if subject else None
    if there is not None and request.method != "POST":
        return redirect(there)
    context = {
        "subject": subject,
        "there": there,
        "is_of_site": isinstance(subject, Site),
        "unlinked": unlinked(request.actor)[:MOST_OFFERED] if subject else [],
    }
    return _record_page(request, None, subject, context)


def record_update(request: ActorRequest, uid: str) -> HttpResponse:
    record = writable_record(request, uid)
    context = {"record": record, "subject": record.subject, "is_of_site": record.site_id is not None}
    return _record_page(request, record, record.subject, context)


@require_POST
def record_link(request: ActorRequest) -> HttpResponse:
    """One of the organisation's own records is the site or partner of `?site=` or `?partner=`."""
    writer_only(request)
    subject = _subject(request.GET)
    uid = request.POST.get("record", "")
    record = next((each for each in unlinked(request.actor) if str(each.uid) == uid), None)
    if subject is None or record is None:
        raise Http404
    try:
        private_records.link_record(record=record, subject=subject, by=request.actor)
    except AlreadyThere as error:
        messages.error(request, str(error))
        return redirect(subject)
    messages.success(request, _("“%(name)s” is linked to this profile now.") % {"name": record.name})
    return redirect(subject)


@require_POST
def record_remove(request: ActorRequest, uid: str) -> HttpResponse:
    record = present_record(request, uid)
    try:
        private_records.remove(row=record, version=request.POST.get("version", ""), by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, _("%(why)s Look at it again before you remove it.") % {"why": error})
    return redirect(record)


@require_POST
def record_restore(request: ActorRequest, uid: str) -> HttpResponse:
    record = record_or_404(request, uid)
    writer_only(request)
    try:
        private_records.restore(row=record, by=request.actor)
        messages.success(request, _("“%(name)s” is in your list again.") % {"name": record.name})
    except AlreadyThere as error:
        messages.error(request, str(error))
    return redirect(record)


def _subject(asked: QueryDict) -> Partner | Site | None:
    """What a record is to be about; 404 for a profile that is not there."""
    if slug := asked.get("site"):
        return get_object_or_404(Site, slug=slug)
    if slug := asked.get("partner"):
        return get_object_or_404(Partner, slug=slug)
    return None


def _record_page(
    request: ActorRequest,
    record: PrivateRecord | None,
    subject: Partner | Site | None,
    context: dict[str, Any],
) -> HttpResponse:
    organisation = request.actor.organisation
    assert organisation is not None  # noqa: S101 - writer_only let a sponsor through, who has one
    form = RecordForm(posted(request), organisation=organisation, record=record, subject=subject)
    if not form.is_bound or not form.is_valid():
        return page(request, RECORD_FORM, form, context)
    if record is not None and record.is_removed:
        return removed_page(request, RECORD_FORM, form, context)
    try:
        saved = private_records.save_record(
            facts=form.record_facts(),
            by=request.actor,
            record=record,
            subject=subject,
            version=form.seen_version,
        )
    except ChangedMeanwhile:
        now = PrivateRecord.objects.select_related("owner").get(pk=record.pk if record else 0)
        stored = RecordForm(organisation=organisation, record=now)
        return conflict_page(request, RECORD_FORM, form, stored, context)
    except AlreadyThere as error:
        form.add_error(None, str(error))
        return page(request, RECORD_FORM, form, context)
    messages.success(request, _("“%(name)s” was saved.") % {"name": saved.name})
    return redirect(saved)

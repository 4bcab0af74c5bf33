"""Documents kept as evidence: a site's own list, what backs one statement, the download for whoever may."""

from typing import Any, Final
from uuid import UUID

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import stored_files
from partners.actions.editing import ChangedMeanwhile, NotAllowed
from partners.actions.stored_files import Backed, NoRoom
from partners.forms.stored_files import AttachForm, AudienceForm, FileForm
from partners.models import Audience, Capability, Certificate, Origin, Site, StoredFile
from partners.permissions import can_edit_site, can_keep_files, is_own_partner
from partners.views.own import editable_site, own_site_or_404, page, posted

LIST: Final = "partners/file_list.html"
ATTACH: Final = "partners/file_attach.html"
OTHERS: Final = "partners/file_others.html"
BACKED: Final[dict[str, type[Backed]]] = {"certificates": Certificate, "capabilities": Capability}

log = structlog.stdlib.get_logger(__name__)


@require_safe
# Whatever a file turns out to be, no browser runs any of it as ours.
@csp_override({"default-src": ["'none'"], "sandbox": [""]})
def file_download(request: ActorRequest, uid: UUID) -> HttpResponseBase:
    """The file, for saving. To everybody who may not read it, it does not exist."""
    row = get_object_or_404(StoredFile.objects.readable_by(request.actor), uid=uid)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        log.exception("stored file has no bytes", file=row.pk)
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@sensitive_variables()
def file_list(request: ActorRequest, slug: str) -> HttpResponse:
    """All documents of a site with what each backs; a POST keeps one more."""
    site = own_site_or_404(request, slug)
    can_edit = can_edit_site(request.actor, site)
    form = FileForm(posted(request), request.FILES if request.method == "POST" else None)
    rows = StoredFile.objects.visible_to(request.actor).filter(site=site).select_related("uploaded_by")
    context: dict[str, Any] = {
        "site": site,
        "can_edit": can_edit,
        "audiences": Audience.choices,
        "files": rows.present().prefetch_related("certificates__term", "capabilities__term"),
        "removed": rows.filter(removed_at__isnull=False),
    }
    if not form.is_bound:
        return page(request, LIST, form, context)
    if not can_edit:
        raise PermissionDenied
    if not form.is_valid():
        return page(request, LIST, form, context)
    try:
        kept = stored_files.keep(facts=form.file_facts(), by=request.actor, site=site)
    except NoRoom as error:
        form.add_error("file", str(error))
        return page(request, LIST, form, context)
    messages.success(request, _("“%(name)s” is kept.") % {"name": kept.name})
    return redirect("partners:file_list", site.slug)


@sensitive_variables()
def file_attach(request: ActorRequest, slug: str, backed: str, uid: UUID) -> HttpResponse:
    """Which document backs a certificate or a statement: none, one that is here, or a new one."""
    site = editable_site(request, slug)
    row = _backed_or_404(site, backed, uid)
    kept = StoredFile.objects.visible_to(request.actor).present().filter(site=site)
    form = AttachForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        kept=kept,
        present=row.document,
    )
    context = {"site": site, "row": row, "is_certificate": backed == "certificates"}
    if not form.is_bound or not form.is_valid():
        return page(request, ATTACH, form, context)
    try:
        _attach(request, site, row, form)
    except NoRoom as error:
        form.add_error("file", str(error))
        return page(request, ATTACH, form, context)
    except (ChangedMeanwhile, NotAllowed) as error:
        form.add_error("document", str(error))
        return page(request, ATTACH, form, context)
    messages.success(request, _("What backs “%(name)s” was saved.") % {"name": row.term})
    return redirect("partners:own_site", site.slug)


@require_safe
def file_others(request: ActorRequest) -> HttpResponse:
    """What proves claims, and what stands at sites that the organisation kept once."""
    if not request.actor.is_cdmo:
        raise Http404
    rows = StoredFile.objects.beside_sites(request.actor).select_related("site", "uploaded_by")
    context = {
        "can_edit": can_keep_files(request.actor),
        "files": rows.present().prefetch_related("claims__partner", "claims__site"),
        "removed": rows.filter(removed_at__isnull=False),
    }
    return render(request, OTHERS, context)


@require_POST
def file_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Who else may read it."""
    row = _own_or_404(request, uid)
    form = AudienceForm(request.POST)
    if form.is_valid():
        stored_files.change_audience(file=row, audience=form.cleaned_data["audience"], by=request.actor)
        messages.success(request, _("Who may read “%(name)s” was saved.") % {"name": row.name})
    else:
        messages.error(request, _("Choose who may read “%(name)s”.") % {"name": row.name})
    return _to_list(request, row)


@require_POST
def file_remove(request: ActorRequest, uid: UUID) -> HttpResponse:
    row = _own_or_404(request, uid)
    try:
        stored_files.remove(file=row, by=request.actor)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        told = _("“%(name)s” was removed. You can put it back below.")
        messages.success(request, told % {"name": row.name})
    return _to_list(request, row)


@require_POST
def file_restore(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Undo: removed documents are kept for some days."""
    row = _own_or_404(request, uid)
    try:
        stored_files.restore(file=row, by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” is back, with all that it backs.") % {"name": row.name})
    return _to_list(request, row)


def _attach(request: ActorRequest, site: Site, row: Backed, form: AttachForm) -> None:
    facts, file = form.file_facts(), form.chosen
    if facts is not None:
        file = stored_files.keep(facts=facts, by=request.actor, site=site)
    stored_files.attach(file=file, to=row, by=request.actor)


def _backed_or_404(site: Site, backed: str, uid: UUID) -> Backed:
    if backed not in BACKED:
        raise Http404
    rows: QuerySet[Any] = BACKED[backed]._default_manager.filter(site=site)
    if backed == "certificates":
        rows = rows.filter(origin=Origin.COMPANY)
    found: Backed = get_object_or_404(rows.select_related("term", "document", "site__partner"), uid=uid)
    return found


def _own_or_404(request: ActorRequest, uid: UUID) -> StoredFile:
    rows = StoredFile.objects.visible_to(request.actor).select_related("site__partner")
    row = get_object_or_404(rows, uid=uid)
    if not can_keep_files(request.actor):
        raise PermissionDenied
    return row


def _to_list(request: ActorRequest, row: StoredFile) -> HttpResponse:
    if row.site is None or not is_own_partner(request.actor, row.site.partner):
        return redirect("partners:file_others")
    return redirect("partners:file_list", row.site.slug)

"""Capacity and capabilities by upload: template, file, sheet, dry run, done."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from cdmo_portal.spreadsheets import Kind, as_download
from partners.actions import profile_uploads
from partners.actions.profile_uploads import ChangedSinceDryRun, UploadRefused
from partners.forms.profile_uploads import ProfileUploadForm
from partners.forms.record_imports import SheetForm
from partners.models import Partner, ProfileUpload
from partners.permissions import can_edit_partner
from partners.record_planning import signature
from partners.upload_exports import refused_export, template
from partners.upload_plans import GOOD, Outcome
from partners.views.own import page

PER_PAGE: Final = 50
LEVELS: Final = {
    Outcome.NEW: (gettext_lazy("New"), "info"),
    Outcome.CHANGED: (gettext_lazy("Changed"), "warn"),
    Outcome.CLOSED: (gettext_lazy("Closed"), "warn"),
    Outcome.SAME: (gettext_lazy("Unchanged"), ""),
    Outcome.REFUSED: (gettext_lazy("Refused"), "bad"),
}
# Of capacity that stays as it is, an upload says that it was seen again.
STILL_TRUE: Final = (gettext_lazy("Still true"), "")


def own_partner(request: ActorRequest) -> Partner:
    """The profile that the actor may write; a page of nobody else."""
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    if not can_edit_partner(request.actor, partner):
        raise PermissionDenied(_("Your role may read the profile, not change it."))
    return partner


def upload_or_404(request: ActorRequest, uid: object) -> ProfileUpload:
    own_partner(request)
    rows = ProfileUpload.objects.visible_to(request.actor).select_related("partner")
    return get_object_or_404(rows, uid=uid)


def under_way(request: ActorRequest, uid: object) -> ProfileUpload:
    uploaded = upload_or_404(request, uid)
    if uploaded.applied_at is not None:
        raise Http404
    return uploaded


# A report of an error would carry what was sent.
@sensitive_post_parameters()
@sensitive_variables()
def upload_create(request: ActorRequest, kind: str) -> HttpResponse:
    partner = own_partner(request)
    form = ProfileUploadForm(posted(request), request.FILES if request.method == "POST" else None)
    open_ones = ProfileUpload.objects.visible_to(request.actor).filter(applied_at__isnull=True, kind=kind)
    context = {
        "kind": kind,
        "kinds": ProfileUpload.Kind.choices,
        "sites": partner.sites.order_by("name", "pk"),
        "uploads": open_ones.defer("sheets", "plan"),
    }
    if not form.is_bound or not form.is_valid():
        return page(request, "partners/upload_form.html", form, context)
    try:
        uploaded = profile_uploads.upload(
            partner=partner,
            kind=kind,
            file_name=str(form.cleaned_data["file"].name),
            sheets=form.sheets,
            by=request.actor,
        )
    except UploadRefused as error:
        form.add_error("file", str(error))
        return page(request, "partners/upload_form.html", form, context)
    return redirect(uploaded)


def upload_sheet(request: ActorRequest, uid: str) -> HttpResponse:
    uploaded = under_way(request, uid)
    form = SheetForm(posted(request), sheets=uploaded.sheets)
    context = {"uploaded": uploaded, "refused": [each for each in uploaded.sheets if each["refused"]]}
    if not form.is_bound or not form.is_valid():
        return page(request, "partners/upload_sheet.html", form, context)
    try:
        sheet = form.cleaned_data["sheet"]
        return redirect(profile_uploads.choose_sheet(uploaded=uploaded, sheet=sheet, by=request.actor))
    except UploadRefused as error:
        return _over(request, error, uploaded)


def upload_check(request: ActorRequest, uid: str) -> HttpResponse:
    """The dry run, and once it was confirmed, what became of it."""
    uploaded = upload_or_404(request, uid)
    if uploaded.sheet is None:
        return redirect(uploaded)
    if request.method != "POST" or uploaded.applied_at is not None:
        return _check_page(request, uploaded)
    try:
        uploaded = _step(request, uploaded)
    except ChangedSinceDryRun as error:
        messages.warning(request, str(error))
        uploaded = profile_uploads.try_again(uploaded=uploaded, by=request.actor)
        return _check_page(request, uploaded, status=409)
    except UploadRefused as error:
        return _over(request, error, uploaded)
    return redirect(uploaded)


def _step(request: ActorRequest, uploaded: ProfileUpload) -> ProfileUpload:
    wanted = request.POST.get("do")
    if wanted == "switch":
        lines = request.POST.getlist("line")
        switched = profile_uploads.switch_and_try(uploaded=uploaded, lines=lines, by=request.actor)
        messages.success(request, _("Switched, and worked out again."))
        return switched
    if wanted == "apply":
        shown = request.POST.get("shown", "")
        done = profile_uploads.apply(uploaded=uploaded, shown=shown, by=request.actor)
        messages.success(request, _("Applied: %s.") % _told(done))
        return done
    messages.info(request, _("Worked out again."))
    return profile_uploads.try_again(uploaded=uploaded, by=request.actor)


def _told(done: ProfileUpload) -> str:
    """What was done to the profile, each kind of it that there is with its number."""
    kinds = [(each, label) for each, (label, _level) in _levels(done).items() if each in GOOD[_kind(done)]]
    return ", ".join(f"{done.counts[each]:,} {label.lower()}" for each, label in kinds if done.counts[each])


def _kind(uploaded: ProfileUpload) -> ProfileUpload.Kind:
    return ProfileUpload.Kind(uploaded.kind)


def _levels(uploaded: ProfileUpload) -> dict[Outcome, tuple[Any, str]]:
    is_capacity = uploaded.kind == ProfileUpload.Kind.CAPACITY
    return {**LEVELS, **({Outcome.SAME: STILL_TRUE} if is_capacity else {})}


def _over(request: ActorRequest, error: UploadRefused, uploaded: ProfileUpload) -> HttpResponse:
    """In another window, or by a second click, the upload was applied or thrown away meanwhile."""
    messages.error(request, str(error))
    return redirect("partners:upload_create", uploaded.kind)


def _check_page(request: ActorRequest, uploaded: ProfileUpload, *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("show", "")
    show = asked if asked in list(Outcome) else ""
    rows = [each for each in uploaded.plan if show in ("", each["outcome"])]
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = uploaded.counts
    tabs: list[tuple[str, Any, int, bool]] = [("", _("All"), len(uploaded.plan), not show)]
    levels = _levels(uploaded)
    tabs += [(each.value, label, counts[each], show == each) for each, (label, _level) in levels.items()]
    context: dict[str, Any] = {
        "uploaded": uploaded,
        "counts": counts,
        "rows": [(each, *levels[Outcome(each["outcome"])]) for each in page_obj],
        "page_obj": page_obj,
        "tabs": tabs,
        "shown": signature(uploaded.plan, uploaded.kind),
        "is_capacity": uploaded.kind == ProfileUpload.Kind.CAPACITY,
    }
    return render(request, "partners/upload_check.html", context, status=status)


@require_safe
def upload_refused(request: ActorRequest, uid: str, file_kind: str) -> HttpResponseBase:
    uploaded = upload_or_404(request, uid)
    if file_kind not in list(Kind):
        raise Http404
    export = refused_export(uploaded, actor=request.actor, now=timezone.now())
    return as_download(export, Kind(file_kind), on=timezone.localdate())


@require_POST
def upload_discard(request: ActorRequest, uid: str) -> HttpResponse:
    uploaded = upload_or_404(request, uid)
    try:
        profile_uploads.discard(uploaded=uploaded, by=request.actor)
    except UploadRefused as error:
        return _over(request, error, uploaded)
    messages.success(request, _("The upload was thrown away. Your profile is as it was."))
    return redirect("partners:upload_create", uploaded.kind)


@require_safe
def upload_template(request: ActorRequest, kind: str, file_kind: str) -> HttpResponseBase:
    """What the profile states now, of one site with `?site=`."""
    partner = own_partner(request)
    if file_kind not in list(Kind):
        raise Http404
    slug = request.GET.get("site", "")
    site = next((each for each in partner.sites.all() if each.slug == slug), None)
    if slug and site is None:
        raise Http404
    return as_download(template(partner, kind, site=site), Kind(file_kind), on=timezone.localdate())

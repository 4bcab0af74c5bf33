"""One capacity window at a time, for days that are no quarter, with all that can be said of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from partners import own_pages
from partners.actions import lines
from partners.actions.capacity import MoreThanNominal, NotKeptByForm, WindowGone, WindowsOverlap
from partners.actions.editing import ChangedMeanwhile
from partners.ageing import add_days
from partners.forms.windows import WindowForm, coming_quarters
from partners.models import CapacityWindow, Line, Site
from partners.views.own import editable_site, line_or_404, page, posted, stale_page

TEMPLATE = "partners/window_form.html"


def window_create(request: ActorRequest, slug: str, line_uid: str) -> HttpResponse:
    """A new window; `?quarter=` and `?state=` come from the cell that was pressed."""
    site = editable_site(request, slug)
    given = {
        name: request.GET[name]
        for name, known in (("quarter", coming_quarters()), ("state", CapacityWindow.State.values))
        if request.GET.get(name) in known
    }
    line = line_or_404(site, line_uid)
    if line.capacity_valid_days is not None:
        given["valid_until"] = add_days(timezone.localdate(), line.capacity_valid_days).isoformat()
    return _window_page(request, site, line, None, given)


def window_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    window = _window_or_404(site, uid)
    return _window_page(request, site, line_or_404(site, window.line.uid), window, {})


def window_delete(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Asks first."""
    site = editable_site(request, slug)
    window = _window_or_404(site, uid)
    if request.method == "POST":
        try:
            lines.close_window(window=window, version=request.POST.get("version", ""), by=request.actor)
        except (ChangedMeanwhile, NotKeptByForm) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The window was removed."))
        return redirect("partners:window_list", site.slug)
    context = {
        "site": site,
        "title": _("Remove this window of %(line)s?") % {"line": window.line},
        "text": _("Its period is then not stated in this state."),
        "version": lines.window_mark(window),
    }
    return render(request, "partners/delete_confirm.html", context)


def _window_or_404(site: Site, uid: str) -> CapacityWindow:
    rows = CapacityWindow.objects.current().filter(site=site).select_related("line__site__partner")
    return get_object_or_404(rows, uid=uid)


def _window_page(
    request: ActorRequest, site: Site, line: Line, window: CapacityWindow | None, given: dict[str, str]
) -> HttpResponse:
    context: dict[str, Any] = {"site": site, "line": line, "window": window}
    if reason := own_pages.why_read_only(line):
        context["read_only"] = reason
        return render(request, TEMPLATE, context, status=409 if request.method == "POST" else 200)
    form = WindowForm(posted(request), line=line, window=window, given=given)
    if not form.is_bound or not form.is_valid():
        return page(request, TEMPLATE, form, context)
    try:
        lines.save_window(
            line=line, facts=form.window_facts(), by=request.actor, window=window, version=form.seen_version
        )
    except (ChangedMeanwhile, WindowGone, NotKeptByForm, WindowsOverlap, MoreThanNominal) as error:
        return _refused(request, form, error, context)
    messages.success(request, _("The capacity of %(line)s was saved.") % {"line": line})
    return redirect("partners:window_list", site.slug)


def _refused(
    request: ActorRequest, form: WindowForm, error: Exception, context: dict[str, Any]
) -> HttpResponse:
    """The form again with the reason at the field it is about, or both values of a stale edit."""
    window = context["window"]
    stored = CapacityWindow.objects.current().filter(pk=window.pk).first() if window else None
    if isinstance(error, ChangedMeanwhile) and stored is not None:
        return stale_page(request, TEMPLATE, form, WindowForm(line=context["line"], window=stored), context)
    by_quarter = bool(form.cleaned_data.get("quarter"))
    field = {
        WindowsOverlap: "quarter" if by_quarter else "first_day",
        MoreThanNominal: "quantity",
    }.get(type(error))
    form.add_error(field, str(error))
    return page(request, TEMPLATE, form, context)

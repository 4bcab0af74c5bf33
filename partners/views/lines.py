"""The lines of a site, and which way their capacity comes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import lines
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.forms.lines import LineForm, SourceForm
from partners.models import Line, Site
from partners.views.own import done, editable_site, line_or_404, page, posted, stale_page

TEMPLATE = "partners/line_form.html"


def line_create(request: ActorRequest, slug: str) -> HttpResponse:
    return _line_page(request, editable_site(request, slug), None)


def line_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _line_page(request, site, line_or_404(site, uid))


@require_POST
def line_confirm(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Still true: the lead time counts from today again."""
    site = editable_site(request, slug)
    line = line_or_404(site, uid)
    try:
        lines.confirm_lead_time(line=line, by=request.actor)
    except lines.NoLeadTime as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The lead time of %(line)s was confirmed today.") % {"line": line})
    return redirect("partners:own_site", site.slug)


@require_POST
def line_source(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Switch the one way that the line's capacity comes; the others are read-only from then on."""
    site = editable_site(request, slug)
    line = line_or_404(site, uid)
    form = SourceForm(request.POST)
    if not form.is_valid():
        context = {"form": LineForm(site=site, line=line), **_context(site, line, form)}
        return render(request, TEMPLATE, context, status=422)
    lines.switch_source(line=line, source=form.cleaned_data["source"], by=request.actor)
    messages.success(request, _("Where the capacity of %(line)s comes from was saved.") % {"line": line})
    return redirect("partners:line_update", site.slug, line.uid)


def line_delete(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Asks first, since everything stated about the line goes with it."""
    site = editable_site(request, slug)
    line = line_or_404(site, uid)
    if request.method == "POST":
        try:
            lines.delete_line(line=line, version=request.POST.get("version", ""), by=request.actor)
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
            return redirect("partners:line_delete", site.slug, line.uid)
        messages.success(request, _("The line %(line)s was removed.") % {"line": line})
        return redirect("partners:own_site", site.slug)
    context = {
        "site": site,
        "title": _("Remove the line %(line)s?") % {"line": line},
        "text": _("With it go %(statements)d statements and %(windows)d capacity windows.")
        % {"statements": line.capabilities.count(), "windows": line.windows.current().count()},
        "version": line.version,
    }
    return render(request, "partners/delete_confirm.html", context)


def _line_page(request: ActorRequest, site: Site, line: Line | None) -> HttpResponse:
    form = LineForm(posted(request), site=site, line=line)
    context = _context(site, line)
    if not form.is_bound or not form.is_valid():
        return page(request, TEMPLATE, form, context)
    try:
        saved = lines.save_line(
            site=site, facts=form.line_facts(), by=request.actor, line=line, version=form.seen_version
        )
    except ChangedMeanwhile:
        stored = Line.objects.filter(pk=line.pk if line else 0).first()
        return stale_page(request, TEMPLATE, form, LineForm(site=site, line=stored), context)
    except AlreadyThere as error:
        form.add_error("name", str(error))
        return page(request, TEMPLATE, form, context)
    except lines.WindowsStandAgainst as error:
        form.add_error(error.field, str(error))
        return page(request, TEMPLATE, form, context)
    messages.success(request, _("The line %(line)s was saved.") % {"line": saved})
    return done(request, site)


def _context(site: Site, line: Line | None, source_form: SourceForm | None = None) -> dict[str, object]:
    opened = SourceForm(initial={"source": line.capacity_source}) if line else None
    by_days = line.batches_by_days() if line else None
    return {"site": site, "line": line, "source_form": source_form or opened, "by_days": by_days}

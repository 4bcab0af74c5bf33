"""The current view of the directory as a file. A GET that writes nothing but the log of who took what."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Kind, as_download
from partners import directory_export
from partners.actions.exports import note_directory_export
from partners.filters import SiteFilter
from partners.models import Site
from partners.views.directory import PAGE_PARAMETERS, refused_page


@require_safe
def site_export(request: ActorRequest, kind: str) -> HttpResponse:
    filters = SiteFilter(request.GET, queryset=Site.objects.all(), request=request)
    if errors := filters.problems(besides=PAGE_PARAMETERS):
        return refused_page(request, filters, errors)
    if request.method == "HEAD":
        return HttpResponse()
    found = directory_export.found(filters)
    taking = directory_export.Taking(request.actor, timezone.now(), request.build_absolute_uri)
    export = directory_export.directory_export(filters, found, taking)
    names = directory_export.kinds_of_filters(filters)
    note_directory_export(by=request.actor, kind=kind, sites=len(found.ids), filters=names)
    return as_download(export, Kind(kind), on=timezone.localdate())

"""Hazards, certificates and inspections as the company states them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import site_facts
from partners.actions.editing import ChangedMeanwhile
from partners.actions.site_facts import HazardPlace, hazard_places, hazards_at, hazards_mark
from partners.forms.profile import CertificateForm, HazardsForm, InspectionForm
from partners.forms.terms import term_fields_of
from partners.models import Certificate, Inspection, Origin, Site
from partners.own_pages import hazard_terms
from partners.views.own import done, editable_site, page, posted, stale_page

HAZARDS, CERTIFICATE = "partners/hazard_form.html", "partners/certificate_form.html"
INSPECTION = "partners/inspection_form.html"


def hazard_update(request: ActorRequest, slug: str, place: str = "site") -> HttpResponse:
    """All hazards of one place at once, each yes, no or not stated."""
    site = editable_site(request, slug)
    where = _place_or_404(site, place)
    form = _hazards_form(request, site, where)
    context = {"site": site, "place": where, "places": hazard_places(site)}
    if not form.is_bound or not form.is_valid():
        return page(request, HAZARDS, form, context)
    try:
        changed = site_facts.save_hazards(
            site=site,
            place=where,
            answers=form.answers(),
            version=form.seen_version,
            by=request.actor,
            audience=form.cleaned_data["audience"],
            source=form.cleaned_data["source"],
        )
    except ChangedMeanwhile:
        return stale_page(request, HAZARDS, form, _hazards_form(None, site, where), context)
    messages.success(request, _("%(count)d answers about hazards were changed.") % {"count": changed})
    return done(request, site)


@require_POST
def hazard_confirm(request: ActorRequest, slug: str, place: str) -> HttpResponse:
    """Still true: every answer of this place counts from today again."""
    site = editable_site(request, slug)
    count = site_facts.confirm_hazards(site=site, place=_place_or_404(site, place), by=request.actor)
    messages.success(request, _("%(count)d answers were confirmed today.") % {"count": count})
    return redirect("partners:own_site", site.slug)


def certificate_create(request: ActorRequest, slug: str) -> HttpResponse:
    return _certificate_page(request, editable_site(request, slug), None)


def certificate_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _certificate_page(request, site, _own_or_404(site, Certificate, uid))


def certificate_delete(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _delete_page(request, site, _own_or_404(site, Certificate, uid))


def inspection_create(request: ActorRequest, slug: str) -> HttpResponse:
    return _inspection_page(request, editable_site(request, slug), None)


def inspection_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _inspection_page(request, site, _own_or_404(site, Inspection, uid))


def inspection_delete(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _delete_page(request, site, _own_or_404(site, Inspection, uid))


def _place_or_404(site: Site, key: str) -> HazardPlace:
    for place in hazard_places(site):
        if place.key == key:
            return place
    raise Http404


def _hazards_form(request: ActorRequest | None, site: Site, place: HazardPlace) -> HazardsForm:
    return HazardsForm(
        posted(request) if request else None,
        terms=hazard_terms(),
        stated=hazards_at(site, place),
        version=hazards_mark(site, place),
    )


def _own_or_404[Row: (Certificate, Inspection)](site: Site, model: type[Row], uid: str) -> Row:
    """A row that the company stated; a regulator's cannot be changed here."""
    rows = model._default_manager.filter(site=site, origin=Origin.COMPANY).select_related("site__partner")
    return get_object_or_404(rows, uid=uid)


def _certificate_page(request: ActorRequest, site: Site, certificate: Certificate | None) -> HttpResponse:
    form = CertificateForm(posted(request), certificate=certificate)
    context = {"site": site, "certificate": certificate, "term_fields": term_fields_of(form)}
    if not form.is_bound or not form.is_valid():
        return page(request, CERTIFICATE, form, context)
    try:
        saved = site_facts.save_certificate(
            site=site,
            facts=form.certificate_facts(),
            by=request.actor,
            certificate=certificate,
            version=form.seen_version,
        )
    except ChangedMeanwhile:
        stored = Certificate.objects.filter(pk=certificate.pk if certificate else 0).first()
        return stale_page(request, CERTIFICATE, form, CertificateForm(certificate=stored), context)
    messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
    return done(request, site)


def _inspection_page(request: ActorRequest, site: Site, inspection: Inspection | None) -> HttpResponse:
    form = InspectionForm(posted(request), inspection=inspection)
    context = {"site": site, "inspection": inspection, "term_fields": term_fields_of(form)}
    if not form.is_bound or not form.is_valid():
        return page(request, INSPECTION, form, context)
    try:
        saved = site_facts.save_inspection(
            site=site,
            facts=form.inspection_facts(),
            by=request.actor,
            inspection=inspection,
            version=form.seen_version,
        )
    except ChangedMeanwhile:
        stored = Inspection.objects.filter(pk=inspection.pk if inspection else 0).first()
        return stale_page(request, INSPECTION, form, InspectionForm(inspection=stored), context)
    messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
    return done(request, site)


def _delete_page(request: ActorRequest, site: Site, row: Certificate | Inspection) -> HttpResponse:
    if request.method == "POST":
        try:
            site_facts.delete_regulatory(row=row, by=request.actor)
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("“%(name)s” was removed.") % {"name": row})
        return done(request, site)
    context = {
        "site": site,
        "title": _("Remove “%(name)s”?") % {"name": row},
        "text": _("What a regulator published about the site stays as it is."),
    }
    return render(request, "partners/delete_confirm.html", context)

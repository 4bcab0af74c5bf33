"""Stating, changing, confirming and taking back what a site or line can do."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import profiles
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, require_version
from partners.actions.profile_drafts import Intended, keep_draft
from partners.actions.profile_values import values_of_capability_facts
from partners.actions.profiles import CapabilityFacts, EvidenceIsForTheOldStatement
from partners.forms.capabilities import CapabilityForm, all_units, measure_rows
from partners.forms.terms import term_fields_of
from partners.models import Capability, Site, Subject
from partners.views.own import done, editable_site, page, posted, stale_page

TEMPLATE = "partners/capability_form.html"
DRAFTED = gettext_lazy("Kept as a draft. Nobody else sees it before it is published.")


def capability_create(request: ActorRequest, slug: str) -> HttpResponse:
    return _capability_page(request, editable_site(request, slug), None)


def capability_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _capability_page(request, site, _capability_or_404(site, uid))


@require_POST
def capability_confirm(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Still true: the statement counts from today again."""
    site = editable_site(request, slug)
    capability = _capability_or_404(site, uid)
    profiles.confirm_capability(capability=capability, by=request.actor)
    messages.success(request, _("“%(term)s” was confirmed today.") % {"term": capability.term})
    return redirect("partners:own_site", site.slug)


def capability_delete(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """Asks first; taking it back makes the term "not stated" again."""
    site = editable_site(request, slug)
    capability = _capability_or_404(site, uid)
    if request.method == "POST" and "draft" in request.POST:
        return _draft_taking_back(request, site, capability)
    if request.method == "POST":
        try:
            profiles.delete_capability(
                capability=capability, version=request.POST.get("version", ""), by=request.actor
            )
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
            return redirect("partners:capability_delete", site.slug, capability.uid)
        messages.success(request, _("“%(term)s” is not stated any more.") % {"term": capability.term})
        return done(request, site)
    context = {
        "site": site,
        "title": _("Take back the statement about “%(term)s”?") % {"term": capability.term},
        "text": _("It becomes “not stated”: matches ask about it instead of ruling the site in or out."),
        "version": capability.version,
        "can_draft": True,
    }
    return render(request, "partners/delete_confirm.html", context)


def _draft_taking_back(request: ActorRequest, site: Site, capability: Capability) -> HttpResponse:
    intended = Intended(Subject.CAPABILITY, capability.term.label, None, str(capability.uid))
    try:
        keep_draft(site=site, intended=intended, by=request.actor)
    except AlreadyThere as error:
        messages.error(request, str(error))
    else:
        messages.success(request, DRAFTED)
    return redirect("partners:draft_list", site.slug)


def _capability_or_404(site: Site, uid: str) -> Capability:
    rows = site.capabilities.select_related("term", "line", "site__partner")
    return get_object_or_404(rows, uid=uid)


def _capability_page(request: ActorRequest, site: Site, capability: Capability | None) -> HttpResponse:
    form = CapabilityForm(posted(request), site=site, capability=capability)
    rows = measure_rows(posted(request), capability)
    context: dict[str, Any] = {"site": site, "capability": capability, "rows": rows, "units": all_units()}
    context["term_fields"] = [*term_fields_of(form), *term_fields_of(rows.empty_form)]
    if not form.is_bound or not form.judged_with(rows):
        return page(request, TEMPLATE, form, context)
    facts = form.facts_with(rows.facts())
    try:
        if "draft" in request.POST:
            return _draft(request, site, capability, facts, form.seen_version)
        saved = profiles.save_capability(
            site=site,
            facts=facts,
            by=request.actor,
            capability=capability,
            version=form.seen_version,
        )
    except ChangedMeanwhile as error:
        stored = Capability.objects.filter(pk=capability.pk if capability else 0).first()
        if stored is None:
            form.add_error(None, str(error))
            return page(request, TEMPLATE, form, context)
        context["stored_numbers"] = ", ".join(str(measure) for measure in stored.measures.all())
        return stale_page(request, TEMPLATE, form, CapabilityForm(site=site, capability=stored), context)
    except (AlreadyThere, EvidenceIsForTheOldStatement) as error:
        form.add_error("term" if isinstance(error, AlreadyThere) else "basis", str(error))
        return page(request, TEMPLATE, form, context)
    messages.success(request, _("“%(term)s” was saved.") % {"term": saved.term})
    return done(request, site)


def _draft(
    request: ActorRequest, site: Site, capability: Capability | None, facts: CapabilityFacts, seen: str
) -> HttpResponse:
    """Where the draft is listed. Raises AlreadyThere, and what saving would raise."""
    if capability is not None:
        require_version(capability, seen, str(capability.version))
    profiles.require_evidence(capability, facts)
    key = str(capability.uid) if capability else ""
    intended = Intended(Subject.CAPABILITY, facts.term.label, values_of_capability_facts(facts), key)
    keep_draft(site=site, intended=intended, by=request.actor)
    messages.success(request, DRAFTED)
    return redirect("partners:draft_list", site.slug)

"""Drafts of a site: listed beside what stands now, changed, discarded, and published together."""

from collections.abc import Collection
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import profile_drafts
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.actions.profile_drafts import Intended, NotPublished
from partners.actions.profile_values import values_of_capability_facts
from partners.actions.profiles import EvidenceIsForTheOldStatement, require_evidence
from partners.actions.restoring import is_uid
from partners.draft_pages import draft_rows
from partners.forms.capabilities import CapabilityForm, all_units, measure_rows
from partners.forms.terms import term_fields_of
from partners.models import ProfileDraft, Site, Subject
from partners.permissions import can_edit_site
from partners.profile_change_words import number_text
from partners.term_index import term_index
from partners.views.own import editable_site, own_site_or_404, page, posted, stale_page

TEMPLATE: Final = "partners/draft_list.html"
FORM: Final = "partners/capability_form.html"


def draft_list(request: ActorRequest, slug: str) -> HttpResponse:
    """Every draft with what stands now. A POST publishes those that are ticked, all of them or none."""
    if request.method != "POST":
        return _list(request, own_site_or_404(request, slug))
    site = editable_site(request, slug)
    ticked = [uid for uid in request.POST.getlist("publish") if is_uid(uid)]
    if not ticked:
        messages.error(request, _("Tick at least one draft to publish."))
        return _list(request, site, ticked=ticked, status=422)
    try:
        seen = {uid: request.POST.get(f"seen-{uid}", "") for uid in ticked}
        count = profile_drafts.publish(site=site, seen=seen, by=request.actor)
    except NotPublished as error:
        messages.error(request, _("Nothing was published: see what stands against it."))
        there = ProfileDraft.objects.of_site(site, request.actor).filter(uid__in=ticked)
        if there.count() < len(set(ticked)):
            messages.error(request, _("A draft that you ticked is no longer there."))
        return _list(request, site, dict(error.reasons), ticked=ticked, status=409)
    said = ngettext("%(count)d draft was published.", "%(count)d drafts were published.", count)
    messages.success(request, said % {"count": count})
    return redirect("partners:own_site", site.slug)


def draft_update(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    """A draft about a capability, in the form of capabilities."""
    site = editable_site(request, slug)
    drafts = ProfileDraft.objects.of_site(site, request.actor)
    draft = get_object_or_404(drafts, uid=uid, subject=Subject.CAPABILITY, values__isnull=False)
    form = _form(request, site, draft)
    rows = measure_rows(posted(request), None, draft.values)
    fields = [*term_fields_of(form), *term_fields_of(rows.empty_form)]
    context = {"site": site, "draft": draft, "rows": rows, "units": all_units(), "term_fields": fields}
    if not form.is_bound or not form.judged_with(rows):
        return page(request, FORM, form, context)
    facts = form.facts_with(rows.facts())
    intended = Intended(Subject.CAPABILITY, facts.term.label, values_of_capability_facts(facts))
    try:
        require_evidence(site.capabilities.filter(uid=draft.key).first(), facts)
        profile_drafts.keep_draft(
            site=site, intended=intended, by=request.actor, draft=draft, version=form.seen_version
        )
    except (AlreadyThere, EvidenceIsForTheOldStatement) as error:
        form.add_error("term" if isinstance(error, AlreadyThere) else "basis", str(error))
        return page(request, FORM, form, context)
    except ChangedMeanwhile as error:
        stored = drafts.filter(pk=draft.pk, values__isnull=False).first()
        if stored is None:
            form.add_error(None, str(error))
            return page(request, FORM, form, context)
        stored_rows: Any = (stored.values or {})["measures"]
        context["stored_numbers"] = ", ".join(number_text(each) for each in stored_rows)
        return stale_page(request, FORM, form, _form(None, site, stored), context)
    messages.success(request, _("The draft was saved. Nobody else sees it before it is published."))
    return redirect("partners:draft_list", site.slug)


def _form(request: ActorRequest | None, site: Site, draft: ProfileDraft) -> CapabilityForm:
    form = CapabilityForm(posted(request) if request else None, site=site, values=draft.values)
    form.initial["version"] = str(draft.version)
    return form


@require_POST
def draft_discard(request: ActorRequest, slug: str, uid: str) -> HttpResponse:
    site = editable_site(request, slug)
    drafts = ProfileDraft.objects.of_site(site, request.actor).select_related("site__partner")
    draft = get_object_or_404(drafts, uid=uid)
    try:
        version = request.POST.get("version", "")
        profile_drafts.discard_draft(draft=draft, version=version, by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft “%(name)s” was discarded.") % {"name": draft})
    return redirect("partners:draft_list", site.slug)


def _list(
    request: ActorRequest,
    site: Site,
    problems: dict[str, str] | None = None,
    *,
    ticked: Collection[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """What was ticked stays so, but for what stands against it; a page that is only opened ticks all."""
    rows = draft_rows(site, request.actor, term_index(), problems or {}, ticked)
    context = {"site": site, "rows": rows, "can_edit": can_edit_site(request.actor, site)}
    return render(request, TEMPLATE, context, status=status)

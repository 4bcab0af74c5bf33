"""The own profile: the partner, its sites, and a site with all that is stated of it."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from partners import own_pages
from partners.actions import profiles
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.forms.profile import PartnerForm, SiteForm
from partners.models import Claim, Partner, ProfileDraft, Site, StoredFile
from partners.permissions import can_edit_partner, can_edit_site, can_make_claims
from partners.views.own import editable_site, own_site_or_404, page, posted, stale_page

OWN_PROFILE = "partners/own_profile.html"
SITE_FORM = "partners/site_form.html"
CLAIMS_SHOWN: Final = 20


def own_profile(request: ActorRequest) -> HttpResponse:
    """The actor's partner with its sites, or how to claim or make one."""
    if not request.actor.is_cdmo:
        raise Http404
    partner = Partner.objects.owned_by(request.actor).first()
    if partner is None:
        has_files = StoredFile.objects.beside_sites(request.actor).exists()
        context = {**_claims(request), "has_files": has_files}
        return render(request, "partners/own_profile_none.html", context)
    can_edit = can_edit_partner(request.actor, partner)
    form = PartnerForm(posted(request), partner=partner)
    context = {"partner": partner, "can_edit": can_edit, "sites": own_pages.sites_of(partner)}
    context |= _claims(request)
    if request.method != "POST":
        return page(request, OWN_PROFILE, form, context)
    if not can_edit:
        raise PermissionDenied
    if form.is_valid():
        try:
            profiles.update_partner(
                partner=partner, version=form.seen_version, by=request.actor, **form.facts()
            )
        except ChangedMeanwhile:
            stored = PartnerForm(partner=Partner.objects.get(pk=partner.pk))
            return stale_page(request, OWN_PROFILE, form, stored, context)
        messages.success(request, _("Your summary and website were saved."))
        return redirect("partners:own_profile")
    return page(request, OWN_PROFILE, form, context)


def _claims(request: ActorRequest) -> dict[str, Any]:
    """What the organisation asked for, what others ask of it, and whether this person may act on it."""
    against = Claim.objects.against(request.actor).open().with_subjects()
    return {
        "claims": Claim.objects.made_for(request.actor).with_subjects()[:CLAIMS_SHOWN],
        "contests": against.order_by("answer_until", "pk"),
        "can_claim": can_make_claims(request.actor),
    }


def own_site(request: ActorRequest, slug: str) -> HttpResponse:
    """Everything stated of one site, with its age and links to change it."""
    site = own_site_or_404(request, slug)
    context = {
        "site": site,
        "can_edit": can_edit_site(request.actor, site),
        "draft_count": ProfileDraft.objects.of_site(site, request.actor).count(),
        **own_pages.site_context(site),
    }
    return render(request, "partners/own_site.html", context)


def site_create(request: ActorRequest) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    if not can_edit_partner(request.actor, partner):
        raise PermissionDenied
    return _site_page(request, partner, None)


def site_update(request: ActorRequest, slug: str) -> HttpResponse:
    site = editable_site(request, slug)
    return _site_page(request, get_object_or_404(Partner, pk=site.partner_id), site)


def _site_page(request: ActorRequest, partner: Partner, site: Site | None) -> HttpResponse:
    form = SiteForm(posted(request), partner=partner, site=site)
    context = {"partner": partner, "site": site}
    if not form.is_bound or not form.is_valid():
        return page(request, SITE_FORM, form, context)
    try:
        saved = profiles.save_site(
            partner=partner, facts=form.site_facts(), by=request.actor, site=site, version=form.seen_version
        )
    except ChangedMeanwhile:
        stored = SiteForm(partner=partner, site=Site.objects.filter(pk=site.pk if site else 0).first())
        return stale_page(request, SITE_FORM, form, stored, context)
    except AlreadyThere as error:
        form.add_error("external_id", str(error))
        return page(request, SITE_FORM, form, context)
    messages.success(request, _("%(name)s was saved.") % {"name": saved.name})
    return redirect("partners:own_site", saved.slug)

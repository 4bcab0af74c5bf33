"""What the own profile said before and after each change, and bringing the former values back."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import restoring
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.actions.lines import WindowsStandAgainst
from partners.actions.profile_values import NoLongerPossible
from partners.models import Partner, ProfileChange
from partners.permissions import can_edit_partner
from partners.profile_change_words import Wording, in_words
from partners.term_index import term_index

PER_PAGE: Final = 25


def change_list(request: ActorRequest) -> HttpResponse:
    """Every change of the actor's profile, the newest first; `site` narrows it to one site."""
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    sites = list(partner.sites.order_by("name", "pk"))
    slug = request.GET.get("site", "")
    site = next((each for each in sites if each.slug == slug), None)
    if slug and site is None:
        raise Http404
    rows = ProfileChange.objects.visible_to(request.actor).filter(partner=partner).select_related("site")
    page = Paginator(rows.filter(site=site) if site else rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "partner": partner,
        "sites": sites,
        "site": site,
        "page_obj": page,
        "changes": in_words(page, term_index()),
        "can_edit": can_edit_partner(request.actor, partner),
    }
    return render(request, "partners/change_list.html", context)


def change_detail(request: ActorRequest, uid: str) -> HttpResponse:
    """The change, what stands now, and what would stand once the former values are back."""
    rows = ProfileChange.objects.visible_to(request.actor).select_related("site__partner", "partner")
    change = get_object_or_404(rows.filter(partner__in=Partner.objects.owned_by(request.actor)), uid=uid)
    if request.method != "POST":
        return _page(request, change)
    if not can_edit_partner(request.actor, change.partner):
        raise PermissionDenied
    try:
        restoring.restore(change=change, seen=request.POST.get("seen", ""), by=request.actor)
    except ChangedMeanwhile:
        problem = _("It was changed since you opened the page. This is what stands now.")
        return _page(request, change, problem, status=409)
    except (AlreadyThere, NotAllowed, NoLongerPossible, WindowsStandAgainst) as error:
        return _page(request, change, str(error), status=409)
    messages.success(request, _("“%(name)s” stands again as before that change.") % {"name": change})
    return (
        redirect("partners:own_site", change.site.slug) if change.site else redirect("partners:own_profile")
    )


def _page(request: ActorRequest, change: ProfileChange, problem: str = "", status: int = 200) -> HttpResponse:
    terms = term_index()
    told = in_words([change], terms)[0]
    context = {
        "change": change,
        "told": told,
        "problem": problem,
        "can_edit": can_edit_partner(request.actor, change.partner),
        "can_restore": restoring.can_restore(change),
    }
    try:
        now = restoring.present(restoring.part_of(change))
    except NoLongerPossible as error:
        context |= {"problem": problem or str(error), "can_restore": False}
    else:
        wording = Wording(terms, [change.site_id])
        context |= {
            "seen": restoring.mark(now),
            "would": wording.differing(change.subject, now, change.before),
            "is_removal": change.before is None,
        }
    return render(request, "partners/change_detail.html", context, status=status)

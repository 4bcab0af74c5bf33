"""Finding what is one's own, claiming or contesting it, and making a profile of one's own."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners import claim_search
from partners.actions import claims
from partners.actions.claim_refusals import ClaimRefused
from partners.actions.editing import AlreadyThere, NotAllowed
from partners.actions.stored_files import NoRoom
from partners.forms.claims import ClaimForm, ClaimSearchForm, OwnPartnerForm
from partners.models import Claim, Partner, Site
from partners.permissions import can_make_claims, keeper_id_of
from partners.views.own import page, posted

PER_PAGE: Final = 20
SEARCH: Final = "partners/claim_search.html"
CLAIM: Final = "partners/claim_form.html"
OWN_PARTNER: Final = "partners/partner_form.html"


@require_safe
def site_search(request: ActorRequest) -> HttpResponse:
    """Which registered sites may be the reader's own, at first by the organisation's name."""
    _cdmo_only(request)
    asked = {"q": claim_search.first_guess(request.actor), **request.GET.dict()}
    form = ClaimSearchForm(asked)
    context: dict[str, Any] = {"form": form, "can_claim": can_make_claims(request.actor)}
    if not form.is_valid():
        return render(request, SEARCH, context, status=400)
    rows = claim_search.found_rows(form.cleaned_data["q"], form.cleaned_data["country"])
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page_obj": found, "candidates": claim_search.candidates(found, request.actor)}
    return render(request, SEARCH, context)


def partner_claim(request: ActorRequest, slug: str) -> HttpResponse:
    """Ask to keep a whole profile; whoever cannot learns why."""
    _cdmo_only(request)
    partner = get_object_or_404(Partner, slug=slug)
    return _claim(request, partner, {"sites": partner.sites.order_by("name", "pk")[:20]})


def site_claim(request: ActorRequest, slug: str) -> HttpResponse:
    """Ask to keep a single site: one of its own register entry, or one more beside those kept already."""
    _cdmo_only(request)
    site = get_object_or_404(Site.objects.select_related("partner"), slug=slug)
    return _claim(request, site, {"sites": [site], "group": _claimable_group(request, site)})


def partner_create(request: ActorRequest) -> HttpResponse:
    """A new profile with its first site, for a company that nobody lists yet."""
    _cdmo_only(request)
    form = OwnPartnerForm(posted(request))
    try:
        claims.organisation_without_partner(request.actor)
        if not form.is_bound or not form.is_valid():
            return page(request, OWN_PARTNER, form, {})
        claims.create_partner(facts=form.partner_facts(), site=form.site_facts(), by=request.actor)
    except NotAllowed as error:
        raise PermissionDenied from error
    except (ClaimRefused, AlreadyThere) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your profile was made. Now say what your site can do."))
    return redirect("partners:own_profile")


def _claim(request: ActorRequest, subject: Partner | Site, context: dict[str, Any]) -> HttpResponse:
    is_contest = request.POST.get("is_contest") == "1" if request.method == "POST" else _is_kept(subject)
    form = ClaimForm(posted(request), request.FILES if request.method == "POST" else None)
    context |= {"subject": subject, "is_contest": is_contest}
    try:
        claims.require_claimable(subject, request.actor, is_contest=is_contest)
        if waiting := Claim.objects.open().made_for(request.actor).about(subject).first():
            return redirect(waiting)
        if not form.is_bound or not form.is_valid():
            return page(request, CLAIM, form, context)
        made = claims.claim(subject=subject, by=request.actor, is_contest=is_contest, **form.cleaned_data)
    except NotAllowed as error:
        raise PermissionDenied from error
    except ClaimRefused as error:
        return _closed(request, form, context, str(error))
    except NoRoom as error:
        form.add_error("document", str(error))
        return page(request, CLAIM, form, context)
    messages.success(request, _("Your claim waits for an operator. You get a mail when it is decided."))
    return redirect(made)


def _is_kept(subject: Partner | Site) -> bool:
    return keeper_id_of(subject) is not None


def _closed(request: ActorRequest, form: ClaimForm, context: dict[str, Any], reason: str) -> HttpResponse:
    """Nothing to fill in: the reason alone. What somebody has filled in already stays, with the reason."""
    if not form.is_bound:
        return render(request, CLAIM, {**context, "refusal": reason})
    form.add_error(None, reason)
    return render(request, CLAIM, {**context, "form": form}, status=409)


def _claimable_group(request: ActorRequest, site: Site) -> Partner | None:
    """The free profile that an editor grouped the site under, for those who may claim it as a whole."""
    partner = site.partner
    if partner is None or partner.is_claimed or Partner.objects.owned_by(request.actor).exists():
        return None
    return partner


def _cdmo_only(request: ActorRequest) -> None:
    """To everybody else these pages do not exist."""
    if not request.actor.is_cdmo:
        raise Http404

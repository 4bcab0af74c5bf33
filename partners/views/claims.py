"""Claiming a partner, deciding about claims, and making a profile of one's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import claims
from partners.actions.claims import ClaimRefused
from partners.actions.editing import AlreadyThere, NotAllowed
from partners.forms.claims import ClaimForm, DecisionForm, OwnPartnerForm
from partners.models import Claim, Partner
from partners.views.own import page, posted

PER_PAGE = 50
CLAIM, DECISION, OWN_PARTNER = (
    "partners/claim_form.html",
    "partners/claim_decide.html",
    "partners/partner_form.html",
)


def claim_create(request: ActorRequest, slug: str) -> HttpResponse:
    """Ask to keep an unclaimed profile; whoever cannot learns why."""
    if not request.actor.is_cdmo:
        raise Http404
    partner = get_object_or_404(Partner, slug=slug)
    form = ClaimForm(posted(request))
    context = {"partner": partner, "sites": partner.sites.order_by("name", "pk")[:20]}
    try:
        claims.organisation_without_partner(request.actor)
        if partner.is_claimed:
            return _closed(request, partner, _("This profile is kept by an organisation already."))
        if not form.is_bound or not form.is_valid():
            return page(request, CLAIM, form, context)
        claims.claim(partner=partner, proof=form.cleaned_data["proof"], by=request.actor)
    except NotAllowed as error:
        raise PermissionDenied from error
    except ClaimRefused as error:
        return _closed(request, partner, str(error))
    messages.success(request, _("Your claim waits for an operator. You get a mail when it is decided."))
    return redirect("partners:own_profile")


def claim_list(request: ActorRequest) -> HttpResponse:
    """The operator's queue: open claims first, the oldest at the top."""
    _operators_only(request)
    rows = Claim.objects.select_related("partner", "organisation", "made_by")
    open_claims = rows.filter(state=Claim.State.OPEN).order_by("made_at", "pk")
    decided = rows.exclude(state=Claim.State.OPEN).select_related("decided_by").order_by("-decided_at", "-pk")
    context = {
        "open_claims": open_claims,
        "page_obj": Paginator(decided, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "partners/claim_list.html", context)


def claim_decide(request: ActorRequest, uid: str) -> HttpResponse:
    """One claim with what speaks for it, and the decision."""
    _operators_only(request)
    rows = Claim.objects.select_related("partner__organisation", "organisation", "made_by", "decided_by")
    claim = get_object_or_404(rows, uid=uid)
    form = DecisionForm(posted(request))
    context = {
        "claim": claim,
        "sites": claim.partner.sites.order_by("name", "pk")[:20],
        "domains": claim.organisation.domains.filter(verified_at__isnull=False),
    }
    if not form.is_bound or not form.is_valid():
        return page(request, DECISION, form, context)
    try:
        _decide(request, claim, form)
    except ClaimRefused as error:
        form.add_error(None, str(error))
        return page(request, DECISION, form, context)
    return redirect("partners:claim_list")


def partner_create(request: ActorRequest) -> HttpResponse:
    """A new profile with its first site, for a company that nobody lists yet."""
    if not request.actor.is_cdmo:
        raise Http404
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


def _decide(request: ActorRequest, claim: Claim, form: DecisionForm) -> None:
    reason = form.cleaned_data["reason"]
    names = {"organisation": claim.organisation, "partner": claim.partner}
    if form.cleaned_data["decision"] == "accept":
        claims.accept(claim=claim, reason=reason, by=request.actor)
        messages.success(request, _("%(organisation)s keeps %(partner)s now.") % names)
    else:
        claims.refuse(claim=claim, reason=reason, by=request.actor)
        messages.success(request, _("The claim of %(organisation)s was refused.") % names)


def _closed(request: ActorRequest, partner: Partner, reason: str) -> HttpResponse:
    """Nothing to fill in: the reason alone. 409 once somebody tried to send a claim all the same."""
    status = 409 if request.method == "POST" else 200
    return render(request, CLAIM, {"partner": partner, "refusal": reason}, status=status)


def _operators_only(request: ActorRequest) -> None:
    """To everybody else these pages do not exist."""
    if not request.actor.is_operator:
        raise Http404

"""The operator's queue of claims, and the decision about one."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import claim_decisions
from partners.actions.claim_refusals import ClaimRefused
from partners.claim_evidence import cases_of
from partners.forms.claims import DecisionForm
from partners.models import Claim
from partners.views.own import page, posted

PER_PAGE: Final = 25
LIST: Final = "partners/claim_list.html"
DECISION: Final = "partners/claim_decide.html"


@require_safe
def claim_list(request: ActorRequest) -> HttpResponse:
    """Open claims, the oldest first, each with what speaks against it; or those that are over."""
    _operators_only(request)
    rows = Claim.objects.visible_to(request.actor).with_subjects().select_related("decided_by")
    shows_decided = request.GET.get("show") == "decided"
    listed = (
        rows.exclude(state=Claim.State.OPEN).order_by("-decided_at", "-pk")
        if shows_decided
        else rows.open().order_by("made_at", "pk")
    )
    found = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": found,
        "cases": cases_of(found),
        "shows_decided": shows_decided,
        "waiting": Claim.objects.open().count(),
        "now": timezone.now(),
    }
    return render(request, LIST, context)


def claim_decide(request: ActorRequest, uid: UUID) -> HttpResponse:
    """One claim with what speaks for and against it, and the decision."""
    _operators_only(request)
    rows = Claim.objects.visible_to(request.actor).with_subjects()
    claim = get_object_or_404(
        rows.select_related("keeper", "partner__organisation", "decided_by", "answered_by"), uid=uid
    )
    form = DecisionForm(posted(request))
    context = {
        "claim": claim,
        "case": cases_of([claim])[0],
        "code": claim.codes.filter(used_at__isnull=False).first(),
        "waits_for_keeper": claim.is_open and claim.waits_for_keeper(timezone.now()),
    }
    if not form.is_bound or not form.is_valid():
        return page(request, DECISION, form, context)
    try:
        _decide(request, claim, form)
    except ClaimRefused as error:
        form.add_error(None, str(error))
        return page(request, DECISION, form, context)
    return redirect("partners:claim_list")


def _decide(request: ActorRequest, claim: Claim, form: DecisionForm) -> None:
    reason = form.cleaned_data["reason"]
    names = {"organisation": claim.organisation, "subject": claim.subject}
    if form.cleaned_data["decision"] == "accept":
        claim_decisions.accept(claim=claim, reason=reason, by=request.actor)
        messages.success(request, _("%(organisation)s keeps %(subject)s now.") % names)
    else:
        claim_decisions.refuse(claim=claim, reason=reason, by=request.actor)
        messages.success(request, _("The claim of %(organisation)s was refused.") % names)


def _operators_only(request: ActorRequest) -> None:
    """To everybody else these pages do not exist."""
    if not request.actor.is_operator:
        raise Http404

"""A claim as its two sides see it: the claimant proves or withdraws it, the keeper answers."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import claim_codes, claims
from partners.actions.claim_refusals import AlreadyDecided, ClaimRefused
from partners.actions.editing import NotAllowed
from partners.forms.claims import AnswerForm, CodeAddressForm, CodeForm
from partners.mail_domains import host_of_website
from partners.models import Claim
from partners.permissions import can_answer_claim, can_withdraw_claim
from partners.views.own import page, posted

DETAIL: Final = "partners/claim_detail.html"
ANSWER: Final = "partners/claim_answer.html"


def claim_detail(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The claimant's page of a claim; a POST is the code that came by mail."""
    claim = _own_or_404(request, uid)
    form = CodeForm(posted(request))
    if not form.is_bound or not form.is_valid():
        return _detail(request, claim, code_form=form)
    try:
        claim_codes.enter_code(claim=claim, typed=form.cleaned_data["code"], by=request.actor)
    except NotAllowed as error:
        raise PermissionDenied from error
    except ClaimRefused as error:
        form.add_error("code", str(error))
        return _detail(request, claim, code_form=form)
    messages.success(request, _("The address is proved. An operator decides next."))
    return redirect(claim)


@require_POST
def claim_code_send(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Mail a code to an address."""
    claim = _own_or_404(request, uid)
    form = CodeAddressForm(request.POST)
    if not form.is_valid():
        return _detail(request, claim, address_form=form)
    try:
        code = claim_codes.send_code(claim=claim, address=form.cleaned_data["address"], by=request.actor)
    except NotAllowed as error:
        raise PermissionDenied from error
    except ClaimRefused as error:
        form.add_error("address", str(error))
        return _detail(request, claim, address_form=form)
    messages.success(request, _("A code is on its way to %(address)s.") % {"address": code.address})
    return redirect(claim)


@require_POST
def claim_withdraw(request: ActorRequest, uid: UUID) -> HttpResponse:
    claim = _own_or_404(request, uid)
    try:
        claims.withdraw(claim=claim, by=request.actor)
    except NotAllowed as error:
        raise PermissionDenied from error
    except AlreadyDecided as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The claim was withdrawn. You may make it again."))
    return redirect(claim)


def claim_answer(request: ActorRequest, uid: UUID) -> HttpResponse:
    """What somebody else says against the own profile, and the keeper's answer to it."""
    rows = Claim.objects.against(request.actor).with_subjects().select_related("answered_by")
    claim = get_object_or_404(rows, uid=uid)
    form = AnswerForm(posted(request), initial={"answer": claim.answer, "words": claim.answer_words})
    context: dict[str, Any] = {"claim": claim, "can_answer": can_answer_claim(request.actor, claim)}
    if not form.is_bound or not form.is_valid():
        return page(request, ANSWER, form, context)
    try:
        claims.answer(claim=claim, by=request.actor, **form.cleaned_data)
    except NotAllowed as error:
        raise PermissionDenied from error
    except AlreadyDecided as error:
        context = {"claim": rows.get(pk=claim.pk), "refusal": str(error)}
        return render(request, ANSWER, context, status=409)
    messages.success(request, _("Your answer was kept, and the operators read it when they decide."))
    return redirect("partners:claim_answer", claim.uid)


def _own_or_404(request: ActorRequest, uid: UUID) -> Claim:
    return get_object_or_404(Claim.objects.made_for(request.actor).with_subjects(), uid=uid)


def _detail(
    request: ActorRequest,
    claim: Claim,
    *,
    code_form: CodeForm | None = None,
    address_form: CodeAddressForm | None = None,
) -> HttpResponse:
    code = claim.codes.order_by("-pk").first()
    usable = claim.codes.usable(timezone.now()).filter(pk=code.pk).exists() if code else False
    partner = claim.site.partner if claim.site else claim.partner
    refused = next((form for form in (code_form, address_form) if form is not None and form.is_bound), None)
    context = {
        "claim": claim,
        "code": code if usable else None,
        "code_form": code_form or CodeForm(),
        "address_form": address_form or CodeAddressForm(),
        "form": refused,
        "host": host_of_website(partner.website) if partner else "",
        "can_act": can_withdraw_claim(request.actor, claim) and claim.is_open,
        "now": timezone.now(),
    }
    return render(request, DETAIL, context, status=422 if refused else 200)

"""A CDMO's inbox: what sponsors ask of it, blinded, and its answers."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import interests
from matching.actions.briefs import NotAllowed
from matching.actions.interests import InterestWithdrawn
from matching.forms.interests import AnswerForm
from matching.models import Interest
from matching.models.interests import InterestQuerySet
from partners.models import Partner
from partners.permissions import can_edit_partner

PER_PAGE: Final = 20


@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    """What waits for an answer first, then what is answered or withdrawn; each newest first."""
    partner = _own_partner(request)
    page = Paginator(_in_order(_received(request)), PER_PAGE).get_page(request.GET.get("page"))
    can_answer = can_edit_partner(request.actor, partner)
    context = {
        "partner": partner,
        "page": page,
        "waiting": [
            (each, AnswerForm(interest=each) if can_answer else None) for each in page if each.is_waiting
        ],
        "done": [each for each in page if not each.is_waiting],
        "waiting_count": _received(request).waiting().count(),
        "can_answer": can_answer,
    }
    return render(request, "matching/inbox.html", context)


def _in_order(rows: QuerySet[Interest]) -> QuerySet[Interest]:
    waits = When(withdrawn_at__isnull=True, answer="", then=Value(0))
    place = Case(waits, default=Value(1), output_field=IntegerField())
    return rows.annotate(place=place).order_by("place", "-asked_at", "pk")


@require_safe
def inbox_count(request: ActorRequest) -> HttpResponse:
    """How many wait for an answer, as a fragment that a link to the inbox loads."""
    _own_partner(request)
    return render(request, "matching/inbox_count.html", {"count": _received(request).waiting().count()})


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_interest(request: ActorRequest, uid: UUID) -> HttpResponse:
    """One question with its answer, to be given or changed."""
    interest = get_object_or_404(_received(request), uid=uid)
    form = AnswerForm(posted(request), interest=interest)
    if not form.is_bound:
        return _page(request, interest, form)
    if not can_edit_partner(request.actor, interest.partner):
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, interest, form, status=422)
    try:
        interests.answer(by=request.actor, interest=interest, **form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except InterestWithdrawn as refusal:
        messages.info(request, str(refusal))
        return redirect("matching:inbox")
    messages.success(request, _("Your answer is with the sponsor. You can change it until they withdraw."))
    return redirect("matching:inbox")


def _page(request: ActorRequest, interest: Interest, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "interest": interest,
        "form": form,
        "can_answer": can_edit_partner(request.actor, interest.partner) and not interest.is_withdrawn,
    }
    return render(request, "matching/inbox_interest.html", context, status=status)


def _received(request: ActorRequest) -> InterestQuerySet:
    return Interest.objects.received_by(request.actor).select_related("partner")


def _own_partner(request: ActorRequest) -> Partner:
    return get_object_or_404(Partner.objects.owned_by(request.actor))

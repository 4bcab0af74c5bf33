"""The event log of the reader's organisation, for its owners."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.models import Member, Organisation
from matching.event_log import can_read_event_log, entries, log_events
from matching.event_words import GROUPS

PER_PAGE: Final = 50
TEMPLATE: Final = "matching/event_list.html"


class LogForm(forms.Form):
    """What the log is narrowed to."""

    group = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=[("", _("Everything")), *((code, label) for code, (label, _nouns) in GROUPS.items())],
    )
    person: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("By"), required=False, queryset=None, to_field_name="uid", empty_label=_("Everybody")
    )
    by_itself = forms.BooleanField(
        label=_("Also what happened by itself, such as feeds that were read"), required=False
    )

    def __init__(self, data: dict[str, Any], *, organisation: Organisation) -> None:
        super().__init__(data)
        people: Any = self.fields["person"]
        people.queryset = organisation.members.select_related("user").order_by("user__full_name", "pk")
        people.label_from_instance = lambda member: str(member.user)


@require_safe
def event_list(request: ActorRequest) -> HttpResponse:
    organisation = request.actor.organisation
    if organisation is None:
        return redirect("accounts:organisation_choose")
    if not can_read_event_log(request.actor):
        raise PermissionDenied
    form = LogForm(request.GET.dict(), organisation=organisation)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    person = form.cleaned_data["person"]
    events = log_events(
        request.actor,
        group=form.cleaned_data["group"],
        user_id=person.user_id if person else None,
        by_itself=form.cleaned_data["by_itself"],
    )
    found = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": found, "entries": entries(found, request.actor)}
    return render(request, TEMPLATE, context)

"""Changes of the compare tray. With htmx the tray comes back; without, the page that the button was on."""

import json
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners import tray
from partners.comparing.picks import picked, tray_context

LONGEST_ADDRESS: Final = 2_000


@require_POST
def tray_toggle(request: ActorRequest, kind: str, uid: UUID) -> HttpResponse:
    """Put one in (`on=1`) or take it out; the fifth is refused and changes nothing."""
    if kind not in tray.MODELS:
        raise Http404
    rows: QuerySet[Any] = tray.MODELS[kind]._default_manager.all()
    name = get_object_or_404(rows, uid=uid).name
    pick = tray.pick_of(kind, uid)
    if request.POST.get("on") != "1":
        tray.take(request, pick)
        return _answer(request, _("%s is out of the comparison.") % name)
    known = {each.pick for each in picked(tray.tray_of(request).picks)}
    tray.forget(request, set(tray.tray_of(request).picks) - known)
    try:
        tray.put(request, pick)
    except tray.TrayFull as refusal:
        return _answer(request, str(refusal), is_refused=True)
    return _answer(request, _("%s is in the comparison.") % name)


@require_POST
def tray_clear(request: ActorRequest) -> HttpResponse:
    tray.clear(request)
    return _answer(request, _("The tray is empty."))


@require_POST
def tray_restore(request: ActorRequest) -> HttpResponse:
    tray.restore(request)
    return _answer(request, _("The tray is as it was."), can_undo=False)


def _answer(
    request: ActorRequest, text: str, *, can_undo: bool = True, is_refused: bool = False
) -> HttpResponse:
    if not request.htmx:
        note = messages.warning if is_refused else messages.success
        note(request, text)
        return HttpResponseRedirect(_back(request))
    status = 422 if is_refused else 200
    answer = render(request, "partners/compare_tray.html#content", tray_context(request), status=status)
    undo = "tray-undo" if can_undo and not is_refused else ""
    told = {"tray": {"picks": tray.tray_of(request).picks}, "toast": {"text": text, "undo": undo}}
    answer.headers["HX-Trigger"] = json.dumps(told)
    return answer


def _back(request: ActorRequest) -> str:
    """The page that the button was on, if it is one of ours."""
    back = request.POST.get("next", "")
    is_path = back.startswith("/") and len(back) <= LONGEST_ADDRESS
    is_ours = is_path and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("partners:site_list")

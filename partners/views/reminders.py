"""Whether a member gets reminders of what grows old: the switch on the review, and the link of a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.models import Member
from partners import reminder_mail
from partners.actions import reminders
from partners.models import ReminderStop

STOP = "partners/reminder_stop.html"


@require_POST
def reminder_switch(request: ActorRequest) -> HttpResponse:
    """On or off, for the person who asks and the organisation that they act for."""
    actor = request.actor
    member = Member.objects.filter(user=actor.user, organisation=actor.organisation).first()
    if not actor.is_cdmo or member is None:
        raise Http404
    if request.POST.get("wanted") == "1":
        reminders.resume(member=member, by=actor)
        messages.success(request, _("You get reminders again, once a week at most."))
    else:
        reminders.stop(member=member, by=actor)
        messages.success(request, _("You get no more reminders."))
    return redirect("partners:review")


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail. Scanners open links, so only a POST stops anything: a person's or RFC 8058's."""
    ids = reminder_mail.ids_of(token)
    if ids is None:
        return render(request, STOP, {"is_unknown": True}, status=404)
    members = Member.objects.filter(organisation_id=ids[0], user_id=ids[1]).select_related(
        "organisation", "user"
    )
    member = members.first()
    if request.method == "POST" and member is not None:
        reminders.stop(member=member)
    is_stopped = ReminderStop.objects.filter(organisation_id=ids[0], user_id=ids[1]).exists()
    return render(request, STOP, {"member": member, "is_on": member is not None and not is_stopped})

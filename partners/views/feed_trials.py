"""Testing a feed: what its address brings, before anything of it is applied."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import feed_trials
from partners.models import FeedTrial
from partners.permissions import can_edit_partner
from partners.views.feeds import own_feed, require_editor, to_detail


@require_POST
def feed_test(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """Test a feed as it is saved."""
    feed = own_feed(request, uid)
    require_editor(request, feed.partner)
    try:
        return redirect(feed_trials.try_feed(feed=feed, by=request.actor))
    except feed_trials.TooManyTrials as error:
        messages.error(request, str(error))
        return to_detail(feed)


@require_safe
def feed_trial(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """The page asks again by itself while the test runs; without JavaScript it is reloaded."""
    trial = own_trial(request, uid)
    context = {"trial": trial, "can_edit": can_edit_partner(request.actor, trial.partner)}
    part = "#outcome" if request.headers.get("HX-Request") else ""
    response = render(request, f"partners/feed_trial.html{part}", context)
    response["Vary"] = "HX-Request"
    return response


@require_POST
def feed_trial_add(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """Add the feed that was tested."""
    trial = own_trial(request, uid)
    require_editor(request, trial.partner)
    try:
        feed = feed_trials.add_feed(trial=trial, by=request.actor)
    except feed_trials.TrialUsed as error:
        messages.info(request, str(error))
        return redirect("partners:feed_list")
    messages.success(request, _("The feed was added. It is read within a minute."))
    return to_detail(feed)


def own_trial(request: ActorRequest, uid: uuid.UUID) -> FeedTrial:
    rows = FeedTrial.objects.visible_to(request.actor).select_related("partner", "feed", "calendar_line")
    return get_object_or_404(rows, uid=uid)

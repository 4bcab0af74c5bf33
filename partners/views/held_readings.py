"""Deciding whether a file in which half of what stood is gone is right."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions import held_readings
from partners.views.feeds import own_feed, require_editor, to_detail


@require_POST
def feed_held(request: ActorRequest, uid: uuid.UUID, reading: uuid.UUID) -> HttpResponse:
    """Confirm the file that `reading` brought, or with `keep` in the form stay with the last values."""
    feed = own_feed(request, uid)
    require_editor(request, feed.partner)
    try:
        if "keep" in request.POST:
            held_readings.keep_last(feed=feed, reading=reading, by=request.actor)
            messages.success(request, _("The last values stay. You are asked again when other windows go."))
        else:
            held_readings.confirm(feed=feed, reading=reading, by=request.actor)
            messages.success(request, _("Confirmed. The file is read and applied within a minute."))
    except held_readings.HoldChanged as error:
        messages.error(request, str(error))
    return to_detail(feed)

"""A feed that fails again and again is stopped, and its owners are told once."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.models import Role, User
from cdmo_portal.events.recording import enqueue_mail, record
from partners.models import Feed

MOST_FAILURES = 8


def consider(feed: Feed) -> None:
    """Stop the feed in the running transaction if it has failed too often; the caller saves it."""
    if feed.attempts < MOST_FAILURES or feed.state != Feed.State.ACTIVE:
        return
    feed.state = Feed.State.QUARANTINED
    event = record(
        "feed.quarantined",
        by=NOBODY,
        about=feed,
        data={"failures": feed.attempts},
        organisation_id=feed.organisation_id,
    )
    owners = User.objects.filter(
        memberships__organisation_id=feed.organisation_id, memberships__role=Role.OWNER, is_active=True
    )
    for owner in owners.order_by("pk"):
        enqueue_mail(
            event=event,
            to_user=owner,
            subject=_("The capacity feed “%(name)s” was stopped") % {"name": " ".join(feed.name.split())},
            body=_mail_text(feed),
        )


def _mail_text(feed: Feed) -> str:
    address = settings.PUBLIC_URL + reverse("partners:feed_detail", args=[feed.uid])
    return _(
        "The capacity feed “%(name)s” failed %(count)d times in a row and is no longer read.\n\n"
        "The last failure: %(error)s\n\n"
        "The last good values stay on your profile with their age; after 60 days they no longer count in "
        "matches.\nWhen the address works again, choose “Retry now”:\n%(address)s\n"
    ) % {"name": feed.name, "count": feed.attempts, "error": feed.last_error, "address": address}

"""A feed that fails again and again is stopped, and its owners are told once."""

from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.events.recording import record
from partners.feed_owners import address_of, name_in_subject, tell_owners
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
    tell_owners(
        feed,
        event=event,
        subject=_("The capacity feed “%(name)s” was stopped") % {"name": name_in_subject(feed)},
        body=_mail_text(feed),
    )


def _mail_text(feed: Feed) -> str:
    return _(
        "The capacity feed “%(name)s” failed %(count)d times in a row and is no longer read.\n\n"
        "The last failure: %(error)s\n\n"
        "The last good values stay on your profile with their age; after 60 days they no longer count in "
        "matches.\nWhen the address works again, choose “Retry now”:\n%(address)s\n"
    ) % {"name": feed.name, "count": feed.attempts, "error": feed.last_error, "address": address_of(feed)}

"""What CDMO staff do with their capacity feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.nudges import nudge
from cdmo_portal.events.recording import record
from cdmo_portal.events.sealing import seal
from cdmo_portal.outgoing import OutgoingRefused, Policy
from cdmo_portal.outgoing.targets import parse_target
from partners.models import Feed, Line, Partner
from partners.tasks import refresh_feeds

# A new token takes the lease from whoever reads the feed now, and without validators it is read in full.
FRESH_START: Final[Mapping[str, Any]] = {
    "attempts": 0,
    "last_error": "",
    "lease_until": None,
    "lease_token": F("lease_token") + 1,
    "etag": "",
    "last_modified": "",
}


class AddressRefused(Exception):
    """The address cannot be a feed's. The text says no more, so that nobody maps a network by it."""


class FeedChangedMeanwhile(Exception):
    """Somebody else has saved the feed since the form was opened."""


class FeedNotRunning(Exception):
    """The feed is paused; resume it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a person says about a feed. `secret_header` is `Name: value`; None keeps it, "" removes it."""

    name: str
    url: str
    interval_seconds: int
    format: str = Feed.Format.CSV
    calendar_line: Line | None = None
    secret_header: str | None = None


@transaction.atomic
def create(*, partner: Partner, facts: FeedFacts, by: Actor) -> Feed:
    """Set up a feed, which is read at once. Raises AddressRefused, or NoKeys where secrets cannot be kept."""
    if partner.organisation_id is None:
        raise ValueError("A partner that nobody keeps has no feeds.")
    feed = Feed.objects.create(
        organisation_id=partner.organisation_id,
        partner=partner,
        name=facts.name,
        url=facts.url,
        host=host_of(facts.url),
        interval_seconds=facts.interval_seconds,
        format=facts.format,
        calendar_line=facts.calendar_line,
        secret_header=seal(facts.secret_header) if facts.secret_header else None,
    )
    record("feed.created", by=by, about=feed)
    nudge(refresh_feeds)
    return feed


@transaction.atomic
def update(*, feed: Feed, facts: FeedFacts, version: int, by: Actor) -> None:
    """Change a feed as it stood at `version`; it is read anew at once.

    Raises FeedChangedMeanwhile, AddressRefused or NoKeys, and then writes nothing. A reading that runs
    meanwhile loses its lease: what it brings from the old address is thrown away.
    """
    secret = {} if facts.secret_header is None else {"secret_header": _sealed(facts.secret_header)}
    changed = Feed.objects.filter(pk=feed.pk, version=version).update(
        name=facts.name,
        url=facts.url,
        host=host_of(facts.url),
        interval_seconds=facts.interval_seconds,
        format=facts.format,
        calendar_line=facts.calendar_line,
        version=F("version") + 1,
        **secret,
        **FRESH_START,
        next_due_at=timezone.now(),
    )
    if not changed:
        raise FeedChangedMeanwhile("Somebody else has changed this feed since you opened the page.")
    record("feed.changed", by=by, about=feed)
    nudge(refresh_feeds)


@transaction.atomic
def retry(*, feed: Feed, by: Actor) -> None:
    """Read the feed now and in full, also after it was stopped. Raises FeedNotRunning while it is paused."""
    changed = (
        Feed.objects.filter(pk=feed.pk)
        .exclude(state=Feed.State.PAUSED)
        .update(state=Feed.State.ACTIVE, next_due_at=timezone.now(), **FRESH_START)
    )
    if not changed:
        raise FeedNotRunning("This feed is paused; resume it first.")
    record("feed.retried", by=by, about=feed)
    nudge(refresh_feeds)


@transaction.atomic
def pause(*, feed: Feed, by: Actor) -> None:
    """Stop reading the feed; a reading that runs writes nothing any more."""
    Feed.objects.filter(pk=feed.pk).update(state=Feed.State.PAUSED, **FRESH_START)
    record("feed.paused", by=by, about=feed)


@transaction.atomic
def resume(*, feed: Feed, by: Actor) -> None:
    """Go on with a paused feed, which is read at once; any other stays as it is."""
    paused = Feed.objects.filter(pk=feed.pk, state=Feed.State.PAUSED)
    if paused.update(state=Feed.State.ACTIVE, next_due_at=timezone.now(), **FRESH_START):
        record("feed.resumed", by=by, about=feed)
        nudge(refresh_feeds)


def host_of(url: str) -> str:
    """The host as it will be dialled; raises AddressRefused."""
    try:
        return parse_target(url, Policy(allow=tuple(settings.OUTGOING_ALLOW_LIST))).host
    except OutgoingRefused as error:
        raise AddressRefused(
            "This address cannot be used. It has to be a public http or https address without a user name, "
            "such as https://capacity.example.com/lines.csv."
        ) from error


def _sealed(text: str) -> bytes | None:
    return seal(text) if text else None

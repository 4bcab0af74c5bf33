"""What CDMO staff do to see what a feed brings before it is applied."""

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.nudges import nudge
from cdmo_portal.events.recording import record
from cdmo_portal.events.sealing import seal
from partners.actions.feeds import FeedFacts, host_of
from partners.models import Feed, FeedTrial, Partner
from partners.models.feed_trials import MOST_AN_HOUR
from partners.tasks import refresh_feeds, try_feeds

_COPIED = ("name", "url", "host", "format", "calendar_line_id", "interval_seconds", "secret_header")


class TooManyTrials(Exception):
    """The organisation has tried enough addresses for now."""


class TrialUsed(Exception):
    """The feed was added already."""


@transaction.atomic
def try_facts(*, partner: Partner, facts: FeedFacts, by: Actor) -> FeedTrial:
    """Try a feed that is only thought of. Raises TooManyTrials, AddressRefused or NoKeys."""
    feed = Feed(
        name=facts.name,
        url=facts.url,
        host=host_of(facts.url),
        format=facts.format,
        calendar_line=facts.calendar_line,
        interval_seconds=facts.interval_seconds,
        secret_header=seal(facts.secret_header) if facts.secret_header else None,
    )
    return _start(partner, feed, by)


@transaction.atomic
def try_feed(*, feed: Feed, by: Actor) -> FeedTrial:
    """Try a feed as it is saved, whether it is active or not. Raises TooManyTrials."""
    return _start(feed.partner, feed, by)


def _start(partner: Partner, feed: Feed, by: Actor) -> FeedTrial:
    if partner.organisation_id is None:
        raise ValueError("A partner that nobody keeps has no feeds.")
    # The partner's row is locked so that two at once are counted one after the other.
    Partner.objects.select_for_update().get(pk=partner.pk)
    recent = FeedTrial.objects.filter(organisation_id=partner.organisation_id, expires_at__gt=timezone.now())
    if recent.count() >= MOST_AN_HOUR:
        raise TooManyTrials(
            f"Your organisation has tested {MOST_AN_HOUR} times within the hour. Wait a little."
        )
    trial = FeedTrial.objects.create(
        organisation_id=partner.organisation_id,
        partner=partner,
        feed=feed if feed.pk else None,
        **{name: getattr(feed, name) for name in _COPIED},
    )
    record("feed.tried", by=by, about=feed if feed.pk else partner)
    nudge(try_feeds)
    return trial


@transaction.atomic
def add_feed(*, trial: FeedTrial, by: Actor) -> Feed:
    """Make the feed that was tried, which is read at once. Raises TrialUsed."""
    held = FeedTrial.objects.select_for_update(of=("self",)).get(pk=trial.pk)
    if held.feed_id is not None:
        raise TrialUsed("This feed was added already.")
    feed = held.as_feed()
    feed.save()
    FeedTrial.objects.filter(pk=held.pk).update(feed=feed)
    record("feed.created", by=by, about=feed)
    nudge(refresh_feeds)
    return feed

"""The two sample feeds: one that the demo serves itself, one that has failed for nine days."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from partners.models import Feed, Partner, Refresh
from partners.sample.dates import moment
from partners.sample.specs import Company

DAYS_FAILING = 9
FAILURE = "The address capacity.basaltine.example could not be found."


def feed_of(company: Company, partner: Partner, as_of: dt.date) -> Feed | None:
    makers = {"live": _live, "failing": _failing}
    return makers[company.feed](partner, as_of) if company.feed else None


def _live(partner: Partner, as_of: dt.date) -> Feed:
    """Read every half minute in the demo, which serves it; paused elsewhere, where nobody does."""
    return Feed(
        organisation=partner.organisation,
        partner=partner,
        name="Capsule line CAP-1",
        url=f"{settings.PUBLIC_URL}/demo/capacity-feed.csv",
        host=urlsplit(settings.PUBLIC_URL).hostname or "",
        interval_seconds=30,
        state=Feed.State.ACTIVE if settings.DEMO else Feed.State.PAUSED,
        next_due_at=timezone.now(),
    )


def _failing(partner: Partner, as_of: dt.date) -> Feed:
    return Feed(
        organisation=partner.organisation,
        partner=partner,
        name="Reactor planning",
        url="https://capacity.basaltine.example/reactors.csv",
        host="capacity.basaltine.example",
        interval_seconds=86_400,
        state=Feed.State.ACTIVE,
        attempts=DAYS_FAILING,
        last_error=FAILURE,
        last_tried_at=moment(as_of),
        last_succeeded_at=moment(as_of, DAYS_FAILING),
        lease_token=DAYS_FAILING + 1,
        next_due_at=moment(as_of) + dt.timedelta(days=1),
    )


def refreshes_of(feed: Feed, as_of: dt.date) -> Iterator[Refresh]:
    """One run a day since the last that worked; none yet for the live feed."""
    for token, days in enumerate(range(feed.attempts, -1, -1), 1):
        if not feed.last_succeeded_at:
            return
        worked = days == feed.attempts
        at = moment(as_of, days)
        yield Refresh(
            feed=feed,
            lease_token=token,
            started_at=at,
            finished_at=at + dt.timedelta(seconds=5),
            outcome=Refresh.Outcome.UNCHANGED if worked else Refresh.Outcome.FAILED,
            rows_read=14 if worked else 0,
            error="" if worked else FAILURE,
        )

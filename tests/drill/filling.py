"""Rows for a drill: `python -m tests.drill.filling COUNT PLACE`; each with a host and a line alone."""

import json
import sys

import django

django.setup()

from cdmo_portal.events.recording import enqueue_mail  # noqa: E402
from partners.models import Line  # noqa: E402
from tests.factories.capacity import LineFactory  # noqa: E402
from tests.factories.feeds import FeedFactory  # noqa: E402
from tests.factories.partners import PartnerFactory, SiteFactory  # noqa: E402


def main(count: int, place: str) -> None:
    partner = PartnerFactory.create()
    feeds = {number: feed_of(partner, number, place) for number in range(count)}
    enqueue_mail(event=None, to_address="guest@people.example", subject="Drill", body="Text")
    sys.stdout.write(json.dumps(feeds))


def feed_of(partner: object, number: int, place: str) -> int:
    site = SiteFactory.create(partner=partner, external_id=f"S{number}")
    LineFactory.create(site=site, external_id=f"L{number}", capacity_source=Line.Source.FEED)
    place_of_feed = {"host": f"h{number}.example", "url": f"http://{place}/{number}.csv"}
    feed = FeedFactory.create(partner=partner, interval_seconds=86_400, **place_of_feed)
    return int(feed.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

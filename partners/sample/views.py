"""Made-up looks at the pages of fictional sites, so that the demo has figures to show. Nobody looked."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from partners.disclosing import WEEK, week_of
from partners.models import ProfileView, Site

WEEKS: Final = 16
WORKDAYS: Final = 5

Reader = ProfileView.Reader


def build_views(sites: Iterable[Site], as_of: dt.date) -> None:
    """Of some months of working days before the week of `as_of`; the same numbers whenever it is asked."""
    rows = (row for place, site in enumerate(sites) for row in _views(site, place, as_of))
    ProfileView.objects.bulk_create(rows, ignore_conflicts=True)


def _views(site: Site, place: int, as_of: dt.date) -> Iterator[ProfileView]:
    """More of sponsors as time goes by; few of CDMOs, so that some weeks have too few to tell."""
    first = week_of(as_of) - WEEKS * WEEK
    for number in range(WEEKS * WORKDAYS):
        week, weekday = divmod(number, WORKDAYS)
        counts = {
            Reader.SPONSOR: 1 + (week + 2 * weekday + place) % 4 + week // 5,
            Reader.CDMO: (2 * week + weekday + place) % 3,
            Reader.VISITOR: (week + weekday) % 4,
        }
        for reader, count in counts.items():
            if count:
                day = first + week * WEEK + dt.timedelta(days=weekday)
                yield ProfileView(site=site, day=day, reader=reader, count=count)

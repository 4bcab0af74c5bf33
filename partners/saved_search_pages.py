"""What the pages of saved searches show, read with a fixed number of queries per page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from cdmo_portal.accounts.actors import Actor
from partners.actions.saved_searches import Found
from partners.alert_mail import MOST_TOLD
from partners.models import SavedSearch, SearchAlert, Site
from partners.site_cards import place_of


@dataclass(frozen=True, slots=True)
class SiteLine:
    site: Site
    place: str


@dataclass(frozen=True, slots=True)
class Named:
    """The first sites of some, and how many there are besides."""

    lines: list[SiteLine]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class ToldRow:
    alert: SearchAlert
    new: Named
    opened: Named


def search_rows(searches: QuerySet[SavedSearch], actor: Actor) -> QuerySet[SavedSearch]:
    """The actor's own first. What a watch knows of sites is long and not shown in lists."""
    rows = searches.select_related("user", "watch").annotate(
        is_own=ExpressionWrapper(Q(user_id=actor.user_id), output_field=BooleanField())
    )
    rows = rows.defer("watch__seen_ids", "watch__known_ids", "watch__open_ids")
    return rows.order_by("-is_own", "name", "pk")


def news_since_seen(search: SavedSearch, found: Found) -> Named:
    new = found.site_ids - set(search.watch.seen_ids)
    sites = Site.objects.filter(pk__in=new).order_by("name", "pk")[:MOST_TOLD]
    return Named([_line(site) for site in sites], len(new))


def told_rows(alerts: Iterable[SearchAlert]) -> list[ToldRow]:
    """Alerts with the sites that they named; a site that is gone meanwhile is counted, not named."""
    alerts = list(alerts)
    ids = {pk for alert in alerts for pk in (*alert.new_ids, *alert.opened_ids)}
    sites = Site.objects.in_bulk(ids)
    return [
        ToldRow(
            alert,
            Named(_lines(alert.new_ids, sites), alert.new_count),
            Named(_lines(alert.opened_ids, sites), alert.opened_count),
        )
        for alert in alerts
    ]


def _lines(ids: Iterable[int], sites: dict[int, Site]) -> list[SiteLine]:
    return [_line(sites[pk]) for pk in ids if pk in sites]


def _line(site: Site) -> SiteLine:
    return SiteLine(site, place_of(site))

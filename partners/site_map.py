"""The sites that a search finds, on a map: counted by the database, joined to pins, zoomed by links."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Case, Count, F, FloatField, Max, Min, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Floor
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cdmo_portal.look.areas import Area
from cdmo_portal.look.map_frames import WIDEST_PART, Frame, fitted, frame_of
from cdmo_portal.look.pin_map import Cluster, Pin, Spot, around, clustered, draw_pins, nearer
from partners.importers.countries import country_name
from partners.models import SearchRow, Site
from partners.search_address import address

CELLS_ACROSS: Final = 96
"""The database counts by a grid so fine, several cells to a pin."""
COUNTRIES_NAMED: Final = 3
ZOOM_OUT: Final = 3.0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Sites of one country whose position nobody knows."""

    country: str
    count: int


@dataclass(frozen=True, slots=True)
class SiteMap:
    """The same pins as drawing and as list; `placed` and the `unplaced` ones are all that was found."""

    drawing: SafeString
    pins: Sequence[Pin]
    placed: int
    unplaced: Sequence[Unplaced]
    area: Area | None
    wider_url: str
    whole_url: str

    @property
    def unplaced_count(self) -> int:
        return sum(each.count for each in self.unplaced)


def site_map(rows: QuerySet[SearchRow], area: Area | None, asked: QueryDict) -> SiteMap:
    frame = frame_of(area)
    spots, unplaced = _counted(rows, frame)
    clusters = clustered(spots, frame)
    names = _names([cluster.spots[0].key for cluster in clusters])
    pins = [_pin(cluster, frame, asked, names) for cluster in clusters]
    placed = sum(pin.count for pin in pins)
    return SiteMap(
        drawing=draw_pins(pins, frame, label=_label(placed, len(pins), area), area=area),
        pins=pins,
        placed=placed,
        unplaced=[Unplaced(country_name(country), count) for country, count in unplaced.most_common()],
        area=area,
        wider_url=_wider(area, asked),
        whole_url=address(asked, without=("area",)),
    )


def _label(placed: int, pins: int, area: Area | None) -> str:
    where = _("Map of %s") % area.text if area else _("World map")
    sites = ngettext("%(n)s site", "%(n)s sites", placed) % {"n": f"{placed:,}"}
    at = ngettext("%(n)d pin", "%(n)d pins", pins) % {"n": pins}
    return _("%(where)s: %(sites)s at %(pins)s, the same as in the list beside it") % {
        "where": where,
        "sites": sites,
        "pins": at,
    }


def _counted(rows: QuerySet[SearchRow], frame: Frame) -> tuple[list[Spot], Counter[str]]:
    """One query: sites per cell of a grid and country; those without a position per country alone."""
    east_of = _unwrapped(frame.shown)
    cells = (
        rows.order_by()
        .annotate(
            east=east_of,
            column=Floor((F("east") - frame.shown.west) * CELLS_ACROSS / frame.shown.width),
            line=Floor((F("latitude") - frame.shown.south) * CELLS_ACROSS / 2 / frame.shown.height),
        )
        .values("column", "line", "country")
        .annotate(
            number=Count("pk"),
            middle_east=Avg("east"),
            middle_north=Avg("latitude"),
            west=Min("east"),
            south=Min("latitude"),
            most_east=Max("east"),
            north=Max("latitude"),
            first=Min("site_id"),
        )
    )
    columns = (
        "country", "number", "middle_east", "middle_north", "west", "south", "most_east", "north", "first",
    )  # fmt: skip
    spots: list[Spot] = []
    unplaced: Counter[str] = Counter()
    for country, number, east, north, *edges, first in cells.values_list(*columns):
        if east is None:
            unplaced[country] += number
        else:
            spots.append(Spot(east, north, tuple(edges), number, country, first))
    return spots, unplaced


def _unwrapped(shown: Area) -> Combinable:
    """Longitudes counted on from the western edge of the drawing."""
    further = When(longitude__lt=shown.west, then=F("longitude") + 360)
    return Case(further, default=F("longitude"), output_field=FloatField())


def _names(site_ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Name, town and slug of one site under each pin."""
    found = Site.objects.filter(pk__in=site_ids).values_list("pk", "name", "city", "slug")
    return {pk: (name, city, slug) for pk, name, city, slug in found}


def _pin(cluster: Cluster, frame: Frame, asked: QueryDict, names: dict[int, tuple[str, str, str]]) -> Pin:
    name, city, slug = names[cluster.spots[0].key]
    if cluster.count == 1:
        label = f"{name}, {city}" if city and city not in name else name
        return Pin(cluster.x, cluster.y, 1, label, reverse("partners:site_detail", args=[slug]))
    sites = _("%s sites") % f"{cluster.count:,}"
    area = nearer(cluster, frame)
    if area is None:
        where = _where(cluster, city)
        label = _("%(where)s: %(sites)s in one place, list them") % {"where": where, "sites": sites}
        return Pin(cluster.x, cluster.y, cluster.count, label, _listed(cluster, asked))
    label = _("%(where)s: %(sites)s, zoom in") % {"where": _where(cluster, city), "sites": sites}
    return Pin(cluster.x, cluster.y, cluster.count, label, _seen(asked, area, view="map"))


def _where(cluster: Cluster, city: str) -> str:
    """The countries of a cluster, the fullest first, and a town where it is crowded."""
    counts: Counter[str] = Counter()
    for spot in cluster.spots:
        counts[spot.group] += spot.count
    named = [country_name(code) for code, _count in counts.most_common(COUNTRIES_NAMED)]
    more = len(counts) - len(named)
    countries = ", ".join(named)
    if more > 0:
        further = ngettext("%(n)d more country", "%(n)d more countries", more) % {"n": more}
        countries = _("%(countries)s and %(further)s") % {"countries": countries, "further": further}
    return _("%(countries)s, near %(city)s") % {"countries": countries, "city": city} if city else countries


def _listed(cluster: Cluster, asked: QueryDict) -> str:
    """The list of what lies too near together to come apart."""
    west, south, east, north = around(cluster)
    place = Area.around((west + east) / 2, (south + north) / 2, east - west + 0.01, north - south + 0.01)
    return _seen(asked, place, view="list")


def _seen(asked: QueryDict, area: Area, *, view: str) -> str:
    there = address(asked, put={"area": str(area), "view": view})
    return f"{there}#results" if view == "map" else there


def _wider(area: Area | None, asked: QueryDict) -> str:
    """The map with three times as much on each side, or the whole earth; nothing where that is shown."""
    if area is None:
        return ""
    wider = fitted(area, (ZOOM_OUT - 1) / 2)
    if wider.width > WIDEST_PART / 2:
        return address(asked, without=("area",))
    return _seen(asked, wider, view="map")

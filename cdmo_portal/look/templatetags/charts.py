from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from cdmo_portal.look import drawing
from cdmo_portal.look.option_map import PlaceOf, draw_option_map
from cdmo_portal.look.world import Place, cluster, draw_map

register = template.Library()

LISTED_PLACES = 200

# Rows are models, dataclasses or dictionaries of the apps above, which this app may not import: hence `Any`.
Row = Any


def _read(row: Row, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


@register.simple_tag
def score_bar(heads: Iterable[Row], low: float, high: float | None = None) -> SafeString:
    """`heads` have `label`, `points` and `weight` (the most points they could add)."""
    segments = [
        drawing.Segment(str(_read(head, "label")), float(_read(head, "points")), float(_read(head, "weight")))
        for head in heads
    ]
    return drawing.score_bar(segments, low=float(low), high=float(low if high is None else high))


@register.simple_tag
def part_bar(value: float, most: float, shade: int = 0) -> SafeString:
    return drawing.part_bar(float(value), float(most), shade)


@register.simple_tag
def rank_bar(shares: Sequence[tuple[str, float]], label: str) -> SafeString:
    """`shares` are pairs of a rank's name and its part of 1; the last is all lower ranks."""
    return drawing.rank_bar([(name, float(share)) for name, share in shares], label=label)


@register.simple_tag
def spark(values: Sequence[tuple[str, float | None]], unit: str = "") -> SafeString:
    """`values` are pairs of quarter and quantity; None means not stated."""
    return drawing.spark([(label, None if v is None else float(v)) for label, v in values], unit)


@register.filter
def heat(value: float | None, most: float) -> str:
    """The heat class of a cell: `q0` … `q5`, or `qn` where nothing is stated."""
    return "qn" if value is None else f"q{drawing.heat_step(float(value), float(most or 0))}"


@register.simple_tag
def series_key(index: int) -> SafeString:
    return drawing.series_key(index)


@register.inclusion_tag("components/radar.html")
def radar(axes: Sequence[str], series: Iterable[Row], most: float = 100) -> dict[str, Any]:
    """`series` have `label` and `values`, one value from 0 to `most` for each axis."""
    profiles = [drawing.Series(str(_read(each, "label")), list(_read(each, "values"))) for each in series]
    by_axis = [(axis, [profile.values[i] for profile in profiles]) for i, axis in enumerate(axes)]
    drawn = [drawing.Series(each.label, [100 * value / most for value in each.values]) for each in profiles]
    return {"drawing": drawing.radar(axes, drawn), "profiles": profiles, "by_axis": by_axis, "most": most}


@register.inclusion_tag("components/world_map.html")
def world_map(places: Iterable[Row]) -> dict[str, Any]:
    """`places` have `label`, `longitude`, `latitude` and `url`; those without a position are counted."""
    known = [_place(row) for row in places]
    located = [place for place in known if place is not None]
    return {
        "drawing": draw_map(cluster(located)),
        "places": sorted(located, key=lambda place: place.label)[:LISTED_PLACES],
        "more": max(len(located) - LISTED_PLACES, 0),
        "unplaced": len(known) - len(located),
    }


def _place(row: Row) -> Place | None:
    longitude, latitude = _read(row, "longitude"), _read(row, "latitude")
    if longitude is None or latitude is None:
        return None
    return Place(str(_read(row, "label")), float(longitude), float(latitude), str(_read(row, "url") or ""))


@register.inclusion_tag("components/option_map.html")
def option_map(options: Iterable[Row]) -> dict[str, Any]:
    """`options` have `label` and `places` as `world_map` reads them; each has a mark of its own."""
    rows = [(str(_read(each, "label")), [_place(row) for row in _read(each, "places")]) for each in options]
    located = [
        PlaceOf(place.label, place.longitude, place.latitude, place.url, number)
        for number, (_label, places) in enumerate(rows)
        for place in places
        if place is not None
    ]
    unplaced = sum(place is None for _label, places in rows for place in places)
    listed = [(label, [place for place in places if place is not None]) for label, places in rows]
    return {"drawing": draw_option_map(located), "options": listed, "unplaced": unplaced}

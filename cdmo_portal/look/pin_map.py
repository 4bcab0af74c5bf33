"""A map of counted pins that are links: near spots become one pin, and pins keep their size on any screen.

Positions are in per cent of the drawing, so that it may be as wide as its column: a browser scales the land
and moves the pins, which stay large enough to be hit.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cdmo_portal.look.areas import Area
from cdmo_portal.look.map_frames import ASPECT, Frame, PartOfEarth, fitted

NEAR: Final = 7.5
"""In hundredths of the width: on the narrowest phone, pins of 24 pixels do not touch."""
RIM: Final = 2.0
"""Pins keep so far from the edge, so that none is cut."""
MARGIN: Final = 0.15
STEP_IN: Final = 0.9
"""What would show more than this part of the present width is no step nearer."""
THOUSAND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Some places that lie together: their middle, the rectangle around them, and how many they are.

    `group` and `key` are the caller's.
    """

    longitude: float
    latitude: float
    around: tuple[float, float, float, float]
    count: int
    group: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Spots under one pin, at `x` and `y` per cent of the drawing."""

    x: float
    y: float
    spots: tuple[Spot, ...]

    @property
    def count(self) -> int:
        return sum(spot.count for spot in self.spots)


@dataclass(frozen=True, slots=True)
class Pin:
    x: float
    y: float
    count: int
    label: str
    url: str


def clustered(spots: Iterable[Spot], frame: Frame) -> list[Cluster]:
    """Every spot in one cluster, the crowded first. Each pin stands on its fullest spot; none touch."""
    placed = [(*_on(frame, spot), spot) for spot in sorted(spots, key=_rank)]
    heads: list[tuple[float, float, list[Spot]]] = []
    for x, y, spot in placed:
        distance, index = min(
            ((math.hypot(x - hx, (y - hy) / ASPECT), n) for n, (hx, hy, _) in enumerate(heads)),
            default=(math.inf, -1),
        )
        if distance < NEAR:
            heads[index][2].append(spot)
        else:
            heads.append((x, y, [spot]))
    found = [Cluster(x, y, tuple(members)) for x, y, members in heads]
    return sorted(found, key=lambda each: (-each.count, each.x, each.y))


def _rank(spot: Spot) -> tuple[int, float, float, str]:
    return -spot.count, spot.longitude, spot.latitude, spot.group


def _on(frame: Frame, spot: Spot) -> tuple[float, float]:
    x, y = frame.place(spot.longitude, spot.latitude)
    return min(max(x, RIM), 100 - RIM), min(max(y, RIM * ASPECT), 100 - RIM * ASPECT)


def nearer(cluster: Cluster, frame: Frame) -> Area | None:
    """The area to show so that the cluster comes apart; None where its places are too near each other."""
    west, south, east, north = around(cluster)
    middle = Area.around(
        (west + east) / 2, (south + north) / 2, max(east - west, 1e-3), max(north - south, 1e-3)
    )
    area = fitted(middle, MARGIN)
    return (
        area
        if area.width <= frame.shown.width * STEP_IN and not _is_point(west, south, east, north)
        else None
    )


def around(cluster: Cluster) -> tuple[float, float, float, float]:
    """West, south, east and north of all its places; longitudes may go past 180, as the spots' do."""
    wests, souths, easts, norths = zip(*(spot.around for spot in cluster.spots), strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _is_point(west: float, south: float, east: float, north: float) -> bool:
    return east - west < 0.002 and north - south < 0.002


def draw_pins(pins: Sequence[Pin], frame: Frame, *, label: str, area: Area | None = None) -> SafeString:
    """The drawing; the caller lists the same pins as text beside it."""
    return format_html(
        '<svg class="map" role="group" aria-label="{}">{}{}{}</svg>',
        label,
        frame.land(),
        _outline(area, frame),
        # The crowded ones last, so that they lie above; the keyboard then comes from the small to the large.
        format_html_join("", "{}", ((_pin(pin),) for pin in reversed(pins))),
    )


def _outline(area: Area | None, frame: Frame) -> SafeString | str:
    """The edge of the area asked for, where the drawing shows more."""
    if area is None or not isinstance(frame, PartOfEarth) or _fills(area, frame.shown):
        return ""
    x, y = frame.place(area.west, area.north)
    width, height = area.width / frame.shown.width * 100, area.height / frame.shown.height * 100
    return format_html(
        '<rect class="area" x="{}%" y="{}%" width="{}%" height="{}%"/>',
        *(f"{part:.2f}" for part in (x, y, width, height)),
    )


def _fills(area: Area, shown: Area) -> bool:
    return area.width > shown.width * 0.98 and area.height > shown.height * 0.98


def _pin(pin: Pin) -> SafeString:
    if pin.count == 1:
        size, number = "n0", ""
    else:
        size = f"n{min(len(str(pin.count)), 4)}"
        number = format_html('<text class="pin-count" dy=".35em">{}</text>', shortened(pin.count))
    return format_html(
        '<a class="pin {}" href="{}"><title>{}</title><svg x="{}%" y="{}%">'
        '<circle class="hit"/><circle class="mk"/>{}</svg></a>',
        size,
        pin.url,
        pin.label,
        f"{pin.x:.2f}",
        f"{pin.y:.2f}",
        number,
    )


def shortened(count: int) -> str:
    """At most four signs: 999, 1.2k, 12k."""
    if count < THOUSAND:
        return str(count)
    thousands = count / THOUSAND
    return f"{thousands:.1f}k" if thousands < 9.95 else f"{thousands:.0f}k"

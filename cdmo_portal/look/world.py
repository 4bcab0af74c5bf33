"""The world map: projection, clusters of near pins, and their drawing. Land and pins share `project`."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 960
HEIGHT: Final = 440
CELL: Final = 28.0  # one pin's width and a little air, in canvas units
TOUCH: Final = 20.0
NAMES_IN_TITLE: Final = 6
LAND_FILE: Final = Path(__file__).parent / "data" / "world-land-110m.svgpath.txt"

# The polynomial of the Equal Earth projection (Šavrič, Patterson and Jenny, 2018).
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M: Final = math.sqrt(3) / 2


@dataclass(frozen=True)
class Place:
    label: str
    longitude: float
    latitude: float
    url: str = ""


@dataclass(frozen=True)
class Cluster:
    x: float
    y: float
    places: tuple[Place, ...]


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to the plane of a sphere of radius 1."""
    theta = math.asin(M * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    stretch = A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)
    x = math.radians(longitude) * math.cos(theta) / (M * stretch)
    return x, theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to our canvas: the scale and shift that the land path was made with."""
    x, y = equal_earth(longitude, latitude)
    scale = WIDTH / 5.5
    return WIDTH / 2 + x * scale - 18, HEIGHT * 0.575 - y * scale


def cluster(places: Iterable[Place]) -> list[Cluster]:
    """Every place in exactly one cluster, drawn at the middle of its places."""
    cells: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        x, y = project(place.longitude, place.latitude)
        cells[int(x // CELL), int(y // CELL)].append(place)
    by_size = sorted(cells, key=lambda cell: (-len(cells[cell]), cell))
    return _join_neighbours([_middle(cells[cell]) for cell in by_size])


def _join_neighbours(clusters: Iterable[Cluster]) -> list[Cluster]:
    """A grid parts places on either side of its lines: pins that would touch become one."""
    kept: list[Cluster] = []
    for each in clusters:
        near = (n for n, other in enumerate(kept) if math.hypot(other.x - each.x, other.y - each.y) < TOUCH)
        index = next(near, None)
        if index is None:
            kept.append(each)
        else:
            kept[index] = _middle((*kept[index].places, *each.places))
    return kept


def _middle(places: Sequence[Place]) -> Cluster:
    points = [project(place.longitude, place.latitude) for place in places]
    x = sum(x for x, _ in points) / len(points)
    y = sum(y for _, y in points) / len(points)
    return Cluster(x, y, tuple(sorted(places, key=lambda place: place.label)))


def draw_map(clusters: Sequence[Cluster]) -> SafeString:
    """The drawing alone; the caller puts the same places as text beside it."""
    total = sum(len(each.places) for each in clusters)
    return format_html(
        '<svg class="world" viewBox="60 0 860 430" role="img" aria-label="World map: {} in {}. '
        'The same places are listed below.">{}{}</svg>',
        "1 site" if total == 1 else f"{total:,} sites",
        "1 place" if len(clusters) == 1 else f"{len(clusters):,} places",
        land(),
        # The crowded ones last, so that a lone neighbour never covers a count.
        format_html_join("", "{}", ((_pin(each),) for each in sorted(clusters, key=_crowd))),
    )


def _crowd(cluster_: Cluster) -> int:
    return len(cluster_.places)


@cache
def land() -> SafeString:
    return format_html('<path class="land" d="{}"/>', LAND_FILE.read_text(encoding="ascii").strip())


def _pin(cluster_: Cluster) -> SafeString:
    count = len(cluster_.places)
    radius = 7 if count == 1 else min(10 + math.log2(count), 18)
    number = format_html('<text class="pin-count" dy=".35em">{}</text>', count) if count > 1 else ""
    return format_html(
        '<g class="pin" transform="translate({} {})"><title>{}</title><circle class="mk" r="{}"/>{}</g>',
        f"{cluster_.x:.1f}",
        f"{cluster_.y:.1f}",
        names(cluster_),
        f"{radius:.1f}",
        number,
    )


def names(cluster_: Cluster) -> str:
    """The first names of a cluster and how many more there are."""
    shown = ", ".join(place.label for place in cluster_.places[:NAMES_IN_TITLE])
    rest = len(cluster_.places) - NAMES_IN_TITLE
    return f"{shown} and {rest:,} more" if rest > 0 else shown

"""What a map shows and where a place lies on it, in hundredths of its width and height.

The whole earth is drawn in Equal Earth; a part of it with straight meridians, true to scale at its middle.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from cdmo_portal.look.areas import WHOLE_EARTH, Area
from cdmo_portal.look.world import LAND_FILE, project

ASPECT: Final = 2.0
LEFT, TOP, SEEN_WIDTH, SEEN_HEIGHT = -14, -6, 952, 476
"""What the world map shows of the canvas of `project`: all of the earth but the South Pole."""
WIDEST_PART: Final = 330.0
"""Degrees; what is wider is drawn on the map of the whole earth. Every step nearer is narrower than this."""
NARROWEST: Final = 0.3
PART_WIDTH: Final = 1_000
RINGS_FILE: Final = LAND_FILE.parent / "countries-50m.rings.txt"
RIM: Final = 20.0
LEAST_STEP: Final = 3
"""Of a thousand: nobody sees a finer coast."""

type Point = tuple[float, float]
type Line = list[Point]


@dataclass(frozen=True, slots=True)
class Ring:
    """A shore or border in degrees, with the corners of the rectangle around it."""

    points: tuple[Point, ...]
    low: Point
    high: Point


class Frame(Protocol):
    """`shown` is what the drawing holds; the answer to `place` is in per cent from its upper left corner."""

    @property
    def shown(self) -> Area: ...
    def place(self, longitude: float, latitude: float) -> Point: ...
    def land(self) -> SafeString: ...


@dataclass(frozen=True, slots=True)
class WholeEarth:
    shown: Area = WHOLE_EARTH

    def place(self, longitude: float, latitude: float) -> Point:
        x, y = project(longitude, latitude)
        return (x - LEFT) / SEEN_WIDTH * 100, (y - TOP) / SEEN_HEIGHT * 100

    def land(self) -> SafeString:
        return _whole_land()


@dataclass(frozen=True, slots=True)
class PartOfEarth:
    shown: Area

    def place(self, longitude: float, latitude: float) -> Point:
        x = (self.shown.unwrapped(longitude) - self.shown.west) / self.shown.width
        return x * 100, (self.shown.north - latitude) / self.shown.height * 100

    def land(self) -> SafeString:
        return _part_of_land(self.shown)


def frame_of(area: Area | None) -> Frame:
    """The drawing on which the area is seen as a whole."""
    if area is None:
        return WholeEarth()
    shown = fitted(area)
    return PartOfEarth(shown) if shown.width <= WIDEST_PART else WholeEarth()


def fitted(area: Area, margin: float = 0.0) -> Area:
    """The area, widened to the shape of the drawing, with a margin on every side (as a part of its size)."""
    longitude, latitude = area.middle
    shrink = max(math.cos(math.radians(latitude)), 0.1)
    grown = 1 + 2 * margin
    width = max(area.width * grown, area.height * grown * ASPECT / shrink, NARROWEST)
    return Area.around(longitude, latitude, width, width * shrink / ASPECT)


@cache
def _whole_land() -> SafeString:
    box = f"{LEFT} {TOP} {SEEN_WIDTH} {SEEN_HEIGHT}"
    return _land_svg(box, LAND_FILE.read_text(encoding="ascii").strip())


@lru_cache(maxsize=64)
def _part_of_land(area: Area) -> SafeString:
    drawn = "".join(_drawn(line) for line in _lines_near(area))
    return _land_svg(f"0 0 {PART_WIDTH} {PART_WIDTH / ASPECT:.0f}", drawn)


def _land_svg(box: str, path: str) -> SafeString:
    return format_html(
        '<svg viewBox="{}" preserveAspectRatio="none" aria-hidden="true"><path class="land" d="{}"/></svg>',
        box,
        path,
    )


@cache
def _rings() -> tuple[Ring, ...]:
    return tuple(_ring(line) for line in RINGS_FILE.read_text(encoding="ascii").splitlines())


def _ring(line: str) -> Ring:
    x = y = 0
    points = []
    for move in line.split():
        dx, _, dy = move.partition(",")
        x, y = x + int(dx), y + int(dy)
        points.append((x / 100, y / 100))
    xs, ys = zip(*points, strict=True)
    return Ring(tuple(points), (min(xs), min(ys)), (max(xs), max(ys)))


def _lines_near(area: Area) -> list[Line]:
    """The parts of all countries within the area and a little around it, on its drawing."""
    found = []
    for ring in _rings():
        is_level = ring.low[1] < area.north and ring.high[1] > area.south
        for turn in (0, 360) if is_level else ():
            if ring.low[0] + turn < area.west + area.width and ring.high[0] + turn > area.west:
                found.append(clipped(_on_drawing(ring, area, turn)))
    return found


def _on_drawing(ring: Ring, area: Area, turn: int) -> Line:
    scale_x, scale_y = PART_WIDTH / area.width, PART_WIDTH / ASPECT / area.height
    return [((x + turn - area.west) * scale_x, (area.north - y) * scale_y) for x, y in ring.points]


def clipped(line: Line) -> Line:
    """The closed line within the drawing and a rim that nobody sees (Sutherland and Hodgman, 1974)."""
    right, bottom = PART_WIDTH + RIM, PART_WIDTH / ASPECT + RIM
    for axis, limit, sign in ((0, -RIM, 1), (0, right, -1), (1, -RIM, 1), (1, bottom, -1)):
        line = _cut(line, axis, limit, sign)
    return line


def _cut(line: Line, axis: int, limit: float, sign: int) -> Line:
    kept: Line = []
    for before, here in zip([*line[-1:], *line[:-1]], line, strict=True):
        was_in, is_in = (before[axis] - limit) * sign >= 0, (here[axis] - limit) * sign >= 0
        if was_in != is_in:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            other = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if is_in:
            kept.append(here)
    return kept


def _drawn(line: Line) -> str:
    """The line as relative moves of whole units, near points left out."""
    whole = [(round(x), round(y)) for x, y in line]
    if len(whole) < 3:
        return ""
    at = whole[0]
    path = [f"M{at[0]} {at[1]}l"]
    for x, y in whole[1:]:
        if max(abs(x - at[0]), abs(y - at[1])) >= LEAST_STEP:
            path.append(f"{x - at[0]} {y - at[1]} ")
            at = x, y
    return "".join(path).rstrip() + "z" if len(path) > 2 else ""

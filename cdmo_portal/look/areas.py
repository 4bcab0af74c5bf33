"""A rectangle of the earth in degrees, as addresses write it: "west,south,east,north"."""

import re
from dataclasses import dataclass
from typing import Final, Self

NUMBER: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?")
DECIMALS: Final = 3
"""A thousandth of a degree is some hundred metres."""
WIDEST_CUT: Final = 360 - 2 * 10**-DECIMALS
"""What is wider is the whole circle: once rounded, its edges could be one."""
NARROW: Final = 0.5
"""Degrees; what is narrower is said with all decimals, else both of its edges would read the same."""


class AreaUnreadable(ValueError):
    """The text is no area; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Area:
    """Its western edge may lie east of its eastern one: it then crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) != 4 or not all(NUMBER.fullmatch(part) for part in parts):
            raise AreaUnreadable("An area is four numbers in degrees: west,south,east,north.")
        west, south, east, north = (float(part) for part in parts)
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            raise AreaUnreadable("Longitudes go from -180 to 180, latitudes from -90 to 90.")
        if south >= north:
            raise AreaUnreadable("The south of an area lies below its north.")
        if west == east or (west, east) == (180, -180):
            raise AreaUnreadable("An area is wider than nothing.")
        return cls(west, south, east, north)

    @classmethod
    def around(cls, longitude: float, latitude: float, width: float, height: float) -> Self:
        """The area of this size in degrees about a middle, moved down or up where a pole would cut it."""
        width, height = min(width, 360.0), min(height, 180.0)
        south = min(max(latitude - height / 2, -90.0), 90.0 - height)
        if width > WIDEST_CUT:
            return cls(-180, round(south, DECIMALS), 180, round(south + height, DECIMALS))
        edges = (_wrapped(longitude - width / 2), south, _wrapped(longitude + width / 2), south + height)
        return cls(*(round(edge, DECIMALS) for edge in edges))

    def __str__(self) -> str:
        return ",".join(_written(edge) for edge in (self.west, self.south, self.east, self.north))

    @property
    def crosses(self) -> bool:
        return self.west > self.east

    @property
    def width(self) -> float:
        return self.east - self.west + (360 if self.crosses else 0)

    @property
    def height(self) -> float:
        return self.north - self.south

    @property
    def middle(self) -> tuple[float, float]:
        return _wrapped(self.west + self.width / 2), (self.south + self.north) / 2

    def unwrapped(self, longitude: float) -> float:
        """The longitude counted on from the western edge, so that it never jumps inside the area."""
        return longitude + 360 if longitude < self.west else longitude

    @property
    def text(self) -> str:
        """For people: "48–55° N, 5–16° E"."""
        return f"{_span(self.south, self.north, 'S', 'N')}, {_span(self.west, self.east, 'W', 'E')}"


WHOLE_EARTH: Final = Area(-180, -90, 180, 90)


def _wrapped(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


def _written(edge: float) -> str:
    text = f"{edge:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _span(low: float, high: float, negative: str, positive: str) -> str:
    is_narrow = (high - low) % 360 < NARROW
    first, last = (_written(abs(end) if is_narrow else round(abs(end), 1)) for end in (low, high))
    if low < 0 and high < 0 and low < high:
        return f"{last}–{first}° {negative}"
    if low >= 0 and high >= 0 and low < high:
        return f"{first}–{last}° {positive}"
    directions = (negative if end < 0 else positive for end in (low, high))
    return " to ".join(f"{end}° {name}" for end, name in zip((first, last), directions, strict=True))

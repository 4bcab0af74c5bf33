"""A world map of a few options, each with a mark of its own; places that would touch stand side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cdmo_portal.look.drawing import MARKS, mark
from cdmo_portal.look.world import Cluster, Place, cluster, land, names

STEP: Final = 17.0
RADIUS: Final = 7


@dataclass(frozen=True)
class PlaceOf(Place):
    """A place of the option with this number."""

    option: int = 0


def draw_option_map(places: Sequence[PlaceOf]) -> SafeString:
    """The drawing alone; the caller puts the same places as text beside it."""
    clusters = cluster(places)
    count = len(places)
    return format_html(
        '<svg class="world" viewBox="60 0 860 430" role="img" aria-label="World map of {} compared. '
        'The same places are listed below.">{}{}</svg>',
        "1 site" if count == 1 else f"{count} sites",
        land(),
        format_html_join("", "{}", ((pin,) for each in clusters for pin in _pins(each))),
    )


def _pins(found: Cluster) -> Iterable[SafeString]:
    """One mark for each option that has a site here, with the names of its sites."""
    by_option: dict[int, list[Place]] = {}
    for place in found.places:
        by_option.setdefault(getattr(place, "option", 0), []).append(place)
    first = found.x - STEP * (len(by_option) - 1) / 2
    for index, (option, places) in enumerate(sorted(by_option.items())):
        yield format_html(
            '<g class="pin c{}"><title>{}</title>{}</g>',
            option % MARKS,
            names(Cluster(found.x, found.y, tuple(places))),
            mark(option, first + STEP * index, found.y, RADIUS),
        )

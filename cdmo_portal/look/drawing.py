"""Charts as SVG text: presentation attributes and classes only, so that a strict CSP holds."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cdmo_portal.look.wording import percent as percent_text
from cdmo_portal.look.wording import points as points_text

SHADES: Final = 6  # .s0 … .s5 in the stylesheet
HEAT_STEPS: Final = (0.05, 0.25, 0.45, 0.65, 0.8)
GAP: Final = 0.4
MARKS: Final = 4
LABEL_WIDTH: Final = 17  # characters
LABEL_LEADING: Final = 18


@dataclass(frozen=True)
class Segment:
    """One head of the score: the points it adds, out of the most it could add."""

    label: str
    points: float
    most: float


@dataclass(frozen=True)
class Series:
    """One candidate in a radar: a value from 0 to 100 for each axis, in the order of the axes."""

    label: str
    values: Sequence[float]


def score_bar(segments: Sequence[Segment], *, low: float, high: float) -> SafeString:
    """What is proven as solid segments up to `low`; what may come on top hatched, from `low` to `high`."""
    return format_html(
        '<svg class="sbar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" width="100" height="8"/>{}{}</svg>',
        _score_words(segments, low, high),
        format_html_join("", "{}", ((rect,) for rect in _segments(segments))),
        _hatched(low, high) if high - low > GAP else "",
    )


def _segments(segments: Sequence[Segment]) -> list[SafeString]:
    start = 0.0
    drawn = []
    for index, segment in enumerate(segments):
        drawn.append(_segment(segment, start, index % SHADES))
        start += segment.points
    return drawn


def _segment(segment: Segment, start: float, shade: int) -> SafeString:
    return format_html(
        '<rect class="seg s{}" x="{}" width="{}" height="8"><title>{}: {} of {} points</title></rect>',
        shade,
        f"{start:.2f}",
        f"{max(segment.points - GAP, 0):.2f}",
        segment.label,
        points_text(segment.points),
        points_text(segment.most),
    )


def _hatched(low: float, high: float) -> SafeString:
    # Strokes as one path, not a pattern: a pattern needs an id, and a page holds many of these bars.
    strokes = "".join(f"M{low + step:.2f} 8l.9-8" for step in range(int(high - low)))
    return format_html(
        '<g class="maybe"><title>{} more points if every open question is answered well</title>'
        '<rect class="maybe-fill" x="{}" width="{}" height="8"/><path class="maybe-lines" d="{}"/></g>',
        points_text(high - low),
        f"{low:.2f}",
        f"{high - low:.2f}",
        strokes,
    )


def _score_words(segments: Sequence[Segment], low: float, high: float) -> str:
    parts = ", ".join(f"{s.label} {points_text(s.points)} of {points_text(s.most)}" for s in segments)
    upper = f", up to {points_text(high)} if open questions are answered well" if high - low > GAP else ""
    return f"Score {points_text(low)} of 100{upper}. {parts}"


def rank_bar(shares: Sequence[tuple[str, float]], *, label: str) -> SafeString:
    """How often each rank is taken, as parts of 1 side by side; the last part is all lower ranks."""
    starts = [100 * sum(share for _, share in shares[:index]) for index in range(len(shares))]
    parts = [
        format_html(
            '<rect class="seg {}" x="{}" width="{}" height="8"><title>{}: {}</title></rect>',
            f"s{index}" if index + 1 < len(shares) else "track",
            f"{start:.2f}",
            f"{max(100 * share - GAP, 0):.2f}",
            name,
            percent_text(share),
        )
        for index, ((name, share), start) in enumerate(zip(shares, starts, strict=True))
        if share > 0
    ]
    return format_html(
        '<svg class="sbar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        f"{label}: " + ", ".join(f"{name} {percent_text(share)}" for name, share in shares),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def part_bar(value: float, most: float, shade: int = 0) -> SafeString:
    """A small bar beside a number that is already in the table, so silent for screen readers."""
    width = 100 * min(max(value / most, 0), 1) if most else 0
    return format_html(
        '<svg class="cbar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="seg s{}" width="{}" height="6"/></svg>',
        shade % SHADES,
        f"{width:.0f}",
    )


def heat_step(value: float, most: float) -> int:
    """0 (nothing) to 5 (nearly all), the stylesheet's heat classes; the number always stands beside it."""
    if value <= 0 or most <= 0:
        return 0
    return max(1, sum(value / most >= step for step in HEAT_STEPS))


def spark(values: Sequence[tuple[str, float | None]], unit: str) -> SafeString:
    """Quarters in a row: `(quarter, quantity)`; None (not stated) is a dash and never a zero."""
    most = max((value for _, value in values if value is not None), default=0) or 1
    bars = [_spark_bar(index, label, value, most, unit) for index, (label, value) in enumerate(values)]
    words = ", ".join(f"{label} {_spark_words(value, unit)}" for label, value in values)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} 20" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        max(len(values) * 13 - 2, 1),
        f"Reported open by quarter: {words}",
        format_html_join("", "{}", ((bar,) for bar in bars)),
    )


def _spark_words(value: float | None, unit: str) -> str:
    return "not stated" if value is None else f"{value:g} {unit}".strip()


def _spark_bar(index: int, label: str, value: float | None, most: float, unit: str) -> SafeString:
    height = 0.8 if not value else max(20 * value / most, 2)
    shade = "hn" if value is None else f"h{heat_step(value, most)}"
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="11" height="{}"><title>{}: {}</title></rect>',
        shade,
        index * 13 if value is not None else index * 13 + 3,
        f"{20 - height:.1f}",
        f"{height:.1f}",
        label,
        _spark_words(value, unit),
    )


def mark(series: int, x: float, y: float, r: float = 4) -> SafeString:
    """A shape of its own for each series, so that colour is never the only difference."""
    shape = (
        f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z",
        f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h-{2 * r}z",
        f"M{x:.1f} {y - r:.1f}l{r} {2 * r}h-{2 * r}z",
        f"M{x:.1f} {y - r:.1f}l{r} {r}l-{r} {r}l-{r}-{r}z",
    )[series % MARKS]
    return format_html('<path class="mk" d="{}"/>', shape)


def series_key(series: int) -> SafeString:
    return format_html(
        '<svg class="key c{}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{}</svg>',
        series % MARKS,
        mark(series, 6, 6),
    )


def on_axis(axis: int, axes: int, value: float, radius: float = 140) -> tuple[float, float]:
    """Where a value from 0 to 100 lies; the first axis points up, the others follow clockwise."""
    angle = 2 * math.pi * axis / axes - math.pi / 2
    return 280 + radius * value / 100 * math.cos(angle), 204 + radius * value / 100 * math.sin(angle)


def radar(axes: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Profiles on one web, all from 0 to 100. The caller shows the same values as a table."""
    count = len(axes)
    rings = [_ring([ring] * count) for ring in (25, 50, 75, 100)]
    labels = [_axis_label(index, count, label) for index, label in enumerate(axes)]
    shapes = [_shape(index, each) for index, each in enumerate(series)]
    return format_html(
        '<svg class="radar" viewBox="-10 0 580 410" role="img" aria-label="{}">{}</svg>',
        f"Radar chart of {', '.join(each.label for each in series)}. The table has the same values.",
        format_html_join("", "{}", ((piece,) for piece in (*rings, *labels, *shapes))),
    )


def _corners(values: Sequence[float]) -> list[tuple[float, float]]:
    return [on_axis(index, len(values), value) for index, value in enumerate(values)]


def _ring(values: Sequence[float]) -> SafeString:
    return format_html('<polygon class="grid" points="{}"/>', _path(_corners(values)))


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _axis_label(axis: int, axes: int, label: str) -> SafeString:
    x, y = on_axis(axis, axes, 112)
    anchor = "middle" if abs(x - 280) < 8 else "start" if x > 280 else "end"
    lines = textwrap.wrap(label, LABEL_WIDTH) or [""]
    # Lines stand above a label at the top, else around the axis, so that none touches the web.
    top = y - LABEL_LEADING * (len(lines) - 1) * (1 if y < 80 else 0.5)
    spans = ((f"{x:.1f}", f"{top + LABEL_LEADING * n + 5:.1f}", line) for n, line in enumerate(lines))
    return format_html(
        '<text class="lab" text-anchor="{}">{}</text>',
        anchor,
        format_html_join("", '<tspan x="{}" y="{}">{}</tspan>', spans),
    )


def _shape(index: int, series: Series) -> SafeString:
    corners = _corners(series.values)
    return format_html(
        '<g class="ser c{}"><title>{}</title><polygon points="{}"/>{}</g>',
        index % MARKS,
        series.label,
        _path(corners),
        format_html_join("", "{}", ((mark(index, x, y),) for x, y in corners)),
    )

"""What comes back to a CDMO for one of its sites: views, how it stands by kind of work, and what is asked.

Only what may be told is read at all (see `disclosed` of the models): nothing here leaves anything out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from matching.models import DemandFigure, Requirement, SiteReason, SiteStanding
from partners.disclosing import FEWEST, WEEK, last_told
from partners.models import Partner, ProfileView, Site, Term

VIEW_WEEKS: Final = 12
STANDING_WEEKS: Final = 8
MOST_CATEGORIES: Final = 8
MOST_LISTED: Final = 12
"""How many reasons and terms are named for one kind of work."""
MOST_DEMANDED: Final = 30

WITHOUT_TERM: Final[Mapping[str, Any]] = {
    Requirement.Kind.PLACE: _("Where the site lies"),
    Requirement.Kind.CAPACITY: _("Open capacity in time"),
}


@dataclass(frozen=True, slots=True)
class ViewsOfWeek:
    """By kind of reader, in their order; None stands for fewer than can be told, none included."""

    week: dt.date
    counts: tuple[int | None, ...]

    @property
    def told(self) -> int:
        return sum(each or 0 for each in self.counts)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is asked: in how many briefs, and how a site stands to it where that is said."""

    label: str
    kind: str
    briefs: int
    verdict: str = ""
    verdict_label: str = ""


@dataclass(frozen=True, slots=True)
class OfCategory:
    """How a site stands in one kind of work; `weeks` from the latest back."""

    label: str
    weeks: tuple[SiteStanding, ...]
    reasons: tuple[Line, ...]
    asked: tuple[Line, ...]

    @property
    def latest(self) -> SiteStanding:
        return self.weeks[0]


def views_by_week(site: Site, actor: Actor, today: dt.date) -> list[ViewsOfWeek]:
    """Of the latest weeks, whether or not anybody looked: nobody can tell none from few."""
    latest = last_told(today)
    weeks = [latest - number * WEEK for number in range(VIEW_WEEKS)]
    rows = ProfileView.objects.visible_to(actor).disclosed(today).filter(site=site, day__gte=weeks[-1])
    summed = rows.order_by().annotate(week=TruncWeek("day")).values_list("week", "reader")
    counts = {(week, reader): count for week, reader, count in summed.annotate(total=Sum("count"))}
    readers = ProfileView.Reader.values
    return [
        ViewsOfWeek(week, tuple(_if_enough(counts.get((week, reader), 0)) for reader in readers))
        for week in weeks
    ]


def _if_enough(count: int) -> int | None:
    return count if count >= FEWEST else None


def standing_by_category(site: Site, partner: Partner, actor: Actor, today: dt.date) -> list[OfCategory]:
    """The kinds of work that the site is nearest to come first."""
    since = last_told(today) - (STANDING_WEEKS - 1) * WEEK
    rows = SiteStanding.objects.visible_to(actor).disclosed(today).filter(site=site, week__gte=since)
    weeks: dict[str, list[SiteStanding]] = defaultdict(list)
    for row in rows.order_by("-week", "pk"):
        weeks[row.category].append(row)
    shown = sorted(weeks, key=lambda each: (*_nearness(weeks[each][0]), each))[:MOST_CATEGORIES]
    latest = {each: weeks[each][0].week for each in shown}
    reasons = SiteReason.objects.visible_to(actor).disclosed(today).filter(site=site)
    asked = _demand(partner, today).exclude(kind="")
    reason_lines, asked_lines = _lines(reasons, latest), _lines(asked, latest)
    labels = _labels(shown)
    return [
        OfCategory(
            _named(each, labels), tuple(weeks[each]), tuple(reason_lines[each]), tuple(asked_lines[each])
        )
        for each in shown
    ]


def demand(partner: Partner, today: dt.date) -> list[tuple[str, DemandFigure]]:
    """What is asked most in the latest week that may be told, by kind of work."""
    rows = list(_demand(partner, today).filter(week=last_told(today), kind="")[:MOST_DEMANDED])
    labels = _labels(row.category for row in rows)
    return [(_named(row.category, labels), row) for row in rows]


def _demand(partner: Partner, today: dt.date) -> Any:
    """Made-up demand is shown to made-up partners alone."""
    rows = DemandFigure.objects.disclosed(today)
    return rows if partner.is_sample else rows.filter(is_sample=False)


def _nearness(standing: SiteStanding) -> tuple[int, int, int]:
    return -standing.eligible, -standing.open_questions - standing.near, -standing.briefs


def _lines(rows: Any, latest: Mapping[str, dt.date]) -> dict[str, list[Line]]:
    """By category, of the latest week of each; what is in most briefs comes first."""
    found: dict[str, list[Line]] = defaultdict(list)
    named = rows.filter(category__in=list(latest), week__in=set(latest.values())).select_related("term")
    for row in named.order_by("-briefs", "term__position", "pk"):
        if row.week == latest[row.category] and len(found[row.category]) < MOST_LISTED:
            found[row.category].append(_line(row))
    return found


def _line(row: DemandFigure | SiteReason) -> Line:
    label = row.term.label if row.term else str(WITHOUT_TERM.get(row.kind, row.get_kind_display()))
    if isinstance(row, SiteReason):
        return Line(label, row.get_kind_display(), row.briefs, row.verdict, row.get_verdict_display())
    return Line(label, row.get_kind_display(), row.briefs)


def _labels(categories: Iterable[str]) -> dict[str, str]:
    codes = {code for each in categories for code in each.split("/") if code}
    return dict(Term.objects.filter(code__in=codes).values_list("code", "label"))


def _named(category: str, labels: Mapping[str, str]) -> str:
    """As it is said: what is made, of what, for which stage."""
    codes: Sequence[str] = [code for code in reversed(category.split("/")) if code]
    return " · ".join(labels.get(code, code) for code in codes)

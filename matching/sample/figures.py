"""Made-up figures of past weeks for one fictional CDMO: the sample world has too few sponsors for real ones.

No brief stands behind them. They are told to made-up partners alone.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from matching.models import DemandFigure, Requirement, SiteReason, SiteStanding, category_of
from partners.disclosing import WEEK, week_of
from partners.models import Site, Term
from partners.sample.views import WEEKS, build_views

SHOWN_TO: Final = "Larkfen Dosage"
Kind = Requirement.Kind
NO, SILENT, YES = SiteReason.Verdict.UNMET, SiteReason.Verdict.UNKNOWN, ""


@dataclass(frozen=True, slots=True)
class Asks:
    """Something that this share of the briefs ask, and how the works and the packing site stand to it."""

    kind: str
    term: str
    percent: int
    works: str = YES
    packing: str = SILENT

    def verdict(self, place: int) -> str:
        return self.packing if place else self.works


@dataclass(frozen=True, slots=True)
class Kindred:
    """One kind of work: how many briefs there are at first and of how many sponsors, and what they ask.

    Of the works, `fitting` is the percent of briefs for which they are eligible, `near` of those with open
    questions or near misses.
    """

    codes: tuple[str, str, str]
    briefs: int
    sponsors: int
    fitting: int
    near: int
    asks: tuple[Asks, ...]


DEMAND: Final = (
    Kindred(
        ("stg.phase1", "mod.small-molecule", "df.capsule-hard"),
        briefs=14,
        sponsors=9,
        fitting=45,
        near=35,
        asks=(
            Asks(Kind.TERM, "df.capsule-hard", 100),
            Asks(Kind.TERM, "svc.clin.placebo", 75),
            Asks(Kind.TERM, "an.dissolution", 75),
            Asks(Kind.TERM, "svc.reg.qp.eu", 60, works=NO),
            Asks(Kind.CAPACITY, "", 60, works=NO),
            Asks(Kind.TERM, "svc.pack.clinical", 60, works=SILENT, packing=YES),
        ),
    ),
    Kindred(
        ("stg.phase2", "mod.small-molecule", "df.tablet.film-coated"),
        briefs=11,
        sponsors=7,
        fitting=10,
        near=60,
        asks=(
            Asks(Kind.TERM, "df.tablet.film-coated", 100),
            Asks(Kind.TERM, "an.xrpd", 90, works=SILENT),
            Asks(Kind.INSPECTION, "reg.fda", 80, works=NO),
            Asks(Kind.HAZARD, "haz.beta-lactam", 75, works=SILENT),
            Asks(Kind.PLACE, "", 75, packing=YES),
        ),
    ),
    Kindred(
        ("stg.commercial", "mod.small-molecule", "df.tablet.film-coated"),
        briefs=19,
        sponsors=12,
        fitting=0,
        near=20,
        asks=(
            Asks(Kind.TERM, "df.tablet.film-coated", 100, works=NO),
            Asks(Kind.TERM, "svc.pack.serialisation", 80, works=SILENT),
            Asks(Kind.INSPECTION, "reg.fda", 60, works=NO),
            Asks(Kind.INSPECTION, "reg.ema", 60, works=SILENT),
        ),
    ),
)


@transaction.atomic
def build_figures(as_of: dt.date) -> None:
    """Of the weeks before that of `as_of`; what stands already stays as it is."""
    sites = list(Site.objects.filter(partner__name=SHOWN_TO, partner__is_sample=True).order_by("pk"))
    terms = dict(Term.objects.values_list("code", "pk"))
    build_views(sites, as_of)
    for number in range(WEEKS):
        week = week_of(as_of) - (WEEKS - number) * WEEK
        for work in DEMAND:
            _build_week(work, number, week, sites, terms)


def remove_figures() -> None:
    """What does not go with the sample's sites."""
    DemandFigure.objects.filter(is_sample=True).delete()


def _build_week(
    work: Kindred, number: int, week: dt.date, sites: Sequence[Site], terms: Mapping[str, int]
) -> None:
    # Slowly more, up and down from week to week.
    briefs = work.briefs + number // 3 + (number * 5) % 3
    sponsors = work.sponsors + number // 5
    of_week: dict[str, Any] = {"week": week, "category": category_of(*work.codes)}
    whole = DemandFigure(briefs=briefs, sponsors=sponsors, is_sample=True, **of_week)
    asked = [
        DemandFigure(
            kind=each.kind,
            term_id=terms.get(each.term),
            briefs=briefs * each.percent // 100,
            sponsors=sponsors * each.percent // 100,
            is_sample=True,
            **of_week,
        )
        for each in work.asks
    ]
    standings = [_standing(work, whole, site, place) for place, site in enumerate(sites)]
    reasons = [row for place, site in enumerate(sites) for row in _reasons(work, asked, site, place)]
    DemandFigure.objects.bulk_create([whole, *asked], ignore_conflicts=True)
    SiteStanding.objects.bulk_create(standings, ignore_conflicts=True)
    SiteReason.objects.bulk_create(reasons, ignore_conflicts=True)


def _standing(work: Kindred, whole: DemandFigure, site: Site, place: int) -> SiteStanding:
    """The first site does such work; the others do none of it."""
    eligible, near = (0 if place else whole.briefs * each // 100 for each in (work.fitting, work.near))
    return SiteStanding(
        week=whole.week,
        category=whole.category,
        site=site,
        briefs=whole.briefs,
        sponsors=whole.sponsors,
        eligible=eligible,
        open_questions=near - near // 3,
        near=near // 3,
        rest=whole.briefs - eligible - near,
    )


def _reasons(work: Kindred, asked: Iterable[DemandFigure], site: Site, place: int) -> Iterator[SiteReason]:
    for each, figure in zip(work.asks, asked, strict=True):
        if verdict := each.verdict(place):
            yield SiteReason(
                week=figure.week,
                category=figure.category,
                site=site,
                kind=figure.kind,
                term_id=figure.term_id,
                verdict=verdict,
                briefs=figure.briefs,
                sponsors=figure.sponsors,
            )

"""The figures of a week are counted once, category by category, as they stand when it is their turn.

What is to be counted stands in rows; messages are hints. A category is judged outside any transaction, and
its figures are replaced in one, fenced by the lease: counted again, they are the same. Where there are not
enough sponsors, nothing is kept that could be told later. Figures are read when their week is long over.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

import structlog
from django.db import Error, transaction
from django.utils import timezone

from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from matching.models import CategoryWeek, DemandFigure, SiteReason, SiteStanding
from matching.ranking.demand import COUNTED, Counted, Subject, Tally, categories, count_category
from matching.scoring.eligibility import Standing
from partners.disclosing import FEWEST, WEEK, week_of
from partners.models import Site, Term

log = structlog.stdlib.get_logger(__name__)

# The task's time limit is given at most.
FIGURES: Final = Queue(CategoryWeek, state=CategoryWeek.State.DUE, seconds=180)
KEPT: Final = 53 * WEEK
# Of reasons only the latest that may be told are shown.
REASONS_KEPT: Final = 5 * WEEK
AT_ONCE: Final = 1_000

type TermIds = Mapping[str, int]


def count_due(*, seconds: float) -> int:
    """Count categories of this week that are due, starting with no other after `seconds`; how many."""
    week = week_of(_today())
    CategoryWeek.objects.bulk_create(
        [CategoryWeek(week=week, category=each) for each in categories(fewest=FEWEST)],
        ignore_conflicts=True,
    )
    _forget(week)
    return work_off(FIGURES, count_again, seconds=seconds)


def count_again(lease: Lease) -> None:
    # A week that has passed meanwhile cannot be counted any more: it would get the figures of another.
    work = FIGURES.held(lease).filter(week=week_of(_today())).first()
    if work is None:
        return
    sites = Site.objects.filter(partner__organisation__isnull=False).order_by("pk")
    try:
        counted = count_category(work.category, sites.values_list("pk", flat=True), today=_today())
        _replace(lease, counted)
    except LeaseLost:
        log.warning("lease of a week's figures lost", work=lease.pk)
    except Error:
        raise  # the database may be restarting; the lease ends, and the category is still due
    except Exception as error:
        log.exception("figures could not be counted", work=lease.pk)
        FIGURES.put_off(lease, f"{type(error).__name__}: {error}")


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


@transaction.atomic
def _replace(lease: Lease, counted: Counted) -> None:
    work = FIGURES.hold(lease)
    for model in (DemandFigure, SiteStanding, SiteReason):
        model._default_manager.filter(week=work.week, category=work.category).delete()
    if counted.whole.sponsors[0] >= FEWEST:
        terms = dict(Term.objects.values_list("code", "pk"))
        DemandFigure.objects.bulk_create(_demand(work, counted, terms), batch_size=AT_ONCE)
        SiteStanding.objects.bulk_create(_standings(work, counted), batch_size=AT_ONCE)
        SiteReason.objects.bulk_create(_reasons(work, counted, terms), batch_size=AT_ONCE)
    work.lease_until, work.attempts, work.last_error = None, 0, ""
    work.state, work.counted_at = CategoryWeek.State.DONE, timezone.now()
    work.save()


def _is_known(code: str, terms: TermIds) -> bool:
    """Whether it can be named: by a term, or by its kind alone."""
    return not code or code in terms


def _demand(work: CategoryWeek, counted: Counted, terms: TermIds) -> Iterator[DemandFigure]:
    asked: list[tuple[Subject, Tally]] = [(("", ""), counted.whole), *counted.asked.items()]
    for (kind, code), tally in asked:
        if tally.sponsors[0] >= FEWEST and _is_known(code, terms):
            yield DemandFigure(
                week=work.week,
                category=work.category,
                kind=kind,
                term_id=terms.get(code),
                briefs=int(tally.briefs[0]),
                sponsors=int(tally.sponsors[0]),
            )


def _standings(work: CategoryWeek, counted: Counted) -> Iterator[SiteStanding]:
    eligible, open_questions, near = (counted.standings[each].briefs for each in COUNTED)
    rest = counted.standings[Standing.REST].briefs
    for place, site in enumerate(counted.sites):
        yield SiteStanding(
            week=work.week,
            category=work.category,
            site_id=int(site),
            briefs=int(counted.whole.briefs[0]),
            sponsors=int(counted.whole.sponsors[0]),
            eligible=int(eligible[place]),
            open_questions=int(open_questions[place]),
            near=int(near[place]),
            rest=int(rest[place]),
        )


def _reasons(work: CategoryWeek, counted: Counted, terms: TermIds) -> Iterator[SiteReason]:
    for ((kind, code), verdict), tally in counted.reasons.items():
        is_told = (tally.sponsors >= FEWEST) & _is_known(code, terms)
        for place in is_told.nonzero()[0]:
            yield SiteReason(
                week=work.week,
                category=work.category,
                site_id=int(counted.sites[place]),
                kind=kind,
                term_id=terms.get(code),
                verdict=verdict,
                briefs=int(tally.briefs[place]),
                sponsors=int(tally.sponsors[place]),
            )


def _forget(week: dt.date) -> None:
    """What is too old to be shown, and what was not counted in its week."""
    CategoryWeek.objects.filter(week__lt=week, state=CategoryWeek.State.DUE).delete()
    SiteReason.objects.filter(week__lt=week - REASONS_KEPT).delete()
    for model in (DemandFigure, SiteStanding, CategoryWeek):
        model._default_manager.filter(week__lt=week - KEPT).delete()

"""What the open briefs of one category ask, and how sites stand for them: counts, and nothing of any brief.

Judged on columns by what is known to everybody: what a sponsor knows itself must not show in a figure.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import structlog
from django.db.models import Count, QuerySet

from cdmo_portal.accounts.models import Organisation
from matching.models import Brief, Requirement, SiteReason, category_of
from matching.ranking import weights_of
from matching.ranking.asking import brief_asked
from matching.ranking.store import Known, store
from matching.scoring.columns.arrays import Bools, Ints
from matching.scoring.columns.fields import Asked, Field, Remembered, field_of
from matching.scoring.columns.grounds import SOFT, UNKNOWN
from matching.scoring.columns.standings import CODES
from matching.scoring.eligibility import Standing
from matching.scoring.explanation import is_gate
from matching.scoring.matching import BriefInvalid, plan_for
from matching.scoring.requirements import (
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    TermAsked,
)
from matching.scoring.weights import WeightsInvalid

log = structlog.stdlib.get_logger(__name__)

CODES_OF_CATEGORY: Final = ("stage__code", "modality__code", "dosage_form__code")
COUNTED: Final = (Standing.ELIGIBLE, Standing.OPEN_QUESTIONS, Standing.NEAR_MISS)
"""What is counted by name; the register's sites and all others are the rest."""

type Subject = tuple[str, str]
"""A kind of requirement and a term's code, which is empty for places and capacity."""


class Tally:
    """Of each site, or of one thing: in how many briefs it is so, and of how many sponsors."""

    def __init__(self, size: int) -> None:
        self.briefs: Ints = np.zeros(size, dtype=np.int64)
        self.sponsors: Ints = np.zeros(size, dtype=np.int64)
        self._last: Ints = np.zeros(size, dtype=np.int64)

    def add(self, is_so: Bools, sponsor: int) -> None:
        """One brief more. Those of one sponsor come one after the other."""
        self.briefs += is_so
        self.sponsors += is_so & (self._last != sponsor)
        self._last[is_so] = sponsor


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one category. Tallies of sites have one entry per site, in the order of `sites` (primary keys)."""

    sites: Ints
    whole: Tally
    asked: Mapping[Subject, Tally]
    standings: Mapping[Standing, Tally]
    reasons: Mapping[tuple[Subject, SiteReason.Verdict], Tally]


def open_briefs() -> QuerySet[Brief]:
    """Those that are matched again by themselves, of sponsors who may take part, and that say their kind."""
    rows = Brief.objects.filter(
        state=Brief.State.OPEN, archived_at=None, organisation__state=Organisation.State.APPROVED
    )
    return rows.exclude(stage=None, modality=None, dosage_form=None)


def categories(*, fewest: int) -> list[str]:
    """Those with open briefs of at least so many sponsors."""
    found = open_briefs().order_by().values_list(*CODES_OF_CATEGORY)
    by_sponsors = found.annotate(sponsors=Count("organisation", distinct=True))
    return sorted(category_of(*codes) for *codes, sponsors in by_sponsors if sponsors >= fewest)


def briefs_of(category: str) -> QuerySet[Brief]:
    """Sponsor by sponsor."""
    named = dict(zip(CODES_OF_CATEGORY, (code or None for code in category.split("/")), strict=True))
    rows = open_briefs().filter(**named).select_related("stage", "modality", "dosage_form")
    return rows.order_by("organisation_id", "pk")


def count_category(category: str, site_pks: Iterable[int], *, today: dt.date) -> Counted:
    """Briefs that cannot be scored match nobody, so they count nowhere."""
    known = store.known()
    wanted = np.fromiter(site_pks, dtype=np.int64)
    everywhere = np.concatenate([each.segment.sites.pk[each.is_current] for each in known.columns.shares])
    at = np.flatnonzero(np.isin(everywhere, wanted))
    counted = _empty(everywhere[at])
    for brief in briefs_of(category).iterator(chunk_size=200):
        try:
            plan = _plan(brief, known, today)
        except (BriefInvalid, WeightsInvalid) as error:
            log.warning("brief is not counted", brief=brief.pk, field=error.field, reason=error.reason)
            continue
        field = field_of(plan, known.columns, Remembered(known.vocabulary))
        _add(counted, plan, field, at, brief.organisation_id)
    return counted


def _plan(brief: Brief, known: Known, today: dt.date) -> Asked:
    return plan_for(brief_asked(brief, known.vocabulary, weights_of(brief)), known.vocabulary, today)


def _empty(sites: Ints) -> Counted:
    size = len(sites)
    return Counted(
        sites,
        Tally(1),
        defaultdict(lambda: Tally(1)),
        {each: Tally(size) for each in (*COUNTED, Standing.REST)},
        defaultdict(lambda: Tally(size)),
    )


def _add(counted: Counted, plan: Asked, field: Field, at: Ints, sponsor: int) -> None:
    yes = np.ones(1, dtype=np.bool_)
    counted.whole.add(yes, sponsor)
    standing, is_profiled = field.standing[at], field.is_profiled[at]
    is_named = np.zeros(len(at), dtype=np.bool_)
    for each in COUNTED:
        stands = is_profiled & (standing == CODES[each])
        counted.standings[each].add(stands, sponsor)
        is_named |= stands
    counted.standings[Standing.REST].add(~is_named, sponsor)
    for subject, levels in _levels(plan, field, at).items():
        counted.asked[subject].add(yes, sponsor)
        for verdict, is_so in (
            (SiteReason.Verdict.UNMET, (levels <= SOFT).any(axis=0)),
            (SiteReason.Verdict.UNKNOWN, (levels == UNKNOWN).any(axis=0)),
        ):
            if is_so.any():
                counted.reasons[subject, verdict].add(is_so, sponsor)


def _levels(plan: Asked, field: Field, at: Ints) -> dict[Subject, Ints]:
    """By what is asked, the levels (gates × sites) of the gates that ask it."""
    gates = [each for each in plan.brief.requirements if is_gate(each)]
    found: dict[Subject, list[Ints]] = defaultdict(list)
    for gate, levels in zip(gates, field.gates[:, at], strict=True):
        for subject in {each for condition in gate.conditions for each in subjects_of(condition)}:
            found[subject].append(levels)
    return {subject: np.array(levels) for subject, levels in found.items()}


def subjects_of(condition: Condition) -> Iterator[Subject]:
    """What a condition asks in words of the vocabulary: never its numbers, its countries or its label."""
    kind = Requirement.Kind
    match condition:
        case TermAsked():
            yield kind.TERM, condition.term
        case HazardAsked():
            yield kind.HAZARD, condition.term
        case CertificateAsked():
            yield kind.CERTIFICATE, condition.term
        case RegistrationAsked():
            yield kind.REGISTRATION, condition.authority
        case InspectionAsked():
            yield from ((kind.INSPECTION, authority) for authority in condition.authorities)
        case PlaceAsked():
            yield kind.PLACE, ""
        case CapacityAsked():
            yield kind.CAPACITY, ""

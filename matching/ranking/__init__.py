"""Rows in, scoring, result out: the work behind the match page, the API and the background job."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from matching.models import Brief
from matching.ranking.asking import Draft, brief_asked
from matching.ranking.store import Known, store
from matching.scoring.matching import match
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import MatchResult
from matching.scoring.weights import PRESETS


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was asked and what came out, as of a day; `known` are the facts read."""

    asked: BriefAsked
    result: MatchResult
    as_of: dt.date
    known: Known


def weights_of(brief: Brief) -> dict[str, float]:
    """The brief's own points per head, else those of its preset."""
    return {head: float(points) for head, points in (brief.weights or PRESETS[brief.preset]).items()}


def match_brief(
    brief: Brief | Draft, *, weights: Mapping[str, float] | None = None, as_of: dt.date | None = None
) -> Ranked:
    """Score every known site for this brief; `weights` replaces the brief's own for a preview."""
    own = weights_of(brief.brief if isinstance(brief, Draft) else brief)
    known = store.known()
    today = as_of or dt.datetime.now(dt.UTC).date()
    asked = brief_asked(brief, known.vocabulary, weights or own)
    result = match(asked, list(known.sites.values()), known.vocabulary, today=today)
    return Ranked(asked, result, today, known)

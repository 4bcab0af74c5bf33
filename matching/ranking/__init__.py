"""Rows in, scoring, result out: the work behind the match page, the API and the background job."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from matching.models import Brief, MatchRun
from matching.ranking.asking import Draft, brief_asked
from matching.ranking.own import laid, own_of
from matching.ranking.store import Known, store
from matching.scoring.columns.fields import Memory
from matching.scoring.facts import SiteFacts
from matching.scoring.matching import SHOWN, FactsMoved, FactsOf, match_directory, plan_for
from matching.scoring.own_facts import NOTHING, OwnFacts, match_with_own, with_blocked
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import MatchResult
from matching.scoring.weightings import Weighting, by_preset, from_plain, shown_shares

MOST_TRIES = 4

memory = Memory()
"""Shared by the threads of a process: a moved weight judges nothing again."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was asked and what came out, as of a day; `known` are the facts read, `own` the asker's own."""

    asked: BriefAsked
    result: MatchResult
    as_of: dt.date
    known: Known
    own: OwnFacts = NOTHING


def weighting_of(brief: Brief) -> Weighting:
    """What the brief says about weights: swings or an order, else points, else its preset's."""
    if brief.weighting:
        return from_plain(brief.weighting)
    if brief.weights:
        return Weighting("points", {head: float(points) for head, points in brief.weights.items()})
    return by_preset(brief.preset)


def weighting_of_run(brief: Brief, run: MatchRun) -> Weighting:
    """The brief's statement, or if that was changed since, what the run was scored with."""
    now, then = weighting_of(brief), dict(run.result["weights"])
    is_same = any(now.points.values()) and shown_shares(now.shares) == shown_shares(then)
    return now if is_same else Weighting("points", then)


def weights_of(brief: Brief) -> dict[str, float]:
    """Points per head, as the brief's own statement gives them."""
    return weighting_of(brief).points


def match_brief(
    brief: Brief | Draft,
    *,
    weights: Mapping[str, float] | None = None,
    as_of: dt.date | None = None,
    is_kept: bool = False,
) -> Ranked:
    """Score every known site for this brief; `weights` replaces the brief's own for a preview.

    What the brief's organisation knows itself counts, and sites that it blocks are only counted. With
    `is_kept`, `known.sites` of the answer are exactly the shared facts that the result was made on. Raises
    BriefInvalid or WeightsInvalid.
    """
    points = weights or weights_of(brief.brief if isinstance(brief, Draft) else brief)
    today = as_of or dt.datetime.now(dt.UTC).date()
    own = own_of(brief.organisation_id)
    for _ in range(MOST_TRIES):
        known = store.known()
        asked = brief_asked(brief, known.vocabulary, points)
        plan = plan_for(asked, known.vocabulary, today)
        columns = known.columns  # before the sites, so that `is_current` vouches for them
        facts_of = in_sites(known.sites) if is_kept else known.facts_of
        ground = laid(own, columns, facts_of, known.vocabulary, today)
        try:
            result = match_directory(plan, ground.columns, ground.facts_of, memory=memory)
        except FactsMoved:
            continue
        if not is_kept or known.is_current:
            return Ranked(asked, with_blocked(result, ground.blocked), today, known, own.facts)
    # Facts change faster than they can be looked at twice: columns and words from one and the same reading.
    known = store.known()
    sites = list(known.sites.values())
    result = match_with_own(asked, sites, known.vocabulary, own.facts, today=today, shown=SHOWN)
    return Ranked(asked, result, today, known, own.facts)


def in_sites(sites: Mapping[int, SiteFacts]) -> FactsOf:
    return lambda pks: {pk: sites[pk] for pk in pks if pk in sites}

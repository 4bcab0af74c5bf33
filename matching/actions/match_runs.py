"""Scoring a brief and keeping the result."""

import datetime as dt

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions import briefs
from matching.actions.briefs import BriefActionRefused, BriefNotInState, NotAllowed
from matching.models import Brief, MatchRun
from matching.permissions import can_reopen_brief
from matching.ranking import match_brief
from matching.ranking.keeping import keep
from matching.scoring.matching import BriefInvalid
from matching.scoring.weightings import Weighting
from matching.scoring.weights import WeightsInvalid
from matching.watching import mark_seen


class BriefCannotBeScored(BriefActionRefused):
    """What the brief asks, or how it weighs, cannot be turned into a score."""


@transaction.atomic
def run(*, by: Actor, brief: Brief, as_of: dt.date | None = None) -> MatchRun:
    """Score every known site for the brief and store what was asked and what came out.

    Raises NotAllowed for readers and strangers and for an archived brief, BriefNotInState for a draft or a
    closed one, and BriefCannotBeScored, which names what is at fault, when for example only heads that do not
    apply carry weight.
    """
    if not can_reopen_brief(by, brief):
        raise NotAllowed("This brief is archived, or your role may only read it.")
    if brief.state == Brief.State.DRAFT:
        raise BriefNotInState("Open the brief first; a draft is not matched.")
    if brief.state == Brief.State.CLOSED:
        raise BriefNotInState("This brief is closed; open it again first.")
    try:
        ranked = match_brief(brief, as_of=as_of, is_kept=True)
    except (BriefInvalid, WeightsInvalid) as error:
        raise BriefCannotBeScored(f"This brief cannot be scored: {error.reason}") from error
    stored = keep(brief, ranked, made_by=by.user)
    mark_seen(brief, stored)
    record(
        "match_run.made", by=by, about=stored, data={"brief": brief.pk}, organisation_id=brief.organisation_id
    )
    return stored


@transaction.atomic
def open_and_run(*, by: Actor, brief: Brief) -> MatchRun:
    """Confirm a draft and match it: both, or neither when it cannot be scored."""
    return run(by=by, brief=briefs.open_brief(by=by, brief=brief))


@transaction.atomic
def weigh_and_run(*, by: Actor, brief: Brief, version: int, weighting: Weighting) -> MatchRun:
    """Save other weights and match with them: both, or neither when no score follows from them.

    Raises BriefChangedMeanwhile when somebody saved the brief since that version.
    """
    return run(by=by, brief=briefs.weigh(by=by, brief=brief, version=version, weighting=weighting))

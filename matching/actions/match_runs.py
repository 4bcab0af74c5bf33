"""Scoring a brief and keeping the result."""

import datetime as dt

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.briefs import BriefNotInState, NotAllowed
from matching.models import Brief, MatchRun
from matching.permissions import can_edit_brief
from matching.ranking import match_brief
from matching.ranking.asking import asked_json
from matching.scoring.matching import ENGINE_VERSION
from matching.scoring.serialisation import to_json


@transaction.atomic
def run(*, by: Actor, brief: Brief, as_of: dt.date | None = None) -> MatchRun:
    """Score every known site for the brief and store what was asked and what came out.

    Raises NotAllowed for readers and strangers, BriefNotInState for a draft.
    """
    if not can_edit_brief(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")
    if brief.state == Brief.State.DRAFT:
        raise BriefNotInState("Open the brief first; a draft is not matched.")
    ranked = match_brief(brief, as_of=as_of)
    stored = MatchRun.objects.create(
        organisation_id=brief.organisation_id,
        brief=brief,
        made_by=by.user,
        as_of=ranked.as_of,
        brief_version=brief.version,
        engine_version=ENGINE_VERSION,
        asked=asked_json(ranked.asked),
        result=to_json(ranked.result),
        facts_sha256=ranked.facts_sha256,
    )
    record(
        "match_run.made", by=by, about=stored, data={"brief": brief.pk}, organisation_id=brief.organisation_id
    )
    return stored

"""A match becomes a row: the result, what was asked, and the facts that it was made on."""

from cdmo_portal.accounts.models import User
from matching.models import Brief, MatchRun
from matching.ranking import Ranked
from matching.ranking.asking import asked_json
from matching.ranking.freezing import freeze, own_to_plain
from matching.scoring.matching import ENGINE_VERSION
from matching.scoring.serialisation import to_json


def keep(brief: Brief, ranked: Ranked, *, made_by: User | None, in_background: bool = False) -> MatchRun:
    """Store the run, inside the caller's transaction. `brief` is the version that was scored."""
    snapshot = freeze(ranked.known)
    return MatchRun.objects.create(
        organisation_id=brief.organisation_id,
        brief=brief,
        made_by=made_by,
        in_background=in_background,
        as_of=ranked.as_of,
        brief_version=brief.version,
        engine_version=ENGINE_VERSION,
        asked=asked_json(ranked.asked),
        result=to_json(ranked.result),
        facts_sha256=snapshot.sha256,
        facts=snapshot,
        own_facts=own_to_plain(ranked.own),
    )

"""Sites judged in words on the frozen facts of a run, which lists them by score alone or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from matching.models import MatchRun
from matching.ranking.freezing import CannotReproduce, facts_of
from matching.scoring.plain_records import RecordUnknown
from matching.scoring.rejudging import judged_alone
from matching.scoring.serialisation import Json
from matching.scoring.serialisation import site as site_json
from matching.scoring.stored_brief import asked_from_json

type Told = dict[str, Json]
WHOLE = ("eligible", "open_questions", "near_misses", "registered_only")
"""The lists whose first candidates a run explains."""


def judged_again(
    run: MatchRun, keys: Collection[str], *, weights: Mapping[str, float] | None = None
) -> dict[str, Told] | None:
    """Sites by key as the run would have explained them; None where its facts cannot be read."""
    if not keys:
        return {}
    try:
        sites, vocabulary = facts_of(run, keys)
        asked = asked_from_json(run.asked)
    except (CannotReproduce, RecordUnknown):
        return None
    brief = replace(asked, weights=dict(weights)) if weights is not None else asked
    return {each.key: site_json(each) for each in judged_alone(brief, sites, vocabulary, today=run.as_of)}


def explained_further(
    run: MatchRun, keys: Sequence[str], *, weights: Mapping[str, float] | None = None
) -> list[Told]:
    """Candidates explained when somebody turns to them, in this order; `weights` are those of a preview.

    From the frozen facts, so it says the same whenever it is asked. Sites that cannot be told are left out.
    """
    found = judged_again(run, keys, weights=weights) or {}
    return [found[key] for key in keys if key in found]


def candidate_of(run: MatchRun, key: str) -> Mapping[str, Any] | None:
    """The candidate as the run explains it; one that it lists by score alone is explained now."""
    for name in WHOLE:
        for site in run.result.get(name, ()):
            if site["key"] == key:
                found: Mapping[str, Any] = site
                return found
    listed = {site["key"] for sites in run.result["further"].values() for site in sites}
    told = explained_further(run, [key]) if key in listed else []
    return told[0] if told else None

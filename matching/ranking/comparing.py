"""Two stored runs compared, with the frozen facts of each to tell what happened to sites it does not list."""

from collections.abc import Collection

from matching.models import MatchRun
from matching.ranking.freezing import CannotReproduce, facts_of
from matching.scoring.attribution import Stored
from matching.scoring.comparison import Comparison, Side, compare, judged_elsewhere
from matching.scoring.plain_records import RecordUnknown
from matching.scoring.rejudging import judged_alone
from matching.scoring.serialisation import site as site_json
from matching.scoring.stored_brief import asked_from_json


def compare_runs(before: MatchRun, after: MatchRun) -> Comparison:
    """From `before` to `after`; select `facts__vocabulary` with both."""
    at_first, now = judged_elsewhere(before.result, after.result)
    return compare(
        Side(before.asked, before.result, elsewhere(before, at_first)),
        Side(after.asked, after.result, elsewhere(after, now)),
    )


def elsewhere(run: MatchRun, keys: Collection[str]) -> dict[str, Stored | None]:
    """These sites judged as the run would have; nothing where its facts cannot be read."""
    if not keys:
        return {}
    try:
        sites, vocabulary = facts_of(run, keys)
        asked = asked_from_json(run.asked)
    except (CannotReproduce, RecordUnknown):
        return {}
    found = judged_alone(asked, sites, vocabulary, today=run.as_of)
    return dict.fromkeys(keys) | {each.key: site_json(each) for each in found}

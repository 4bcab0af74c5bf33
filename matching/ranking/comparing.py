"""Two stored runs compared, with the frozen facts of each to tell what happened to sites it does not list."""

from collections.abc import Collection

from matching.models import MatchRun
from matching.ranking.explaining import judged_again
from matching.ranking.freezing import own_of_run
from matching.scoring.attribution import Stored
from matching.scoring.comparison import Comparison, Side, compare, judged_elsewhere


def compare_runs(before: MatchRun, after: MatchRun) -> Comparison:
    """From `before` to `after`; select `facts__vocabulary` with both."""
    at_first, now = judged_elsewhere(before.result, after.result)
    return compare(
        Side(before.asked, before.result, elsewhere(before, at_first), own_of_run(before).blocked),
        Side(after.asked, after.result, elsewhere(after, now), own_of_run(after).blocked),
    )


def elsewhere(run: MatchRun, keys: Collection[str]) -> dict[str, Stored | None]:
    """These sites judged as the run would have; None was not known then, and absent cannot be told."""
    found = judged_again(run, keys)
    return {} if found is None else dict.fromkeys(keys) | found

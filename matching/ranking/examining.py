"""The examination of a stored run, worked out once per process: a run is frozen, so it cannot change."""

from uuid import UUID

from matching.models import MatchRun
from matching.scoring.examination import Examination, examination
from matching.scoring.weightings import Weighting

MOST_KEPT = 200

type Key = tuple[UUID, tuple[str, ...]]

_kept: dict[Key, Examination | None] = {}


def examination_of_run(run: MatchRun, weighting: Weighting) -> Examination | None:
    """`weighting` is how the weights of the run were said; the weights themselves are in it."""
    key = (run.uid, weighting.order)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = examination(run.result, weighting)
    return _kept[key]

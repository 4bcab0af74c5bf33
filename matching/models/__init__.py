from matching.models.briefs import Brief, Requirement, Step
from matching.models.match_runs import MatchRun
from matching.models.shortlists import ShortlistEntry

__all__ = ["Brief", "MatchRun", "Requirement", "ShortlistEntry", "Step"]

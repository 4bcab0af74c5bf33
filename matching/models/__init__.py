from matching.models.briefs import Brief, Requirement, Step
from matching.models.frozen_facts import FactsSnapshot, FactsVersion
from matching.models.match_runs import MatchRun
from matching.models.shortlists import ShortlistEntry

__all__ = ["Brief", "FactsSnapshot", "FactsVersion", "MatchRun", "Requirement", "ShortlistEntry", "Step"]

from matching.models.briefs import Brief, Requirement, Step
from matching.models.frozen_facts import FactsSnapshot, FactsVersion
from matching.models.match_runs import MatchRun
from matching.models.shortlists import ShortlistEntry
from matching.models.watches import BriefWatch

__all__ = [
    "Brief",
    "BriefWatch",
    "FactsSnapshot",
    "FactsVersion",
    "MatchRun",
    "Requirement",
    "ShortlistEntry",
    "Step",
]

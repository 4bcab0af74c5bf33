from matching.models.brief_changes import BriefChange
from matching.models.brief_comments import LONGEST_COMMENT, BriefComment, BriefNotice
from matching.models.briefs import Brief, BriefColleague, Requirement, Step
from matching.models.frozen_facts import FactsSnapshot, FactsVersion
from matching.models.match_runs import MatchRun
from matching.models.shortlists import ShortlistEntry
from matching.models.watches import BriefWatch

__all__ = [
    "LONGEST_COMMENT",
    "Brief",
    "BriefChange",
    "BriefColleague",
    "BriefComment",
    "BriefNotice",
    "BriefWatch",
    "FactsSnapshot",
    "FactsVersion",
    "MatchRun",
    "Requirement",
    "ShortlistEntry",
    "Step",
]

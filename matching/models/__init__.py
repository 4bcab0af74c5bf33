from matching.models.brief_changes import BriefChange
from matching.models.brief_comments import LONGEST_COMMENT, BriefComment, BriefNotice
from matching.models.briefs import LONGEST_TITLE, Brief, BriefColleague, Requirement, Step
from matching.models.demand import (
    CategoryWeek,
    DemandFigure,
    SiteReason,
    SiteStanding,
    category_of,
)
from matching.models.external_ids import BriefExternalId, ShortlistExternalId
from matching.models.frozen_facts import FactsSnapshot, FactsVersion
from matching.models.interests import Interest
from matching.models.match_runs import MatchRun
from matching.models.scorecards import CriterionScore, Scorecard, ScoringCriterion, ScoringRound
from matching.models.shortlists import ShortlistChange, ShortlistEntry
from matching.models.watches import BriefWatch

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_TITLE",
    "Brief",
    "BriefChange",
    "BriefColleague",
    "BriefComment",
    "BriefExternalId",
    "BriefNotice",
    "BriefWatch",
    "CategoryWeek",
    "CriterionScore",
    "DemandFigure",
    "FactsSnapshot",
    "FactsVersion",
    "Interest",
    "MatchRun",
    "Requirement",
    "Scorecard",
    "ScoringCriterion",
    "ScoringRound",
    "ShortlistChange",
    "ShortlistEntry",
    "ShortlistExternalId",
    "SiteReason",
    "SiteStanding",
    "Step",
    "category_of",
]

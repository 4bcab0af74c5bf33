"""One site judged for a brief by itself, wherever it stands."""

import datetime as dt

from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.matching import judged_sites, match_of, plan_for, register_match
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import SiteMatch


def judged_alone(
    brief: BriefAsked, sites: list[SiteFacts], vocabulary: Vocabulary, *, today: dt.date
) -> list[SiteMatch]:
    """Every site as `match` judges it, those of the rest too; partners are not rolled up."""
    plan = plan_for(brief, vocabulary, today)
    profiled = [match_of(each, plan) for each in judged_sites(plan, sites)]
    return [*profiled, *(register_match(site, plan) for site in sites if not site.is_profiled)]

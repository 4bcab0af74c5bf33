"""One site judged for a brief by itself, wherever it stands."""

import datetime as dt
from collections.abc import Iterable

from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.matching import plan_unchecked, register_match, told
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import SiteMatch


def judged_alone(
    brief: BriefAsked, sites: Iterable[SiteFacts], vocabulary: Vocabulary, *, today: dt.date
) -> list[SiteMatch]:
    """Every site as `match` judges it, those of the rest too; partners are not rolled up."""
    plan = plan_unchecked(brief, vocabulary, today)
    found = [(site, told(site, plan)) for site in sites]
    return [each.match if site.is_profiled else register_match(each, plan) for site, each in found]

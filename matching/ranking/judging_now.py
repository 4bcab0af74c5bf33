"""A few sites judged for a brief by what is known now, each by itself and whatever its place in a match."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from matching.models import Brief
from matching.ranking import weights_of
from matching.ranking.asking import brief_asked
from matching.ranking.own import own_of
from matching.ranking.store import store
from matching.scoring.columns.standings import CODES
from matching.scoring.own_facts import laid_over
from matching.scoring.rejudging import judged_alone
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import SiteMatch


@dataclass(frozen=True, slots=True)
class JudgedNow:
    """What was asked, and the sites by key (their uid). A site that was not found is left out."""

    asked: BriefAsked
    by_key: dict[str, SiteMatch]
    blocked: frozenset[str] = frozenset()

    def best_of(self, keys: Collection[str]) -> SiteMatch | None:
        """The one that a match would show for a partner: the better list, then the higher score."""
        found = [self.by_key[key] for key in keys if key in self.by_key]
        return min(found, key=place_of, default=None)


def place_of(match: SiteMatch) -> tuple[int, float, str, str]:
    return int(CODES[match.standing]), -match.points, match.name, match.key


def judged_now(brief: Brief, site_pks: Collection[int], *, today: dt.date | None = None) -> JudgedNow:
    """As the brief's organisation knows them; those that it blocks are not judged, only named.

    Nothing is stored. Raises WeightsInvalid.
    """
    known, own = store.known(), own_of(brief.organisation_id).facts
    today = today or dt.datetime.now(dt.UTC).date()
    asked = brief_asked(brief, known.vocabulary, weights_of(brief))
    shared = known.facts_of(list(site_pks)).values()
    sites = laid_over(shared, own, known.vocabulary, today)
    found = judged_alone(asked, sites, known.vocabulary, today=today)
    blocked = frozenset(site.key for site in shared) & own.blocked
    return JudgedNow(asked, {each.key: each for each in found}, blocked)

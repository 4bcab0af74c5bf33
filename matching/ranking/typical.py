"""Where the sites of one CDMO stand for the reference briefs, by the same rules as for sponsors' briefs."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matching.ranking.store import store
from matching.scoring.eligibility import Standing
from matching.scoring.explanation import is_gate, is_met, is_unmet
from matching.scoring.reference_briefs import REFERENCE_BRIEFS
from matching.scoring.rejudging import judged_alone
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import Judged, SiteMatch
from matching.scoring.verdicts import Status
from partners.models import Site


@dataclass(frozen=True, slots=True)
class Stand:
    """One site judged for one reference brief."""

    brief: BriefAsked
    match: SiteMatch

    @property
    def gates(self) -> list[Judged]:
        return [each for each in self.match.judged if is_gate(each.requirement)]

    @property
    def met(self) -> list[Judged]:
        return [each for each in self.gates if is_met(each)]

    @property
    def is_ours(self) -> bool:
        """Whether the site does such work: half of the musts are met. One method makes no laboratory."""
        return 2 * len(self.met) >= len(self.gates)

    @property
    def unmet(self) -> list[Judged]:
        return [each for each in self.gates if is_unmet(each)]

    @property
    def unknown(self) -> list[Judged]:
        return [each for each in self.gates if each.verdict.status is Status.UNKNOWN]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not stated, and the briefs in which it leaves a question or keeps the site out."""

    label: str
    question: str
    briefs: tuple[str, ...]
    last_for: tuple[str, ...]
    """Briefs in which it is all that is missing."""


@dataclass(frozen=True, slots=True)
class SiteStands:
    """`stands` are of the kinds of work that the site does, best first; `others` name the rest."""

    site: Site
    stands: tuple[Stand, ...]
    others: tuple[str, ...]
    missing: tuple[Missing, ...]


ORDER = tuple(Standing)


def stands_of(sites: Sequence[Site], *, today: dt.date | None = None) -> list[SiteStands]:
    """By what is known now, as every sponsor is matched: nobody's own knowledge counts."""
    known = store.known()
    today = today or dt.datetime.now(dt.UTC).date()
    facts = known.facts_of([site.pk for site in sites])
    found: dict[str, list[Stand]] = defaultdict(list)
    for brief in REFERENCE_BRIEFS:
        for match in judged_alone(brief, facts.values(), known.vocabulary, today=today):
            found[match.key].append(Stand(brief, match))
    return [_of_site(site, found[str(site.uid)]) for site in sites]


def _of_site(site: Site, stands: Sequence[Stand]) -> SiteStands:
    ours = [each for each in stands if each.is_ours]
    ours.sort(key=lambda each: (ORDER.index(each.match.standing), -len(each.met)))
    others = tuple(each.brief.title for each in stands if not each.is_ours)
    return SiteStands(site, tuple(ours), others, _missing(ours))


def _missing(stands: Sequence[Stand]) -> tuple[Missing, ...]:
    """What would open most briefs comes first."""
    questions: dict[str, str] = {}
    briefs: dict[str, list[str]] = defaultdict(list)
    last_for: dict[str, list[str]] = defaultdict(list)
    for stand in stands:
        for judged in stand.unknown:
            label = judged.requirement.label
            questions.setdefault(label, judged.verdict.question)
            briefs[label].append(stand.brief.title)
            if len(stand.unknown) == 1 and not stand.unmet:
                last_for[label].append(stand.brief.title)
    found = [
        Missing(label, question, tuple(briefs[label]), tuple(last_for[label]))
        for label, question in questions.items()
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.last_for), -len(each.briefs), each.label)))

"""What one organisation knows of sites itself, laid over the facts that everybody shares.

Nothing shared is changed: a site that the organisation knows something of is another SiteFacts, for its own
briefs only. What it blocks is left out, and counted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from matching.scoring.ageing import is_stale
from matching.scoring.facts import BASES, LineFacts, OwnStatement, SiteFacts, Statement, Vocabulary
from matching.scoring.matching import match
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import MatchResult, RestReason

BLOCKED = "blocked-by-us"
BLOCKED_LABEL = "Blocked by us"


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """By key of the site. Kept with a run, in the organisation's own row, so that it can be made again."""

    said: Mapping[str, tuple[OwnStatement, ...]] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.said or self.blocked)


NOTHING = OwnFacts()


def match_with_own(
    brief: BriefAsked,
    sites: Sequence[SiteFacts],
    vocabulary: Vocabulary,
    own: OwnFacts,
    *,
    today: dt.date,
    shown: int | None = None,
) -> MatchResult:
    """As `match`, for the organisation that knows this."""
    seen = laid_over(sites, own, today)
    return with_blocked(match(brief, seen, vocabulary, today=today, shown=shown), len(sites) - len(seen))


def laid_over(sites: Iterable[SiteFacts], own: OwnFacts, today: dt.date) -> list[SiteFacts]:
    """The sites as the organisation knows them, without those that it blocks."""
    return [
        with_own(site, own.said[site.key], today) if site.key in own.said else site
        for site in sites
        if site.key not in own.blocked
    ]


def with_blocked(result: MatchResult, count: int) -> MatchResult:
    """The result with the number of sites that were left out; they fail nothing, so they are no rest."""
    if not count:
        return result
    reason = RestReason(BLOCKED, BLOCKED_LABEL, count)
    return replace(result, rest=(*result.rest, reason), sites_seen=result.sites_seen + count)


def with_own(site: SiteFacts, said: Sequence[OwnStatement], today: dt.date) -> SiteFacts:
    """At the same place and about the same term, what is known oneself counts, unless it is too old.

    Said of the whole site, a no holds of each of its lines. A site that only a register knew is known now.
    """
    places = {"", *(line.key for line in site.lines)}
    own = together([each for each in said if each.place in places], today)
    of_site = {each.term: each for each in own if not each.place}
    statements, kept = laid_at(site.statements, of_site, today, elsewhere=stated_on_lines(site, of_site))
    denied = {each.term for each in kept if not each.is_offered and not is_old(each, today)}
    lines = [
        on_line(line, {each.term: each for each in own if each.place == line.key}, denied, today)
        for line in site.lines
    ]
    has_own = bool(kept) or any(isinstance(each, OwnStatement) for line in lines for each in line.statements)
    return replace(site, statements=statements, lines=tuple(lines), is_profiled=site.is_profiled or has_own)


def on_line(line: LineFacts, own: Mapping[str, OwnStatement], denied: set[str], today: dt.date) -> LineFacts:
    left = tuple(each for each in line.statements if each.term not in denied)
    return replace(line, statements=laid_at(left, own, today)[0])


def laid_at(
    stated: Sequence[Statement],
    own: Mapping[str, OwnStatement],
    today: dt.date,
    *,
    elsewhere: Mapping[str, Statement] | None = None,
) -> tuple[tuple[Statement, ...], list[OwnStatement]]:
    """What counts at one place: the company's statements, those replaced left out, then one's own."""
    company = {each.term: each for each in stated}
    counting = [each for each in own.values() if each.term not in company or not is_old(each, today)]
    replaced = {each.term for each in counting}
    beside = {**(elsewhere or {}), **company}
    kept = [replace(each, against=otherwise(each, beside.get(each.term))) for each in counting]
    return (*(each for each in stated if each.term not in replaced), *kept), kept


def stated_on_lines(site: SiteFacts, own: Mapping[str, OwnStatement]) -> dict[str, Statement]:
    """What lines are said to offer although one knows of the whole site that it does not."""
    denied = {term for term, each in own.items() if not each.is_offered}
    return {
        each.term: each
        for line in site.lines
        for each in line.statements
        if each.term in denied and each.is_offered
    }


def otherwise(own: OwnStatement, stated: Statement | None) -> Statement | None:
    """The company's statement where it says something else; of what is for matching only, yes or no alone."""
    if stated is None:
        return None
    is_other = stated.is_offered != own.is_offered
    if stated.is_shown and own.measures:
        numbers = {each.measure: each for each in stated.measures}
        is_other |= any(numbers.get(each.measure, each) != each for each in own.measures)
    return stated if is_other else None


def is_old(own: OwnStatement, today: dt.date) -> bool:
    return any(
        is_stale(own.confirmed_on, today, measure)
        for measure in {each.measure for each in own.measures} or {""}
    )


def together(said: Iterable[OwnStatement], today: dt.date) -> list[OwnStatement]:
    """One statement per term and place out of several facts, each with a number of its own.

    Facts that are too old give way to fresh ones, and the newest decides between yes and no. What is left is
    as old as its oldest part and as well backed as its weakest.
    """
    groups: dict[tuple[str, str], list[OwnStatement]] = {}
    for each in said:
        groups.setdefault((each.term, each.place), []).append(each)
    return [as_one(group, today) for group in groups.values()]


def as_one(group: Sequence[OwnStatement], today: dt.date) -> OwnStatement:
    fresh = [each for each in group if not is_old(each, today)] or list(group)
    newest = max(fresh, key=lambda each: each.confirmed_on)
    agreeing = [each for each in fresh if each.is_offered == newest.is_offered]
    return replace(
        newest,
        confirmed_on=min(each.confirmed_on for each in agreeing),
        basis=min((each.basis for each in agreeing), key=BASES.index),
        source=", ".join(dict.fromkeys(each.source for each in agreeing if each.source)),
        stages=frozenset[str]().union(*(each.stages for each in agreeing)),
        measures=tuple(fact for each in agreeing for fact in each.measures),
    )

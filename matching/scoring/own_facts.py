"""What one organisation knows of sites itself, laid over the facts that everybody shares.

Nothing shared is changed: a site that the organisation knows something of is another SiteFacts, for its own
briefs only. What it blocks is left out, and counted. Sites that exclude it are left out without a word.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from matching.scoring.facts import BASES, OwnStatement, SiteFacts, Statement, Vocabulary
from matching.scoring.matching import match
from matching.scoring.requirements import BriefAsked
from matching.scoring.results import MatchResult, RestReason
from partners.ageing import is_stale

BLOCKED = "blocked-by-us"
BLOCKED_LABEL = "Blocked by us"


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """By key of the site. Kept with a run, in the organisation's own row, so that it can be made again."""

    said: Mapping[str, tuple[OwnStatement, ...]] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    excluding: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.said or self.blocked or self.excluding)


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
    seen = laid_over(sites, own, vocabulary, today)
    blocked = sum(site.key in own.blocked for site in sites)
    return with_blocked(match(brief, seen, vocabulary, today=today, shown=shown), blocked)


def laid_over(
    sites: Iterable[SiteFacts], own: OwnFacts, vocabulary: Vocabulary, today: dt.date
) -> list[SiteFacts]:
    """The sites as the organisation knows them, without those that it blocks or that exclude it."""
    gone = own.blocked | own.excluding
    return [
        with_own(site, own.said[site.key], vocabulary, today) if site.key in own.said else site
        for site in sites
        if site.key not in gone
    ]


def with_blocked(result: MatchResult, count: int) -> MatchResult:
    """The result with the number of sites that were left out; they fail nothing, so they are no rest."""
    if not count:
        return result
    reason = RestReason(BLOCKED, BLOCKED_LABEL, count)
    return replace(result, rest=(*result.rest, reason), sites_seen=result.sites_seen + count)


def with_own(
    site: SiteFacts, said: Sequence[OwnStatement], vocabulary: Vocabulary, today: dt.date
) -> SiteFacts:
    """At the same place and about the same term, what is known oneself counts, unless it is too old.

    Said of the whole site, a no holds of each of its lines. A site that only a register knew is known now.
    """
    places = {"", *(line.key for line in site.lines)}
    own = together([each for each in said if each.place in places], today)
    desk = Desk(vocabulary, today)
    of_lines = [each for line in site.lines for each in line.statements]
    statements, kept = desk.laid([each for each in own if not each.place], site.statements, of_lines)
    denied = [each for each in kept if not each.is_offered and not is_old(each, today)]
    lines = tuple(
        replace(
            line,
            statements=desk.laid(
                [each for each in own if each.place == line.key], desk.unspoken(line.statements, denied)
            )[0],
        )
        for line in site.lines
    )
    at_all_places = (statements, *(line.statements for line in lines))
    has_own = any(isinstance(each, OwnStatement) for each in chain.from_iterable(at_all_places))
    return replace(site, statements=statements, lines=lines, is_profiled=site.is_profiled or has_own)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where statements of a company and facts of one's own are laid beside each other."""

    vocabulary: Vocabulary
    today: dt.date

    def laid(
        self, own: Sequence[OwnStatement], stated: Sequence[Statement], elsewhere: Sequence[Statement] = ()
    ) -> tuple[tuple[Statement, ...], list[OwnStatement]]:
        """What counts at one place: one's own, then the company's statements that stand; and the former.

        `elsewhere` is what the company states of parts of the place.
        """
        counting = [
            each
            for each in own
            if not is_old(each, self.today) or not any(self.speaks_of(each, other) for other in stated)
        ]
        kept = [replace(each, against=self.otherwise(each, [*stated, *elsewhere])) for each in counting]
        return (*kept, *self.unspoken(stated, counting)), kept

    def unspoken(self, stated: Iterable[Statement], own: Sequence[OwnStatement]) -> tuple[Statement, ...]:
        return tuple(
            each
            for each in stated
            if not any(self.speaks_of(one, each) and not leaves_standing(one, each) for one in own)
        )

    def speaks_of(self, own: OwnStatement, stated: Statement) -> bool:
        """About the same term; a no speaks of everything that would satisfy it, too."""
        if own.term == stated.term:
            return True
        is_denied = stated.is_offered and not own.is_offered
        return is_denied and own.term in self.vocabulary.lineage(stated.term)

    def otherwise(self, own: OwnStatement, stated: Iterable[Statement]) -> Statement | None:
        """The first statement of the company that says something else, if any does."""
        found = (each for each in stated if self.speaks_of(own, each) and is_otherwise(own, each))
        return next(found, None)


def leaves_standing(own: OwnStatement, stated: Statement) -> bool:
    """A bare yes takes no numbers and stages away from a yes that has some."""
    is_bare = not own.measures and not own.stages
    return own.is_offered and is_bare and stated.is_offered and bool(stated.measures or stated.stages)


def is_otherwise(own: OwnStatement, stated: Statement) -> bool:
    """Of what is shared for matching only, yes or no alone may tell."""
    if stated.is_offered != own.is_offered:
        return True
    if not stated.is_shown:
        return False
    numbers = {each.measure: each for each in stated.measures}
    return any(numbers.get(each.measure, each) != each for each in own.measures)


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

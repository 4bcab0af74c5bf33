"""Two runs of a brief side by side: who came, who went, who moved, and because of which fact or weight.

Works on stored results alone. What happened to a site that only one of the runs lists is told from
`elsewhere`: the site judged again on the facts of the other run (`judged_elsewhere` says which are needed).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from matching.scoring.attribution import ScoreChange, Stored, score_change
from matching.scoring.brief_changes import (
    Asked,
    WeightChange,
    brief_changes,
    capacity_keys,
    weight_changes,
)

LISTS = ("eligible", "open_questions", "near_misses")
"""The lists that a candidate stands in, the best first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the runs. `elsewhere` holds sites by key: None was not known then; absent cannot be told.

    `blocked` are the keys of sites that the organisation had blocked.
    """

    asked: Asked
    result: Stored
    elsewhere: Mapping[str, Stored | None]
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A requirement whose verdict differs. An empty status: it was not asked."""

    key: str
    label: str
    strength: str
    is_capacity: bool
    status_before: str
    status_after: str
    reason_before: str
    reason_after: str


@dataclass(frozen=True, slots=True)
class CandidateChange:
    """One partner. An empty list: it stands in none. Places count from 1 within the list."""

    partner: str
    partner_name: str
    site_before: str
    site_after: str
    site_name: str
    list_before: str
    list_after: str
    place_before: int | None
    place_after: int | None
    score: ScoreChange | None
    verdicts: tuple[VerdictChange, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`kept`: how many stand where they stood, with the same score; `same_score`: all with the same score."""

    brief_changes: tuple[str, ...]
    weights: tuple[WeightChange, ...]
    entered: tuple[CandidateChange, ...]
    left: tuple[CandidateChange, ...]
    changed_list: tuple[CandidateChange, ...]
    moved: tuple[CandidateChange, ...]
    kept: int
    same_score: int
    registered_only_before: int
    registered_only_after: int

    @property
    def changes_lists(self) -> bool:
        return bool(self.entered or self.left or self.changed_list)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a partner stands in a result, and by which site."""

    list: str
    place: int
    site: Stored


def compare(before: Side, after: Side) -> Comparison:
    old, new = stands(before), stands(after)
    both = [change_of(old[key], new[key], before, after) for key in new if key in old]
    same_list = [each for each in both if each.list_before == each.list_after]
    moved = [each for each in same_list if differs(each)]
    return Comparison(
        brief_changes=brief_changes(before.asked, after.asked),
        weights=weight_changes(before.result["weights"], after.result["weights"]),
        entered=tuple(change_of(None, new[key], before, after) for key in new if key not in old),
        left=tuple(change_of(old[key], None, before, after) for key in old if key not in new),
        changed_list=tuple(each for each in both if each.list_before != each.list_after),
        moved=tuple(moved),
        kept=len(same_list) - len(moved),
        same_score=sum(each.score is None or not each.score.effects for each in both),
        registered_only_before=before.result["registered_only_count"],
        registered_only_after=after.result["registered_only_count"],
    )


def judged_elsewhere(before: Stored, after: Stored) -> tuple[set[str], set[str]]:
    """The sites to judge on the facts of the earlier run, and those on the facts of the later one."""
    old, new = explained_sites(before), explained_sites(after)
    return (
        {site for key, site in new.items() if old.get(key) != site} | further_sites(before, new),
        {site for key, site in old.items() if new.get(key) != site} | further_sites(after, old),
    )


def explained_sites(result: Stored) -> dict[str, str]:
    return {site["partner"]: site["key"] for name in LISTS for site in result[name]}


def further_sites(result: Stored, partners: Collection[str]) -> set[str]:
    """Sites that a run lists by score alone, of partners that the other run explains."""
    further = chain.from_iterable(result["further"][name] for name in LISTS)
    return {each["key"] for each in further if each["partner"] in partners}


def stands(side: Side) -> dict[str, Stand]:
    """Where partners stand; those listed by score alone only if their site was judged for the comparison."""
    return {
        site["partner"]: Stand(name, place, site)
        for name in LISTS
        for place, site in enumerate(chain(side.result[name], further_judged(side, name)), 1)
        if site is not None
    }


def further_judged(side: Side, name: str) -> Iterator[Stored | None]:
    for each in side.result["further"][name]:
        yield side.elsewhere.get(each["key"])


def differs(change: CandidateChange) -> bool:
    has_moved = change.place_before != change.place_after or change.site_before != change.site_after
    return has_moved or bool(change.score and change.score.effects)


def change_of(old: Stand | None, new: Stand | None, before: Side, after: Side) -> CandidateChange:
    """One of the two may be missing, not both."""
    told = (new or old or Stand("", 0, {})).site
    pairs = list(judged_twice(old, new, before, after))
    capacity = capacity_keys(before.asked) | capacity_keys(after.asked)
    verdicts = [changes for one, other in pairs if (changes := verdict_changes(one, other, capacity))]
    return CandidateChange(
        partner=told["partner"],
        partner_name=told["partner_name"],
        site_before=old.site["key"] if old else "",
        site_after=new.site["key"] if new else "",
        site_name=told["name"],
        list_before=old.list if old else "",
        list_after=new.list if new else "",
        place_before=old.place if old else None,
        place_after=new.place if new else None,
        score=score_change(old.site["score"], new.site["score"]) if old and new else None,
        verdicts=verdicts[0] if verdicts else (),
        remarks=tuple(remarks(old, new, before, after)),
    )


def judged_twice(
    old: Stand | None, new: Stand | None, before: Side, after: Side
) -> Iterator[tuple[Stored, Stored]]:
    """The site that stood for the partner at first, then the one that does now, each judged in both runs."""
    if old and new and old.site["key"] == new.site["key"]:
        yield old.site, new.site
        return
    if old and (now := after.elsewhere.get(old.site["key"])):
        yield old.site, now
    if new and (then := before.elsewhere.get(new.site["key"])):
        yield then, new.site


def verdict_changes(before: Stored, after: Stored, capacity: set[str]) -> tuple[VerdictChange, ...]:
    """Verdicts that differ; a requirement that is new, or gone, counts where it is not met."""
    old = {each["key"]: each for each in before["requirements"]}
    new = {each["key"]: each for each in after["requirements"]}
    every = [
        verdict_change(old.get(key), new.get(key), is_capacity=key in capacity)
        for key in dict.fromkeys(chain(new, old))
    ]
    return tuple(each for each in every if is_told(each))


def is_told(change: VerdictChange) -> bool:
    statuses = {change.status_before, change.status_after}
    return len(statuses) == 2 and statuses != {"", "met"}


def verdict_change(old: Stored | None, new: Stored | None, *, is_capacity: bool) -> VerdictChange:
    told: Stored = new or old or {}
    return VerdictChange(
        key=told["key"],
        label=told["label"],
        strength=told["strength"],
        is_capacity=is_capacity,
        status_before=old["status"] if old else "",
        status_after=new["status"] if new else "",
        reason_before=old["reason"] if old else "",
        reason_after=new["reason"] if new else "",
    )


def remarks(old: Stand | None, new: Stand | None, before: Side, after: Side) -> Iterator[str]:
    """What no verdict tells: another site of the partner, a site that was not known, facts not kept."""
    if old and new and old.site["key"] != new.site["key"]:
        yield f"Its best site is now {new.site['name']}; it was {old.site['name']}."
    if new and not old:
        yield from told_elsewhere(new.site["key"], before, "the earlier match")
    if old and not new:
        yield from told_elsewhere(old.site["key"], after, "the later match")


def told_elsewhere(key: str, side: Side, when: str) -> Iterator[str]:
    if key not in side.elsewhere:
        yield f"The facts of {when} were not kept, so the reason cannot be told."
        return
    found = side.elsewhere[key]
    if key in side.blocked:
        yield f"The site was blocked by us at {when}."
    elif found is None:
        yield f"The site was not among those known to {when}."
    elif found["score"] is None:
        yield f"At {when} only a register spoke of the site."

"""From judged sites to lists: each partner by its best site, the register apart, and the rest by reason."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools, Ints
from matching.scoring.columns.fields import Field
from matching.scoring.columns.grounds import SOFT
from matching.scoring.columns.standings import CODES, STANDINGS
from matching.scoring.eligibility import Standing
from matching.scoring.requirements import BriefAsked, Strength
from matching.scoring.results import Further, OtherSite, RestReason

LISTED = {
    Standing.ELIGIBLE: "eligible",
    Standing.OPEN_QUESTIONS: "open_questions",
    Standing.NEAR_MISS: "near_misses",
}
"""The lists of a result, in their order, with what they are called in it."""

REGISTERED_SHOWN = 20
FURTHER_KEPT = 500
TOO_LITTLE_KNOWN = "too-little-known"


@dataclass(frozen=True, slots=True)
class Lists:
    """Positions in the field, best first: one site per partner, by standing. `behind`: its other sites."""

    by_standing: Mapping[Standing, Ints]
    behind: Mapping[int, Ints]

    def other_sites(self, field: Field, position: int) -> tuple[OtherSite, ...]:
        return tuple(other_site(field, int(each)) for each in self.behind.get(position, ()))


def other_site(field: Field, position: int) -> OtherSite:
    standing, score = STANDINGS[field.standing[position]], float(field.low[position])
    return OtherSite(field.key(position), field.name(position), standing, score)


def lists_of(field: Field) -> Lists:
    """The better list first, then the higher score; a partner's further sites stand behind its best."""
    is_listed = field.is_profiled & (field.standing <= CODES[Standing.NEAR_MISS])
    order = field.ordered(np.flatnonzero(is_listed), field.standing, -field.low)
    partners = field.partner[order]
    _, first, partner = np.unique(partners, return_index=True, return_inverse=True)
    is_best = np.zeros(len(order), dtype=np.bool_)
    is_best[first] = True
    behind: dict[int, list[int]] = {}
    for place in np.flatnonzero(~is_best).tolist():
        behind.setdefault(int(order[first[partner[place]]]), []).append(int(order[place]))
    best = order[is_best]
    return Lists(
        {each: best[field.standing[best] == CODES[each]] for each in LISTED},
        {position: np.array(others) for position, others in behind.items()},
    )


def further_of(field: Field, positions: Ints) -> tuple[Further, ...]:
    """The candidates of a list after those that are explained."""
    return tuple(
        Further(
            field.key(each),
            field.name(each),
            field.partner_key(each),
            float(field.low[each]),
            float(field.high[each]),
        )
        for each in positions[:FURTHER_KEPT].tolist()
    )


def registered_of(field: Field) -> tuple[Ints, int]:
    """Sites of a register that fail nothing, those with most facts met first; and how many there are."""
    standing_apart = np.flatnonzero(~field.is_profiled & ~fails_any(field))
    first = heapq.nsmallest(
        REGISTERED_SHOWN,
        worth_naming(field, standing_apart).tolist(),
        key=lambda each: (-int(field.met[each]), field.name(each), field.key(each)),
    )
    return np.array(first, dtype=np.int64), len(standing_apart)


def worth_naming(field: Field, positions: Ints) -> Ints:
    """Those that may be among the shown: with as many facts met as the last of them at least."""
    if len(positions) <= REGISTERED_SHOWN:
        return positions
    met = field.met[positions]
    least = np.partition(met, len(met) - REGISTERED_SHOWN)[len(met) - REGISTERED_SHOWN]
    found: Ints = positions[met >= least]
    return found


def fails_any(field: Field) -> Bools:
    found: Bools = (field.gates <= SOFT).any(axis=0)
    return found


def rest_of(field: Field, brief: BriefAsked) -> tuple[tuple[RestReason, ...], int]:
    """Gates by the number of sites of the rest that fail them, in the order of the brief; and those sites."""
    fails = fails_any(field)
    is_rest = np.where(field.is_profiled, field.standing == CODES[Standing.REST], fails)
    failed = (field.gates[:, is_rest] <= SOFT).sum(axis=1).tolist()
    gates = [each for each in brief.requirements if each.strength is not Strength.PREFER]
    counts = {each.key: (each.label, number) for each, number in zip(gates, failed, strict=True)}
    counts[TOO_LITTLE_KNOWN] = ("Too little is known", int((is_rest & ~fails).sum()))
    reasons = tuple(RestReason(key, label, number) for key, (label, number) in counts.items() if number)
    return reasons, int(is_rest.sum())

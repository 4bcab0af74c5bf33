"""Durations, percents and sums of money."""

import re
from typing import Final

from matching.reading.contexts import DURATIONS, SHARES, Context, Named, Project
from matching.reading.findings import Strength

_FROM_A_TOWN: Final = re.compile(r"\s(?:of|from|to)\s[A-Z]")
_LASTING: Final = re.compile(r"\bfor (?:about |up to )?$", re.IGNORECASE)
# Less is the price of something.
_LEAST_BUDGET: Final = 5_000


def time(place: Context, project: Project) -> Named | None:
    if place.says_near("inspection") and place.says_near("old"):
        return Named("age of last inspection")
    if place.amount.unit == "hours" and _is_travel(place):
        return Named("travel time")
    if place.amount.unit != "hours" and place.says_near("stability"):
        months = "months" if place.amount.unit == "years" else ""
        return Named("stability study", to_base=months, is_kept_when_own=True)
    if (
        place.amount.unit not in {"hours", "years"}
        and place.says_near("lead_time")
        and not _LASTING.search(place.before)
    ):
        return Named("sc.lead-time-weeks", unit=place.amount.unit)
    return next((Named(name) for name in DURATIONS if place.says_near(name)), None)


def _is_travel(place: Context) -> bool:
    return place.says_near("travel") or bool(_FROM_A_TOWN.match(place.after))


def percent(place: Context, project: Project) -> Named | None:
    if place.says_near("growth") and not place.says_near("not_growth"):
        return Named("growth", "percent per year")
    if place.says_near("yield"):
        name = "line yield" if "line" in place.near.lower() else "yield"
        return Named(name, is_least=True, strength=Strength.MUST)
    return next((Named(name) for name in SHARES if place.says_near(name)), None)


def money(place: Context, project: Project) -> Named | None:
    if place.says_near("liability"):
        return Named("liability cover")
    if place.nearest_near("not_ours_to_spend", "budget") == "not_ours_to_spend":
        return None
    if place.says_near("price") and not place.says_near("budget_itself"):
        return Named("price")
    is_budget = place.amount.largest >= _LEAST_BUDGET or place.says_near("budget")
    return Named("budget", is_kept_when_own=True) if is_budget else None

"""A comparison in one plain sentence, for notes and mails. Names no site and no number of anybody."""

import re
from collections.abc import Sequence

from matching.scoring.comparison import LISTS, CandidateChange, Comparison, VerdictChange
from matching.scoring.wording import count, listed

LIST_NAMES = {"eligible": "eligible", "open_questions": "open questions", "near_misses": "near misses"}
# As matching.scoring.capacity says it of a line whose capacity is proven open.
OPEN_FROM = re.compile(r"open within your dates, from (Q[1-4] \d{4})")


def summary_of(comparison: Comparison) -> str:
    """Who came, went and changed lists, in lower case: "two new candidates, one dropped: its capacity for Q3
    2027 closed". Empty when the lists hold whom they held."""
    told = [
        came(comparison.entered),
        dropped(comparison.left),
        *changed_lists(comparison.changed_list),
    ]
    parts = [part for part in told if part]
    if parts and (comparison.brief_changes or comparison.weights):
        parts.insert(0, "the brief was changed")
    # A part with a reason of its own ends in it, so that what follows is not read as part of the reason.
    return "; ".join(parts) if any(": " in part for part in parts[:-1]) else ", ".join(parts)


def came(entered: Sequence[CandidateChange]) -> str:
    if not entered:
        return ""
    return f"{count(len(entered))} new candidate{'s' if len(entered) > 1 else ''}"


def dropped(left: Sequence[CandidateChange]) -> str:
    if not left:
        return ""
    reason = reason_of(left[0]) if len(left) == 1 else ""
    return f"{count(len(left))} dropped{f': {reason}' if reason else ''}"


def changed_lists(changed: Sequence[CandidateChange]) -> list[str]:
    """By list, the best first: "one moved up to eligible", "two moved down to near misses"."""
    told = []
    for name in LISTS:
        for way, is_up in (("up", True), ("down", False)):
            found = [each for each in changed if each.list_after == name and goes_up(each) is is_up]
            if found:
                reason = reason_of(found[0]) if len(found) == 1 and not is_up else ""
                words = f"{count(len(found))} moved {way} to {LIST_NAMES[name]}"
                told.append(f"{words}: {reason}" if reason else words)
    return told


def goes_up(change: CandidateChange) -> bool:
    return LISTS.index(change.list_after) < LISTS.index(change.list_before)


def reason_of(change: CandidateChange) -> str:
    """Why one candidate stands worse, by the verdicts that turned; empty when no verdict tells."""
    turned = [each for each in change.verdicts if each.strength != "prefer" and each.status_after != "met"]
    if not turned:
        return ""
    capacity = [each for each in turned if each.is_capacity]
    told = list(dict.fromkeys(cause(each) for each in [*capacity, *turned]))
    return listed([*told[:2], *(["more"] if len(told) > 2 else [])])


def cause(verdict: VerdictChange) -> str:
    label = f"“{verdict.label}”"
    if not verdict.status_before:
        is_not_met = verdict.status_after == "unmet"
        return f"it {'does not meet' if is_not_met else 'says nothing of'} {label}, which is new"
    if verdict.is_capacity:
        found = OPEN_FROM.search(verdict.reason_before)
        what = f"its capacity for {found.group(1)}" if found else "its capacity"
        return f"{what} {'closed' if verdict.status_after == 'unmet' else 'is no longer proven'}"
    if verdict.status_after == "unmet":
        return f"it no longer meets {label}"
    return f"{label} is no longer known" if verdict.status_after == "unknown" else ""

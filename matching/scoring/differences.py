"""Where two JSON values first differ, to the last digit."""

import json
from typing import Any

from matching.scoring.plain_records import canonical

LONGEST = 200


def first_difference(before: Any, after: Any) -> str:
    """The place and both values, `eligible.0.score.low: 71.2 → 71.3`; empty where the texts are equal."""
    # Through text, so that tuples are lists and numbers are compared as they are written.
    return _difference(json.loads(canonical(before)), json.loads(canonical(after)), "")


def _difference(before: Any, after: Any, place: str) -> str:
    if canonical(before) == canonical(after):
        return ""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        pairs = [(name, before[name], after[name]) for name in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(str(i), *pair) for i, pair in enumerate(zip(before, after, strict=True))]
    else:
        return f"{place or 'result'}: {_cut(before)} → {_cut(after)}"
    found = (_difference(one, other, f"{place}.{name}".lstrip(".")) for name, one, other in pairs)
    return next(difference for difference in found if difference)


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

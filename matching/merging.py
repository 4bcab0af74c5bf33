"""Three versions of the same fields: as a form was opened, as they stand now, as they were sent. Pure.

The form does not carry the values that it was opened with but a mark of each, which is enough to tell who
changed a field: a brief's text may be long, and goes over the wire with every save.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

type Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None
type Values = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of the fields that were sent.

    `changed` is to be written. `conflicts` were changed here and meanwhile by somebody else to another value.
    `overtaken` were changed by somebody else alone: the sender has not seen the value that stands.
    """

    changed: Mapping[str, Plain] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    overtaken: tuple[str, ...] = ()


def mark(value: Plain) -> str:
    """A short mark that equal values share and others do not."""
    text = json.dumps(_canonical(value), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marks(values: Values) -> dict[str, str]:
    return {name: mark(value) for name, value in values.items()}


def merge(opened: Mapping[str, str], stored: Values, sent: Values) -> Merged:
    """What to write of `sent`. `opened` are the marks of the values that the sender's form started from.

    A field without a mark was never seen: sent with another value than the stored one it is a conflict.
    """
    changed, conflicts, overtaken = {}, [], []
    for name, value in sent.items():
        now, seen = mark(stored[name]), opened.get(name)
        if mark(value) == now:
            continue
        if seen == now:
            changed[name] = value
        elif seen == mark(value):
            overtaken.append(name)
        else:
            conflicts.append(name)
    return Merged(changed, tuple(conflicts), tuple(overtaken))


def _canonical(value: Plain) -> Plain:
    """Whole numbers are one value however JSON wrote them, and line ends are one whoever sent them."""
    if isinstance(value, dict):
        return {key: _canonical(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("\r\n", "\n") if isinstance(value, str) else value

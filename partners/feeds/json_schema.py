"""The JSON Schema (draft 2020-12) of capacity as JSON; `docs/capacity-feed.schema.json` is a copy to read."""

from typing import Any, Final

from partners.feeds.cells import COLUMNS, LONGEST, REQUIRED, UNREADABLE
from partners.feeds.decoding import MAX_ROWS
from partners.feeds.json_file import CODES, FORMS, NUMBERS, TOP, VERSION

# Readable from the first to the last sign, and no blank at either end.
_SIGN = f"[^{UNREADABLE}]"
_INK = rf"[^\s{UNREADABLE}]"
TEXT: Final = rf"^({_INK}({_SIGN}*{_INK})?)?$"
NEEDED_TEXT: Final = rf"^{_INK}({_SIGN}*{_INK})?$"

MEANINGS: Final = {
    "site_id": "Your own id of the site as on your profile, or ours.",
    "resource_id": "Your own id of the line as on your profile, or ours.",
    "resource_label": "For people; not kept.",
    "period_start": "The first day.",
    "period_end": "The first day after the period, at most five years after its start: the third quarter of "
    "2027 is 2027-07-01 to 2027-10-01.",
    "state": "What the line is in this period.",
    "quantity": "In the unit; 0 where nothing is left. Rounded to three decimals.",
    "unit": "The line's own capacity unit.",
    "lead_time_weeks": "Weeks from order to start. Rounded to one decimal.",
    "min_campaign": "The smallest campaign, in the unit.",
    "confidence": "firm where it is left out.",
    "reason": "Why the line is held or unavailable.",
    "held_until": "The last day of a hold.",
    "observed_at": "When this was true, UTC where no offset is given; the moment of reading where left out.",
    "valid_until": "The day after which the number no longer counts.",
    "note": "For people.",
}


def _member(name: str) -> dict[str, Any]:
    rule = _rule(name)
    if name not in REQUIRED:
        rule = {"anyOf": [rule, {"type": "null"}]}
    return {"description": MEANINGS[name], **rule}


def _rule(name: str) -> dict[str, Any]:
    if name in NUMBERS:
        return {"type": "number", "minimum": 0, "maximum": NUMBERS[name][0]}
    if name in CODES:
        return {"enum": list(CODES[name])}
    if name in FORMS:
        return {"type": "string", "pattern": f"^{FORMS[name]}$"}
    return {
        "type": "string",
        "maxLength": LONGEST[name],
        "pattern": NEEDED_TEXT if name in REQUIRED else TEXT,
    }


SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:cdmo-portal:capacity-feed:1",
    "title": "Capacity of the lines of a CDMO",
    "description": "The whole truth about every line that it names: windows that it leaves out are closed, "
    "lines that it does not name stay as they are. Beyond this schema, days have to exist, a period has to "
    "end after it begins, nothing may have been observed in the future, and windows of one line and state "
    "may not overlap.",
    "type": "object",
    "properties": {
        "version": {"const": VERSION},
        "windows": {
            "type": "array",
            "maxItems": MAX_ROWS,
            "items": {
                "type": "object",
                "properties": {name: _member(name) for name in COLUMNS},
                "required": list(REQUIRED),
                "additionalProperties": False,
            },
        },
    },
    "required": list(TOP),
    "additionalProperties": False,
}
EXAMPLE: Final[dict[str, Any]] = {
    "version": VERSION,
    "windows": [
        {
            "site_id": "NOTT",
            "resource_id": "CAP-1",
            "period_start": "2027-07-01",
            "period_end": "2027-10-01",
            "state": "open",
            "quantity": 8,
            "unit": "batches",
            "lead_time_weeks": 9,
            "min_campaign": 1,
            "confidence": "firm",
            "observed_at": "2027-01-15T08:00:00Z",
            "valid_until": "2027-04-01",
        }
    ],
}

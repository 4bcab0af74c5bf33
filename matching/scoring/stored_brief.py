"""A brief as it was asked, from the JSON that a match run keeps of it."""

from collections.abc import Mapping
from typing import Any

from matching.scoring.plain_records import from_plain
from matching.scoring.requirements import BriefAsked


def asked_from_json(values: Mapping[str, Any]) -> BriefAsked:
    """The inverse of `asked_json`; raises RecordUnknown for what this engine cannot ask."""
    asked: BriefAsked = from_plain(BriefAsked)(values)
    return asked

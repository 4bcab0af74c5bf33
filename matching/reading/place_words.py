"""The words about places of data/place_words.yaml, compiled for where they are looked for."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from matching.reading.wording import loaded

_I: Final = re.IGNORECASE
# What may stand between a place and the words said of it.
_LINKS: Final = (
    r"is|are|be|been|being|was|were|would|will|should|must|has|have|had|to|also|therefore|unfortunately|hence|thus|clearly|generally|"
    r"strictly|absolutely|simply|currently|all|both|these|those|it|and|as|a|an|the|in|on|at|for|us|our|of|itself|there|two|three|four|"
    r"one|then|so|they|that|this|which|by|policy|please|such|state|states|member|based|manufacturing|production|filling|packaging|"
    r"contract|most|very|more|gmp|yes|clear|strong|get|gets|given|counts?|coast|east|west|eastern|western|drug|product|only"
)
_SMALL: Final = (
    r"in|from|to|at|the|a|an|any|within|into|inside|our|your|be|located|based|of|for|with|either|on|is|are|would|was|it|that|"
    r"this|site|sites|plant|plants|country|countries|continental|mainland|southern|northern|eastern|western|south|north|east|west|"
    r"other|towards?|stay|staying|remain|go|goes|going|work|made|have|keep|it|see|place|by|using|use|coast|possible|all|and|or|part|parts|"
    r"say|given|goes|will|circumstances|means|account|consider|considering|select|choose|contemplate|like|accept|look|else|elsewhere|i\.e\.?|e\.g\.?|such|as|namely|like|nordic|geograph(?:y|ies)|locations?|areas?|territor(?:y|ies)|"
    r"being|having|done|region|regions|both|these|where|is|being|clearly|slightly|strongly|something|somewhere|someone|partner|partners"
)


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """One pattern per list. Those named `..._after` match at the start of what follows a place."""

    lists: dict[str, re.Pattern[str]]

    def last(self, name: str, text: str) -> re.Match[str] | None:
        found = list(self.lists[name].finditer(text))
        return found[-1] if found else None

    def has(self, name: str, text: str) -> bool:
        return bool(self.lists[name].search(text))

    def starts(self, name: str, after: str) -> re.Match[str] | None:
        """Of a list that is said of a place, right after it."""
        return self.lists[name].match(after)


@cache
def place_words() -> PlaceWords:
    raw = loaded("place_words")
    patterns = raw.pop("patterns")
    lists = {name: _compiled(name, _joined(words), raw) for name, words in raw.items()}
    lists["governor"] = _compiled("governor", "|".join([*raw["site_verbs"], *raw["site"]]), raw)
    lists |= {name: re.compile(_joined(words), _I) for name, words in patterns.items()}
    return PlaceWords(lists)


def _joined(words: str | list[str]) -> str:
    return words if isinstance(words, str) else "|".join(words)


def _compiled(name: str, words: str, raw: dict[str, Any]) -> re.Pattern[str]:
    if name.endswith("_after"):
        site = "|".join([*raw["site"], *raw["site_verbs"]])
        return re.compile(
            rf"(?:[\s,:=|(–—-]{{1,4}}(?:{_LINKS}|\w{{2,20}}ly|{site})(?!\w)){{0,7}}[\s,:=|(–—-]{{0,4}}(?P<word>{words})(?!\w)",
            _I,
        )
    return re.compile(rf"(?<![\w])(?:{words})(?!\w)", _I)


SMALL_ONLY: Final = re.compile(rf"[\s:=(–-]*(?:(?:{_SMALL})(?:[\s:,(–-]+|$)){{0,10}}", _I)
NEGATED: Final = re.compile(r"\b(?:no|not|nothing|never|none|cannot|nobody)\b", _I)

"""Terms that are written as numbers: storage temperatures, stability conditions, phases, vial formats."""

import re
from collections.abc import Callable
from typing import Final

Found = tuple[int, int, tuple[str, ...]]

_MINUS: Final = r"(?:[-−–‑]|minus\s)\s?"
_DEGREES: Final = r"(?:\s?(?:°|º|degrees?|deg\.?)\s?[CK]?|\s?C\b|\s?℃)"
_STABILITY: Final = re.compile(
    rf"(?<![\d./])(?P<t>25|30|40){_DEGREES}?\s?/\s?(?P<rh>60|65|75|35|40)(?:\s?%\s?(?:r\.?\s?h\.?)?)?(?![\d/])",
    re.IGNORECASE,
)
_STABILITY_CODES: Final = {
    ("25", "60"): "an.stab.long-term",
    ("40", "75"): "an.stab.accelerated",
    ("30", "65"): "an.stab.intermediate",
    ("30", "75"): "an.stab.zone-ivb",
}
_RANGE: Final = re.compile(
    rf"(?<![\d.,-])\+?(?P<lo>2|5|15|18|20){_DEGREES}?\s?(?:-|–|to|\.\.\.|bis|à|and)\s?\+?(?P<hi>8|25|30){_DEGREES}?(?![\d.,]*\d|\s?(?:mg|kg|g|ml|l|weeks|months|%)\b)",
    re.IGNORECASE,
)
_COLD: Final = re.compile(
    rf"(?<![\d\w.])(?:{_MINUS}(?P<t>20|25|40|60|65|70|78|80|86|90|130|150|180|196)){_DEGREES}?(?:\s?(?:to|-|–|…)\s?{_MINUS}\d{{2,3}}{_DEGREES}?)?(?![\d.,]*\d|\s?(?:%|mg|kg|ml)\b)",
    re.IGNORECASE,
)
_PHASES: Final = re.compile(
    r"\b(?:phase|ph\.?)[\s-]?(?P<a>[1-3]|i{1,3})(?P<sub>[ab])?(?:\s?(?:/|-|–|and|to|&)\s?(?:phase\s)?(?P<b>[1-3]|i{1,3})(?:[ab])?)?(?![\w])",
    re.IGNORECASE,
)
_PHASE_CODES: Final = {
    "1": "stg.phase1", "i": "stg.phase1", "2": "stg.phase2", "ii": "stg.phase2",
    "3": "stg.phase3", "iii": "stg.phase3",
}  # fmt: skip
_VIALS: Final = re.compile(
    r"(?<![\w.])(?:2|3|4|5|6|8|10|15|20|25|30|50|100)[ ]?R\b(?:\s(?:type\s\w+\s)?(?:glass\s)?vials?)?"
)
_CHEMISTRY: Final = re.compile(r"react|chemistr|lithiat|cryogenic (?:step|chem)|synthes|step", re.IGNORECASE)
_ON_STUDY: Final = re.compile(r"\bstability\b[^.;]*$", re.IGNORECASE)
_KEPT: Final = re.compile(r"stor|ship|kept|hold|transport", re.IGNORECASE)
_STUDY: Final = re.compile(r"\s?(?:°|º)?\s?C?\s?(?:long[- ]term\s)?stability", re.IGNORECASE)


def conditions_of(text: str) -> list[Found]:
    """Start, end and codes in one sentence, none within another."""
    found: list[Found] = []
    for pattern, meaning in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in found):
                continue
            codes = meaning(match)
            if codes:
                found.append((match.start(), match.end(), codes))
    return found


def _stability(match: re.Match[str]) -> tuple[str, ...]:
    code = _STABILITY_CODES.get((match["t"], match["rh"]))
    return (code,) if code else ()


def _range(match: re.Match[str]) -> tuple[str, ...]:
    low, high = int(match["lo"]), int(match["hi"])
    if (low, high) == (2, 8):
        return ("an.stab.refrigerated",) if _is_study(match) else ("st.refrigerated",)
    has_degrees = "c" in match.group().lower() or "°" in match.group() or "º" in match.group()
    return ("st.ambient",) if low >= 15 and high >= 25 and has_degrees else ()


def _cold(match: re.Match[str]) -> tuple[str, ...]:
    degrees = int(match["t"])
    if _is_study(match):
        return ("an.stab.refrigerated",)
    around = match.string[max(0, match.start() - 60) : match.end() + 40]
    if degrees == 78 or (degrees >= 40 and _CHEMISTRY.search(around)):
        return ("op.cryogenic",) if _CHEMISTRY.search(around) else ("st.frozen-70",)
    if degrees <= 40:
        return ("st.frozen-20",)
    return ("st.frozen-70",) if degrees <= 90 else ("st.cryogenic",)


def _is_study(match: re.Match[str]) -> bool:
    """ "2-8 stability" is a study, "stored at 2-8" is not."""
    if _STUDY.match(match.string, match.end()):
        return True
    before = match.string[max(0, match.start() - 60) : match.start()]
    return bool(_ON_STUDY.search(before)) and not _KEPT.search(before)


def _phases(match: re.Match[str]) -> tuple[str, ...]:
    """Two phases in one word: "Phase I/II". One alone is a phrase like others."""
    if not match["b"]:
        return ()
    numbers = [_PHASE_CODES[each.lower()] for each in (match["a"], match["b"]) if each]
    return tuple(dict.fromkeys(numbers))


def _vials(match: re.Match[str]) -> tuple[str, ...]:
    return ("cnt.vial",)


_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, ...]]], ...]] = (
    (_STABILITY, _stability),
    (_RANGE, _range),
    (_COLD, _cold),
    (_VIALS, _vials),
    (_PHASES, _phases),
)

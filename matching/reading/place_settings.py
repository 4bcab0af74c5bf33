"""Places named together in a sentence, with the words around them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.reading.gazetteer import Gazetteer, Spot
from matching.reading.passages import Sentence
from matching.reading.place_words import NEGATED, SMALL_ONLY, place_words

_I: Final = re.IGNORECASE
_BETWEEN: Final = re.compile(
    r"(?:\s(?:sites?|plants?|countries|member states?)(?=\s(?:or|and)\s))?\s*\)?\s*"
    r"(?:\(?incl(?:\.|uding)?(?:\sthe)?|\(?plus|,|/|&|\+|;(?=\s(?:or|and)\b))?\s*"
    r"(?:as well as|or else|or|and|and/or|oder|et|ou|also|and also|either)?\s*(?:also\s)?"
    r"(?:in|from|within)?\s*"
    r"(?:either\s)?(?:the|southern|northern|eastern|western)?\s*",
    _I,
)
_ANSWERED: Final = re.compile(r"\s*(?:yes|no|a)\s?[:,–-]", _I)
_WIDE: Final = frozenset({"geo.eu", "geo.eea", "geo.europe", "geo.north-america", "geo.apac"})
_DASHED: Final = re.compile(r"[\s*•>\d.)-]*(?P<label>[A-Za-z][\w /&]{2,40}?)\s[–—-]\s")
_LAST: Final = re.compile(r"\b(?:or|and)\b", _I)
# What ends a label: "Location: …", "Site = …", "Where must the plant be? …".
_LABEL_ENDS: Final = re.compile(r"\s?(?::(?!\d)|=|\?\s*(?:[-–]?>|→|:|-)?|→|[-–]>)|[;\n]")
_ACCEPTED: Final = re.compile(
    r"\s(?:(?:is|are|would be|also|too|equally)\s){0,2}(?:acceptable|accepted|possible|okay|ok|fine)\b", _I
)
_LONGEST_LABEL: Final = 70
# Each is judged by all the words around it: more in one sentence are data, or meant to be slow.
_MOST_GROUPS: Final = 12
_LONGEST_ROW: Final = 120
_MOST_LABEL_WORDS: Final = 9
_LABEL_PARTS: Final = re.compile(r"[/.]\s|\d\.\s|,\s|\s[–—]\s")
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_ANSWER: Final = re.compile(r"[\W\d_]*(?:a|q|yes|no|answer|ans|reply|r|re|note)?[\W\d_]*$", _I)
_MARK: Final = re.compile(r"\[(?P<sign>[xX✓✔ _]?)\]|(?P<off>[☐□❏])|(?P<on>[☒☑✓✔✗])|\((?P<round>[xX]|\s)\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Places named together: "EU, UK or Switzerland"."""

    start: int
    end: int
    spots: tuple[Spot, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for spot in self.spots for code in spot.codes))


@dataclass(frozen=True, slots=True)
class Setting:
    """A group with the words around it: up to the next break, and no further than the next group."""

    group: Group
    before: str
    after: str
    clause: str  # without the places in it
    label: str
    is_question: bool
    is_bare: bool
    onwards: str  # all that follows up to the next group
    is_ticked: bool | None  # where there is a box before the place

    @property
    def is_led_by_small_words(self) -> bool:
        """The place begins what is said of it: "EU preferred, the UK acceptable"."""
        return bool(SMALL_ONLY.fullmatch(self.before, self.before.rfind(",") + 1))


def groups_of(text: str, gazetteer: Gazetteer) -> list[Group]:
    groups: list[list[Spot]] = []
    for spot in gazetteer.spots(text):
        if groups and _is_joined(text, groups[-1], spot):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    found = [Group(spots[0].start, spots[-1].end, tuple(spots)) for spots in groups[:_MOST_GROUPS]]
    return [group for group in found if not _is_doubtful(group, text)]


def _is_joined(text: str, group: list[Spot], spot: Spot) -> bool:
    """ "EU or Switzerland, the DACH region": after the last of a list a comma begins something else."""
    between = text[group[-1].end : spot.start]
    is_over = len(group) > 1 and _LAST.search(text[group[-2].end : group[-1].start])
    is_over = is_over or _ACCEPTED.match(text, spot.end)  # "in the EU, UK also acceptable"
    return bool(_BETWEEN.fullmatch(between)) and not (is_over and between.strip().startswith(","))


def _is_doubtful(group: Group, text: str) -> bool:
    """A bare code such as CH is a place beside other places, after "in", or before a word for a site."""
    if not all(spot.is_weak for spot in group.spots) or len(group.spots) > 1:
        return False
    before, after = text[: group.start], text[group.end : group.end + 12]
    is_led = re.search(r"\b(?:in|from|outside|ex|non|no|not|only)[\s:-]+$|[:|(]\s*$", before[-20:], _I)
    return not (is_led or re.match(r"[\s-](?:sites?|plants?|only|based)\b", after, _I))


def settings_of(sentence: Sentence, groups: list[Group], lead: str) -> list[Setting]:
    text = sentence.text
    text = _unbracketed(text, groups)
    ends = _break_ends(text, groups)
    labels = list(_labels(text))
    is_bare = _is_bare(text, groups)
    is_question = sentence.is_question or place_words().has("asked", text)
    found: list[Setting] = []
    for number, group in enumerate(groups):
        start = ends[bisect_right(ends, group.start) - 1]
        previous = groups[number - 1].end if number else 0
        following = groups[number + 1].start if number + 1 < len(groups) else len(text)
        before = text[max(start, previous) : group.start]
        marked = _marked(text[previous : group.start])
        onwards = text[group.end : following]
        after = onwards[: _after_end(onwards)] + ("…" if following < len(text) else "")
        clause = f"{_without(text, start, group.start, groups)} {after}"
        label = _label(text, group, labels) or lead
        found.append(Setting(group, before, after, clause, label, is_question, is_bare, onwards, marked))
    return found


def _break_ends(text: str, groups: list[Group]) -> list[int]:
    """Where clauses begin; an "or" or a comma between the places of one group ends none."""
    starts = [group.start for group in groups]
    ends = [0]
    for match in place_words().lists["break"].finditer(text):
        number = bisect_left(starts, match.end()) - 1
        if number < 0 or groups[number].end <= match.start():
            ends.append(match.end())
    return ends


def _labels(text: str) -> Iterator[tuple[int, str]]:
    """Where labels end, with their words; a first half such as "Country – fixed: Italy" belongs to it."""
    dashed = _DASHED.match(text)
    if dashed:
        yield dashed.end(), dashed["label"]
    start = 0
    for match in _LABEL_ENDS.finditer(text):
        words = text[max(start, match.start() - _LONGEST_LABEL) : match.start()]
        if match.group() not in ";\n" and len(words) > 1:
            yield match.end(), words
        start = match.end()


def _unbracketed(text: str, groups: list[Group]) -> str:
    """ "From sanctioned countries (Russia, Iran) …": brackets around nothing but places break no sentence."""
    signs = list(text)
    for group in groups:
        if text[group.start - 1 : group.start] == "(" and text[group.end : group.end + 1] == ")":
            signs[group.start - 1] = signs[group.end] = " "
    return "".join(signs)


def _after_end(onwards: str) -> int:
    """What follows ends at a break; a bracket that opens at once belongs to the place: "EU (preferred)"."""
    skip = re.match(r"\s*\(", onwards)
    found = place_words().lists["break_after"].search(onwards, skip.end() if skip else 0)
    end = found.start() if found else len(onwards)
    opened = onwards.find("(", skip.end() if skip else 0, end)
    return opened if opened >= 0 else end


def _without(text: str, start: int, end: int, groups: list[Group]) -> str:
    parts = []
    for group in groups:
        if start <= group.start and group.end <= end:
            parts.append(text[start : group.start])
            start = group.end
    return " … ".join([*parts, text[start:end]])


def _label(text: str, group: Group, labels: list[tuple[int, str]]) -> str:
    """The label of the line or of the part of it; in a row of a table all cells before and between."""
    if "|" in text:
        return text[: group.start].strip("| ") if group.start < _LONGEST_ROW else ""
    for number, (end, words) in reversed(list(enumerate(labels))):
        if end > group.start:
            continue
        label = _LABEL_PARTS.split(_BRACKETED.sub("", words))[-1]
        if len(label.split()) > _MOST_LABEL_WORDS:
            return ""
        if not _ANSWER.fullmatch(label):
            dashed = _DASHED.match(text) if number else None
            return f"{dashed['label']} {label}" if dashed else label
    return ""


def _is_bare(text: str, groups: list[Group]) -> bool:
    """ "US/EU, no Asia." and "Europe or US East Coast.": nothing but places. One country is an address."""
    if not _has_more(_without(text, 0, len(text), groups)):
        return _says_enough(text, groups)
    end = next(
        (match.start() for match in place_words().lists["aside"].finditer(text, groups[0].end)), len(text)
    )
    words = _without(text, 0, end, [group for group in groups if group.end <= end])
    if end == len(text) or _has_more(words):
        return False
    return bool(NEGATED.search(words) or re.search(r"\bonly\b", words, _I))


def _has_more(words: str) -> bool:
    return bool(re.search(r"[^\W_]", place_words().lists["filler"].sub(" ", words)))


def _says_enough(text: str, groups: list[Group]) -> bool:
    codes = {code for group in groups for code in group.codes}
    has_words = bool(re.search(r"[^\W_]", _without(text, 0, len(text), groups)))
    return not _ANSWERED.match(text) and (len(codes) > 1 or has_words or bool(codes & _WIDE))


def _marked(before: str) -> bool | None:
    """Whether the box before a place is ticked, where there is one."""
    marks = list(_MARK.finditer(before))
    if not marks or before[marks[-1].end() :].strip():
        return None
    mark = marks[-1]
    return bool((mark["sign"] or mark["on"] or mark["round"] or "").strip(" _"))

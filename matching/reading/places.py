"""Where the site must, must not or should lie. Markets, trial sites, addresses and destinations are no such thing.

A place counts only where the words around it speak of a site or of the work, or where a line holds nothing but places;
and it gates only where those words demand or exclude it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from matching.reading.findings import PlaceFound, PlaceRole, Span
from matching.reading.gazetteer import Gazetteer, Spot
from matching.reading.passages import Sentence
from matching.reading.place_words import SMALL_ONLY, place_words

_I: Final = re.IGNORECASE
_BETWEEN: Final = re.compile(
    r"(?:\s(?:sites?|plants?|countries|member states?)(?=\s(?:or|and)\s))?\s*\)?\s*(?:\(?incl(?:\.|uding)?(?:\sthe)?|\(?plus|,|/|&|\+|;(?=\s(?:or|and)\b))?"
    r"\s*(?:as well as|or else|or|and|and/or|oder|et|ou|also|and also|either)?\s*(?:also\s)?(?:in|from|within)?\s*(?:either\s)?(?:the|southern|northern|eastern|western)?\s*",
    _I,
)
_ASIDE: Final = re.compile(
    r"[;(]|[.!?]\s|\s[–—-]\s|,\s(?:where|which|as|since|because|so|for|with|due)\b|\s(?:because|since|as|for|due)\s",
    _I,
)
_ANSWERED: Final = re.compile(r"\s*(?:yes|no|a)\s?[:,–-]", _I)
_WIDE: Final = frozenset({"geo.eu", "geo.eea", "geo.europe", "geo.north-america", "geo.apac"})
_DASHED: Final = re.compile(r"[\s*•>\d.)-]*(?P<label>[A-Za-z][\w /&]{2,40}?)\s[–—-]\s")
_LAST: Final = re.compile(r"\b(?:or|and)\b", _I)
_BREAK: Final = re.compile(
    r"[;|()\[\]\n]|\s[–—-]+>?\s|(?<!excl)(?<!pref)(?<!incl)(?<!i\.e)(?<!e\.g)[.!?:]\s|(?<!anywhere )(?<!everywhere )(?<!anything )(?<!all )(?<!country )(?<!nowhere )\bbut(?! in\b)\b|"
    r"\b(?:however|whereas|while|although|though|yet|hence|therefore|because|otherwise)\b|,?\sso\b|"
    r",\s(?=(?:and |or |then )?(?:as|since|which|where|who|the|this|that|these|those|we|our|i|they|it|there|you|your|with|please|sponsor|a|an|given|preferably|ideally)\b)|"
    r"\band (?=(?:the|our|we|it|they|you|must|is|are|under no)\b)",
    _I,
)
_AFTER_BREAK: Final = re.compile(
    r"[;\n\])]|\s[–—]\s|[.!?]\s|\b(?:but|however|whereas|while|although|though|yet|because|as|since|otherwise)\b",
    _I,
)
_LABEL: Final = re.compile(
    r"(?P<label>[^:|=?→;\n]{2,70}?)\s?(?::(?!\d)|=|\?\s*(?:[-–]?>|→|:|-)?|→|[-–]>|\s[-–]\s(?=[\w\s]{2,20}:))",
    _I,
)
_ANSWER: Final = re.compile(r"[\W\d_]*(?:a|q|yes|no|answer|ans|reply|r|re|note)?[\W\d_]*$", _I)
_MARK: Final = re.compile(r"\[(?P<sign>[xX✓✔ _]?)\]|(?P<off>[☐□❏])|(?P<on>[☒☑✓✔✗])|\((?P<round>[xX]|\s)\)")
_HEAD: Final = re.compile(r"[\s-]+(?P<word>\w[\w.&/’'-]*)")
_STOPS: Final = frozenset(
    "in on at for from with by is are was were be must shall should will would has have had may can and or to of as if than that which who where when only not no over because after before".split()
)
_ACRONYM: Final = re.compile(r"[A-Z][A-Z&/]{1,6}\b")
_OF_SITES: Final = frozenset(
    "CDMO CMO DP DS OSD API OK NO NOT ONLY MUST AND OR PREFERRED EXCLUDED SITE".split()
)
_MUST_BE: Final = re.compile(
    r"\b(?:has to|have to|must|needs? to|should|shall|can only|is to|required to|may only) (?:only )?(?:be|lie|sit|stay|remain|come|happen|take place|go)\b"
    r"(?: \w+){0,2}?\s*(?:in|within|from|inside|on)?(?: the)?\s*$|\b(?:must|has to|needs to) be\s*$",
    _I,
)
_GOODS: Final = re.compile(
    r"\b(?:kits?|materials?|supplies|goods|shipments?|vials?|capsules|tablets|syringes|placebo|product|batch(?:es)?|stock|doses|samples|pallets?|bulk|drug)\b",
    _I,
)
_NEGATED_OUTSIDE: Final = re.compile(r"\b(?:no|not|nothing|never|none|cannot|nobody)\b", _I)
_COMPARED: Final = re.compile(
    r"\b(?:over|rather than|instead of|versus|vs\.?)\s(?:the\s|other\s)?$|"
    r"\b(?:(?:east|west|north|south) of|close to|near|nearby|next to|proximity to|(?:hours?|minutes|km|miles|distance|drive|flight|train) (?:of|from|to|by \w+ from))\s(?:the\s)?(?:[\w.]+,?\s){0,2}$",
    _I,
)
# "The Italian site" and "our Swiss plant" are ones that there are already.
_KNOWN: Final = re.compile(r"\b(?:the|this|that|our|their|own)\s$", _I)
_ONE_SITE: Final = re.compile(
    r"\s(?:\w+\s)?(?:site|plant|facility|factory|lab|laboratory|line|team|affiliate|partner|supplier|vendor|contractor|hub)\b",
    _I,
)
_THERE: Final = re.compile(r"\b(?:these|those|they|both|there|that country|this country|it)\b", _I)
_MOST_HEADS: Final = 4


class _Kind(Enum):
    SITE = auto()
    OTHER = auto()
    UNKNOWN = auto()


class _Verdict(Enum):
    """What the sentence says of a place, before it is a role."""

    EXCLUDED = auto()
    PREFERRED = auto()
    ACCEPTED = auto()
    DEMANDED = auto()
    IGNORED = auto()
    SILENT = auto()


_ROLES: Final = {
    _Verdict.EXCLUDED: PlaceRole.MUST_NOT_IN,
    _Verdict.PREFERRED: PlaceRole.PREFER_IN,
    _Verdict.ACCEPTED: PlaceRole.MUST_IN,
    _Verdict.DEMANDED: PlaceRole.MUST_IN,
}
ACCEPTED: Final = "accepted beside others"
IMPLIED: Final = "implied: only these are acceptable"


@dataclass(frozen=True, slots=True)
class _Group:
    """Places named together: "EU, UK or Switzerland"."""

    start: int
    end: int
    spots: tuple[Spot, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for spot in self.spots for code in spot.codes))


@dataclass(frozen=True, slots=True)
class _Setting:
    """A group with the words around it: up to the next break of the sentence, and no further than the next group."""

    group: _Group
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


def places_of(sentence: Sentence, gazetteer: Gazetteer, *, lead: str = "") -> list[PlaceFound]:
    """`lead` is a heading or a question that the sentence answers: "Excluded countries", "Where must the plant be?"."""
    text = sentence.text
    groups = _groups(text, gazetteer)
    if not groups:
        return []
    settings = _settings(sentence, groups, lead)
    verdicts = [_verdict(each) for each in settings]
    found: list[PlaceFound] = []
    for group, verdict in zip(groups, verdicts, strict=True):
        role = _ROLES.get(verdict)
        if role is None:
            continue
        span = Span(sentence.start + group.start, sentence.start + group.end)
        note = ACCEPTED if verdict is _Verdict.ACCEPTED else ""
        found += [PlaceFound(code, role, span, note=note) for code in _codes(group, role)]
    return found + _implied(found, verdicts)


def _codes(group: _Group, role: PlaceRole) -> Iterator[str]:
    """A wish for a region without a term, such as the Benelux, weighs nothing: no candidate is ranked by it."""
    for spot in group.spots:
        if not spot.is_region or role is not PlaceRole.PREFER_IN:
            yield from spot.codes


def _implied(found: list[PlaceFound], verdicts: list[_Verdict]) -> list[PlaceFound]:
    """ "X preferred, Y acceptable" means that only X and Y will do."""
    if _Verdict.ACCEPTED not in verdicts or _Verdict.DEMANDED in verdicts:
        return []
    return [
        PlaceFound(each.id, PlaceRole.MUST_IN, each.span, note=IMPLIED)
        for each in found
        if each.role is PlaceRole.PREFER_IN
    ]


def _groups(text: str, gazetteer: Gazetteer) -> list[_Group]:
    groups: list[list[Spot]] = []
    for spot in gazetteer.spots(text):
        if groups and _is_joined(text, groups[-1], spot):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    found = [_Group(spots[0].start, spots[-1].end, tuple(spots)) for spots in groups]
    return [group for group in found if not _is_doubtful(group, text)]


def _is_joined(text: str, group: list[Spot], spot: Spot) -> bool:
    """ "EU or Switzerland, the DACH region": after the last of a list a comma begins something else."""
    between = text[group[-1].end : spot.start]
    is_over = len(group) > 1 and _LAST.search(text[group[-2].end : group[-1].start])
    return bool(_BETWEEN.fullmatch(between)) and not (is_over and between.strip().startswith(","))


def _is_doubtful(group: _Group, text: str) -> bool:
    """A bare code such as CH is a place beside other places, after "in" or a label, or before a word for a site."""
    if not all(spot.is_weak for spot in group.spots) or len(group.spots) > 1:
        return False
    before, after = text[: group.start], text[group.end : group.end + 12]
    is_led = re.search(r"\b(?:in|from|outside|ex|non|no|not|only)[\s:-]+$|[:|(]\s*$", before[-20:], _I)
    return not (is_led or re.match(r"[\s-](?:sites?|plants?|only|based)\b", after, _I))


def _settings(sentence: Sentence, groups: list[_Group], lead: str) -> list[_Setting]:
    text = sentence.text
    text = _unbracketed(text, groups)
    breaks = [
        m for m in _BREAK.finditer(text) if not any(g.start < m.end() and m.start() < g.end for g in groups)
    ]
    dashed = _DASHED.match(text)
    labels = [dashed] if dashed else []
    labels += [m for m in _LABEL.finditer(text) if m.end() - m.start() > 2]
    is_bare = _is_bare(text, groups)
    is_question = sentence.is_question or place_words().has("asked", text)
    found: list[_Setting] = []
    for number, group in enumerate(groups):
        start = max((m.end() for m in breaks if m.end() <= group.start), default=0)
        previous = groups[number - 1].end if number else 0
        following = groups[number + 1].start if number + 1 < len(groups) else len(text)
        before = text[max(start, previous) : group.start]
        marked = _marked(text[previous : group.start])
        onwards = text[group.end : following]
        after = onwards[: _after_end(onwards)] + ("…" if following < len(text) else "")
        clause = f"{_without(text, start, group.start, groups)} {after}"
        label = _label(text, group, labels) or lead
        found.append(_Setting(group, before, after, clause, label, is_question, is_bare, onwards, marked))
    return found


def _unbracketed(text: str, groups: list[_Group]) -> str:
    """ "From sanctioned countries (Russia, Iran) …": brackets around nothing but places break no sentence."""
    for group in groups:
        if text[: group.start].endswith("(") and text[group.end :].startswith(")"):
            text = f"{text[: group.start - 1]} {text[group.start : group.end]} {text[group.end + 1 :]}"
    return text


def _after_end(onwards: str) -> int:
    """What follows ends at a break; a bracket that opens at once belongs to the place: "EU (preferred)"."""
    skip = re.match(r"\s*\(", onwards)
    found = _AFTER_BREAK.search(onwards, skip.end() if skip else 0)
    end = found.start() if found else len(onwards)
    opened = onwards.find("(", skip.end() if skip else 0, end)
    return opened if opened >= 0 else end


def _without(text: str, start: int, end: int, groups: list[_Group]) -> str:
    parts = []
    for group in groups:
        if start <= group.start and group.end <= end:
            parts.append(text[start : group.start])
            start = group.end
    return " … ".join([*parts, text[start:end]])


def _label(text: str, group: _Group, labels: list[re.Match[str]]) -> str:
    """The label of the line or of the part of it; in a row of a table all cells before and between."""
    if "|" in text:
        return text[: group.start].strip("| ") if len(text[: group.start]) < 120 else ""
    for match in reversed(labels):
        if match.end() <= group.start:
            label = re.split(r"[/.]\s|\d\.\s|,\s|\s[–—]\s", re.sub(r"\([^()]*\)", "", match["label"]))[-1]
            if len(label.split()) > 9:
                return ""
            if not _ANSWER.fullmatch(label):
                return label
    return ""


def _is_bare(text: str, groups: list[_Group]) -> bool:
    """ "US/EU, no Asia." and "Europe or US East Coast.": nothing but places. One country alone is an address."""
    if not _has_more(_without(text, 0, len(text), groups)):
        return _says_enough(text, groups)
    end = next((match.start() for match in _ASIDE.finditer(text, groups[0].end)), len(text))
    words = _without(text, 0, end, [group for group in groups if group.end <= end])
    if end == len(text) or _has_more(words):
        return False
    return bool(_NEGATED_OUTSIDE.search(words) or re.search(r"\bonly\b", words, _I))


def _has_more(words: str) -> bool:
    return bool(re.search(r"[^\W_]", place_words().lists["filler"].sub(" ", words)))


def _says_enough(text: str, groups: list[_Group]) -> bool:
    codes = {code for group in groups for code in group.codes}
    has_words = bool(re.search(r"[^\W_]", _without(text, 0, len(text), groups)))
    return not _ANSWERED.match(text) and (len(codes) > 1 or has_words or bool(codes & _WIDE))


def _verdict(setting: _Setting) -> _Verdict:
    if setting.is_ticked is not None:
        return _Verdict.DEMANDED if setting.is_ticked else _Verdict.IGNORED
    kind = _kind(setting)
    if kind is _Kind.OTHER:
        return _Verdict.IGNORED
    direct = _directly(setting, kind)
    if direct is not None:
        return direct
    if setting.is_question and not _is_label_of(setting.label):
        return _Verdict.IGNORED
    return _demanded(setting, kind)


def _marked(before: str) -> bool | None:
    """Whether the box before a place is ticked, where there is one."""
    mark = None
    for mark in _MARK.finditer(before):
        pass
    if mark is None or before[mark.end() :].strip():
        return None
    return bool((mark["sign"] or mark["on"] or mark["round"] or "").strip(" _"))


def _kind(setting: _Setting) -> _Kind:
    words = place_words()
    head = _head(setting)
    if head is _Kind.OTHER:
        return head
    if setting.group.spots[-1].is_adjective and head is not _Kind.SITE and not setting.is_bare:
        return _Kind.OTHER
    if _COMPARED.search(setting.before):
        return _Kind.OTHER
    governor, is_adjacent = _governor(setting.before)
    if _is_owned(setting.before, setting):
        return _Kind.OTHER
    if governor is _Kind.OTHER and (is_adjacent or head is not _Kind.SITE):
        return governor
    label = setting.label
    if words.has("label_other", label) and head is not _Kind.SITE and governor is not _Kind.SITE:
        return _Kind.OTHER
    return _Kind.SITE if _Kind.SITE in {head, governor} else _Kind.UNKNOWN


def _head(setting: _Setting) -> _Kind:
    """What the place stands before: a site in "US filling site", something else in "US launch"."""
    words = place_words()
    after, place = setting.after, 0
    for _ in range(_MOST_HEADS):
        match = _HEAD.match(after, place)
        if not match:
            break
        word = match["word"].strip(".-")
        is_acronym = bool(_ACRONYM.fullmatch(word)) and word not in _OF_SITES
        if is_acronym or words.lists["head_other"].match(after, match.start("word")):
            return _Kind.OTHER
        if any(words.lists[name].match(after, match.start("word")) for name in ("site", "head_site")):
            return _Kind.SITE
        if word.lower() in _STOPS:
            break
        place = match.end("word")
    return _Kind.UNKNOWN


def _governor(before: str) -> tuple[_Kind, bool]:
    """The nearest word before a place that tells what the place is of, and whether only small words lie between."""
    words = place_words()
    told = words.lists["lies"].sub(lambda match: " " * len(match.group()), before)
    site, other = words.last("site", told), words.last("other", told)
    if site is None and other is None:
        site = words.last("site", before)
    if other and site and words.lists["weak_site"].fullmatch(site.group()):
        site = _last_strong(told)
    if other and (not site or other.end() >= site.end()):
        rest = before[other.end() :]
        if words.has("preferred_before", rest) or _is_refused(rest):
            return _Kind.UNKNOWN, False
        return _Kind.OTHER, bool(SMALL_ONLY.fullmatch(before, other.end()))
    return (_Kind.SITE if site else _Kind.UNKNOWN), False


def _last_strong(before: str) -> re.Match[str] | None:
    words = place_words()
    strong = None
    for match in words.lists["site"].finditer(before):
        if not words.lists["weak_site"].fullmatch(match.group()):
            strong = match
    return strong


def _is_owned(before: str, setting: _Setting) -> bool:
    """The sponsor's own plant or today's supplier, unless something is demanded or refused after it is named."""
    words = place_words()
    if _KNOWN.search(before) and _ONE_SITE.match(setting.after):
        return True
    own = words.last("own", before)
    if own is None:
        return False
    rest = before[own.end() :]
    return not (
        words.has("demanded_before", rest) or _is_refused(rest) or words.has("preferred_before", rest)
    )


def _is_refused(text: str) -> bool:
    words = place_words()
    return words.has("negative", words.lists["harmless"].sub(" ", text))


def _directly(setting: _Setting, kind: _Kind) -> _Verdict | None:
    """What is said of the place itself, in the words next to it."""
    words = place_words()
    before, after = setting.before, setting.after
    if words.starts("conditional_after", after) or _is_conditional(before):
        return _Verdict.IGNORED
    left_out = _left_out(setting, kind)
    if left_out is not None:
        return left_out
    if words.starts("excluded_after", after) or _is_meant_there(setting):
        return _Verdict.EXCLUDED
    if words.has("indifferent", setting.after) and not words.starts("preferred_after", after):
        return _Verdict.IGNORED if not _is_wished(setting, kind) else _Verdict.PREFERRED
    if _is_excluded_before(setting, kind):
        return _Verdict.EXCLUDED
    if words.has("label_excluded", setting.label):
        return _Verdict.EXCLUDED
    return _weighed(setting, kind)


def _is_conditional(before: str) -> bool:
    """ "It would be a plus if the plant is in X" is a wish, no condition."""
    words = place_words()
    condition = words.last("conditional_before", before)
    return bool(condition and not words.has("preferred_before", before[: condition.start()]))


def _weighed(setting: _Setting, kind: _Kind) -> _Verdict | None:
    words = place_words()
    if setting.is_question:
        return None
    if words.starts("preferred_after", setting.after) or _is_wished(setting, kind):
        return _Verdict.PREFERRED
    if words.has("label_preferred", setting.label):
        return _Verdict.PREFERRED
    accepted = words.last("accepted_before", setting.before)
    is_led = kind is _Kind.SITE or setting.is_led_by_small_words
    if (is_led and words.starts("accepted_after", setting.after)) or (
        accepted and SMALL_ONLY.fullmatch(setting.before, accepted.end())
    ):
        return _Verdict.ACCEPTED
    return _Verdict.ACCEPTED if words.has("label_accepted", setting.label) else None


def _is_wished(setting: _Setting, kind: _Kind) -> bool:
    words = place_words()
    wish = words.last("preferred_before", setting.before)
    if not wish or re.match(r"\s*not\b", setting.before[wish.end() :], _I):
        return False
    return kind is _Kind.SITE or bool(SMALL_ONLY.fullmatch(setting.before, wish.end()))


def _left_out(setting: _Setting, kind: _Kind) -> _Verdict | None:
    """ "Except X" and "outside X", and what a no before or after makes of them."""
    words = place_words()
    before = setting.before
    spared = words.last("except", before)
    if spared and SMALL_ONLY.fullmatch(before, spared.end()):
        is_negated = _NEGATED_OUTSIDE.search(words.lists["harmless"].sub(" ", before[: spared.start()]))
        return _Verdict.DEMANDED if is_negated else _Verdict.EXCLUDED
    if re.search(r"\bnon[-\s]$", before, _I):
        return _opposite(setting)
    outside = words.last("outside", before)
    if outside and SMALL_ONLY.fullmatch(before, outside.end()):
        return _opposite(setting)
    return None


def _opposite(setting: _Setting) -> _Verdict:
    """Of what lies outside: refused means that the place is demanded, demanded that it is excluded."""
    words = place_words()
    before = setting.clause
    if (
        _is_refused(before)
        or words.starts("excluded_after", setting.after)
        or words.has("label_excluded", setting.label)
    ):
        return _Verdict.DEMANDED
    if words.has("demanded_before", setting.before) or words.starts("demanded_after", setting.after):
        return _Verdict.EXCLUDED
    return _Verdict.IGNORED


def _is_excluded_before(setting: _Setting, kind: _Kind) -> bool:
    """A no that reaches the place: through words for a site, or through small words alone."""
    words = place_words()
    before = words.lists["harmless"].sub(lambda match: "~" * len(match.group()), setting.before)
    refusal = words.last("negative", before)
    if refusal is None:
        return False
    gap = before[refusal.end() :]
    if SMALL_ONLY.fullmatch(gap):
        return True
    return (
        kind is _Kind.SITE
        and len(gap) < 80
        and not words.has("fact", gap.replace("may", "").replace("can", ""))
    )


def _is_meant_there(setting: _Setting) -> bool:
    """ "…, so these two are closed for us": a later clause speaks of the place."""
    words = place_words()
    later = setting.onwards[len(setting.after) :]
    match = _THERE.search(later[:60])
    return bool(match and words.starts("excluded_after", later[match.end() :]))


def _is_label_of(label: str) -> bool:
    words = place_words()
    return words.has("label_site", label) and not words.has("label_other", label)


def _demanded(setting: _Setting, kind: _Kind) -> _Verdict:
    words = place_words()
    if words.has("indifferent", setting.clause):
        return _Verdict.IGNORED
    if setting.is_bare or _is_label_of(setting.label):
        return _Verdict.DEMANDED
    is_led = kind is _Kind.SITE or setting.is_led_by_small_words
    if is_led and words.starts("demanded_after", setting.after):
        return _Verdict.DEMANDED
    if _MUST_BE.search(setting.before) and (kind is _Kind.SITE or not _GOODS.search(setting.before)):
        return _Verdict.DEMANDED
    if kind is not _Kind.SITE:
        return _Verdict.SILENT
    if words.has("demanded_before", setting.before):
        return _Verdict.DEMANDED
    return _Verdict.SILENT if words.has("fact", setting.clause) else _Verdict.DEMANDED

"""Where the site must, must not or should lie. Markets, trials, addresses and destinations are none.

A place counts only where the words around it speak of a site or of the work, or where a line holds nothing
but places; and it gates only where those words demand or exclude it.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from matching.reading.findings import PlaceFound, PlaceRole, Span
from matching.reading.gazetteer import Gazetteer
from matching.reading.passages import Sentence
from matching.reading.place_settings import Group, Setting, groups_of, settings_of
from matching.reading.place_words import NEGATED, SMALL_ONLY, place_words

_I: Final = re.IGNORECASE
_ALSO: Final = re.compile(r"\b(?:also|too|as well|even|would work|live with)\b", _I)
_HEAD: Final = re.compile(r"[\s-]+(?P<word>\w[\w.&/’'-]*)")
_STOPS: Final = frozenset(
    (
        "in", "on", "at", "for", "from", "with", "by", "of", "to", "as", "over", "after", "before",
        "because", "than", "that", "which", "who", "where", "when", "if", "and", "or", "only",
        "not", "no", "is", "are", "was", "were", "be", "has", "have", "had", "must", "shall",
        "should", "will", "would", "may", "can",
    )
)  # fmt: skip
_ONLY: Final = re.compile(r"\bonly\b", _I)
_ACRONYM: Final = re.compile(r"[A-Z][A-Z&/]{1,6}\b")
_OF_SITES: Final = frozenset(
    (
        "CDMO", "CMO", "DP", "DS", "OSD", "API", "OK", "NO", "NOT", "ONLY", "MUST", "AND", "OR",
        "PREFERRED", "EXCLUDED", "SITE",
    )
)  # fmt: skip
# "The Italian site" and "our Swiss plant" are ones that there are already.
_KNOWN: Final = re.compile(r"\b(?:the|this|that|our|their|own)\s$", _I)
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


def places_of(sentence: Sentence, gazetteer: Gazetteer, *, lead: str = "") -> list[PlaceFound]:
    """`lead` is a heading or a question before it: "Excluded countries", "Where must the plant be?"."""
    text = sentence.text
    groups = groups_of(text, gazetteer)
    if not groups:
        return []
    settings = settings_of(sentence, groups, lead)
    verdicts = _anchored([_verdict(each) for each in settings], settings)
    found: list[PlaceFound] = []
    for group, verdict in zip(groups, verdicts, strict=True):
        role = _ROLES.get(verdict)
        if role is None:
            continue
        span = Span(sentence.start + group.start, sentence.start + group.end)
        note = ACCEPTED if verdict is _Verdict.ACCEPTED else ""
        found += [PlaceFound(code, role, span, note=note) for code in _codes(group, role)]
    return found + _implied(found, verdicts)


def _anchored(verdicts: list[_Verdict], settings: list[Setting]) -> list[_Verdict]:
    """ "India would also be fine" adds to what else will do; alone it must not become the only place."""
    others = {_Verdict.PREFERRED, _Verdict.DEMANDED}
    if others & set(verdicts):
        return _without_outer_bounds(verdicts, settings)
    return [
        _Verdict.IGNORED
        if verdict is _Verdict.ACCEPTED and _ALSO.search(f"{setting.before} {setting.label} {setting.after}")
        else verdict
        for verdict, setting in zip(verdicts, settings, strict=True)
    ]


def _without_outer_bounds(verdicts: list[_Verdict], settings: list[Setting]) -> list[_Verdict]:
    """ "EU or Norway, no sites outside Europe" asks for the EU or Norway."""
    found = list(verdicts)
    for place, setting in enumerate(settings):
        is_bounded = found[place] is _Verdict.DEMANDED and _is_outside(setting)
        if is_bounded and _Verdict.DEMANDED in found[:place]:
            found[place] = _Verdict.IGNORED
    return found


def _codes(group: Group, role: PlaceRole) -> Iterator[str]:
    """A wish for a region without a term, such as the Benelux, weighs nothing: no term ranks by it."""
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


def _verdict(setting: Setting) -> _Verdict:
    if setting.is_ticked is not None:
        return _Verdict.DEMANDED if setting.is_ticked else _Verdict.IGNORED
    kind = _kind(setting)
    if kind is _Kind.OTHER or _is_conditional(setting):
        return _Verdict.IGNORED
    direct = _refused(setting, kind) or _weighed(setting, kind)
    if direct is None and setting.is_question and not _is_label_of(setting.label):
        return _Verdict.IGNORED
    return direct or _demanded(setting, kind)


def _kind(setting: Setting) -> _Kind:
    words = place_words()
    head = _head(setting)
    governor, is_adjacent = _governor(setting.before)
    if head is _Kind.OTHER or _is_other(setting, head) or _is_owned(setting.before, setting):
        return _Kind.OTHER
    if governor is _Kind.OTHER and (is_adjacent or head is not _Kind.SITE):
        return governor
    if _Kind.SITE in {head, governor}:
        return _Kind.SITE
    return _Kind.OTHER if words.has("label_other", setting.label) else _Kind.UNKNOWN


def _is_other(setting: Setting, head: _Kind) -> bool:
    """An adjective without a word for a site after it, or what another place is measured against."""
    is_adjective = setting.group.spots[-1].is_adjective and head is not _Kind.SITE and not setting.is_bare
    return is_adjective or place_words().has("compared", setting.before)


def _head(setting: Setting) -> _Kind:
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
    """The nearest word before a place that tells what it is of, and whether only small words lie between."""
    words = place_words()
    told = words.lists["lies"].sub(lambda match: " " * len(match.group()), before)
    site, other = words.last("governor", told), words.last("other", told)
    if site is None and other is None:
        site = words.last("governor", before)
    if site and words.lists["weak_site"].fullmatch(site.group()):
        site = _strong(site, other, before)
    if other and (not site or other.end() >= site.end()):
        if _is_turned(before[other.end() :]):
            return _Kind.UNKNOWN, False
        return _Kind.OTHER, bool(SMALL_ONLY.fullmatch(before, other.end()))
    return (_Kind.SITE if site else _Kind.UNKNOWN), False


def _strong(weak: re.Match[str], other: re.Match[str] | None, before: str) -> re.Match[str] | None:
    """A country may be one of a market: it tells of a site only right beside the place."""
    words = place_words()
    if (other is None or _is_turned(before[other.end() :])) and SMALL_ONLY.fullmatch(before, weak.end()):
        return weak
    strong = [
        match
        for match in words.lists["governor"].finditer(before)
        if not words.lists["weak_site"].fullmatch(match.group())
    ]
    return strong[-1] if strong else None


def _is_turned(rest: str) -> bool:
    """Something is wished or refused after another matter was named."""
    return place_words().has("preferred_before", rest) or _is_refused(rest)


def _is_owned(before: str, setting: Setting) -> bool:
    """The sponsor's own plant or today's supplier, unless something is demanded or refused thereafter."""
    words = place_words()
    if _KNOWN.search(before) and place_words().lists["one_site"].match(setting.after):
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


def _refused(setting: Setting, kind: _Kind) -> _Verdict | None:
    """What a no next to the place makes of it."""
    words = place_words()
    left_out = _left_out(setting)
    if left_out is not None:
        return left_out
    if words.starts("excluded_after", setting.after) or _is_meant_there(setting):
        return _Verdict.EXCLUDED
    if words.has("indifferent", setting.after) and not words.starts("preferred_after", setting.after):
        return _Verdict.PREFERRED if _is_wished(setting, kind) else _Verdict.IGNORED
    if _is_excluded_before(setting, kind) or words.has("label_excluded", setting.label):
        return _Verdict.EXCLUDED
    return None


def _is_conditional(setting: Setting) -> bool:
    """ "It would be a plus if the plant is in X" is a wish, no condition."""
    words = place_words()
    allowed = words.starts("conditional_after", setting.after)
    if allowed:  # "Indian plants may bid" demands nothing, "only Indian plants may bid" does
        return not (allowed["word"].lower().startswith("may") and _ONLY.search(setting.before))
    condition = words.last("conditional_before", setting.before)
    return bool(condition and not words.has("preferred_before", setting.before[: condition.start()]))


def _weighed(setting: Setting, kind: _Kind) -> _Verdict | None:
    words = place_words()
    if setting.is_question:
        return None
    if words.starts("preferred_after", setting.after):
        return _Verdict.PREFERRED
    # "US sites preferred, Canada acceptable": the wish is of the place before.
    is_next = "," in setting.before and setting.is_led_by_small_words
    if is_next and words.starts("accepted_after", setting.after):
        return _Verdict.ACCEPTED
    if _is_wished(setting, kind) or words.has("label_preferred", setting.label):
        return _Verdict.PREFERRED
    accepted = words.last("accepted_before", setting.before)
    is_led = kind is _Kind.SITE or setting.is_led_by_small_words
    if (is_led and words.starts("accepted_after", setting.after)) or (
        accepted and SMALL_ONLY.fullmatch(setting.before, accepted.end())
    ):
        return _Verdict.ACCEPTED
    return _Verdict.ACCEPTED if words.has("label_accepted", setting.label) else None


def _is_wished(setting: Setting, kind: _Kind) -> bool:
    words = place_words()
    wish = words.last("preferred_before", setting.before)
    if not wish or re.match(r"\s*not\b", setting.before[wish.end() :], _I):
        return False
    return kind is _Kind.SITE or bool(SMALL_ONLY.fullmatch(setting.before, wish.end()))


def _left_out(setting: Setting) -> _Verdict | None:
    """ "Except X" and "outside X", and what a no before or after makes of them."""
    words = place_words()
    before = setting.before
    spared = words.last("except", before)
    if spared and SMALL_ONLY.fullmatch(before, spared.end()):
        is_negated = NEGATED.search(words.lists["harmless"].sub(" ", before[: spared.start()]))
        return _Verdict.DEMANDED if is_negated else _Verdict.EXCLUDED
    if re.search(r"\bnon[-\s]$", before, _I):
        return _opposite(setting)
    return _opposite(setting) if _is_outside(setting) else None


def _is_outside(setting: Setting) -> bool:
    outside = place_words().last("outside", setting.before)
    return bool(outside and SMALL_ONLY.fullmatch(setting.before, outside.end()))


def _opposite(setting: Setting) -> _Verdict:
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


def _is_excluded_before(setting: Setting, kind: _Kind) -> bool:
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


def _is_meant_there(setting: Setting) -> bool:
    """ "…, so these two are closed for us": a later clause speaks of the place."""
    words = place_words()
    later = setting.onwards[len(setting.after) :]
    match = _THERE.search(later[:60])
    return bool(match and words.starts("excluded_after", later[match.end() :]))


def _is_label_of(label: str) -> bool:
    words = place_words()
    return words.has("label_site", label) and not words.has("label_other", label)


def _demanded(setting: Setting, kind: _Kind) -> _Verdict:
    words = place_words()
    if words.has("indifferent", setting.clause):
        return _Verdict.IGNORED
    if setting.is_bare or _is_label_of(setting.label) or _is_asked_for(setting, kind):
        return _Verdict.DEMANDED
    if kind is not _Kind.SITE:
        return _Verdict.SILENT
    is_asked = words.has("demanded_before", setting.before) or not words.has("fact", setting.clause)
    return _Verdict.DEMANDED if is_asked else _Verdict.SILENT


def _is_asked_for(setting: Setting, kind: _Kind) -> bool:
    """By the words right after the place, or by those that lead to it whatever it is the place of."""
    words = place_words()
    is_led = kind is _Kind.SITE or setting.is_led_by_small_words
    if is_led and words.starts("demanded_after", setting.after):
        return True
    is_goods = kind is not _Kind.SITE and words.has("goods", setting.before)
    return words.has("must_be", setting.before) and not is_goods

"""Where the site must, must not or should lie. Markets, trial sites, addresses and destinations are no such thing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from matching.reading.findings import PlaceFound, PlaceRole, Span
from matching.reading.passages import Sentence

_BETWEEN: Final = re.compile(
    r"\s*(?:,|/|&|\+|;)?\s*(?:or|and|and/or|oder|et|ou|also|or the|and the|or in|and in|either)?\s*(?:the|in|in the)?\s*",
    re.IGNORECASE,
)
_NAME_OF_SITE: Final = (
    r"(?:sites?|locations?|located|locate|facilit(?:y|ies)|based|plants?|partners?|cdmos?|cmos?|manufacturers?|suppliers?|providers?|packagers?|lab(?:s|oratory|oratories)?|places?|geograph\w+|regions?|countr(?:y|ies)|"
    r"contractors?|capacity|vendors?|work|manufactur\w+|filling|made|performed|produced|sourced?|hub|operations?|premises|bidders?|compan(?:y|ies)|candidates?|offers?|proposals?)"
)
_OTHER_BEFORE: Final = re.compile(
    r"(?:ship\w*|send|sent|deliver\w*|distribut\w*|dispatch\w*|export\w*|supply|supplied|launch\w*|market\w*|sell|sold|sales|fil(?:e|ed|ing)|approv\w+|submi\w+|regist\w+|licen[cs]\w+|patients?|trial|trials|study|studies|hospitals?|clinics?|clinical sites?|"
    r"depot\w*|volumes?|demand|our (?:own )?(?:\w+ )?(?:plant|site|lab\w*|facility|office|headquarters?|team|depot|partner|supplier|cro|affiliate|current \w+|cmo|university)|headquartered|we are (?:a |an )?[\w\s,-]{0,40}|current(?:ly)? [\w\s]{0,20}|made today|existing [\w\s]{0,20}|"
    r"company|university|institute|imported?|import|for use|dosing|sponsor:?[\w\s,&.]*|incumbent[\w\s]{0,20}|destination|destined|sites? \(|arms?|centres?|centers?|release|qp|marketing authori[sz]ation|"
    r"inspect\w*|spun out|gmbh|ltd|inc|ag|bv|sas|spa|oy|ab|llc|nv|plc|kk)\s*(?:\w+\s){0,3}(?:in|to|into|for|from|at|of|by|near|with|,|\(|:|and|or)?\s*(?:the\s|both the\s|both\s)?$",
    re.IGNORECASE,
)
_OTHER_AFTER: Final = re.compile(
    r"^[\s-]*(?:(?:and|or|/)\s*\w+\s)?(?:market|launch|fil\w+|gmp|fmd|dscsa|serialisation|serialization|qp|batch|release|approv\w+|patients?|trials?|stud(?:y|ies)|sales|volume|demand|authorit\w+|regulat\w+|agenc\w+|dea|fda|ind\b|cta\b|maa\b|pharmacop\w+|"
    r"biosecure|law|licen[cs]\w*|dossier|submission|importation|import|labels?|packs?|inspect\w*|subsidiar\w+|parent|phase|clinical|hospital|units?|tablets|capsules|vials|syringes|bottles?|blisters?|representative|sponsor|company|affiliate|"
    r"supply|stock|depot|distribut\w+|needs?|requirements?|guid\w+|standards?|territor\w+|revenue|\d|bottle|hdpe|alu|annex|\()",
    re.IGNORECASE,
)
_NOT_BEFORE: Final = re.compile(
    r"(?:\bnot (?:be )?(?:located |based |made |manufactured |situated )?(?:in|from|within)(?: the)?|\bex[- ]|\bexcluding|\bexclud\w+|\boutside(?: of)?(?: the)?|\bno|\bexcept(?: for| in)?|\bwithout|\bother than|\bnon[- ]|\bnowhere in|\bexcept|\bneither|\bnor|\bnot(?: in)?|"
    r"\bbar(?:ring)?|\bsave for|\bavoid(?:ing)?|\brule out|\bcannot use(?: sites in)?|\bnot use (?:sites|suppliers|companies|a \w+) (?:in|from)|\bminus|\bno (?:sites?|suppliers?|work|part\w*|manufactur\w*|step\w*|production|intermediates?) (?:\w+ )?(?:in|from))\s*(?:the\s|any\s|mainland\s)?$",
    re.IGNORECASE,
)
_NOT_AFTER: Final = re.compile(
    r"^[\s,]*(?:(?:sites?|companies|suppliers|sources?|facilities|based \w+|location|manufacturers?)\s)?(?:(?:is|are|would be|will be)\s)?(?:excluded|not (?:acceptable|accepted|an option|possible|allowed|permitted|considered|wanted|eligible|suitable|in scope)|ruled out|out(?: of the question)?\b|unacceptable|no option|off the table|a no-go|no-go|cannot be used|are out|not)",
    re.IGNORECASE,
)
_PREFER: Final = re.compile(
    r"\b(?:prefer\w*|pref\b|ideal\w*|would like|favou?r\w*|nice|plus\b|advantage|welcome|desirable|appreciat\w*|bonus|if possible|lean)",
    re.IGNORECASE,
)
_PREFER_AFTER: Final = re.compile(
    r"^[\s,)]*(?:[\w-]+\s){0,4}?(?:is |are |would be |being |strongly |clearly )*(?:preferr?e?d?\b|preference|pref\b|ideal\b|favou?red|(?:a |an )?(?:plus|advantage|bonus)\b|welcome|desirable|appreciated|nice|first choice|first)",
    re.IGNORECASE,
)
_ACCEPTABLE_AFTER: Final = re.compile(
    r"^[\s,]*(?:(?:is|are|also|would be|sites?|location)\s)*(?:also )?(?:acceptable|fine|ok(?:ay)?\b|accepted|possible|allowed|tolerated|permitted|equally|conceivable|second choice|eligible|works?\b|can be considered|considered)",
    re.IGNORECASE,
)
_ACCEPTABLE_BEFORE: Final = re.compile(
    r"\b(?:acceptable|fine|ok|anywhere|everywhere|open to|accept\w*|consider|also)\s*(?:is|are|:|in|within|from|sites in)*\s*(?:the\s|continental\s)?$",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(
    r"\b(?:only|exclusively|solely|obligator\w+|mandatory|required|must|shall|need\w*|has to|have to|restricted|limited|strictly|compulsory)\b",
    re.IGNORECASE,
)
_IN_BEFORE: Final = re.compile(
    rf"\b{_NAME_OF_SITE}(?:\s(?:must|shall|should|has to|have to|needs? to|to|will|is|are|be|being|located|based|situated|in|within|from|anywhere|only|obligatorily|the|a|lie|remain|sit|of|:|held|strictly|either|approved|inspected|performed|carried out|with|site|sites)){{0,6}}[\s:]*(?:the\s)?$",
    re.IGNORECASE,
)
_PLACE_LABEL: Final = re.compile(
    r"^[\s|*•-]*(?:\([a-z]\)\s|\d[\d.]*\s)?(?:[\w\s]{0,20})?(?:location|geograph\w*|region|country|site|where|place|territory|countries)(?:\s(?:of|for)\s[\w\s]{1,25})?\s*[:|]",
    re.IGNORECASE,
)
_BASED_AFTER: Final = re.compile(
    rf"^[\s-]*(?:[\w-]+\s){{0,2}}?(?:based|only\b|{_NAME_OF_SITE}\b)", re.IGNORECASE
)
_BREAK: Final = re.compile(
    r"[;|]|\.\s|\bbut\b|,\s(?:but|and|while|whereas|so|we|however|with|the|no)\s|\s[–—]\s|\)|\(",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names of places with what they are: a `geo.*` code, or an ISO country code where no term is the country."""

    pattern: re.Pattern[str]
    codes: Mapping[str, str]

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Gazetteer":
        """Names in capitals of up to four letters count in that spelling only: US is a country, us are people."""
        exact = sorted((name for name in names if _is_short(name)), key=len, reverse=True)
        free = sorted((name for name in names if not _is_short(name)), key=len, reverse=True)
        words = [*map(re.escape, exact), *(f"(?i:{re.escape(name)})" for name in free)]
        codes = {name if _is_short(name) else name.casefold(): code for name, code in names.items()}
        return cls(re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w])"), codes)

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in self.pattern.finditer(text):
            word = match.group()
            yield match.start(), match.end(), self.codes.get(word) or self.codes[word.casefold()]


def _is_short(name: str) -> bool:
    return len(name) <= 5 and name.isupper()


@dataclass(frozen=True, slots=True)
class _Group:
    """Places named together: "EU, UK or Switzerland"."""

    start: int
    end: int
    codes: tuple[str, ...]


def places_of(
    sentence: Sentence, gazetteer: Gazetteer, *, heading: PlaceRole | None = None
) -> list[PlaceFound]:
    text = sentence.text
    groups = list(_groups(text, gazetteer))
    roles = [_role(text, group) or heading for group in groups]
    found: list[PlaceFound] = []
    for group, role in zip(groups, roles, strict=True):
        if role is None:
            continue
        span = Span(sentence.start + group.start, sentence.start + group.end)
        found += [PlaceFound(code, role, span) for code in group.codes]
    return _with_implied(text, sentence.start, groups, roles, found)


def _groups(text: str, gazetteer: Gazetteer) -> Iterator[_Group]:
    current: list[tuple[int, int, str]] = []
    for each in gazetteer.found(text):
        if current and not _BETWEEN.fullmatch(text, current[-1][1], each[0]):
            yield _grouped(current)
            current = []
        current.append(each)
    if current:
        yield _grouped(current)


def _grouped(found: list[tuple[int, int, str]]) -> _Group:
    return _Group(found[0][0], found[-1][1], tuple(dict.fromkeys(code for _, _, code in found)))


def _role(text: str, group: _Group) -> PlaceRole | None:
    breaks = [match.end() for match in _BREAK.finditer(text, 0, group.start)]
    before = text[breaks[-1] if breaks else 0 : group.start]
    following = _BREAK.search(text, group.end)
    after = text[group.end : following.start() if following else len(text)]
    whole_before = text[: group.start]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
        return None if _is_elsewhere(before, after) and not _NOT_AFTER.match(after) else PlaceRole.MUST_NOT_IN
    is_label = bool(_PLACE_LABEL.match(text)) and not re.search(
        r"sponsor|current|market|clinical", text[:40], re.IGNORECASE
    )
    if _PREFER_AFTER.match(after) and not re.match(r"^[\s,)]*not\b", after):
        return PlaceRole.PREFER_IN if not _is_elsewhere(before, "") or _IN_BEFORE.search(before) else None
    if not is_label and _is_elsewhere(before, after):
        return None
    if _PREFER.search(before[-50:]):
        return PlaceRole.PREFER_IN
    if is_label or _ACCEPTABLE_AFTER.match(after) or _ACCEPTABLE_BEFORE.search(before):
        return PlaceRole.MUST_IN
    if re.match(
        r"^[\s-]*(?:sites?\s|based\s|location\s)*(?:only|exclusively)\b", after, re.IGNORECASE
    ) or re.search(
        r"\b(?:only|exclusively|restricted to|limited to|anywhere|must be|stay|remain)\s+(?:in|within|from)?\s*(?:the\s)?$",
        before,
        re.IGNORECASE,
    ):
        return PlaceRole.MUST_IN
    if _IN_BEFORE.search(before) or (_IN_BEFORE.search(whole_before[-90:]) and _ONLY.search(before)):
        return PlaceRole.MUST_IN
    if _BASED_AFTER.match(after):
        return PlaceRole.MUST_IN
    return None


def _is_elsewhere(before: str, after: str) -> bool:
    """A market, an address, a destination."""
    if _OTHER_AFTER.match(after):
        return True
    return bool(_OTHER_BEFORE.search(before[-80:]))


def _with_implied(
    text: str, offset: int, groups: list[_Group], roles: list[PlaceRole | None], found: list[PlaceFound]
) -> list[PlaceFound]:
    """ "X preferred, Y acceptable" means that only X and Y will do."""
    for (group, role), (other, other_role) in pairwise(zip(groups, roles, strict=True)):
        between = text[group.end : other.start]
        after = text[other.end :]
        is_pair = role is PlaceRole.PREFER_IN and other_role is PlaceRole.MUST_IN and len(between) < 60
        if is_pair and (_ACCEPTABLE_AFTER.match(after) or _ACCEPTABLE_BEFORE.search(between)):
            span = Span(offset + group.start, offset + group.end)
            found += [
                PlaceFound(code, PlaceRole.MUST_IN, span, note="implied: only these are acceptable")
                for code in group.codes
            ]
    return found

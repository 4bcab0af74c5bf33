"""From mentions and stances to what the text asks of each term."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from matching.reading.clause_words import pattern_of, patterns_of
from matching.reading.findings import RequirementFound, Span, Strength
from matching.reading.hints import hinted
from matching.reading.layout import answer_to, conventions_of, layout_of
from matching.reading.lexicon import Lexicon
from matching.reading.mentions import Mention, mentions_of
from matching.reading.passages import Sentence, sentences_of
from matching.reading.stances import Scope, Stance, scopes_of, stance_at


@dataclass(frozen=True, slots=True)
class Notice:
    """One mention of one term with the stance of its sentence."""

    code: str
    facet: str
    start: int
    end: int
    stance: Stance
    sentence: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence with its scopes and what it names."""

    sentence: Sentence
    scopes: list[Scope]
    notices: list[Notice]


_BULLET: Final = re.compile(r"^\s*(?:[-*•–·▪>]|\(?\d{1,2}[.)]|[a-z]\)|\([a-z]\))\s")
_HEADING: Final = re.compile(r"^[\s#*\d.()]*[A-Z][^.;!?|]{2,60}:?\s*$")
_HEADINGS: Final = {
    Stance[name.upper()]: pattern for name, pattern in patterns_of("headings", r"(?:{})").items()
}
_INSISTS: Final = pattern_of(
    "insists", "again", r"(?:(?:and|but|please note:?|note:?|nb:?|for us|to us|here),?\s)?(?:{})"
)
_SOFTENS: Final = pattern_of("insists", "unless")
# What a sponsor's own plant says nothing about: the material is theirs, and so is the way it is kept.
_NOT_OWNED: Final = (
    "st.",
    "svc.com.tech-transfer",
    "svc.com.second-source",
    "svc.ana.method-transfer",
    "mod.",
    "stg.",
    "cer.",
    "reg.",
)


def read_sentences(text: str, lexicon: Lexicon) -> list[Read]:
    result: list[Read] = []
    conventions, sentences = conventions_of(text), sentences_of(text)
    heading: Stance | None = None
    for index, sentence in enumerate(sentences):
        inherited = heading if _belongs_below(sentence) else None
        new = _heading_stance(sentence)
        if new is not None:
            heading = None if new is Stance.NEEDED else new
            inherited = None
        following = sentences[index + 1].text if index + 1 < len(sentences) else ""
        is_asked = sentence.is_question and not _insists(following)
        layout = layout_of(sentence.text, conventions)
        if is_asked and (answer := answer_to(sentence.text, following)):
            is_asked, layout = False, [*layout, Scope(0, len(sentence.text), answer)]
        scopes = scopes_of(sentence, inherited, is_asked=is_asked, layout=layout)
        result.append(Read(sentence, scopes, _notices(sentence, index, scopes, lexicon)))
    return result


def _insists(following: str) -> bool:
    return bool(_INSISTS.match(following)) and not _SOFTENS.match(following)


def _heading_stance(sentence: Sentence) -> Stance | None:
    """The stance of a heading; NEEDED for one that says nothing special; None for no heading."""
    first = sentence.text.split("\n")[0]
    if not _HEADING.match(first) or (len(first.split()) > 9):
        return None
    if not first.rstrip().endswith(":") and "\n" not in sentence.text and len(first.split()) > 6:
        return None
    for stance, pattern in _HEADINGS.items():
        if pattern.search(first):
            return stance
    return Stance.NEEDED


def _belongs_below(sentence: Sentence) -> bool:
    """A line of a list or of a numbered section stands under its heading."""
    return bool(_BULLET.match(sentence.text)) or bool(re.match(r"^\s*\d+\.\d+", sentence.text))


def _notices(sentence: Sentence, index: int, scopes: list[Scope], lexicon: Lexicon) -> list[Notice]:
    found: list[Notice] = []
    mentions = mentions_of(sentence, lexicon)
    for mention in [*mentions, *hinted(sentence, mentions)]:
        stance = stance_at(scopes, mention.start, mention.end)
        stance = _by_affixes(sentence, mention, stance)
        found += [
            Notice(code, lexicon.facet(code), mention.start, mention.end, _own(code, stance), index)
            for code in mention.codes
        ]
    return found


def _own(code: str, stance: Stance) -> Stance:
    return Stance.NEEDED if stance is Stance.OTHERS and code.startswith(_NOT_OWNED) else stance


def _by_affixes(sentence: Sentence, mention: Mention, stance: Stance) -> Stance:
    """ "Non-potent", "penicillin-free": the word itself says no."""
    text = sentence.text
    before = text[max(0, mention.start - sentence.start - 5) : mention.start - sentence.start].lower()
    after = text[mention.end - sentence.start : mention.end - sentence.start + 6].lower()
    if before.endswith(("non-", "non ", "not ")):
        return max(stance, Stance.NOT_NEEDED)
    if after.startswith(("-free", " free")) and not after.startswith(" free t"):
        return Stance.EXCLUDED
    return stance


def gathered(reads: Iterable[Read]) -> dict[str, list[Notice]]:
    """All notices of each term, in the order of the text."""
    found: dict[str, list[Notice]] = {}
    for read in reads:
        for notice in read.notices:
            found.setdefault(notice.code, []).append(notice)
    return found


def without(notices: Iterable[Notice], gone: Iterable[Notice]) -> Iterator[Notice]:
    unwanted = set(gone)
    yield from (each for each in notices if each not in unwanted)


STRENGTHS: Final = {
    Stance.NEEDED: Strength.MUST,
    Stance.WISHED: Strength.PREFER,
    Stance.LATER: Strength.FUTURE,
    Stance.ASKED: Strength.ASKED,
    Stance.EXCLUDED: Strength.MUST_NOT,
}


def strongest(found: Iterable[RequirementFound]) -> list[RequirementFound]:
    """One finding per term: what binds most stands; finer codes of all of them are kept."""
    order = [
        Strength.MUST,
        Strength.MUST_NOT,
        Strength.PREFER,
        Strength.ASKED,
        Strength.FUTURE,
        Strength.CONTEXT,
    ]
    best: dict[str, RequirementFound] = {}
    for each in found:
        known = best.get(each.id)
        if known is None:
            best[each.id] = each
            continue
        keep, other = (
            (each, known) if order.index(each.strength) < order.index(known.strength) else (known, each)
        )
        narrower = tuple(
            dict.fromkeys(keep.narrower + (other.narrower if other.strength is keep.strength else ()))
        )
        hazards = {each.code: each for each in (other.hazards if other.strength is keep.strength else ())}
        hazards |= {each.code: each for each in keep.hazards}
        best[each.id] = replace(keep, narrower=narrower, hazards=tuple(hazards.values()))
    return list(best.values())

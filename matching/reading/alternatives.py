"""Terms of which one is enough: "isolator or RABS"."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from matching.reading.findings import AlternativesFound, Span, Strength
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import STRENGTHS, Notice, Read
from matching.reading.stances import Stance

# Between two alternatives: an "or", a few words on either side of it, and nothing that begins a new thought.
_OR: Final = re.compile(
    r"[^.;:!?|]{0,45}?\b(?:or|oder|ou|alternatively|and/or)\b[^.;:!?|]{0,40}", re.IGNORECASE
)
_NEW_THOUGHT: Final = re.compile(
    r"\b(?:is|are|was|were|must|shall|should|will|would|can|could|has|have|need|needs|"
    r"but|if|when|because|we|you|it|they|whether|and)\b",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"\s?,\s(?:a |an |the |in |by )?")
_ACCEPTABLE: Final = re.compile(
    r"^\s?(?:is |are |also |would be )*"
    r"(?:acceptable|accepted|fine|ok(?:ay)?|possible|tolerated|will do|works)",
    re.IGNORECASE,
)
_PREFERRED: Final = re.compile(
    r"^\s?(?:is |are |strongly |clearly )*(?:preferred|pref\.?)\s?[,;(]*\s?"
    r"(?:but |and |though |while )?(?:an? |the )?(?:closed )?$",
    re.IGNORECASE,
)
_FACETS: Final = frozenset(
    (
        "dosage_form", "container", "unit_operation", "analytical", "service", "containment",
        "certificate", "regulator", "storage",
    )
)  # fmt: skip
_GATES: Final = frozenset({Stance.NEEDED, Stance.WISHED})


def alternatives_of(read: Read, lexicon: Lexicon) -> Iterator[tuple[AlternativesFound, list[Notice]]]:
    """Each group with the notices that it stands for."""
    text, offset = read.sentence.text, read.sentence.start
    notices = [each for each in read.notices if each.facet in _FACETS and each.stance in _GATES]
    group: list[Notice] = []
    for first, second in pairwise([*notices, None]):
        if first is None:
            break
        if second is not None and _are_alternatives(first, second, text, offset, lexicon):
            group = group or [*_listed_before(notices, first, text, offset), first]
            group.append(second)
            continue
        if group:
            yield _group(group, lexicon, text, offset), group
        group = []


def _are_alternatives(first: Notice, second: Notice, text: str, offset: int, lexicon: Lexicon) -> bool:
    between = text[first.end - offset : second.start - offset]
    is_pair = first.facet == second.facet and first.start != second.start
    related = second.code in {first.code, *lexicon.ancestors(first.code)} or first.code in set(
        lexicon.ancestors(second.code)
    )
    if not is_pair or related:
        return False
    if _PREFERRED.match(between) and _ACCEPTABLE.match(text[second.end - offset :]):
        return True
    return bool(_OR.fullmatch(between)) and not _NEW_THOUGHT.search(between.replace("and/or", "or"))


def _listed_before(notices: list[Notice], first: Notice, text: str, offset: int) -> list[Notice]:
    """ "A, B or C": what stands before the pair in the same list."""
    found: list[Notice] = []
    place = notices.index(first)
    while place > 0:
        earlier = notices[place - 1]
        between = text[earlier.end - offset : notices[place].start - offset]
        if earlier.facet != first.facet or not _COMMA.fullmatch(between):
            break
        found.insert(0, earlier)
        place -= 1
    return found


def _group(group: list[Notice], lexicon: Lexicon, text: str, offset: int) -> AlternativesFound:
    codes = dict.fromkeys(lexicon.reported_as.get(each.code, each.code) for each in group)
    stance = Stance.NEEDED if any(each.stance is Stance.NEEDED for each in group) else Stance.WISHED
    if _ACCEPTABLE.match(text[group[-1].end - offset :]):
        stance = Stance.NEEDED
    strength = STRENGTHS.get(stance, Strength.MUST)
    return AlternativesFound(tuple(codes), strength, Span(group[0].start, group[-1].end))

"""Which of the noticed terms are requirements, and how strict."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from matching.reading.findings import RequirementFound, Strength
from matching.reading.hazards import excluded_hazard
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import STRENGTHS, Notice, Read, strongest
from matching.reading.stances import Stance
from matching.reading.wording import says
from matching.reading.work import PAST, Work

_PACKS: Final = ("cnt.blister", "cnt.bottle", "cnt.sachet")
# Asked for as a whole beside its parts: a packaging partner who serialises.
_ASKED_BESIDE: Final = frozenset({"svc.packaging", "svc.commercial"})
_LABEL: Final = re.compile(r"\s*[:|]")
_SUPPLIES: Final = frozenset({"svc.clin.early", "svc.clin.late"})
_OF_MATERIAL: Final = frozenset({"op.micronisation", "op.milling"})
_DENIED: Final = frozenset({Stance.NOT_NEEDED, Stance.EXCLUDED})
_NOT_OF_PARTNER: Final = _DENIED | {Stance.OTHERS}
_LEFT: Final = frozenset({Strength.MUST_NOT, Strength.ASKED})


class Judge:
    """Turns the notices of one text into requirements."""

    def __init__(self, reads: list[Read], lexicon: Lexicon, work: Work) -> None:
        self.reads, self.lexicon, self.work = reads, lexicon, work
        self.by_facet: dict[str, Callable[[Notice], Strength | None]] = {
            "service": self._of_service,
            "unit_operation": self._of_operation,
            "modality": self._of_modality,
            "stage": self._of_stage,
            "dosage_form": self._of_dosage_form,
            "container": self._of_container,
            "regulator": self._of_regulator,
            "containment": self._of_containment,
            "business": self._of_business,
            "storage": self._of_storage,
        }

    def requirements(self, notices: Iterable[Notice]) -> list[RequirementFound]:
        found = [each for notice in notices for each in self._judged(notice)]
        return [self._exact(each) for each in self._pruned(strongest(found))]

    def _exact(self, found: RequirementFound) -> RequirementFound:
        """ "No penicillins" excludes penicillins, not every beta-lactam."""
        wider = {parent for each in found.hazards for parent in self.lexicon.ancestors(each.code)}
        return replace(found, hazards=tuple(each for each in found.hazards if each.code not in wider))

    def _judged(self, notice: Notice) -> Iterator[RequirementFound]:
        hazard = excluded_hazard(notice, self._sentence(notice), self.lexicon)
        if hazard is not None:
            yield from hazard
            return
        strength = self._strength(notice)
        if strength is None:
            return
        code = self.lexicon.reported_as.get(notice.code, notice.code)
        narrower = (notice.code,) if code != notice.code else ()
        yield RequirementFound(code, strength, notice.span, narrower=narrower, note=self._note(notice))

    def _strength(self, notice: Notice) -> Strength | None:
        if notice.code == "geo.not-bcc":
            return self._of_concern(notice)
        return self.by_facet.get(notice.facet, self._of_any)(notice)

    def _of_any(self, notice: Notice) -> Strength | None:
        return None if notice.stance in _NOT_OF_PARTNER else STRENGTHS[notice.stance]

    def _of_service(self, notice: Notice) -> Strength | None:
        """A label names a chapter, not a service; supplies of a phase that is over are none."""
        is_chapter = not self.lexicon.terms[notice.code].parent and _LABEL.match(self._after(notice))
        is_over = notice.code in _SUPPLIES and says("past", self._near(notice, 45))
        return None if is_chapter or is_over else self._of_any(notice)

    def _of_operation(self, notice: Notice) -> Strength | None:
        """ "A micronised API" tells how the material comes; "micronisation" asks for it."""
        is_material = notice.code in _OF_MATERIAL and says("material", self._after(notice)[:40])
        return None if is_material else self._of_any(notice)

    def _of_modality(self, notice: Notice) -> Strength | None:
        return None if notice.stance in _DENIED else Strength.CONTEXT

    def _of_stage(self, notice: Notice) -> Strength | None:
        if notice.stance in _DENIED:
            return None
        return Strength.FUTURE if notice.stance is Stance.LATER else Strength.CONTEXT

    def _note(self, notice: Notice) -> str:
        return PAST if notice.facet == "stage" and says("past", self._near(notice, 45)) else ""

    def _of_dosage_form(self, notice: Notice) -> Strength | None:
        """A fact about the project where somebody else makes the product."""
        strength = self._of_any(notice)
        return strength if self.work.product or strength is None else Strength.CONTEXT

    def _of_container(self, notice: Notice) -> Strength | None:
        if not (self.work.product or self.work.packaging):
            return None
        strength = self._of_any(notice)
        is_elsewhere = notice.code.startswith(_PACKS) and self.work.packs_elsewhere
        return Strength.CONTEXT if strength and is_elsewhere else strength

    def _of_regulator(self, notice: Notice) -> Strength | None:
        """An authority by itself is a market; with an inspection it is a gate."""
        return self._of_any(notice) if says("inspected", self._near(notice, 70)) else None

    def _of_containment(self, notice: Notice) -> Strength | None:
        """ "Free of animal components" is said with a no, and asks for it all the same."""
        if notice.code == "con.animal-free" and notice.stance in _DENIED:
            return Strength.MUST
        return self._of_any(notice)

    def _of_business(self, notice: Notice) -> Strength | None:
        """Terms of business are talked about; only what is said to bind gates."""
        if notice.stance is Stance.EXCLUDED:
            return Strength.MUST if says("deal_breaker", self._sentence(notice)) else None
        if notice.stance is not Stance.NEEDED:
            return self._of_any(notice)
        return Strength.MUST if says("binding", self._near(notice, 45)) else Strength.ASKED

    def _of_storage(self, notice: Notice) -> Strength | None:
        if notice.stance in _DENIED:
            return None
        if notice.code == "st.ambient" and not says("stored", self._near(notice, 60)):
            return Strength.CONTEXT
        return STRENGTHS[notice.stance]

    def _of_concern(self, notice: Notice) -> Strength:
        """A company-of-concern clause is always said as an exclusion: it is met by not being one."""
        is_soft = notice.stance in {Stance.ASKED, Stance.WISHED}
        return STRENGTHS[notice.stance] if is_soft else Strength.MUST

    def _after(self, notice: Notice) -> str:
        sentence = self.reads[notice.sentence].sentence
        return sentence.text[notice.end - sentence.start :]

    def _sentence(self, notice: Notice) -> str:
        return self.reads[notice.sentence].sentence.text

    def _near(self, notice: Notice, reach: int) -> str:
        sentence = self.reads[notice.sentence].sentence
        start, end = notice.start - sentence.start, notice.end - sentence.start
        return sentence.text[max(0, start - reach) : end + reach]

    def _pruned(self, found: list[RequirementFound]) -> list[RequirementFound]:
        """A finer term says what its parent says, so the parent is left out."""
        telling = {Strength.MUST, Strength.PREFER, Strength.CONTEXT}
        gates = {each.id for each in found if each.strength in telling}
        said = {parent for code in gates for parent in self.lexicon.ancestors(code)} - _ASKED_BESIDE
        return [each for each in found if each.id not in said or each.strength in _LEFT]

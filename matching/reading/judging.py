"""Which of the noticed terms are requirements, how strict, and what they imply."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from matching.reading.findings import QuantityFound, RequirementFound, Span, Strength
from matching.reading.lexicon import Lexicon
from matching.reading.quantities import LATER
from matching.reading.noticing import STRENGTHS, Notice, Read, strongest
from matching.reading.stances import Stance

_I: Final = re.IGNORECASE
_INSPECTED: Final = re.compile(
    r"inspect|audit|gmp|acceptable to|in force|approv(?:ed|al) (?:site|facilit|by)|approved|complian|good standing|483|accredit|certif|licen[cs]|\bpai\b|pre-?approval|standing|recogni[sz]|warning letter|oai|history",
    _I,
)
_BINDING: Final = re.compile(
    r"\b(?:must|shall|required?|requires|mandatory|need(?:s|ed)?|obligator\w+|compulsory|essential|condition|gate|have to|has to|expect(?:ed)?|include[sd]?|necessary|signed|insist)\b",
    _I,
)
PAST: Final = "past"
_WAS: Final = re.compile(
    r"\b(?:was|were|ran|has been|have been|completed|finished|used in|used for|closed|history|done with|so far|came from|made by)\b", _I
)
_DEAL_BREAKER: Final = re.compile(r"deal-?breaker|no-go", _I)
_STORED: Final = re.compile(
    r"stor(?:e|ed|age)|ship|warehous|depot|distribut|keep|kept|transport|logistic|hold\b", _I
)
_LOCUS: Final = (
    ("line", re.compile(r"\b(?:on|in|at|from|of)\s(?:the\s|our\s|your\s|that\s|same\s|this\s|any\s)*(?:same\s)?(?:filling\s|\w+\s)?(?:line|suite|equipment|train|isolator|room)s?\b|\bline\b|same suite|shared equipment", _I)),
    ("building", re.compile(r"\bbuilding\b", _I)),
    ("campus", re.compile(r"\bcampus|on[- ]site|anywhere|whole site|premises\b", _I)),
    ("site", re.compile(r"\bsites?\b|\bfacilit(?:y|ies)\b|\bplant\b|\bfactory\b|under (?:the same|one|your) roof", _I)),
)  # fmt: skip
_HANDLING: Final = re.compile(
    r"manufactur|handl|process|produc|work with|made|hous|share|present|free|exclu|must not|shall not|no-go|segregat",
    _I,
)
_HAZARDS: Final = {
    "con.beta-lactam-segregated": "haz.beta-lactam", "con.hormone-segregated": "haz.sex-hormone", "con.cytotoxic": "haz.cytotoxic",
    "con.live-biological": "haz.live-organism", "con.radioactive": "haz.radioactive", "con.controlled-drug": "haz.controlled-drug",
    "con.allergen-sensitiser": "haz.sensitising", "mod.sm.beta-lactam": "haz.beta-lactam", "mod.sm.steroid-hormone": "haz.sex-hormone", "mod.hpapi": "haz.hpapi",
}  # fmt: skip
_TALKED_OF: Final = re.compile(
    r"beta|penicill|cephalo|carbapen|hormon|cytotox|cytostat|radioact|live|spore|bsl|controlled|narcotic|sensiti|steroid|potent",
    _I,
)


_PACKS: Final = ("cnt.blister", "cnt.bottle", "cnt.sachet")
# Asked for as a whole beside its parts: a packaging partner who serialises.
_ASKED_BESIDE: Final = frozenset({"svc.packaging", "svc.commercial"})


@dataclass(frozen=True, slots=True)
class Work:
    """What sort of work the text asks for."""

    substance: bool
    product: bool
    packaging: bool
    testing: bool
    packs_elsewhere: bool = False  # packs are spoken of, and the partner need not make them


_SUBSTANCE: Final = (
    "svc.ds.",
    "svc.drug-substance",
    "op.batch-synthesis",
    "op.flow-",
    "op.hydrogenation",
    "op.spps",
    "op.lpps",
    "op.oligo",
    "op.mammalian",
    "op.microbial",
    "op.ivt",
    "op.plasmid",
    "op.adherent",
    "op.suspension",
    "op.cell-processing",
)
_PRODUCT: Final = (
    "svc.fill-finish", "svc.form", "svc.clin.early", "svc.clin.late", "svc.clin.placebo", "svc.clinical", "svc.commercial", "svc.com.scale", "svc.com.second",
    "op.direct", "op.dry-", "op.wet-", "op.fluid", "op.blending", "op.tableting", "op.coating", "op.encaps", "op.micro-dosing", "op.wurster", "op.spray",
    "op.hme", "op.softgel", "op.aseptic", "op.isolator", "op.rabs", "op.bfs", "op.lyo", "op.terminal", "op.lnp", "op.liposome", "op.microsphere", "op.semisolid", "op.pmdi", "op.dpi",
    "op.patch", "op.suppository", "op.tube", "op.liquid-", "op.extrusion", "op.solvent", "op.continuous", "op.film", "op.sterile", "op.powder-fill", "op.lipid", "op.emulsification", "op.radiolabelling",
)  # fmt: skip
# How an active substance may be isolated as well.
_ALSO_OF_SUBSTANCE: Final = frozenset(
    {
        "svc.form.tox-supply",
        "svc.form.solid-state",
        "op.lyophilisation",
        "op.spray-drying",
        "op.sterile-filtration",
        "op.micronisation",
        "op.blending",
    }
)
_MADE: Final = re.compile(
    r"\b(?:drug product|DP|dose forms?|dosage forms?|finished product|finished dose)\b", 0
)


def work_of(reads: Iterable[Read]) -> Work:
    needed = [
        notice for read in reads for notice in read.notices if notice.stance in {Stance.NEEDED, Stance.WISHED}
    ]
    codes = {notice.code for notice in needed}

    def has(prefixes: tuple[str, ...]) -> bool:
        return any(code.startswith(prefixes) for code in codes)

    substance, product = has(_SUBSTANCE), has(_PRODUCT)
    if substance and product:
        product = any(code.startswith(_PRODUCT) and code not in _ALSO_OF_SUBSTANCE for code in codes)
    packaging = has(("svc.pack",))
    testing = has(("svc.ana", "an."))
    if not (substance or product or packaging) and any(code.startswith(("df.", "cnt.")) for code in codes):
        product = not testing or any(code.startswith("svc.com") for code in codes)
    return Work(substance, product, packaging, testing, _packs_elsewhere(reads))


def _packs_elsewhere(reads: Iterable[Read]) -> bool:
    stances = {
        notice.stance
        for read in reads
        for notice in read.notices
        if notice.code in {"svc.packaging", "svc.pack.primary", "svc.pack.secondary"}
    }
    return bool(stances & {Stance.WISHED, Stance.OTHERS}) and Stance.NEEDED not in stances


class Judge:
    """Turns the notices of one text into requirements."""

    def __init__(self, reads: list[Read], lexicon: Lexicon, work: Work) -> None:
        self.reads, self.lexicon, self.work = reads, lexicon, work

    def requirements(self, notices: Iterable[Notice]) -> list[RequirementFound]:
        found = [each for notice in notices for each in self._judged(notice)]
        return self._pruned(strongest(found))

    def _judged(self, notice: Notice) -> Iterator[RequirementFound]:
        hazard = self._hazard(notice)
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
        stance = notice.stance
        if notice.code == "geo.not-bcc":
            return self._of_concern(notice)
        rule = getattr(self, f"_of_{notice.facet}", None)
        if rule is not None:
            result: Strength | None = rule(notice)
            return result
        return None if stance in {Stance.OTHERS, Stance.NOT_NEEDED, Stance.EXCLUDED} else STRENGTHS[stance]

    def _of_modality(self, notice: Notice) -> Strength | None:
        return None if notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED} else Strength.CONTEXT

    def _of_stage(self, notice: Notice) -> Strength | None:
        if notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED}:
            return None
        return Strength.FUTURE if notice.stance is Stance.LATER else Strength.CONTEXT

    def _note(self, notice: Notice) -> str:
        return PAST if notice.facet == "stage" and _WAS.search(self._near(notice, 45)) else ""

    def _of_dosage_form(self, notice: Notice) -> Strength | None:
        if not self.work.product:
            return None if notice.stance in {Stance.NOT_NEEDED, Stance.OTHERS} else Strength.CONTEXT
        if notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED, Stance.OTHERS}:
            return None
        return STRENGTHS[notice.stance]

    def _of_container(self, notice: Notice) -> Strength | None:
        if not (self.work.product or self.work.packaging):
            return None
        if notice.stance in {Stance.NOT_NEEDED, Stance.OTHERS, Stance.EXCLUDED}:
            return None
        if notice.code.startswith(_PACKS) and self.work.packs_elsewhere:
            return Strength.CONTEXT
        return STRENGTHS[notice.stance]

    def _of_regulator(self, notice: Notice) -> Strength | None:
        if notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED, Stance.OTHERS}:
            return None
        near = self._near(notice, 70)
        return STRENGTHS[notice.stance] if _INSPECTED.search(near) else None

    def _of_containment(self, notice: Notice) -> Strength | None:
        """ "Free of animal components" is said with a no, and asks for it all the same."""
        if notice.code == "con.animal-free" and notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED}:
            return Strength.MUST
        if notice.stance in {Stance.OTHERS, Stance.NOT_NEEDED, Stance.EXCLUDED}:
            return None
        return STRENGTHS[notice.stance]

    def _of_business(self, notice: Notice) -> Strength | None:
        if notice.stance in {Stance.NOT_NEEDED, Stance.OTHERS}:
            return None
        if notice.stance is Stance.EXCLUDED:
            return Strength.MUST if _DEAL_BREAKER.search(self._sentence(notice)) else None
        if notice.stance is not Stance.NEEDED:
            return STRENGTHS[notice.stance]
        return Strength.MUST if _BINDING.search(self._near(notice, 80)) else Strength.ASKED

    def _of_storage(self, notice: Notice) -> Strength | None:
        if notice.stance in {Stance.NOT_NEEDED, Stance.EXCLUDED}:
            return None
        if notice.code == "st.ambient" and not _STORED.search(self._near(notice, 60)):
            return Strength.CONTEXT
        return STRENGTHS[notice.stance]

    def _of_concern(self, notice: Notice) -> Strength | None:
        """A company-of-concern clause is always said as an exclusion: it is met by not being one."""
        return (
            STRENGTHS.get(notice.stance) if notice.stance in {Stance.ASKED, Stance.WISHED} else Strength.MUST
        )

    def _hazard(self, notice: Notice) -> list[RequirementFound] | None:
        """What must not be handled there; None where the mention is no statement about a hazard."""
        reported = self.lexicon.reported_as.get(notice.code, notice.code)
        hazard = notice.code if notice.facet == "hazard" else _HAZARDS.get(notice.code, "")
        if not hazard:
            return None
        if notice.stance not in {Stance.EXCLUDED, Stance.NOT_NEEDED}:
            return [] if notice.facet == "hazard" and notice.stance is Stance.OTHERS else None
        sentence = self._sentence(notice)
        scope = next((name for name, pattern in _LOCUS if pattern.search(sentence)), "")
        if notice.stance is Stance.NOT_NEEDED and not (
            scope and (_HANDLING.search(sentence) or scope == "line")
        ):
            return []
        if scope == "line":
            words = f"no {self.lexicon.label(hazard).lower()} on the line used"
            return [
                RequirementFound(
                    words, Strength.MUST, notice.span, is_named=True, scope=scope, hazards=(hazard,)
                )
            ]
        if reported.startswith("mod."):
            reported = self.lexicon.reported_as.get(hazard, reported)
        return [
            RequirementFound(
                reported, Strength.MUST_NOT, notice.span, scope=scope or "site", hazards=(hazard,)
            )
        ]

    def _sentence(self, notice: Notice) -> str:
        return self.reads[notice.sentence].sentence.text

    def _near(self, notice: Notice, reach: int) -> str:
        sentence = self.reads[notice.sentence].sentence
        start, end = notice.start - sentence.start, notice.end - sentence.start
        return sentence.text[max(0, start - reach) : end + reach]

    def _pruned(self, found: list[RequirementFound]) -> list[RequirementFound]:
        """A finer term says what its parent says, so the parent is left out."""
        gates = {
            each.id for each in found if each.strength in {Strength.MUST, Strength.PREFER, Strength.CONTEXT}
        }
        said = {parent for code in gates for parent in self.lexicon.ancestors(code)} - _ASKED_BESIDE
        return [
            each
            for each in found
            if each.id not in said or each.strength in {Strength.MUST_NOT, Strength.ASKED}
        ]


type _Found = dict[str, RequirementFound]


def implied(
    found: list[RequirementFound], quantities: list[QuantityFound], work: Work
) -> list[RequirementFound]:
    """What a reader of the trade adds: a lyophilised vial where vials are freeze-dried, a filling where vials are filled."""
    result = {each.id: each for each in found}
    for rule in (
        _lyophilised_vial,
        _solution,
        _fill_finish,
        _phase_supply,
        _commercial_supply,
        _primary_packs,
        _synthesis,
        _biologics,
        _stability,
    ):
        for each in rule(result, quantities, work):
            result.setdefault(each.id, each)
    return [each for each in result.values() if not _is_part_of_device(each, result)]


def _is_part_of_device(each: RequirementFound, found: dict[str, RequirementFound]) -> bool:
    """The capsule of a dry powder inhaler is no oral capsule."""
    return each.id == "df.capsule-hard" and "df.inh.dpi" in found


_PHASES: Final = {
    "stg.phase1": "svc.clin.early",
    "stg.phase2": "svc.clin.early",
    "stg.phase3": "svc.clin.late",
}


def _phase_supply(found: _Found, quantities: list[QuantityFound], work: Work) -> Iterator[RequirementFound]:
    """Drug product for a phase is clinical manufacture of that phase; the first phase that is not past counts."""
    phases = sorted(
        (each for each in found.values() if each.id in _PHASES and each.strength is Strength.CONTEXT),
        key=lambda each: (each.note == PAST, each.span),
    )
    clinical = found.pop("svc.clinical", None) if phases else None
    if phases and (work.product or clinical) and not {"svc.clin.early", "svc.clin.late"} & set(found):
        yield _as(replace(phases[0], strength=Strength.MUST), _PHASES[phases[0].id])


def _stability(found: _Found, quantities: list[QuantityFound], work: Work) -> Iterator[RequirementFound]:
    """A condition to store samples at is asked for with the study."""
    condition = _gate(found, "an.stab.long-term", "an.stab.accelerated", "an.stab.intermediate", "an.stab.zone-ivb")
    if condition:
        yield _as(condition, "svc.ana.stability")


def _primary_packs(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    pack = _gate(found, "cnt.bottle", "cnt.blister", "cnt.sachet")
    if pack and _gate(found, "svc.packaging"):
        yield _as(pack, "svc.pack.primary")


def _synthesis(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    """A drug substance that is synthesised is a small-molecule API."""
    step = _gate(
        found,
        "op.batch-synthesis",
        "op.hydrogenation",
        "op.cryogenic",
        "op.flow-chemistry",
        "op.asymmetric",
        "op.hazardous-chemistry",
    )
    if step and "mod.peptide" not in found and "mod.oligonucleotide" not in found:
        found.pop("svc.drug-substance", None)
        yield _as(step, "svc.ds.small-molecule")


def _gate(found: _Found, *codes: str) -> RequirementFound | None:
    return next(
        (found[code] for code in codes if code in found and found[code].strength is Strength.MUST), None
    )


def _lyophilised_vial(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    dried, vial = _gate(found, "op.lyophilisation"), _gate(found, "cnt.vial")
    if dried and vial and work.product:
        yield _as(dried, "df.inj.lyo-vial")
    product = _gate(found, "df.inj.lyo-vial")
    if product:
        yield _as(product, "cnt.vial")
        yield _as(product, "op.lyophilisation")


def _solution(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    container = _gate(found, "cnt.pfs", "cnt.cartridge")
    has_form = any(
        code.startswith(("df.inj", "df.inf", "df.oph", "df.parenteral", "df.inh")) for code in found
    )
    if (
        container
        and work.product
        and not has_form
        and "op.lyophilisation" not in found
        and not any(code.startswith(("mod.ct", "mod.cell")) for code in found)
    ):
        yield _as(container, "df.inj.solution", "implied by a liquid in this container")


def _fill_finish(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    container = _gate(
        found,
        "cnt.pfs",
        "cnt.cartridge",
        "cnt.vial",
        "cnt.ampoule",
        "df.inj.lyo-vial",
        "df.inj.solution",
        "df.inj.suspension",
        "df.inj.liposome",
    )
    if container and work.product:
        yield _as(container, "svc.fill-finish")


def _commercial_supply(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    volume = next(
        (each for each in quantities if each.measure == "sc.annual-units" and each.basis != LATER), None
    )
    if volume and work.product:
        yield RequirementFound("svc.commercial", Strength.MUST, volume.span)


def _biologics(
    found: _Found, quantities: list[QuantityFound], work: Work
) -> Iterator[RequirementFound]:
    """Proteins that are made in cells are a biologics drug substance."""
    step = _gate(found, "op.mammalian", "op.microbial", "op.single-use", "op.perfusion")
    is_protein = any(
        code.startswith(("mod.mab", "mod.recombinant", "mod.fusion", "mod.biosimilar")) for code in found
    )
    if step and is_protein:
        yield _as(step, "svc.ds.biologics")


def _as(source: RequirementFound, code: str, note: str = "") -> RequirementFound:
    return replace(source, id=code, narrower=(), note=note)


def span_of(*spans: Span) -> Span:
    return Span(min(each.start for each in spans), max(each.end for each in spans))

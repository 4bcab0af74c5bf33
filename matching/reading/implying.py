"""What a reader of the trade adds to what a text names: a filling where there are vials."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from matching.reading.findings import AlternativesFound, QuantityFound, RequirementFound, Strength
from matching.reading.quantities import LATER
from matching.reading.work import PAST, Work

type Found = dict[str, RequirementFound]

_CONTAINERS: Final = ("cnt.pfs", "cnt.cartridge", "cnt.vial", "cnt.ampoule")
_FILLED: Final = (*_CONTAINERS, "df.inj.lyo-vial", "df.inj.solution", "df.inj.suspension", "df.inj.liposome")
_HAS_FORM: Final = ("df.inj", "df.inf", "df.oph", "df.parenteral", "df.inh")
_CELLS: Final = ("mod.ct", "mod.cell")
_PHASES: Final = {
    "stg.phase1": "svc.clin.early",
    "stg.phase2": "svc.clin.early",
    "stg.phase3": "svc.clin.late",
}
_SYNTHESIS: Final = (
    "op.batch-synthesis", "op.hydrogenation", "op.cryogenic", "op.flow-chemistry", "op.asymmetric",
    "op.hazardous-chemistry",
)  # fmt: skip
_GROWN: Final = (
    "op.mammalian", "op.microbial", "op.single-use", "op.perfusion", "op.suspension-transfection",
    "op.adherent", "op.ivt",
)  # fmt: skip
_PROTEIN: Final = ("mod.mab", "mod.recombinant", "mod.fusion", "mod.biosimilar")
_BIOLOGICAL: Final = (
    *_PROTEIN, "mod.vv.", "mod.viral-vector", "mod.mrna",
    "mod.microbiome", "mod.vaccine", "mod.phage",
)  # fmt: skip
_CONDITIONS: Final = ("an.stab.long-term", "an.stab.accelerated", "an.stab.intermediate", "an.stab.zone-ivb")
# Methods and forms that mean something else where there is no such product.
_ONLY_WITH: Final = {
    "an.vector-titre": ("mod.vv.", "mod.viral-vector", "mod.vaccine", "mod.phage"),
    "an.empty-full": ("mod.vv.", "mod.viral-vector"),
}
_NOT_WITH: Final = {
    "df.capsule-hard": ("df.inh.dpi", "df.capsule-soft"),  # the capsule of an inhaler is no oral capsule
    "op.encapsulation": ("mod.mrna", "df.capsule-soft"),  # nor is RNA in lipid filled into capsules
    "svc.packaging": ("svc.pack.clinical",),
    "op.coating": ("df.top.patch",),
    "op.fluid-bed": ("op.wurster",),
    "cnt.ampoule": ("cnt.bfs", "op.bfs"),
}


def with_implied(
    found: list[RequirementFound],
    any_of: list[AlternativesFound],
    quantities: list[QuantityFound],
    work: Work,
) -> list[RequirementFound]:
    """The findings and what follows from them, each with the words that it follows from."""
    context = _Context({each.id: each for each in found}, any_of, quantities, work)
    for rule in _RULES:
        for each in rule(context):
            context.found.setdefault(each.id, each)
    return [each for each in context.found.values() if _fits(each, context.found)]


class _Context:
    def __init__(
        self, found: Found, any_of: list[AlternativesFound], quantities: list[QuantityFound], work: Work
    ) -> None:
        self.found, self.quantities, self.work = found, quantities, work
        self.alternatives = any_of

    def gate(self, *codes: str) -> RequirementFound | None:
        """The first of the terms that the text demands."""
        named = (self.found[code] for code in codes if code in self.found)
        return next((each for each in named if each.strength is Strength.MUST), None)

    def one_of(self, *codes: str) -> RequirementFound | None:
        """As `gate`, also where the text leaves a choice among the terms."""
        for group in self.alternatives:
            if group.strength is Strength.MUST and set(group.ids) & set(codes):
                return RequirementFound(group.ids[0], Strength.MUST, group.span)
        return self.gate(*codes)

    def has(self, prefixes: tuple[str, ...]) -> bool:
        return any(code.startswith(prefixes) for code in self.found)


def _lyophilised_vial(context: _Context) -> Iterator[RequirementFound]:
    dried, vial = context.gate("op.lyophilisation"), context.gate("cnt.vial")
    if dried and vial and context.work.product:
        yield _as(dried, "df.inj.lyo-vial")
    product = context.gate("df.inj.lyo-vial")
    if product:
        yield _as(product, "cnt.vial")
        yield _as(product, "op.lyophilisation")


def _solution(context: _Context) -> Iterator[RequirementFound]:
    container = context.gate("cnt.pfs", "cnt.cartridge")
    is_liquid = "op.lyophilisation" not in context.found and not context.has((*_HAS_FORM, *_CELLS))
    if container and context.work.product and is_liquid:
        yield _as(container, "df.inj.solution", "implied by a liquid in this container")


def _fill_finish(context: _Context) -> Iterator[RequirementFound]:
    container = context.one_of(*_FILLED)
    if container and context.work.product and _fits(container, context.found):
        yield _as(container, "svc.fill-finish")


def _phase_supply(context: _Context) -> Iterator[RequirementFound]:
    """Drug product for a phase is clinical manufacture of that phase: the first one that is not past."""
    found = context.found
    phases = sorted(
        (each for each in found.values() if each.id in _PHASES and each.strength is Strength.CONTEXT),
        key=lambda each: (each.note == PAST, each.span),
    )
    clinical = found.pop("svc.clinical", None) if phases else None
    if phases and (context.work.product or clinical) and not context.gate("svc.clin.early", "svc.clin.late"):
        supply = _PHASES[phases[0].id]
        found.pop(supply, None)
        yield _as(replace(phases[0], strength=Strength.MUST), supply)


def _commercial_supply(context: _Context) -> Iterator[RequirementFound]:
    volumes = (
        each for each in context.quantities if each.measure == "sc.annual-units" and each.basis != LATER
    )
    volume = next(volumes, None)
    if volume and context.work.product:
        yield RequirementFound("svc.commercial", Strength.MUST, volume.span)


def _primary_packs(context: _Context) -> Iterator[RequirementFound]:
    pack = context.one_of("cnt.blister", "cnt.sachet")
    if pack and context.work.product:
        yield _as(pack, "svc.pack.primary")
    pack = context.gate("cnt.bottle", "cnt.tube")
    if pack and context.gate("svc.packaging"):
        yield _as(pack, "svc.pack.primary")


def _synthesis(context: _Context) -> Iterator[RequirementFound]:
    """A drug substance that is synthesised is a small-molecule API."""
    step = context.gate(*_SYNTHESIS)
    if step and not context.has(("mod.peptide", "mod.oligonucleotide")):
        context.found.pop("svc.drug-substance", None)
        yield _as(step, "svc.ds.small-molecule")


def _biologics(context: _Context) -> Iterator[RequirementFound]:
    """What is grown in cells is a biologics drug substance, unless the text says drug substance itself."""
    step = context.gate(*_GROWN)
    if context.has(_PROTEIN):
        step = step or context.gate("svc.drug-substance")
        context.found.pop("svc.drug-substance", None)
    if step and context.has(_BIOLOGICAL) and "svc.drug-substance" not in context.found:
        yield _as(step, "svc.ds.biologics")


def _lipid_product(context: _Context) -> Iterator[RequirementFound]:
    """RNA in lipid that is filled is a dispersion for injection."""
    lipid = context.gate("op.lnp-formulation")
    if lipid and context.has(("mod.mrna",)) and context.one_of(*_FILLED, "svc.fill-finish"):
        yield _as(lipid, "df.inj.liposome")


def _softgel(context: _Context) -> Iterator[RequirementFound]:
    filled = context.gate("op.encapsulation")
    if filled and context.gate("df.capsule-soft"):
        yield _as(filled, "op.softgel")


def _stability(context: _Context) -> Iterator[RequirementFound]:
    """A condition to store samples at is asked for with the study."""
    condition = context.gate(*_CONDITIONS)
    if condition:
        yield _as(condition, "svc.ana.stability")


_RULES: Final = (
    _lyophilised_vial, _solution, _fill_finish, _phase_supply, _commercial_supply, _primary_packs, _synthesis,
    _biologics, _lipid_product, _softgel, _stability,
)  # fmt: skip


def _as(source: RequirementFound, code: str, note: str = "") -> RequirementFound:
    return replace(source, id=code, narrower=(), note=note)


def _fits(each: RequirementFound, found: Found) -> bool:
    """Whether the term can be meant beside the others: qPCR titres vectors, and tells strains apart."""
    needed, barred = _ONLY_WITH.get(each.id), _NOT_WITH.get(each.id)
    if needed and not any(code.startswith(needed) for code in found):
        return False
    return not (barred and any(code.startswith(barred) for code in found))

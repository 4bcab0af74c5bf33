"""What sort of work a text asks for; it decides what a dosage form or a container means in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matching.reading.noticing import Read
from matching.reading.stances import Stance

PAST: Final = "told as past"
"""The note of a stage that is behind the project."""

_SUBSTANCE: Final = (
    "svc.ds.", "svc.drug-substance", "op.batch-synthesis", "op.flow-", "op.hydrogenation", "op.spps",
    "op.lpps", "op.oligo", "op.mammalian", "op.microbial", "op.ivt", "op.plasmid", "op.adherent",
    "op.suspension",
)  # fmt: skip
_PRODUCT: Final = (
    "svc.fill-finish", "svc.form", "svc.clin.early", "svc.clin.late", "svc.clin.placebo",
    "svc.clinical", "svc.commercial", "svc.com.scale", "svc.com.second", "op.direct", "op.dry-",
    "op.wet-", "op.fluid", "op.blending", "op.tableting", "op.coating", "op.encaps", "op.micro-dosing",
    "op.wurster", "op.spray", "op.hme", "op.softgel", "op.aseptic", "op.isolator", "op.rabs", "op.bfs",
    "op.lyo", "op.terminal", "op.lnp", "op.liposome", "op.lipid", "op.microsphere", "op.semisolid",
    "op.pmdi", "op.dpi", "op.patch", "op.suppository", "op.tube", "op.liquid-", "op.extrusion",
    "op.solvent", "op.continuous", "op.film", "op.sterile", "op.powder-fill", "op.emulsification",
    "op.radiolabelling", "op.cell-processing", "svc.com.tech-transfer", "svc.com.process-validation",
)  # fmt: skip
# What is done for an active substance as well: isolating it, or making it for toxicology.
_ALSO_OF_SUBSTANCE: Final = frozenset(
    {"op.lyophilisation", "op.spray-drying", "op.sterile-filtration", "op.micronisation", "op.blending"}
    | {"svc.form.tox-supply", "svc.form.solid-state", "svc.com.tech-transfer", "svc.com.process-validation"}
)
_PACKING: Final = frozenset({"svc.packaging", "svc.pack.primary", "svc.pack.secondary"})


@dataclass(frozen=True, slots=True)
class Work:
    """Which parts of the work the partner is asked for."""

    product: bool
    packaging: bool
    packs_elsewhere: bool  # packs are spoken of, and the partner need not make them


def work_of(reads: Iterable[Read]) -> Work:
    notices = [notice for read in reads for notice in read.notices]
    codes = {notice.code for notice in notices if notice.stance in {Stance.NEEDED, Stance.WISHED}}
    packing = {notice.stance for notice in notices if notice.code in _PACKING}
    packaging = any(code.startswith("svc.pack") for code in codes)
    return Work(
        product=_makes_product(codes, packaging=packaging),
        packaging=packaging,
        packs_elsewhere=bool(packing & {Stance.WISHED, Stance.OTHERS}) and Stance.NEEDED not in packing,
    )


def _makes_product(codes: set[str], *, packaging: bool) -> bool:
    substance = any(code.startswith(_SUBSTANCE) for code in codes)
    product = {code for code in codes if code.startswith(_PRODUCT)}
    if substance:
        return bool(product - _ALSO_OF_SUBSTANCE)
    if product or packaging:
        return bool(product)
    is_testing = any(code.startswith(("svc.ana", "an.")) for code in codes)
    has_form = any(code.startswith(("df.", "cnt.")) for code in codes)
    return has_form and (not is_testing or any(code.startswith("svc.com") for code in codes))

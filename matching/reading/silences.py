"""On what a text is silent: those stay unknown and are asked of its author."""

from collections.abc import Iterable
from typing import Final

from matching.reading.findings import Reading

# Name of what is not stated → codes or measures of which one says it.
_TOPICS: Final = {
    "regulator inspections": ("reg.", "cer.fda", "cer.gmp"),
    "location": ("place",),
    "timeline": ("date",),
    "batch size or volume": (
        "sc.batch", "sc.vials", "sc.annual", "sc.bioreactor", "sc.reactor", "sc.vg", "sc.mrna", "sc.peptide",
        "sc.oligo", "sc.cell",
    ),
    "containment": ("OEL", "con.oeb", "con.potent", "PDE"),
    "stability": ("svc.ana.stability", "an.stab"),
    "QP release": ("svc.reg.qp",),
    "packaging": ("svc.pack",),
    "storage": ("st.",),
    "dual sourcing": ("svc.com.second-source", "biz.dual-site"),
    "budget or price": ("budget", "price"),
    "sustainability": ("biz.sustainability", "cer.ecovadis", "cer.sbti"),
    "quality agreement and audit": ("biz.quality", "biz.audit"),
}  # fmt: skip


def silences_of(reading: Reading) -> list[str]:
    said = tuple(_said(reading))
    return [topic for topic, signs in _TOPICS.items() if not any(each.startswith(signs) for each in said)]


def _said(reading: Reading) -> Iterable[str]:
    yield from (each.id for each in reading.requirements)
    yield from (code for each in reading.any_of for code in each.ids)
    yield from (each.measure for each in reading.quantities)
    yield from ("place" for _ in reading.places)
    yield from ("date" for _ in reading.dates)
    yield from (each.key for each in reading.commercial)

"""Which term a number belongs to, and how it is compared, as sites state it in their profiles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from matching.reading.findings import QuantityFound
from partners.numbers import Relation, relation_of
from partners.units import NumberUnreadable, UnitUnknown, convert
from partners.vocabulary import current_vocabulary


@dataclass(frozen=True, slots=True)
class Rule:
    """`terms`: codes, or beginnings of codes that end in a point, the best first; `always` needs no mention.

    A number goes to the first of `terms` that the text asks for.
    """

    terms: tuple[str, ...]
    always: str = ""


FILLING: Final = ("op.aseptic-filling", "op.isolator", "op.rabs", "df.inj.", "cnt.", "svc.fill-finish")
# What is freeze-dried cannot be sterilised in its container afterwards, and sites state their fills here.
FREEZE_DRIED: Final = {"df.inj.lyo-vial", "op.lyophilisation"}
CULTURE: Final = (
    "op.mammalian", "op.microbial", "op.suspension-transfection", "op.perfusion", "op.plasmid-fermentation",
    "op.single-use", "op.stainless", "svc.ds.biologics",
)  # fmt: skip
CHEMISTRY: Final = (
    "op.hydrogenation", "op.cryogenic", "op.azide-chemistry", "op.nitration", "op.batch-synthesis",
    "op.glass-lined", "op.hastelloy", "svc.ds.small-molecule",
)  # fmt: skip
RULES: Final = {
    "sc.batch-units": Rule(("df.", "op.micro-dosing", "op.encapsulation", "op.tableting")),
    "sc.batch-kg": Rule(("op.batch-synthesis", "df.", "op.", "svc.ds.")),
    "sc.vials-per-batch": Rule(FILLING),
    "sc.fill-volume-ml": Rule(FILLING),
    "sc.vial-size": Rule((), always="cnt.vial"),
    "sc.syringe-size-ml": Rule(("cnt.cartridge", "cnt.pfs"), always="cnt.pfs"),
    "sc.syringes-per-batch": Rule(("cnt.pfs", "cnt.cartridge", "op.aseptic-filling")),
    "sc.rate-units-hour": Rule(("cnt.", "op.aseptic-filling", "svc.pack.", "df.")),
    "sc.annual-units": Rule(("df.", "cnt.", "svc.pack.")),
    "sc.bioreactor-l": Rule(CULTURE),
    "sc.reactor-l": Rule(CHEMISTRY),
    "sc.lyo-shelf-m2": Rule((), always="op.lyophilisation"),
    "sc.pressure-bar": Rule(("op.hydrogenation",)),
    "sc.vg-per-batch": Rule(("op.suspension-transfection", "op.adherent", "mod.vv.", "op.mammalian")),
    "sc.mrna-g": Rule(("op.ivt", "mod.mrna", "mod.mrna-lnp")),
    "sc.peptide-kg": Rule(("op.spps", "op.lpps", "mod.peptide")),
    "sc.oligo-mol": Rule((), always="op.oligo-synthesis"),
    "sc.cell-doses": Rule(("mod.ct.", "mod.cell-therapy", "op.cell-processing")),
    "sc.granulator-l": Rule((), always="op.wet-granulation"),
    "sc.dryer-kg-hour": Rule((), always="op.spray-drying"),
    "sc.column-cm": Rule((), always="op.purification-chromatography"),
    "sc.stability-timepoints": Rule((), always="svc.ana.stability"),
    "sc.ppq-campaigns": Rule((), always="svc.com.process-validation"),
    "sc.approved-products": Rule(("cnt.", "df.", "mod.")),
    "sc.batches-36-months": Rule(("mod.", "df.", "op.")),
    "sc.release-weeks": Rule(("svc.reg.qp.", "svc.reg.qp", "svc.ana.release")),
    "sc.oel-ug-m3": Rule((), always="con.potent-handling"),
    "sc.containment-target-ug-m3": Rule((), always="con.potent-handling"),
}  # fmt: skip
# What the reader calls in plain words, because the vocabulary's measure means the site's own limit.
SAME_AS: Final = {"OEL": "sc.oel-ug-m3", "pressure": "sc.pressure-bar"}
# Above it, no special containment follows from an exposure limit (OEB 3 on the common scale).
HIGHEST_POTENT_UG_M3: Final = Decimal(10)
# Units that say what is counted: the measure's own unit, where it does not know the word.
COUNTED: Final = ("units", "vials")
THINGS: Final = re.compile(r"[a-z]+(?: (?!per )[a-z]+)?", re.IGNORECASE)
FORMS_OF_UNITS: Final = {
    "capsule": "df.caps",
    "tablet": "df.tablet",
    "syringe": "cnt.pfs",
    "cartridge": "cnt.cartridge",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as the form of a requirement takes it, with the term that it belongs to."""

    term: str
    measure: str
    relation: str
    value: str
    unit: str

    @property
    def fields(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("measure", "relation", "value", "unit")}


def measured(found: QuantityFound, terms: Sequence[str]) -> Measured | None:
    """The number with one of the terms that the text asks for; None where none of our rules has a place."""
    measure = SAME_AS.get(found.measure, found.measure)
    rule, ends = RULES.get(measure), _ends(found)
    if rule is None or not ends:
        return None
    unit = _unit(measure, found)
    term = _term(rule, found, terms)
    if unit is None or not term or _is_harmless(measure, ends, unit):
        return None
    # A range of tanks is no tank: its low end has to be reached.
    is_range = measure == "sc.bioreactor-l" and found.value is None
    relation = Relation.AT_LEAST if is_range else relation_of(measure)
    return Measured(term, measure, relation.value, _text(found), unit)


def _ends(found: QuantityFound) -> list[Decimal]:
    return [Decimal(repr(end)) for end in (found.value, found.lo, found.hi) if end is not None]


def _term(rule: Rule, found: QuantityFound, terms: Sequence[str]) -> str:
    if FREEZE_DRIED & set(terms):
        terms = (*terms, "op.aseptic-filling")
    named = [start for word, start in FORMS_OF_UNITS.items() if word in found.unit.lower()]
    for start in (*(each for each in named if "df." in rule.terms), *rule.terms):
        fitting = [term for term in terms if term == start or (start != term and _begins(term, start))]
        if fitting:
            return fitting[0]
    return rule.always


def _begins(term: str, start: str) -> bool:
    return term.startswith(start) and (start.endswith(".") or start in FORMS_OF_UNITS.values())


def _unit(measure: str, found: QuantityFound) -> str | None:
    """The unit as the measure knows it: as written, by the year or hour, or the thing that is counted."""
    base = current_vocabulary().terms[measure].base_unit
    as_written = (found.unit, f"{found.unit}/{found.per}" if found.per else found.unit)
    is_count = base.startswith(COUNTED) and THINGS.fullmatch(found.unit) is not None
    for unit in (*as_written, *([base] if is_count else [])):
        try:
            convert(measure, Decimal(1), unit)
        except (UnitUnknown, NumberUnreadable):
            continue
        return unit
    return None


def _is_harmless(measure: str, ends: list[Decimal], unit: str) -> bool:
    if measure != "sc.oel-ug-m3":
        return False
    return min(convert(measure, end, unit) for end in ends) > HIGHEST_POTENT_UG_M3


def _text(found: QuantityFound) -> str:
    """As a person would enter it: "1,000–3,000", "up to 10,000", "3 × 2,000"."""
    many = f"{found.count} × " if found.count > 1 else ""
    if found.value is not None:
        return many + number(found.value)
    if found.lo is not None and found.hi is not None:
        return f"{many}{number(found.lo)}–{number(found.hi)}"
    return (
        f"{many}from {number(found.lo)}" if found.lo is not None else f"{many}up to {number(found.hi or 0)}"
    )


def number(value: float) -> str:
    """Digits that nobody reads in two ways: 5000 → "5,000", 1.125 → "1.1250"."""
    text = f"{Decimal(repr(value)).normalize():,f}"
    whole, point, fraction = text.partition(".")
    return f"{whole}{point}{fraction}0" if len(fraction) == 3 else text

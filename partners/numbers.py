"""Numbers asked of the directory: at most five, each a measure, a number with its unit, and how they compare.

How a measure compares is part of what it means: a batch range has to cover the batch, a freeze-dryer's shelf
has to be at least so large, an exposure limit has to be handled down to at most so much, and a vial size is
one of a set. Matching judges them the same way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, or_
from typing import Any, Final

from django.db.models import BitOr, Case, Q, TextChoices, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cdmo_portal.look.wording import unit_text
from partners import units
from partners.models import Measure
from partners.term_index import TermIndex

ROWS: Final = ("", "_2", "_3", "_4", "_5")
"""What follows `measure`, `value` and `unit` in the parameters of each row."""
PARTS: Final = ("measure", "value", "unit")
NAMES: Final = tuple(f"{part}{row}" for row in ROWS for part in PARTS)
ROWS_SHOWN: Final = "numbers"
"""The parameter by which the page without JavaScript asks for one more row."""


class Relation(TextChoices):
    COVERS = "covers", gettext_lazy("Its range covers")
    AT_LEAST = "at_least", gettext_lazy("It has at least")
    AT_MOST = "at_most", gettext_lazy("It goes down to at most")
    ONE_OF = "one_of", gettext_lazy("One of its sizes is")


RELATIONS: Final[Mapping[str, Relation]] = {
    **dict.fromkeys(("sc.vial-size", "sc.syringe-size-ml", "sc.bioreactor-l"), Relation.ONE_OF),
    **dict.fromkeys(
        (
            "sc.oel-ug-m3", "sc.containment-target-ug-m3", "sc.pde-ug-day", "sc.release-weeks",
            "sc.lead-time-weeks", "sc.smallest-working-volume", "sc.days-per-batch", "sc.minimum-order-units",
        ),
        Relation.AT_MOST,
    ),
    **dict.fromkeys(
        (
            "sc.rate-units-hour", "sc.annual-units", "sc.annual-batches", "sc.reactor-l", "sc.lyo-shelf-m2",
            "sc.pressure-bar", "sc.peptide-kg", "sc.cell-doses", "sc.granulator-l", "sc.dryer-kg-hour",
            "sc.column-cm", "sc.stability-timepoints", "sc.ppq-campaigns", "sc.approved-products",
            "sc.batches-36-months", "sc.titre-g-l", "sc.clean-rooms",
        ),
        Relation.AT_LEAST,
    ),
}  # fmt: skip


def relation_of(measure: str) -> Relation:
    return RELATIONS.get(measure, Relation.COVERS)


@dataclass(frozen=True, slots=True)
class NumberAsked:
    """One row that holds: `lo` and `hi` in the measure's base unit, the same for a single number."""

    row: str
    measure: str
    lo: Decimal
    hi: Decimal
    text: str

    @property
    def relation(self) -> Relation:
        return relation_of(self.measure)

    @property
    def condition(self) -> Q:
        """Stated measures that prove it. An end that is not stated proves nothing on its side."""
        mine = Q(term__code=self.measure)
        match self.relation:
            case Relation.COVERS:
                return mine & Q(lo__lte=self.lo, hi__gte=self.hi)
            case Relation.AT_LEAST:
                return mine & (Q(lo__gte=self.lo) | Q(hi__gte=self.lo))
            case Relation.AT_MOST:
                return mine & (Q(hi__lte=self.hi) | Q(lo__lte=self.hi))
            case Relation.ONE_OF:
                return mine & (Q(lo=self.lo, hi=self.lo) | Q(lo=self.hi, hi=self.hi))

    def label(self, terms: TermIndex) -> str:
        """For a chip: "Line rate: at least 12,000 units/hour"."""
        says = {
            Relation.COVERS: _("%(measure)s: covers %(number)s"),
            Relation.AT_LEAST: _("%(measure)s: at least %(number)s"),
            Relation.AT_MOST: _("%(measure)s: at most %(number)s"),
            Relation.ONE_OF: _("%(measure)s: %(number)s"),
        }
        return says[self.relation] % {"measure": terms.label(self.measure), "number": self.text}


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row of the form, as typed."""

    row: str
    measure: str
    value: str
    unit: str

    @property
    def is_empty(self) -> bool:
        return not (self.measure or self.value or self.unit)

    @property
    def relation(self) -> str:
        """How it compares, in words."""
        return str(relation_of(self.measure).label) if self.measure else ""

    @property
    def position(self) -> int:
        return ROWS.index(self.row) + 1


@dataclass(frozen=True, slots=True)
class Choices:
    """The measures that compare alike, for a select whose groups say how."""

    label: str
    measures: Sequence[tuple[str, str]]


def names_of(row: str) -> tuple[str, ...]:
    return tuple(f"{part}{row}" for part in PARTS)


def grouped(choices: Sequence[tuple[str, str]]) -> list[Choices]:
    found = []
    for relation in Relation:
        measures = [choice for choice in choices if relation_of(choice[0]) is relation]
        if measures:
            found.append(Choices(str(relation.label), measures))
    return found


def rows_shown(asked: Mapping[str, str]) -> list[NumberRow]:
    """The rows of the form: those filled in, one to begin with, one more where it was asked for."""
    rows = [NumberRow(row, *(asked.get(name, "")[:60] for name in names_of(row))) for row in ROWS]
    filled = [row for row in rows if not row.is_empty]
    empty = [row for row in rows if row.is_empty]
    more = 1 if not filled or asked.get(ROWS_SHOWN) else 0
    return sorted([*filled, *empty[:more]], key=lambda row: row.position)


def read(cleaned: Mapping[str, Any], refuse: Callable[[str, str], None]) -> list[NumberAsked]:
    """The numbers asked for; `refuse` is told the field and what is wrong with it."""
    found = []
    for row in ROWS:
        measure, value, unit = (str(cleaned.get(name) or "") for name in names_of(row))
        if value and not measure:
            refuse(f"measure{row}", _("Say what the number measures."))
        if measure and not value:
            refuse(f"value{row}", _("Give the number that you need."))
        if not measure or not value:
            continue
        try:
            found.append(_number(row, measure, value, unit))
        except units.NumberUnreadable as error:
            refuse(f"value{row}", str(error))
        except units.UnitUnknown as error:
            refuse(f"unit{row}", str(error))
    return found


def _number(row: str, measure: str, value: str, unit: str) -> NumberAsked:
    """A number or range as typed ("2,000", "2 kL", "500–1,000") in the base unit of its measure."""
    entered = units.in_base_unit(measure, value, unit)
    if entered.lo is None or entered.hi is None:
        raise units.NumberUnreadable(_("Give one number, or a range with both ends."))
    if entered.count > 1:
        raise units.NumberUnreadable(_("Give one size; how many of it there must be is asked in a brief."))
    shown = value if entered.unit else f"{value} {unit or units.units_of(measure)[0]}"
    return NumberAsked(row, measure, entered.lo, entered.hi, unit_text(shown))


def sites_with(numbers: Sequence[NumberAsked], told: Q) -> list[int]:
    """Ids of sites whose offers prove all the numbers, by one query; `told` are measures that may be read.

    Numbers that are stated of the same term must stand in one and the same statement: a small fast line and a
    large slow one are no large fast line.
    """
    proofs = [(1 << place, number.condition) for place, number in enumerate(numbers)]
    bits: list[Combinable] = [Case(When(proof, then=Value(bit)), default=Value(0)) for bit, proof in proofs]
    stated = Measure.objects.filter(
        told, reduce(or_, (proof for _bit, proof in proofs)), capability__is_offered=True
    )
    statements = stated.order_by().values("capability__site_id", "capability__term_id", "capability_id")
    masks = statements.annotate(proven=BitOr(reduce(add, bits)))
    by_site: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    columns = ("capability__site_id", "capability__term_id", "capability_id", "proven")
    for site_id, term_id, capability_id, mask in masks.values_list(*columns):
        by_site[site_id][term_id][mask] = capability_id
    every = (1 << len(numbers)) - 1
    return [site_id for site_id, by_term in by_site.items() if proving(by_term.values(), every)]


def proving(by_term: Iterable[Mapping[int, int]], every: int) -> tuple[int, ...]:
    """As few statements as prove every number, at most one of each term; none where that cannot be.

    Statements are keyed by what they prove, as bits.
    """
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for statements in by_term:
        for before, chosen in list(reached.items()):
            for proven, statement in statements.items():
                together = before | proven
                if together not in reached or len(reached[together]) > len(chosen) + 1:
                    reached[together] = (*chosen, statement)
    return reached.get(every, ())

"""The directory's facets: their values, how many rows each would give, and which are ticked.

Values within a facet widen (or), facets narrow each other (and), so a facet counts over the rows that all
*other* filters leave.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db.models import Case, Count, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from partners.importers.countries import country_name
from partners.importers.operations import operation_label, operations_by_code
from partners.models import SearchMark, SearchRow
from partners.searching import ROWS
from partners.term_index import TermIndex

SHOWN: Final = 7
POPULARITY_SECONDS: Final = 300
COUNTS_SECONDS: Final = 60
PROFILED: Final = "profiled"
REGISTER: Final = "register"
PROFILE: Final = {PROFILED: _("Described by a profile"), REGISTER: _("Known from a register only")}

# The parameter of each facet of terms is the code of the vocabulary's facet.
TERM_FACETS: Final = {
    "service": _("Service"),
    "modality": _("Modality"),
    "dosage_form": _("Dosage form"),
    "container": _("Container"),
    "unit_operation": _("Unit operation"),
    "analytical": _("Analytical method"),
}
LABELS: Final = {
    **TERM_FACETS,
    "inspected_by": _("Inspected by"),
    "country": _("Country"),
    "registered": _("Registered with FDA for"),
    "profile": _("Profile"),
}
COLUMNS: Final = {"inspected_by": "inspected_by", "registered": "operations"}
SEVERAL: Final = {**dict.fromkeys(TERM_FACETS, "term_bits"), **COLUMNS}
"""Facets of which a row has several values, each with the array that holds them."""
ARRAYS: Final = ("term_bits", *COLUMNS.values())
TOGETHER: Final = "together"


type Counts = dict[str, Counter[str]]
type Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    is_checked: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet as the page shows it: the first options, and the rest behind "Show n more".

    Options keep their places. What is ticked among the rest stays in sight when the rest is not.
    """

    name: str
    label: str
    options: list[Option]
    more: list[Option]

    @property
    def groups(self) -> list[list[Option]]:
        return [self.options, self.more] if self.more else [self.options]


def condition(facet: str, values: Sequence[str], terms: TermIndex) -> Q:
    """Rows with any of these values; nothing chosen is no condition."""
    if not values:
        return Q()
    if facet in TERM_FACETS:
        return Q(term_bits__overlap=[terms.by_code[code].bit for code in values])
    if facet in COLUMNS:
        return Q(**{f"{COLUMNS[facet]}__overlap": list(values)})
    if facet == "country":
        return Q(country__in=list(values))
    return Q(is_profiled__in=[value == PROFILED for value in values])


def choices(facet: str, terms: TermIndex) -> list[tuple[str, str]]:
    """Every value that the facet may take, with its label."""
    if facet in TERM_FACETS:
        return [(entry.code, entry.label) for entry in terms.by_facet.get(facet, ())]
    if facet == "inspected_by":
        return [(entry.code, entry.label) for entry in terms.by_facet.get("regulator", ())]
    if facet == "registered":
        return [(code, operation_label(code)) for code in operations_by_code()]
    if facet == "profile":
        return [(value, str(label)) for value, label in PROFILE.items()]
    return []


def rows_left(
    base: QuerySet[SearchRow], chosen: Chosen, terms: TermIndex, *, without: str = ""
) -> QuerySet[SearchRow]:
    """The rows that the ticked values leave, those of one facet aside."""
    narrowed = Q()
    for facet, values in chosen.items():
        if facet != without:
            narrowed &= condition(facet, values, terms)
    return base.filter(narrowed)


def counts(base: QuerySet[SearchRow], chosen: Chosen, terms: TermIndex) -> Counts:
    """For each facet, the rows per value among those that the other filters leave; one query for all."""
    # Facets of several values without a tick all leave the same rows: their values are counted in one go.
    together = [facet for facet in LABELS if facet in SEVERAL and not chosen.get(facet)]
    branches = [
        _branch(facet, rows_left(base, chosen, terms, without=facet))
        for facet in LABELS
        if facet not in together
    ]
    if together:
        branches.append(_branch(TOGETHER, rows_left(base, chosen, terms)))
    found: Counts = {facet: Counter() for facet in LABELS}
    for asked, value, number in branches[0].union(*branches[1:], all=True):
        facet, code = _meaning(asked, value, terms)
        if facet == asked or (asked == TOGETHER and facet in together):
            found[facet][code] += number
    return found


def kept_counts(
    base: QuerySet[SearchRow], chosen: Chosen, terms: TermIndex, *, question: Sequence[str]
) -> Counts:
    """`counts`, kept for whoever asks the same until rows are written anew.

    `question` says which rows `base` has; it must not depend on who asks.
    """
    written = SearchMark.objects.filter(name=ROWS).values_list("mark", flat=True).first()
    if written is None:
        return counts(base, chosen, terms)
    asked = json.dumps([written, *question, sorted((facet, *values) for facet, values in chosen.items())])
    key = f"directory-counts-{hashlib.sha256(asked.encode()).hexdigest()}"
    known: Counts | None = cache.get(key)
    if known is None:
        known = counts(base, chosen, terms)
        cache.set(key, known, COUNTS_SECONDS)
    return known


def total(found: Counts, chosen: Chosen) -> int:
    """How many rows pass all filters: every row is either profiled or not."""
    return sum(found["profile"][value] for value in chosen.get("profile") or PROFILE)


def _meaning(asked: str, value: str, terms: TermIndex) -> tuple[str, str]:
    """The facet and code of a counted value: a bit is its term's; the codes of the others do not overlap."""
    if asked not in SEVERAL and asked != TOGETHER:
        return asked, value
    if value.isdigit():
        entry = terms.by_bit.get(int(value))
        return (entry.facet, entry.code) if entry else ("", value)
    return ("registered" if value in operations_by_code() else "inspected_by"), value


def _branch(facet: str, rows: QuerySet[SearchRow]) -> QuerySet[SearchRow, tuple[str, str, int]]:
    tagged = rows.order_by().annotate(facet=Value(facet, TextField()), value=_value(facet))
    # Rows, not their ids: an index may then answer alone.
    grouped = tagged.values("facet", "value").annotate(number=Count("*"))
    return grouped.values_list("facet", "value", "number")


def _value(facet: str) -> Case | Cast | Func:
    if facet == "country":
        return Cast("country", TextField())
    if facet == "profile":
        profiled = When(is_profiled=True, then=Value(PROFILED))
        return Case(profiled, default=Value(REGISTER), output_field=TextField())
    arrays = list(ARRAYS) if facet == TOGETHER else [SEVERAL[facet]]
    texts: list[Cast | Func] = [Cast(array, ArrayField(TextField())) for array in arrays]
    joined = reduce(lambda one, other: Func(one, other, function="array_cat"), texts)
    return Func(joined, function="unnest", output_field=TextField())


def popularity(reader: SearchRow.Reader, terms: TermIndex) -> Counts:
    """Rows per value with no filter at all, some minutes old: it puts the options in an order that stays."""
    key = f"directory-popularity-{reader}"
    known: Counts | None = cache.get(key)
    if known is None:
        known = counts(SearchRow.objects.filter(reader=reader), {}, terms)
        cache.set(key, known, POPULARITY_SECONDS)
    return known


def views(found: Counts, chosen: Chosen, order: Counts, terms: TermIndex) -> list[FacetView]:
    """The facets as the page shows them: popular values first, whatever is ticked."""
    return [_view(facet, found[facet], set(chosen.get(facet, ())), order[facet], terms) for facet in LABELS]


def _view(
    facet: str, found: Counter[str], ticked: set[str], order: Counter[str], terms: TermIndex
) -> FacetView:
    known = choices(facet, terms) or [(code, country_name(code)) for code in {*order, *found, *ticked}]
    known.sort(key=lambda choice: (-order[choice[0]], choice[1]))
    options = [Option(value, label, found[value], value in ticked) for value, label in known]
    return FacetView(facet, str(LABELS[facet]), options[:SHOWN], options[SHOWN:])

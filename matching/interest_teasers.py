"""What a CDMO is told of a brief when a sponsor asks, blinded, whether it is interested.

An allow-list: every line is made of labels of the vocabulary or of a rounded number. Nothing that somebody
typed, no name, no id and no exact number is read into it, so that nothing of the kind can be told.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from cdmo_portal.look.wording import unit_text
from matching.continents import continents_of
from matching.models import Brief, Requirement
from partners.models import Term
from partners.quarters import Quarter

FEWEST_LINES: Final = 2
"""With fewer nobody could say whether they are interested."""
FEWEST_COUNTRIES: Final = 3
"""A named group of fewer countries is told as its continents."""
BATCH_SIZES: Final = (
    "sc.batch-kg",
    "sc.batch-units",
    "sc.vials-per-batch",
    "sc.syringes-per-batch",
    "sc.bioreactor-l",
)

type Line = dict[str, str]
type Teaser = list[Line]


def teaser_of(brief: Brief) -> Teaser:
    """Lines of label and value, of what is known alone."""
    requirements = list(brief.requirements.select_related("measure"))
    told = [
        (_("Stage"), _label(brief.stage)),
        (_("Modality"), _label(brief.modality)),
        (_("Dosage form"), _label(brief.dosage_form)),
        (_("Work"), ", ".join(step.get_kind_display() for step in brief.steps.all())),
        (_("Needed by"), str(Quarter.of(brief.needed_by)) if brief.needed_by else ""),
        (_("Region"), ", ".join(_regions(requirements))),
        (_("Batch size"), ", ".join(_volumes(requirements))),
    ]
    return [{"label": label, "value": value} for label, value in told if value]


def mark_of(teaser: Teaser) -> str:
    """What a form carries of the teaser that it showed, so that no other one is sent."""
    return hashlib.sha256(json.dumps(teaser, sort_keys=True).encode()).hexdigest()


def _label(term: Term | None) -> str:
    return term.label if term else ""


def _regions(requirements: Iterable[Requirement]) -> list[str]:
    """Where the work has to be done: named groups of countries as they are, all else as continents."""
    must = [
        row
        for row in requirements
        if (row.kind, row.strength) == (Requirement.Kind.PLACE, Requirement.Strength.MUST)
    ]
    codes = [code for row in must for code in row.places]
    groups = {term.code: term for term in Term.objects.filter(code__in=codes)} if codes else {}
    found: dict[str, None] = {}
    for code in codes:
        group = groups.get(code)
        if group is not None and len(group.countries) >= FEWEST_COUNTRIES:
            found[group.label] = None
        else:
            found |= dict.fromkeys(continents_of(group.countries if group is not None else [code]))
    return list(found)


def _volumes(requirements: Iterable[Requirement]) -> list[str]:
    """The batch sizes of each measure between two powers of ten."""
    asked = [row for row in requirements if row.strength != Requirement.Strength.MUST_NOT]
    numbers: dict[str, list[Decimal]] = defaultdict(list)
    units: dict[str, str] = {}
    for row in asked:
        if row.measure is not None and row.measure.code in BATCH_SIZES:
            units[row.measure.code] = unit_text(row.measure.base_unit)
            numbers[row.measure.code] += [each for each in (row.lo, row.hi, *row.sizes) if each]
    return [f"{_between(numbers[code])} {units[code]}" for code in BATCH_SIZES if numbers[code]]


def _between(numbers: Collection[Decimal]) -> str:
    return f"{_power(min(numbers).adjusted())} to {_power(max(numbers).adjusted() + 1)}"


def _power(exponent: int) -> str:
    """A power of ten as people write it: "0.01", "10,000"."""
    return f"{Decimal(1).scaleb(exponent):,f}"

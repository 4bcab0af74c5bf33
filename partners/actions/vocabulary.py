"""Bringing the vocabulary in the database up to the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from partners.models import Facet, Term
from partners.vocabulary import FacetEntry, TermEntry, Vocabulary

_LOCK = 4_710_001  # any number of our own: two loaders at once must not hand out one bit twice


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many terms were added, changed, retired, and left as they were."""

    added: int
    changed: int
    retired: int
    unchanged: int


@transaction.atomic
def load_vocabulary(vocabulary: Vocabulary) -> LoadReport:
    """Make facets and terms as the file has them. Bits are given once and never reused; a term that left the
    file is retired, never deleted, and comes back under its old bit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    facets = _load_facets(vocabulary.facets)
    known = {term.code: term for term in Term.objects.select_for_update()}
    added = _add([entry for entry in vocabulary.terms.values() if entry.code not in known], facets)
    known |= {term.code: term for term in added}
    changed = _change(vocabulary, known, facets)
    retired = _retire([term for code, term in known.items() if code not in vocabulary.terms])
    changed -= {term.code for term in added}
    unchanged = len(vocabulary.terms) - len(added) - len(changed)
    return LoadReport(len(added), len(changed), retired, unchanged)


def _load_facets(entries: Iterable[FacetEntry]) -> dict[str, Facet]:
    for entry in entries:
        Facet.objects.update_or_create(
            code=entry.code, defaults={"label": entry.label, "note": entry.note, "position": entry.position}
        )
    return {facet.code: facet for facet in Facet.objects.all()}


def _add(entries: list[TermEntry], facets: dict[str, Facet]) -> list[Term]:
    highest = Term.objects.aggregate(bit=Max("bit"))["bit"]
    first = 0 if highest is None else highest + 1
    return Term.objects.bulk_create(
        Term(code=entry.code, bit=bit, facet=facets[entry.facet], **_values(entry))
        for bit, entry in enumerate(entries, first)
    )


def _values(entry: TermEntry) -> dict[str, Any]:
    """The columns of a term that stand in the file, as the database holds them."""
    return {
        "label": entry.label,
        "synonyms": list(entry.synonyms),
        "implies": list(entry.implies),
        "look_alikes": list(entry.look_alikes),
        "position": entry.position,
        "note": entry.note,
        "edqm_code": entry.edqm_code,
        "eu_gmp_codes": list(entry.eu_gmp_codes),
        "base_unit": entry.base_unit,
        "unit_factors": {unit: f"{factor:f}" for unit, factor in entry.unit_factors.items()},
    }


def _change(vocabulary: Vocabulary, known: dict[str, Term], facets: dict[str, Facet]) -> set[str]:
    """Write what differs, parents and countries too, now that every term has its key; the codes changed."""
    changed: list[Term] = []
    written: set[str] = set()
    for entry in vocabulary.terms.values():
        term = known[entry.code]
        wanted = _values(entry) | {
            "facet_id": facets[entry.facet].pk,
            "parent_id": known[entry.parent].pk if entry.parent else None,
            "countries": sorted(vocabulary.countries_of(entry.code)),
            "retired_at": None,
        }
        differing = {name: value for name, value in wanted.items() if getattr(term, name) != value}
        if differing:
            for name, value in differing.items():
                setattr(term, name, value)
            written |= set(differing)
            changed.append(term)
    if changed:
        Term.objects.bulk_update(changed, sorted(written), batch_size=500)
    return {term.code for term in changed}


def _retire(missing: list[Term]) -> int:
    return Term.objects.filter(pk__in=[term.pk for term in missing], retired_at__isnull=True).update(
        retired_at=timezone.now()
    )

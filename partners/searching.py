"""Building the directory's search rows from the sites' facts: one row per site and reader.

Rebuilding is set-based (a handful of queries per thousand sites) and follows the change rows of
`partners.changes`. Statements for after an agreement or for matching only never reach a row.
"""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import batched
from typing import Any, Final

from django.db import connection, transaction

from partners.changes import changed_sites_since
from partners.folding import folded, words
from partners.importers.countries import country_name
from partners.models import (
    Audience,
    Capability,
    Inspection,
    Registration,
    SearchMark,
    SearchRow,
    Site,
    SiteIdentifier,
)
from partners.permissions import audiences_of
from partners.term_index import TermIndex, term_index

BATCH: Final = 1_000
# Any constant will do. Who rebuilds holds this lock, so that an older view never overwrites a newer one.
REBUILD_LOCK: Final = 7_346_021
DIRECTORY: Final = "directory"
ROWS: Final = "rows"
SITE_FIELDS: Final = (
    "pk", "name", "partner__name", "city", "region", "postal_code", "country", "latitude", "longitude",
    "is_profiled",
)  # fmt: skip


@dataclass(slots=True)
class SiteFacts:
    """What search needs of one site. Offered terms are bits, by the audience of the statement."""

    site: dict[str, Any]
    offered: list[tuple[str, int]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)
    registered_names: set[str] = field(default_factory=set)
    inspected_by: set[str] = field(default_factory=set)
    last_inspected_on: dt.date | None = None
    numbers: set[str] = field(default_factory=set)


def rebuild(site_ids: Iterable[int]) -> int:
    """Write the search rows of these sites anew from committed facts; the number of sites done."""
    done = 0
    terms = term_index()
    for chunk in batched(sorted(set(site_ids)), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REBUILD_LOCK])
            facts = _facts(chunk, terms)
            cursor.execute(UPSERT, [json.dumps(_rows(facts, terms))])
            _mark_written()
            done += len(facts)
    return done


def _mark_written() -> None:
    """Never the same twice: what was counted of the rows before is not taken for theirs."""
    SearchMark.objects.bulk_create(
        [SearchMark(name=ROWS, mark=secrets.randbits(62))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["mark"],
    )


def rebuild_all() -> int:
    return rebuild(Site.objects.values_list("pk", flat=True))


def rebuild_on_commit(*site_ids: int) -> None:
    """For a person's own edit: the rows are rebuilt once it is committed, before the answer leaves."""
    transaction.on_commit(partial(rebuild, site_ids))


def catch_up() -> int:
    """Rebuild every site whose facts changed since the last time; the number of sites done.

    Safe to run at any time, by several at once and after a crash: the mark moves on only after the rows are
    written, and a site done twice comes out the same.
    """
    mark = SearchMark.objects.filter(name=DIRECTORY).values_list("mark", flat=True).first() or 0
    site_ids, new_mark = changed_sites_since(mark)
    done = rebuild(site_ids)
    SearchMark.objects.get_or_create(name=DIRECTORY)
    SearchMark.objects.filter(name=DIRECTORY, mark__lt=new_mark).update(mark=new_mark)
    return done


def _facts(site_ids: Sequence[int], terms: TermIndex) -> list[SiteFacts]:
    found = {row["pk"]: SiteFacts(row) for row in Site.objects.filter(pk__in=site_ids).values(*SITE_FIELDS)}
    _add_statements(found)
    _add_registrations(found)
    _add_inspections(found, terms)
    for site_id, value in SiteIdentifier.objects.filter(site_id__in=found).values_list("site_id", "value"):
        found[site_id].numbers.update({value, value.lstrip("0")})
    return list(found.values())


def _add_statements(found: dict[int, SiteFacts]) -> None:
    told = Capability.objects.filter(site_id__in=found).exclude(
        audience__in=[Audience.AGREEMENT, Audience.MATCHING]
    )
    for site_id, audience, is_offered, bit in told.order_by().values_list(
        "site_id", "audience", "is_offered", "term__bit"
    ):
        found[site_id].statements.append(audience)
        if is_offered:
            found[site_id].offered.append((audience, bit))


def _add_registrations(found: dict[int, SiteFacts]) -> None:
    listed = Registration.objects.filter(site_id__in=found, no_longer_listed_on__isnull=True).order_by()
    for site_id, firm_name, operations in listed.values_list("site_id", "firm_name", "operations"):
        found[site_id].operations.update(operations)
        found[site_id].registered_names.add(firm_name)


def _add_inspections(found: dict[int, SiteFacts], terms: TermIndex) -> None:
    visits = Inspection.objects.filter(site_id__in=found).order_by()
    for site_id, code, ended_on in visits.values_list("site_id", "authority__code", "ended_on"):
        facts = found[site_id]
        facts.inspected_by.update(terms.by_bit[bit].code for bit in terms.by_code[code].lineage)
        if ended_on is not None:
            facts.last_inspected_on = max(ended_on, facts.last_inspected_on or ended_on)


def _rows(facts: Iterable[SiteFacts], terms: TermIndex) -> list[dict[str, Any]]:
    regions: dict[str, frozenset[str]] = {}
    rows = []
    for each in facts:
        country = each.site["country"]
        if country not in regions:
            regions[country] = terms.group_words(country)
        shared = _shared_columns(each, regions[country])
        rows += [shared | _reader_columns(each, reader, terms) for reader in SearchRow.Reader]
    return rows


def _shared_columns(facts: SiteFacts, region_words: Iterable[str]) -> dict[str, Any]:
    site = facts.site
    called = folded(f"{site['partner__name'] or ''} {site['name']}")
    names = [site["partner__name"] or "", site["name"], *facts.registered_names]
    country = site["country"]
    places = [site["city"], site["region"], site["postal_code"], country, country_name(country)]
    return {
        "site_id": site["pk"],
        "name": called[:420],
        "sort_name": called[:420],
        "names": _text(*names, *facts.numbers),
        "places": f"{_text(*places)} {' '.join(sorted(region_words))}",
        "operations": sorted(facts.operations),
        "inspected_by": sorted(facts.inspected_by),
        "country": country,
        "latitude": site["latitude"],
        "longitude": site["longitude"],
        "last_inspected_on": facts.last_inspected_on and facts.last_inspected_on.isoformat(),
        "is_profiled": site["is_profiled"],
    }


def _reader_columns(facts: SiteFacts, reader: SearchRow.Reader, terms: TermIndex) -> dict[str, Any]:
    readable = set(audiences_of(reader))
    offered = {bit for audience, bit in facts.offered if audience in readable}
    bits = {bit for each in offered for bit in terms.by_bit[each].lineage}
    return {
        "reader": reader,
        "term_bits": sorted(bits),
        "offers": " ".join(sorted({word for bit in offered for word in terms.search_words(bit)})),
        "statements": sum(audience in readable for audience in facts.statements),
    }


def _text(*texts: str) -> str:
    return " ".join(word for text in dict.fromkeys(texts) for word in words(text))


# Unchanged rows are left alone: a rebuild of everything then writes next to nothing.
UPSERT: Final = """
INSERT INTO partners_searchrow AS kept (site_id, reader, name, sort_name, words, term_bits, operations,
                                        inspected_by, country, latitude, longitude, last_inspected_on,
                                        is_profiled, statements)
SELECT site_id, reader, name, sort_name,
       setweight(to_tsvector('simple', names), 'A') || setweight(to_tsvector('simple', offers), 'B')
           || setweight(to_tsvector('simple', places), 'C'),
       term_bits, operations, inspected_by, country, latitude, longitude, last_inspected_on, is_profiled,
       statements
FROM jsonb_to_recordset(%s) AS fresh (
    site_id bigint, reader text, name text, sort_name text, names text, offers text, places text,
    term_bits int[], operations text[], inspected_by text[], country text, latitude float8, longitude float8,
    last_inspected_on date, is_profiled boolean, statements int)
ON CONFLICT (site_id, reader) DO UPDATE
SET name = excluded.name, sort_name = excluded.sort_name, words = excluded.words,
    term_bits = excluded.term_bits, operations = excluded.operations, inspected_by = excluded.inspected_by,
    country = excluded.country, latitude = excluded.latitude, longitude = excluded.longitude,
    last_inspected_on = excluded.last_inspected_on, is_profiled = excluded.is_profiled,
    statements = excluded.statements
WHERE (kept.name, kept.words, kept.term_bits, kept.operations, kept.inspected_by, kept.country,
       kept.latitude, kept.longitude, kept.last_inspected_on, kept.is_profiled, kept.statements)
    IS DISTINCT FROM
      (excluded.name, excluded.words, excluded.term_bits, excluded.operations, excluded.inspected_by,
       excluded.country, excluded.latitude, excluded.longitude, excluded.last_inspected_on,
       excluded.is_profiled, excluded.statements)
"""

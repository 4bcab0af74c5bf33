"""The one statement that reads all columns of some sites: fixed-width records, and texts as JSON beside them.

One statement sees one snapshot, so a segment never holds half of a change, whatever commits meanwhile.
PostgreSQL packs the records itself: a row per table travels, not a row per fact.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from matching.ranking.loading import NOT_YET_AGREED
from matching.scoring.columns.arrays import NEVER
from matching.scoring.columns.drafting import FIRM, STATES
from matching.scoring.facts import BASES, Scope

SEPARATOR = "\x1f"
"""Between the codes of a list that travels as one text."""

SENDERS = {"i8": "int8send(({})::bigint)", "f8": "float8send(({})::float8)", "?": "boolsend({})"}


@dataclass(frozen=True, slots=True)
class Table:
    """Records of one kind. `columns`: name, type in numpy and SQL, which is never null."""

    columns: Mapping[str, tuple[str, str]]
    source: str

    @property
    def dtype(self) -> np.dtype[np.void]:
        return np.dtype([(name, f">{kind}") for name, (kind, _) in self.columns.items()])

    @property
    def query(self) -> str:
        packed = " || ".join(SENDERS[kind].format(sql) for kind, sql in self.columns.values())
        return f"SELECT string_agg(record, '') FROM (SELECT {packed} AS record {self.source}) packed"  # noqa: S608


def key(sql: str) -> tuple[str, str]:
    return "i8", sql


def optional(sql: str) -> tuple[str, str]:
    """A key that may be missing: 0."""
    return "i8", f"coalesce({sql}, 0)"


def number(sql: str) -> tuple[str, str]:
    return "f8", f"coalesce({sql}, 'NaN')"


def day(sql: str, missing: int = 0) -> tuple[str, str]:
    return "i8", f"coalesce({sql} - DATE '0001-01-01' + 1, {missing})"


def truth(sql: str) -> tuple[str, str]:
    return "?", sql


def place_in(options: Collection[str], sql: str, otherwise: str) -> tuple[str, str]:
    """The position of a text among those that our models allow."""
    names = list(options)
    listed = ", ".join(f"'{each}'" for each in names)
    return "i8", f"coalesce(array_position(ARRAY[{listed}], {sql}::text) - 1, {names.index(otherwise)})"


def hashed(sql: str) -> tuple[str, str]:
    """Stands for a text that TEXTS tells; 64 bits, so that two texts do not meet."""
    return "i8", f"hashtextextended({sql}, 0)"


def listed(sql: str) -> str:
    return f"array_to_string({sql}, E'\\x1f')"


COUNTED = f"<> '{NOT_YET_AGREED}'"
NEWEST_FIRST = "DESC NULLS FIRST"

MARK = {
    "site": key("target.id"),
    "term": key("mark.term_id"),
    "width": place_in([*Scope], "mark.scope", Scope.SITE),
    "line": optional("mark.line_id"),
    "building": optional("mark.building_id"),
    "is_present": truth("mark.is_present"),
    "confirmed": day("mark.confirmed_on"),
    "basis": place_in(BASES, "mark.basis", BASES[0]),
}

TABLES = {
    "lines": Table(
        {
            "order": key("row_number() OVER (ORDER BY line.site_id, line.uid)"),
            "key": key("line.id"),
            "site": key("line.site_id"),
            "building": optional("line.building_id"),
            "campaign": number("line.smallest_campaign"),
            "campaign_unit": hashed("line.capacity_unit"),
            "lead_weeks": number("line.lead_time_weeks"),
            "lead_confirmed": day("line.lead_time_confirmed_on"),
        },
        "FROM partners_line line WHERE line.site_id {chosen}",
    ),
    "statements": Table(
        {
            "order": key("said.id"),
            "site": key("said.site_id"),
            "line": optional("said.line_id"),
            "term": key("said.term_id"),
            "is_offered": truth("said.is_offered"),
            "is_shown": truth("said.audience <> 'matching'"),
            "confirmed": day("said.confirmed_on"),
            "basis": place_in(BASES, "said.basis", BASES[0]),
            "stages": hashed(listed("said.stages")),
        },
        f"FROM partners_capability said WHERE said.audience {COUNTED} AND said.site_id {{chosen}}",
    ),
    "measures": Table(
        {
            "order": key("measure.id"),
            "statement": key("measure.capability_id"),
            "measure": key("measure.term_id"),
            "lo": number("measure.lo"),
            "hi": number("measure.hi"),
            "count": key("measure.count"),
        },
        "FROM partners_measure measure JOIN partners_capability said ON said.id = measure.capability_id"
        f" WHERE said.audience {COUNTED} AND said.site_id {{chosen}}{{by_index}}",
    ),
    "marks": Table(
        {"order": key("mark.id"), **MARK},
        "FROM partners_hazard mark JOIN partners_site target ON target.id = mark.site_id"
        f" WHERE mark.audience {COUNTED} AND target.id {{chosen}}",
    ),
    "neighbours": Table(
        {"order": key("row_number() OVER (ORDER BY target.id, other.id, mark.id)"), **MARK},
        "FROM partners_site target"
        " JOIN partners_site other ON other.campus_id = target.campus_id AND other.id <> target.id"
        " JOIN partners_hazard mark ON mark.site_id = other.id"
        f" WHERE mark.audience {COUNTED} AND target.id {{chosen}}",
    ),
    "windows": Table(
        {
            "order": key("slot.id"),
            "line": key("slot.line_id"),
            "start": day("lower(slot.period)"),
            "end": day("upper(slot.period)"),
            "state": place_in(STATES, "slot.state", "unavailable"),
            "quantity": number("slot.quantity"),
            "unit": hashed("slot.unit"),
            "is_firm": truth(f"slot.confidence IN ({', '.join(f"'{each}'" for each in sorted(FIRM))})"),
            "observed": day("(slot.observed_at AT TIME ZONE 'UTC')::date"),
            "valid_until": day("slot.valid_until", NEVER),
            "lead_weeks": number("slot.lead_time_weeks"),
            "campaign": number("slot.smallest_campaign"),
        },
        f"FROM partners_capacitywindow slot WHERE slot.closed_at IS NULL AND slot.audience {COUNTED}"
        " AND slot.site_id {chosen}",
    ),
    "visits": Table(
        {
            "order": key(
                f"row_number() OVER (ORDER BY visit.site_id, visit.ended_on {NEWEST_FIRST}, visit.id)"
            ),
            "key": key("visit.id"),
            "site": key("visit.site_id"),
            "authority": key("visit.authority_id"),
            "ended": day("visit.ended_on"),
        },
        "FROM partners_inspection visit WHERE visit.site_id {chosen}",
    ),
    "outcomes": Table(
        {"visit": key("visit.id"), "outcome": hashed("found.outcome")},
        "FROM partners_inspectionoutcome found JOIN partners_inspection visit"
        " ON visit.id = found.inspection_id WHERE visit.site_id {chosen}",
    ),
    "visit_operations": Table(
        {"of": key("pair.id"), "operation": hashed("pair.code")},
        "FROM (SELECT DISTINCT visit.id, unnest(visit.covers) AS code FROM partners_inspection visit"
        " WHERE visit.site_id {chosen}) pair",
    ),
    "papers": Table(
        {
            "order": key(
                f"row_number() OVER (ORDER BY paper.site_id, paper.inspected_on {NEWEST_FIRST},"
                f" paper.issued_on {NEWEST_FIRST}, paper.id)"
            ),
            "site": key("paper.site_id"),
            "term": key("paper.term_id"),
            "authority": optional("paper.authority_id"),
            "inspected": day("paper.inspected_on"),
            "issued": day("paper.issued_on"),
            "expires": day("paper.expires_on", NEVER),
        },
        "FROM partners_certificate paper WHERE paper.site_id {chosen}",
    ),
    "registrations": Table(
        {
            "order": key("row_number() OVER (ORDER BY entry.site_id, entry.row_key)"),
            "key": key("entry.id"),
            "site": key("entry.site_id"),
            "authority": hashed("entry.authority"),
            "is_listed": truth("entry.no_longer_listed_on IS NULL"),
        },
        "FROM partners_registration entry WHERE entry.site_id {chosen}",
    ),
    "registration_operations": Table(
        {"of": key("pair.id"), "operation": hashed("pair.code")},
        "FROM (SELECT DISTINCT entry.id, unnest(entry.operations) AS code FROM partners_registration entry"
        " WHERE entry.site_id {chosen}) pair",
    ),
}

TEXTS = f"""
SELECT capacity_unit AS text FROM partners_line WHERE site_id {{chosen}}
UNION SELECT unit FROM partners_capacitywindow WHERE closed_at IS NULL AND site_id {{chosen}}
UNION SELECT {listed("stages")} FROM partners_capability WHERE site_id {{chosen}}
UNION SELECT found.outcome FROM partners_inspectionoutcome found
 JOIN partners_inspection visit ON visit.id = found.inspection_id WHERE visit.site_id {{chosen}}
UNION SELECT unnest(covers) FROM partners_inspection WHERE site_id {{chosen}}
UNION SELECT authority FROM partners_registration WHERE site_id {{chosen}}
UNION SELECT unnest(operations) FROM partners_registration WHERE site_id {{chosen}}
"""  # noqa: S608 - made of constants

LISTS = {
    "sites": """
        SELECT json_build_array(site.id, site.uid, site.name, coalesce(partner.uid::text, ''), site.country,
          site.region, site.is_profiled, coalesce(site.campus_id, 0)) AS entry
        FROM partners_site site LEFT JOIN partners_partner partner ON partner.id = site.partner_id
        WHERE site.id {chosen} ORDER BY site.id""",
    "terms": "SELECT json_build_array(id, code) AS entry FROM partners_term ORDER BY id",
    "texts": f"SELECT json_build_array(hashtextextended(text, 0), text) AS entry FROM ({TEXTS}) told",  # noqa: S608
}


BY_INDEX = (
    " AND measure.capability_id = ANY(ARRAY(SELECT id FROM partners_capability WHERE site_id {chosen}))"
)
"""Of a few sites: without it PostgreSQL reads all measures, for it takes their number for much larger."""


def statement(site_ids: Collection[int] | None) -> str:
    """Rows of a name and its bytes: records of every table of TABLES, JSON of every list of LISTS."""
    chosen, by_index = "IS NOT NULL", ""
    if site_ids is not None:
        chosen = f"= ANY('{{{','.join(map(str, sorted(site_ids)))}}}'::bigint[])"
        by_index = BY_INDEX
    parts = {name: table.query for name, table in TABLES.items()}
    parts |= {
        name: f"SELECT convert_to(json_agg(entry)::text, 'UTF8') FROM ({query}) listed"  # noqa: S608
        for name, query in LISTS.items()
    }
    return " UNION ALL ".join(
        f"SELECT '{name}'::text, ({query.replace('{by_index}', by_index).replace('{chosen}', chosen)})"
        for name, query in parts.items()
    )

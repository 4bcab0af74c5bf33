"""Many fictional sites with all kinds of facts, made by PostgreSQL itself so that it takes seconds."""

import psycopg
from psycopg import sql

LINES_PER_SITE = 2.5
"""One to four, in turn."""

SLOTS = (
    (("mod.small-molecule", "mod.mab", "mod.hpapi", "mod.peptide", "mod.oligonucleotide"), None),
    (
        ("df.tablet.film-coated", "df.capsule-hard", "df.inj.lyo-vial", "df.inj.solution", "df.tablet"),
        ("sc.batch-units", 1_000, 400_000),
    ),
    (("op.aseptic-filling", "op.wet-granulation", "op.batch-synthesis"), ("sc.vials-per-batch", 500, 60_000)),
    (("op.lyophilisation", "op.coating", "op.mammalian", "op.hydrogenation"), ("sc.lyo-shelf-m2", 1, 20)),
    (("cnt.vial", "cnt.pfs", "cnt.blister", "cnt.bottle"), ("sc.vial-size", 2, 50)),
    (("op.isolator", "op.single-use", "op.milling", "op.blending"), None),
    (("con.potent-handling", "con.cytotoxic", "con.oeb3"), ("sc.oel-ug-m3", 0.1, 10)),
    (("an.hplc", "an.dissolution", "an.sec", "an.xrpd"), ("sc.batches-36-months", 1, 40)),
)
"""A line states one term of every slot, most often the first, with a range of the slot's measure."""

ROUNDS = """
INSERT INTO partners_partner (id, slug, name, summary, website, is_suggested, is_sample, version, created_at,
  updated_at)
SELECT n, 'maker-' || n, 'Fictional Maker ' || n, '', '', false, false, 1, now(), now()
FROM generate_series(%(first)s, %(last)s) n WHERE n %% 2 = 0 OR n = %(first)s;

INSERT INTO partners_site (id, slug, partner_id, name, street, city, region, postal_code, country, time_zone,
  external_id, is_profiled, version, created_at, updated_at)
SELECT n, 'works-' || n, greatest(n - n %% 2, %(first)s), 'Works ' || n, '', '', '', '',
  (ARRAY['DE', 'IE', 'US', 'CH', 'IN', 'FR', 'CN', 'JP'])[1 + n %% 8], 'UTC', '', true, 1, now(), now()
FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO partners_building (id, site_id, name)
SELECT n, n, 'Building 1' FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO partners_line (id, site_id, building_id, name, external_id, capacity_unit, nominal_batch_unit,
  slot_means, smallest_campaign, lead_time_weeks, lead_time_confirmed_on, capacity_source, capacity_audience,
  is_multipurpose, version)
SELECT n * 10 + k, n, CASE WHEN k < 2 THEN n END, 'Line ' || k, '', 'batches', '', '', 1, 4 + n %% 8,
  current_date - (random() * 80)::int, 'form', 'matching', true, 1
FROM generate_series(%(first)s, %(last)s) n, generate_series(0, n %% 4) k;

INSERT INTO partners_capability (id, site_id, line_id, term_id, is_offered, stages, basis, source,
  confirmed_on, audience, note, version, created_at)
SELECT line.id * 10 + slot.number, line.site_id, line.id, term.id, random() < 0.9,
  (ARRAY['{stg.phase1,stg.phase2}', '{stg.commercial}', '{}'])[1 + floor(random() * 3)::int]::varchar[],
  (ARRAY['claimed', 'document', 'certificate'])[1 + floor(random() * 3)::int], '',
  current_date - (random() * 800)::int, 'public', '', 1, now()
FROM partners_line line, bench_slots slot
JOIN LATERAL (
  SELECT slot.codes[1 + floor(random() ^ 2 * array_length(slot.codes, 1) + 0 * line.id)::int] AS code
) drawn ON true
JOIN partners_term term ON term.code = drawn.code
WHERE line.site_id BETWEEN %(first)s AND %(last)s;

INSERT INTO partners_measure (capability_id, term_id, lo, hi, count, entered_text, entered_unit)
SELECT said.id, term.id, (slot.least * (1 + random()))::numeric(24, 8),
  CASE WHEN random() < 0.9 THEN (slot.most * (0.2 + random()) + 2 * slot.least)::numeric(24, 8) END,
  1, 'n', ''
FROM partners_capability said JOIN bench_slots slot ON slot.number = said.id %% 10
JOIN partners_term term ON term.code = slot.measure
WHERE said.site_id BETWEEN %(first)s AND %(last)s;

INSERT INTO partners_capability (id, site_id, term_id, is_offered, stages, basis, source, confirmed_on,
  audience, note, version, created_at)
SELECT 100000000 + n * 10 + term.number, n, term.id, random() < 0.8, '{}', 'claimed', '',
  current_date - (random() * 800)::int, 'public', '', 1, now()
FROM generate_series(%(first)s, %(last)s) n,
  (SELECT id, row_number() OVER () AS number FROM partners_term
   WHERE code IN ('svc.reg.qp.eu', 'biz.dual-site', 'svc.pack.serialisation')) term;

INSERT INTO partners_capacitywindow (site_id, line_id, period, state, quantity, unit, confidence, reason,
  observed_at, note, audience, follows_line, source, created_at)
SELECT line.site_id, line.id,
  daterange(quarter.day::date, (quarter.day + interval '3 months')::date),
  (ARRAY['open', 'open', 'held', 'committed'])[1 + floor(random() * 4)::int], floor(random() * 6), 'batches',
  (ARRAY['firm', 'firm', 'planned', 'indicative'])[1 + floor(random() * 4)::int], '',
  now() - random() * interval '70 days', '', 'matching', true, 'form', now()
FROM partners_line line, generate_series(date_trunc('quarter', current_date),
  date_trunc('quarter', current_date) + interval '15 months', interval '3 months') quarter(day)
WHERE line.site_id BETWEEN %(first)s AND %(last)s;

INSERT INTO partners_hazard (site_id, scope, line_id, term_id, is_present, basis, source, confirmed_on,
  audience)
SELECT site.id, CASE WHEN of_line THEN 'line' ELSE 'site' END, CASE WHEN of_line THEN site.id * 10 END,
  term.id, random() < 0.3, 'claimed', '', current_date - (random() * 800)::int, 'public'
FROM partners_site site, unnest(ARRAY[true, false]) of_line, partners_term term
WHERE term.code IN ('haz.cytotoxic', 'haz.beta-lactam', 'haz.sex-hormone') AND random() < 0.6
  AND site.id BETWEEN %(first)s AND %(last)s;

INSERT INTO partners_inspection (id, site_id, authority_id, authority_name, reference, ended_on, covers,
  origin, source, source_url)
SELECT n * 10 + term.number, n, term.id, '', '', current_date - (random() * 2000)::int, '{}', 'company', '',
  ''
FROM generate_series(%(first)s, %(last)s) n,
  (SELECT id, row_number() OVER () AS number FROM partners_term WHERE code IN ('reg.fda', 'reg.ema')) term
WHERE random() < 0.8;

INSERT INTO partners_inspectionoutcome (inspection_id, project_area, outcome)
SELECT id, '', (ARRAY['NAI', 'NAI', 'VAI', 'OAI'])[1 + floor(random() * 4)::int]
FROM partners_inspection WHERE site_id BETWEEN %(first)s AND %(last)s;

INSERT INTO partners_certificate (site_id, term_id, authority_name, number, inspected_on, issued_on,
  operations, origin, source, source_url)
SELECT n, term.id, '', '', current_date - (random() * 1500)::int, current_date - (random() * 1500)::int,
  '{}', 'company', '', ''
FROM generate_series(%(first)s, %(last)s) n, partners_term term
WHERE term.code IN ('cer.gmp-certificate', 'cer.mia') AND random() < 0.8;
"""


def prepare(database: psycopg.Connection) -> None:
    """The slots as a table; the vocabulary has to be there. Checks that cost more than the rows go."""
    add_slots(database)
    checks = database.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype IN ('f', 'x') AND conrelid::regclass::text LIKE 'partners_%'"
    ).fetchall()
    for table, name in checks:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        database.execute(drop.format(sql.Identifier(table), sql.Identifier(name)))


def add_slots(database: psycopg.Connection) -> None:
    database.execute(
        "CREATE TEMPORARY TABLE bench_slots"
        " (number int, codes text[], measure text, least float8, most float8)"
    )
    for number, (codes, measure) in enumerate(SLOTS):
        name, least, most = measure or (None, None, None)
        database.execute(
            "INSERT INTO bench_slots VALUES (%s, %s, %s, %s, %s)", [number, list(codes), name, least, most]
        )


def fill(database: psycopg.Connection, first: int, last: int) -> None:
    """Add the sites numbered so, the first an odd number, with all their facts; the same every time."""
    database.execute("SELECT setseed(0.5)")
    # Several statements at once, which only a cursor that fills in values itself can send.
    psycopg.ClientCursor(database).execute(ROUNDS, {"first": first, "last": last})
    database.commit()
    database.autocommit = True
    database.execute("VACUUM ANALYZE")
    database.autocommit = False

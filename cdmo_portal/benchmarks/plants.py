"""One fictional CDMO with many lines and windows, made by PostgreSQL itself, for bulk calls and exports."""

import psycopg

LINES_PER_SITE = 10

HOUSE = """
INSERT INTO accounts_organisation (id, name, kind, state, country, is_sample, version, created_at)
VALUES (1, 'Maker', 'cdmo', 'approved', 'IE', false, 1, now()),
  (2, 'Buyer', 'sponsor', 'approved', 'IE', false, 1, now());

INSERT INTO partners_partner (id, slug, name, organisation_id, summary, website, is_suggested, is_sample,
  version, created_at, updated_at)
VALUES (1, 'maker', 'Maker', 1, '', '', false, false, 1, now(), now());

INSERT INTO partners_site (id, slug, partner_id, name, street, city, region, postal_code, country, time_zone,
  external_id, is_profiled, version, created_at, updated_at)
SELECT n, 'works-' || n, 1, 'Works ' || n, '', '', '', '', 'IE', 'UTC', 'S' || n, true, 1, now(), now()
FROM generate_series(1, %(sites)s) n;

INSERT INTO partners_line (id, site_id, name, external_id, capacity_unit, nominal_per_quarter,
  nominal_batch_unit, slot_means, capacity_source, capacity_audience, is_multipurpose, version)
SELECT n, 1 + n / %(per_site)s, 'Line ' || n, 'L' || n, 'batches', 100, '', '', 'api', 'sponsors', true, 1
FROM generate_series(0, %(sites)s * %(per_site)s - 1) n;
"""

WINDOWS = """
INSERT INTO partners_capacitywindow (site_id, line_id, period, state, quantity, unit, confidence, reason,
  observed_at, note, audience, follows_line, source, created_at)
SELECT line.site_id, line.id,
  daterange(date '2027-01-01' + 91 * n::int, date '2027-01-01' + 91 * (n + 1)::int),
  (ARRAY['open', 'held', 'committed'])[1 + n %% 3], n %% 7, 'batches', 'firm', '', now(), 'Window ' || n,
  'sponsors', true, 'api', now()
FROM generate_series(0, %(windows)s / (SELECT count(*) FROM partners_line) - 1) n, partners_line line;
"""


def fill(database: psycopg.Connection, *, sites: int, windows: int = 0) -> None:
    """Lines ten a site, and so many windows over all lines; `windows` is a multiple of the lines."""
    client = psycopg.ClientCursor(database)
    client.execute(HOUSE, {"sites": sites, "per_site": LINES_PER_SITE})
    if windows:
        client.execute(WINDOWS, {"windows": windows})
    client.execute("ANALYZE")

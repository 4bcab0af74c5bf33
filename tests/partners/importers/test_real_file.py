"""The main claim, on the real register: whole, quick, twice the same, and exact about a changed copy."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from partners.models import Partner, Registration, Site, SiteIdentifier
from tests.partners.importers.register_texts import REAL_FILES

REAL = REAL_FILES / "drls_reg_2025-07-25_nocontacts.csv.gz"
PLACED = REAL_FILES / "decrs_facilities_parsed_geo.csv.gz"
KNOWN = REAL_FILES / "decrs_known_cdmo_sites.csv"
SAMPLE = REAL_FILES / "drls_reg_sample_official_shape.txt"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.exists(), reason="the published register is not at ../shared/data/fda"),
]


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_fda_registrations", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


def mutated(target: Path) -> Path:
    """Three rows gone, two with another operation, one new (of a firm that does not exist)."""
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)[3:]
    for row in rows[:2]:
        row["OPERATIONS"] = "SALVAGE; TRANSFILL"
    rows.append(
        {**rows[0], "FEI_NUMBER": "", "DUNS_NUMBER": "900000001", "FIRM_NAME": "Fictional Pharma Ltd"}
    )
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_real_register_when_imported_is_whole_and_a_changed_copy_is_told_exactly(tmp_path: Path) -> None:
    first, second = run(REAL), run(REAL)
    changed = run(mutated(tmp_path / "drls_reg_2025-08-25.csv"))

    assert "10439 rows at 10117 sites (10117 new): 10439 added, 0 changed" in first
    assert "nothing has changed since the list of 2025-07-25" in second
    assert "10437 rows" in changed
    assert "(1 new): 1 added, 2 changed, 0 listed again, 10434 unchanged, 3 no longer listed" in changed
    assert Registration.objects.filter(no_longer_listed_on="2025-08-25").count() == 3
    assert Registration.objects.count() == 10_440


def test_real_register_when_placed_and_suggested_fills_in_without_changing_a_row() -> None:
    run(REAL)

    placed = run(PLACED, "--snapshot-on", "2025-07-25", "--suggest", str(KNOWN))
    again = run(PLACED, "--snapshot-on", "2025-07-25", "--suggest", str(KNOWN))

    assert "0 added, 0 changed, 0 listed again, 10439 unchanged, 0 no longer listed" in placed
    assert "Suggested partners: 105 new of 105 groups" in placed
    assert "nothing has changed since the list of 2025-07-25" in again
    assert "Suggested partners: nothing has changed (105 groups)." in again
    assert Site.objects.exclude(latitude=None).count() > 9_000
    assert (
        Partner.objects.filter(is_suggested=True, organisation=None).count() == Partner.objects.count() == 105
    )


def test_real_register_when_imported_joins_rows_of_one_fei_and_knows_every_country() -> None:
    run(REAL)

    sites = Site.objects.annotate(rows=Count("registrations"))
    assert sites.filter(rows__gt=1).count() == 243
    assert SiteIdentifier.objects.filter(scheme="duns").count() == 10_439
    assert not Site.objects.filter(country="").exists()
    assert not Site.objects.filter(city="").exists()
    assert not Site.objects.filter(is_profiled=True).exists()
    assert not Site.objects.exclude(partner=None).exists()


def test_real_sample_when_in_the_published_shape_is_read_and_refused_when_cut(tmp_path: Path) -> None:
    cut = tmp_path / "drls_reg_2025-07-25.txt"
    cut.write_bytes(SAMPLE.read_bytes()[:-20])

    with pytest.raises(CommandError, match=r"line 298: .* the line is cut or damaged"):
        run(cut)
    whole = run(SAMPLE)

    assert "297 rows at 290 sites (290 new): 297 added" in whole

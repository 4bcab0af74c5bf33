import datetime as dt
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from partners.models import Partner, RegisterSnapshot, Registration, Site
from tests.partners.importers.register_texts import (
    CONTACT,
    CONTACT_ADDRESS,
    CORK,
    FOUR,
    published,
    zipped,
)

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_fda_registrations", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "drls_reg.zip"
    path.write_bytes(zipped(published(*FOUR)))
    return path


def test_command_when_run_twice_says_what_it_did_and_that_nothing_changed(file: Path) -> None:
    first, second = run(file), run(file)

    assert "drls_reg.zip: the register as of 2025-07-25." in first
    assert "4 rows at 3 sites (3 new): 4 added, 0 changed" in first
    assert "drls_reg.zip: nothing has changed since the list of 2025-07-25." in second
    assert RegisterSnapshot.objects.count() == 1


def test_command_when_run_dry_reports_and_writes_nothing(file: Path) -> None:
    output = run(file, "--dry-run")

    assert "4 added" in output
    assert "Dry run: nothing was written." in output
    assert not Site.objects.exists()
    assert not RegisterSnapshot.objects.exists()


def test_command_when_file_says_no_day_takes_the_files_own(tmp_path: Path) -> None:
    path = tmp_path / "drls_reg.txt"
    path.write_bytes(published(CORK))
    os.utime(path, (0, dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC).timestamp()))

    run(path)

    assert RegisterSnapshot.objects.get().snapshot_on == dt.date(2025, 6, 1)


def test_command_when_day_is_stated_takes_it(file: Path) -> None:
    run(file, "--snapshot-on", "2025-07-20")

    assert RegisterSnapshot.objects.get().snapshot_on == dt.date(2025, 7, 20)


@time_machine.travel(dt.datetime(2025, 8, 1, tzinfo=dt.UTC), tick=False)
def test_command_when_day_is_in_the_future_refuses(file: Path) -> None:
    with pytest.raises(CommandError, match="2025-08-02, is in the future"):
        run(file, "--snapshot-on", "2025-08-02")


@pytest.mark.parametrize("content", [b"", b"<html>Sorry</html>", published(*FOUR)[:-30], b"\xff\xfe\x00"])
def test_command_when_file_is_broken_refuses_whole_and_writes_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "drls_reg.txt"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="Refused, and nothing was written: ") as refusal:
        run(path)

    assert refusal.value.returncode == 1
    assert not RegisterSnapshot.objects.exists()
    assert not Site.objects.exists()


def test_command_when_suggestions_are_broken_imports_nothing_either(file: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("name\nFictional\n")

    with pytest.raises(CommandError, match="line 1: the column cdmo_group_curated, duns is missing"):
        run(file, "--suggest", str(known))

    assert not Site.objects.exists()


def test_command_when_given_known_sites_suggests_partners(file: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("duns,cdmo_group_curated\n900000001,Fictional Group\n900000099,Fictional Group\n")

    first, second = run(file, "--suggest", str(known)), run(file, "--suggest", str(known))

    assert "Suggested partners: 1 new of 1 groups, 1 sites attached." in first
    assert "1 known sites are not in the register." in first
    assert "Suggested partners: nothing has changed (1 groups)." in second
    assert Partner.objects.get().is_suggested


def test_command_when_profile_is_kept_by_somebody_says_so(file: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("duns,cdmo_group_curated\n900000001,Fictional Group\n")
    Partner.objects.create(slug="fictional-group", name="Own name")

    assert "“Fictional Group” was left alone" in run(file, "--suggest", str(known))


def test_command_when_operation_is_unknown_warns(tmp_path: Path) -> None:
    path = tmp_path / "drls_reg_2025-07-25.txt"
    path.write_bytes(published(replace(CORK, operations="PACK; FICTIONAL MAGIC")))

    assert "Warning: operation “FICTIONAL MAGIC” is not in our list: 1 rows." in run(path)


def test_command_when_done_has_stored_no_contact(file: Path) -> None:
    run(file)

    stored = repr([list(model.objects.values()) for model in (Site, Registration, RegisterSnapshot)])
    assert CORK.registrant in stored
    assert CONTACT not in stored
    assert CONTACT_ADDRESS not in stored


def test_contact_columns_when_sought_in_the_code_stand_in_the_heading_alone() -> None:
    root = Path(__file__).parents[3]
    folders = ("partners", "matching", "cdmo_portal", "templates")
    files = [
        path for folder in folders for path in (root / folder).rglob("*") if path.suffix in {".py", ".html"}
    ]

    found = {
        (path.name, line.strip())
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if "CONTACT_NAME" in line or "CONTACT_EMAIL" in line or "AGENT_DETAILS" in line
    }

    assert {name for name, _ in found} == {"fda_registrations.py"}
    assert not [line for _, line in found if "values[" in line or "[" in line.split('"')[0]]

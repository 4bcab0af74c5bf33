"""`manage.py import_fda_registrations FILE`: FDA's establishment register into the portal."""

import datetime as dt
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from partners.actions.register import ImportReport, import_register
from partners.actions.suggestions import SuggestionReport, suggest_partners
from partners.importers.fda_registrations import Register, parse_registrations
from partners.importers.known_sites import parse_known_sites
from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import read_register_file

WARNINGS_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Read FDA's Drug Establishments Current Registration Site: drls_reg.zip or drls_reg.txt as "
        "published, the same as .csv or .gz, or a .csv that carries map positions (city level, from "
        "GeoNames, CC BY 4.0). "
        "A broken file is refused whole and nothing is written. No contact data is read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the register: .zip, .txt, .csv or .gz")
        parser.add_argument(
            "--suggest",
            type=Path,
            metavar="FILE",
            help="a .csv with the columns duns and cdmo_group_curated: makes suggested, unclaimed partners",
        )
        parser.add_argument(
            "--snapshot-on",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day that the list stands for; else the date in its name, in its zip, or of the file",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument(
            "--accept-shrunken",
            action="store_true",
            help="accept a list that has less than half of the rows listed now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            self.run(**options)
        except RegisterFileRefused as error:
            raise CommandError(f"Refused, and nothing was written: {error}.") from error
        self.stdout.write(f"{time.monotonic() - started:.1f} s")

    def run(
        self,
        *,
        file: Path,
        suggest: Path | None,
        snapshot_on: dt.date | None,
        dry_run: bool,
        accept_shrunken: bool,
        **_: Any,
    ) -> None:
        register = parse_registrations(read_register_file(file))
        known_sites = parse_known_sites(read_register_file(suggest)) if suggest else ()
        day = snapshot_day(snapshot_on, register, file)
        for warning in register.warnings[:WARNINGS_SHOWN]:
            self.stderr.write(f"Warning: {warning}.")
        with transaction.atomic():
            report = import_register(
                register=register, snapshot_on=day, file_name=file.name, accept_shrunken=accept_shrunken
            )
            self.tell(report, file.name)
            if suggest:
                self.tell_suggestions(suggest_partners(known_sites=known_sites))
            if dry_run:
                transaction.set_rollback(True)
                self.stdout.write("Dry run: nothing was written.")

    def tell(self, report: ImportReport, name: str) -> None:
        if report.changed_nothing:
            self.stdout.write(f"{name}: nothing has changed since the list of {report.snapshot_on}.")
        else:
            self.stdout.write(f"{name}: the register as of {report.snapshot_on}.")
        self.stdout.write(
            f"{report.rows} rows at {report.sites} sites ({report.new_sites} new): "
            f"{report.added} added, {report.changed} changed, {report.listed_again} listed again, "
            f"{report.unchanged} unchanged, {report.no_longer_listed} no longer listed."
        )
        if report.placed:
            self.stdout.write(f"{report.placed} sites got a position (city level; GeoNames, CC BY 4.0).")

    def tell_suggestions(self, report: SuggestionReport) -> None:
        if report.changed_nothing:
            self.stdout.write(f"Suggested partners: nothing has changed ({report.groups} groups).")
        else:
            self.stdout.write(
                f"Suggested partners: {report.new_partners} new of {report.groups} groups, "
                f"{report.attached_sites} sites attached."
            )
        if report.not_registered:
            self.stdout.write(f"{report.not_registered} known sites are not in the register.")
        for group in report.left_alone:
            self.stdout.write(f"“{group}” was left alone: its profile is kept by somebody.")


def snapshot_day(stated: dt.date | None, register: Register, file: Path) -> dt.date:
    """The day that the list stands for, never in the future."""
    today = timezone.localdate()
    file_day = dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC).date()
    day = stated or register.dated_on or min(file_day, today)
    if day > today:
        raise RegisterFileRefused(f"the list's day, {day}, is in the future; state it with --snapshot-on")
    return day

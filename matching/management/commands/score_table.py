"""`manage.py score_table FILE.json|-`: scores, reasons and robustness of any decision table, as JSON.

Needs no database. docs/score_table.md says what goes in and what comes out. A table that cannot be scored
is one line on standard error that names the field, and exit status 2.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.scoring.tables import TableInvalid, read, scored
from matching.scoring.tables.reading import MOST_BYTES


class Command(BaseCommand):
    help = "Score any decision table: scores, contributions, ranks and SMAA-2 robustness as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="the table; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = scored(read(text_of(options["file"])))
        except TableInvalid as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(result, indent=2, ensure_ascii=False))


def text_of(name: str) -> bytes:
    """One byte more than is taken at most, so that a longer file is refused without being read whole."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "cannot be read"
        raise CommandError(f"{name}: {reason}", returncode=2) from error

"""`manage.py read_brief [FILE|-] [--as-of DATE]`: what a brief's text asks for, as JSON. Needs no database.

docs/read_brief.md says what comes out. A text that cannot be read is one line on standard error, and exit
status 2.
"""

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.interpreting import interpret
from matching.management.arguments import day
from matching.reading.plain import to_plain
from matching.reading.reading import TextRefused

MOST_BYTES = 20_000_000


class Command(BaseCommand):
    help = "Read the text of a brief and print the requirements it proposes, each with its evidence, as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE", help="a text; - is standard input"
        )
        parser.add_argument(
            "--as-of", type=day, metavar="YYYY-MM-DD", help="the day that relative dates count from (today)"
        )

    def handle(self, *args: Any, file: str, as_of: dt.date | None, **options: Any) -> None:
        try:
            reading = interpret(text_of(file), as_of or dt.datetime.now(tz=dt.UTC).date())
        except TextRefused as error:
            raise CommandError(f"{file}: {error}", returncode=2) from error
        self.stdout.write(json.dumps(to_plain(reading), indent=2, ensure_ascii=False))


def text_of(name: str) -> str:
    try:
        return as_text(bytes_of(name))
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or 'cannot be read'}.", returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{name}: this is no text in UTF-8 (byte {error.start:,}).", returncode=2
        ) from error


def bytes_of(name: str) -> bytes:
    """One byte more than is taken at most, so that a longer file is refused without being read whole."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def as_text(content: bytes) -> str:
    """Newlines become one sign, whatever the system the text came from."""
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

"""`manage.py load_vocabulary`: bring the terms in the database up to partners/data/vocabulary.yaml."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.actions.vocabulary import load_vocabulary
from partners.vocabulary import FILE, VocabularyError, read_vocabulary


class Command(BaseCommand):
    help = "Load the controlled vocabulary. Run again at any time: only what differs is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="another vocabulary in YAML")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vocabulary = read_vocabulary(options["file"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, VocabularyError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        report = load_vocabulary(vocabulary)
        self.stdout.write(
            f"Vocabulary: {report.added} added, {report.changed} changed, "
            f"{report.retired} retired, {report.unchanged} unchanged."
        )

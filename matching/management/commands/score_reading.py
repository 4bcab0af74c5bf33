"""`manage.py score_reading CASES.yaml …`: how well briefs are read, over worked cases. Needs no database.

docs/read_brief.md describes the format of a cases file and how hits are counted.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.interpreting import lexicon, measures_in_base
from matching.reading.evaluation.cases import CasesInvalid
from matching.reading.evaluation.measuring import Scores
from matching.reading.evaluation.reporting import added, faults, scores_of, summary


class Command(BaseCommand):
    help = "Read every brief of a cases file and print how much of what an expert extracts was found."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="CASES.yaml")
        parser.add_argument(
            "--errors", action="store_true", help="say what was missed and what was read wrongly"
        )

    def handle(self, *args: Any, files: list[Path], errors: bool, **options: Any) -> None:
        found = [each for file in files for each in scores_of_file(file)]
        if errors:
            for key, scores in found:
                self.stdout.write("\n".join([key, *faults(scores)]))
        total = added(scores for _, scores in found)
        self.stdout.write("\n".join(summary(total, len(found))))


def scores_of_file(file: Path) -> list[tuple[str, Scores]]:
    try:
        return list(scores_of(file.read_text(encoding="utf-8"), lexicon(), measures_in_base))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: cannot be read.", returncode=2) from error
    except CasesInvalid as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error

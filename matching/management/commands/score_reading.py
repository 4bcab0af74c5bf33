"""`manage.py score_reading CASES.yaml`: how well briefs are read, over worked cases. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.interpreting import interpret, measures_in_base
from matching.reading.evaluation.cases import Case, CasesInvalid, read_cases
from matching.reading.evaluation.measuring import KINDS, Scores, scored
from matching.reading.plain import to_plain


class Command(BaseCommand):
    help = "Read every brief of a cases file and print how much of what an expert extracts was found."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="CASES.yaml")
        parser.add_argument(
            "--errors", action="store_true", help="say what was missed and what was read wrongly"
        )

    def handle(self, *args: Any, files: list[Path], errors: bool, **options: Any) -> None:
        total, count = Scores(), 0
        for file in files:
            for case in cases_of(file):
                found = scored(case, to_plain(interpret(case.text, case.as_of)), measures_in_base)
                if errors:
                    self.stdout.write("\n".join(faults(case, found)))
                total.add(found)
                count += 1
        self.stdout.write("\n".join(summary(total, count)))


def cases_of(file: Path) -> list[Case]:
    try:
        return read_cases(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: cannot be read.", returncode=2) from error
    except CasesInvalid as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error


def faults(case: Case, found: Scores) -> list[str]:
    lines = [f"{case.key}"]
    for kind in KINDS:
        tally = found.tallies[kind]
        lines += [f"  {kind:<11} missed   {each}" for each in tally.missed]
        lines += [f"  {kind:<11} wrongly  {each}" for each in tally.false_alarms]
    lines += [f"  trap        {each}" for each in found.fallen_into]
    return lines + [f"  verdict     {each}" for each in found.wrong_verdicts]


def summary(total: Scores, count: int) -> list[str]:
    lines = [f"{count} briefs", f"{'':<12}{'precision':>10}{'recall':>10}{'F1':>10}{'expected':>10}"]
    for kind in KINDS:
        tally = total.tallies[kind]
        expected = tally.hits + len(tally.missed)
        lines.append(
            f"{kind:<12}{tally.precision:>10.3f}{tally.recall:>10.3f}{tally.f1:>10.3f}{expected:>10}"
        )
    fallen = len(total.fallen_into)
    lines.append(f"traps fallen into: {fallen} of {total.traps} ({100 * fallen / max(total.traps, 1):.1f} %)")
    lines.append(f"evidence outside the text: {total.outside_text}")
    if total.verdicts:
        right = total.verdicts - len(total.wrong_verdicts)
        lines.append(
            f"verdicts on probes: {right} of {total.verdicts} right ({100 * right / total.verdicts:.1f} %)"
        )
    return lines

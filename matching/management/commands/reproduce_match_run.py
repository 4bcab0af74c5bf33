"""`manage.py reproduce_match_run UID`: make a run again from what it keeps, and compare."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from matching.models import MatchRun
from matching.ranking.freezing import CannotReproduce, reproduce
from matching.scoring.differences import first_difference


class Command(BaseCommand):
    help = (
        "Make a match run again from its frozen facts; exit 0 when it comes out the same to the last digit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uid", type=UUID, help="uid of the match run")

    def handle(self, *args: Any, **options: Any) -> None:
        run = MatchRun.objects.select_related("facts__vocabulary").filter(uid=options["uid"]).first()
        if run is None:
            raise CommandError(f"uid: there is no match run {options['uid']}.")
        try:
            again = reproduce(run)
        except CannotReproduce as refusal:
            raise CommandError(f"Not reproduced. {refusal}") from refusal
        difference = first_difference(run.result, again)
        if difference:
            raise CommandError(f"Not reproduced. First difference: {difference}")
        self.stdout.write("reproduced to the last digit")

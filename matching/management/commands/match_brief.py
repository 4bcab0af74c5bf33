"""`manage.py match_brief FILE|ID`: the ranked, explained list for a brief, without storing anything."""

import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from rest_framework.exceptions import APIException, ValidationError

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.api.parsers import BoundedJSONParser
from cdmo_portal.accounts.api.problems import error_entries
from cdmo_portal.events.recording import record
from matching.api.drafts import match_body
from matching.management.arguments import day
from matching.management.match_text import lines_of
from matching.models import Brief
from matching.ranking import Ranked, match_brief
from matching.scoring.matching import BriefInvalid
from matching.scoring.requirements import HEADS
from matching.scoring.serialisation import to_json
from matching.scoring.weights import WeightsInvalid


class Command(BaseCommand):
    help = (
        "Match a brief against every known site and print the list: FILE holds a brief as the API takes it "
        "(POST /api/v1/briefs/), ID is the uid of a stored brief of any organisation, since only an operator "
        "runs commands; the organisation's event log tells of it. Nothing else is stored. Exit status 1: the "
        "brief cannot be read or scored; 2: the words on the command line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("brief", metavar="FILE|ID", help="a JSON file, or the uid of a stored brief")
        parser.add_argument("--json", action="store_true", help="print what the API has as `result`")
        parser.add_argument(
            "--as-of", type=day, metavar="YYYY-MM-DD", help="judge ages and time frames as of this day"
        )
        parser.add_argument(
            "--weights",
            type=points_by_head,
            metavar="HEAD=POINTS,…",
            help=f"points for some of {', '.join(HEADS)}; heads that are not named weigh nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = to_json(self.ranked(**options).result)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write("\n".join(lines_of(result)))

    def ranked(
        self, *, brief: str, as_of: dt.date | None, weights: Mapping[str, float] | None, **_: Any
    ) -> Ranked:
        try:
            uid = as_uid(brief)
            if uid is None:
                return match_body(read_brief(Path(brief)), weights=weights, as_of=as_of)
            return match_brief(stored_brief(uid), weights=weights, as_of=as_of)
        except (BriefInvalid, WeightsInvalid) as error:
            raise CommandError(f"The brief cannot be scored: {error}") from error
        except ValidationError as error:
            raise CommandError(f"{brief}: {'; '.join(faults(error))}") from error


def as_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def stored_brief(uid: UUID) -> Brief:
    rows = Brief.objects.select_related("stage", "modality", "dosage_form")
    found = rows.filter(uid=uid, deleted_at__isnull=True).first()
    if found is None:
        raise CommandError(f"There is no brief with the uid {uid}.")
    # An operator does not see briefs but by a way that leaves a trace for their organisation.
    record("brief.matched_by_command", by=NOBODY, about=found, organisation_id=found.organisation_id)
    return found


def read_brief(path: Path) -> Any:
    try:
        with path.open("rb") as stream:
            return BoundedJSONParser().parse(stream)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or 'cannot be read'}.") from error
    except APIException as error:
        raise CommandError(f"{path}: {error.detail}") from error


def faults(error: ValidationError) -> Iterator[str]:
    for entry in error_entries(error):
        yield f"{entry['pointer'].lstrip('#/') or 'brief'}: {entry['detail']}"


def points_by_head(text: str) -> dict[str, float]:
    """`fit=40,quality=60`; what the points may be is the engine's to say."""
    found: dict[str, float] = {}
    for pair in text.split(","):
        head, _, points = (part.strip() for part in pair.partition("="))
        if head not in HEADS:
            raise ArgumentTypeError(f"{head!r} is not one of {', '.join(HEADS)}")
        if head in found:
            raise ArgumentTypeError(f"{head} stands twice")
        try:
            found[head] = float(points)
        except ValueError:
            raise ArgumentTypeError(f"{head}: {points!r} is not a number") from None
    return found

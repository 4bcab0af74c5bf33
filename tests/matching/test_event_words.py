"""Every kind of event that the code records belongs to a group of the log, so that narrowing loses none."""

import re
from pathlib import Path

from django.conf import settings

from matching.event_words import GROUPS

RECORDED = re.compile(
    r"\b(?:record|record_event|note_change|note_statement|note_for_keeper)\(\s*f?\"([a-z_]+)\.[a-z_{]"
)
OF_OPERATORS = {"partners", "register", "vocabulary"}
"""Written for no organisation, and read by operators."""


def test_groups_hold_every_kind_that_is_recorded_for_an_organisation() -> None:
    root = Path(settings.BASE_DIR)
    files = [path for app in ("cdmo_portal", "partners", "matching") for path in (root / app).rglob("*.py")]
    nouns = {noun for path in files for noun in RECORDED.findall(path.read_text())}

    grouped = {noun for _label, of_group in GROUPS.values() for noun in of_group}

    assert len(nouns) > 15
    assert nouns - grouped <= OF_OPERATORS

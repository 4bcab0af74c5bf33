"""Whole briefs, read and proposed: every row is one that the forms take, whatever the reader finds."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http import QueryDict

from matching.forms.reading import Review
from matching.interpreting import interpret
from matching.models import Step
from matching.proposing import project_of, propose
from partners.actions.vocabulary import load_vocabulary
from partners.vocabulary import current_vocabulary

CASES = Path(__file__).parents[1] / "reading" / "cases"
WRITTEN: dict[str, dict[str, Any]] = {
    case["id"]: case
    for name in ("known_a.yaml", "known_b.yaml")
    for case in yaml.safe_load((CASES / name).read_text(encoding="utf-8"))["cases"]
}


@pytest.fixture(autouse=True)
def vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


def sent(keys: list[str], strengths: dict[str, str], title: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("keep", keys)
    data.setlist("steps", Step.Kind.values)
    data.update({"title": title, "added-TOTAL_FORMS": "0", "added-INITIAL_FORMS": "0", **strengths})
    return data


@pytest.mark.parametrize("case", WRITTEN)
def test_proposals_of_a_written_brief_are_all_requirements(case: str) -> None:
    reading = interpret(WRITTEN[case]["text"], WRITTEN[case]["as_of"])
    proposed = propose(reading)
    strengths = {f"strength_{row.key}": row.row["strength"] for row in proposed.rows}
    strengths |= {f"term_{row.key}": row.row["term"] for row in proposed.rows if row.finer}
    project = project_of(reading, proposed)

    review = Review(
        proposed=proposed,
        project=project,
        words=[],
        text=reading.text,
        data=sent([row.key for row in proposed.rows], strengths, project.title),
    )

    assert review.is_valid(), review.project.errors
    assert len(review.requirements) == len(proposed.rows) > 3
    assert all(0 <= span.start < span.end <= len(reading.text) for row in proposed.rows for span in row.spans)

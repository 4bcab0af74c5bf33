"""What a company shares for matching only decides verdicts, and stands in no sentence, figure or change."""

from dataclasses import replace

import pytest

from matching.scoring.facts import MeasureFact, Scope
from matching.scoring.matching import match
from matching.scoring.requirements import HazardAsked, TermAsked
from matching.scoring.serialisation import to_text
from tests.matching.scoring.examples import (
    TODAY,
    VOCABULARY,
    batch,
    brief,
    hazard,
    line,
    must,
    must_not,
    prefer,
    site,
    yes,
)

SECRET_LOW, SECRET_HIGH, SECRET_COUNT = 1_234.0, 98_765.0, 4_321.0
SECRET_SOURCE = "Board paper 77"


def told(text: str) -> bool:
    secrets = ("1,234", "1234", "98,765", "98765", "4,321", "4321", SECRET_SOURCE)
    return any(secret in text for secret in secrets)


@pytest.mark.parametrize(
    ("asked", "standing"),
    [((2_000, 3_000), "eligible"), ((500, 3_000), "near_miss"), ((2_000, 200_000), "near_miss")],
)
def test_number_shared_for_matching_only_decides_and_is_never_told(
    asked: tuple[float, float], standing: str
) -> None:
    sizes = MeasureFact("sc.batch-units", SECRET_LOW, SECRET_HIGH)
    done = MeasureFact("sc.batches-36-months", SECRET_COUNT, SECRET_COUNT)
    stated = yes("df.capsule-hard", sizes, done, stages=["stg.phase1"])
    hidden = replace(stated, source=SECRET_SOURCE, is_shown=False)
    wanted = brief(
        must("capsules", TermAsked("df.capsule-hard", batch(*asked)), scope=Scope.LINE),
        dosage_form="df.capsule-hard",
    )

    shown = match(
        wanted, [site(lines=(line("L1", replace(hidden, is_shown=True)),))], VOCABULARY, today=TODAY
    )
    found = match(wanted, [site(lines=(line("L1", hidden),))], VOCABULARY, today=TODAY)

    listed = (*found.eligible, *found.near_misses)
    assert [each.standing for each in listed] == [standing]
    assert told(to_text(shown))
    assert not told(to_text(found))


@pytest.mark.parametrize("stated", [(SECRET_LOW, None), (None, SECRET_HIGH)])
def test_half_a_number_shared_for_matching_only_asks_without_telling_it(
    stated: tuple[float | None, float | None],
) -> None:
    hidden = replace(yes("df.capsule-hard", MeasureFact("sc.batch-units", *stated)), is_shown=False)
    wanted = brief(must("capsules", TermAsked("df.capsule-hard", batch(2_000, 3_000)), scope=Scope.LINE))

    found = match(wanted, [site(lines=(line("L1", hidden),))], VOCABULARY, today=TODAY)

    assert not told(to_text(found))


def test_hazard_shared_for_matching_only_decides_and_its_source_is_never_told() -> None:
    stated = replace(hazard("haz.cytotoxic", True, Scope.SITE), source=SECRET_SOURCE, is_shown=False)
    excluded = must_not("clean", HazardAsked("haz.cytotoxic"), scope=Scope.SITE)
    wanted = brief(must("lyo", TermAsked("op.lyophilisation")), prefer("none", HazardAsked("haz.cytotoxic")))

    found = match(wanted, [site(yes("op.lyophilisation"), hazards=(stated,))], VOCABULARY, today=TODAY)
    refused = match(brief(excluded), [site(hazards=(stated,))], VOCABULARY, today=TODAY)

    assert len(found.eligible) == 1
    assert refused.rest_count == 1
    assert not told(to_text(found))

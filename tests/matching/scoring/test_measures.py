"""Numbers in both directions: what a domain expert would say of each range."""

import pytest

from matching.scoring.facts import MeasureFact
from matching.scoring.measures import measure_verdict
from matching.scoring.requirements import MeasureAsked, Relation
from tests.matching.scoring.examples import batch, context

type Ends = tuple[float | None, float | None]


@pytest.mark.parametrize(
    ("site_range", "asked", "status"),
    [
        ((500, 15_000), (5_000, 5_000), "met"),
        ((500, 15_000), (500, 15_000), "met"),
        ((200_000, 2_500_000), (1_500, 3_000), "unmet"),
        ((100, 2_000), (1_500, 3_000), "unmet"),
        ((None, 15_000), (1_500, 3_000), "unknown"),
        ((500, None), (1_500, 3_000), "unknown"),
        ((None, 2_000), (1_500, 3_000), "unmet"),
        ((5_000, None), (1_500, 3_000), "unmet"),
    ],
)
def test_covers_needs_the_whole_range_inside(
    site_range: Ends, asked: tuple[float, float], status: str
) -> None:
    facts = [MeasureFact("sc.batch-units", *site_range)]

    assert measure_verdict(batch(*asked), facts, context()).status == status


def test_large_smallest_batch_names_the_smallest_change() -> None:
    facts = [MeasureFact("sc.batch-units", 200_000, 2_500_000)]

    found = measure_verdict(batch(3_000, 3_000), facts, context())

    assert found.change is not None
    assert found.change.text == "smallest batch 200,000 → at most 3,000 units"


def test_batch_out_of_both_ends_names_both() -> None:
    found = measure_verdict(batch(10, 1_000), [MeasureFact("sc.batch-units", 50, 500)], context())

    assert found.change is not None
    assert (
        found.change.text == "smallest batch 50 → at most 10 units; largest batch 500 → at least 1,000 units"
    )


def test_two_ranges_are_alternatives_and_never_added_up() -> None:
    facts = [MeasureFact("sc.batch-units", 1, 100), MeasureFact("sc.batch-units", 100, 1_000)]

    assert measure_verdict(batch(50, 500), facts, context()).status == "unmet"
    assert measure_verdict(batch(150, 500), facts, context()).status == "met"


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ((24_000, 24_000), "met"),
        ((None, 12_000), "met"),
        ((None, 7_200), "unmet"),
        ((7_200, None), "unknown"),
    ],
)
def test_at_least_looks_at_the_upper_end(stated: Ends, status: str) -> None:
    asked = MeasureAsked("sc.rate-units-hour", Relation.AT_LEAST, lo=12_000)

    assert measure_verdict(asked, [MeasureFact("sc.rate-units-hour", *stated)], context()).status == status


def test_lyophiliser_too_small_names_the_area_needed() -> None:
    asked = MeasureAsked("sc.lyo-shelf-m2", Relation.AT_LEAST, lo=2.8)

    found = measure_verdict(asked, [MeasureFact("sc.lyo-shelf-m2", 1.5, 1.5)], context())

    assert found.change is not None
    assert found.change.text == "lyophiliser 1.5 m² → at least 2.8 m²"


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ((0.1, None), "met"),
        ((0.4, 0.4), "met"),
        ((1.0, None), "unmet"),
        ((None, 0.3), "met"),
        ((None, 5), "unknown"),
    ],
)
def test_at_most_looks_at_the_lower_end(stated: Ends, status: str) -> None:
    asked = MeasureAsked("sc.oel-ug-m3", Relation.AT_MOST, hi=0.4)

    assert measure_verdict(asked, [MeasureFact("sc.oel-ug-m3", *stated)], context()).status == status


@pytest.mark.parametrize(("basis", "word"), [("claimed", "claimed"), ("document", "verified")])
def test_containment_change_says_how_the_number_is_backed(basis: str, word: str) -> None:
    asked = MeasureAsked("sc.oel-ug-m3", Relation.AT_MOST, hi=0.4)

    found = measure_verdict(asked, [MeasureFact("sc.oel-ug-m3", 1, None)], context(), basis)

    assert found.change is not None
    assert found.change.text == f"containment {word} to 1 µg/m³ → at most 0.4 µg/m³"


@pytest.mark.parametrize(
    ("vessels", "count", "status"),
    [
        ([(50, 50, 1), (2_000, 2_000, 3)], 2, "met"),
        ([(2_000, 2_000, 1)], 2, "unmet"),
        ([(50, 50, 1), (15_000, 15_000, 3)], 1, "unmet"),
        ([(50, 2_000, 1)], 1, "unknown"),
        ([(50, 500, 1)], 1, "unmet"),
        ([(50, None, 1)], 1, "unknown"),
    ],
)
def test_one_of_is_a_set_and_never_a_span(
    vessels: list[tuple[float, float | None, int]], count: int, status: str
) -> None:
    asked = MeasureAsked("sc.bioreactor-l", Relation.ONE_OF, sizes=(2_000,), count=count)
    facts = [MeasureFact("sc.bioreactor-l", lo, hi, number) for lo, hi, number in vessels]

    assert measure_verdict(asked, facts, context()).status == status


def test_too_few_vessels_name_the_number_needed() -> None:
    asked = MeasureAsked("sc.bioreactor-l", Relation.ONE_OF, sizes=(2_000,), count=2)

    found = measure_verdict(asked, [MeasureFact("sc.bioreactor-l", 2_000, 2_000)], context())

    assert found.change is not None
    assert found.change.text == "1 × 2,000 L → 2 × 2,000 L"


def test_too_few_dryers_of_enough_area_are_counted() -> None:
    asked = MeasureAsked("sc.lyo-shelf-m2", Relation.AT_LEAST, lo=10, count=2)

    found = measure_verdict(asked, [MeasureFact("sc.lyo-shelf-m2", 20, 20)], context())

    assert (found.status, found.change is not None) == ("unmet", True)


def test_measure_of_another_kind_says_nothing() -> None:
    found = measure_verdict(batch(1, 2), [MeasureFact("sc.bioreactor-l", 1, 5)], context())

    assert (found.status, found.question) == ("unknown", "What is the batch? Asked: 1–2 units.")


@pytest.mark.parametrize("relation", [Relation.COVERS, Relation.AT_LEAST, Relation.AT_MOST])
def test_requirement_without_a_number_is_never_met(relation: Relation) -> None:
    asked = MeasureAsked("sc.batch-units", relation)

    assert measure_verdict(asked, [MeasureFact("sc.batch-units", 1, 5)], context()).status == "unknown"
    assert measure_verdict(asked, [], context()).question.endswith("Asked: a stated number.")

"""What the numbers of a brief describe, and which of them are none of its business."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matching.interpreting import measures_in_base
from matching.reading.evaluation.cases import Case
from matching.reading.evaluation.measuring import Scores, scored
from matching.reading.findings import QuantityFound
from matching.reading.plain import to_plain
from matching.reading.units import converted, factor
from tests.matching.reading.reading_texts import AS_OF, reading_of

CORPUS = Path(__file__).parent / "corpora" / "quantities.yaml"
# Just below what is reached; raise it when the reader learns.
LEAST_RIGHT = 0.975
LEAST_PRECISION = 0.98


@cache
def lines() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return loaded


def compared(text: str, expected: list[dict[str, Any]]) -> Scores:
    case = Case("line", text, AS_OF, {"quantities": expected})
    return scored(case, to_plain(reading_of(text)), measures_in_base)


def read(text: str) -> list[tuple[str, float | None, float | None, str]]:
    return [(each.measure, *ends(each), each.unit) for each in reading_of(text).quantities]


def ends(found: QuantityFound) -> tuple[float | None, float | None]:
    return (found.value, found.value) if found.value is not None else (found.lo, found.hi)


def test_corpus_is_read_no_worse_than_before() -> None:
    tallies = [compared(line["text"], line["quantities"]).tallies["quantities"] for line in lines()]

    right = sum(not (tally.missed or tally.false_alarms) for tally in tallies)
    hits, wrong = sum(tally.hits for tally in tallies), sum(len(tally.false_alarms) for tally in tallies)
    assert right / len(tallies) >= LEAST_RIGHT
    assert hits / (hits + wrong) >= LEAST_PRECISION


@pytest.mark.parametrize(
    ("text", "measure", "lo", "hi", "unit"),
    [
        ("Batch size: 40'000 sachets", "sc.batch-units", 40_000, 40_000, "sachets"),
        ("Batches of twenty thousand patches would do.", "sc.batch-units", 20_000, 20_000, "patches"),
        ("We need 12,000 to 15,000 syringes per lot.", "sc.batch-units", 12_000, 15_000, "syringes"),
        ("Batches of 30 to 45 thousand tubes.", "sc.batch-units", 30_000, 45_000, "tubes"),
        ("We cannot sell a batch under 300,000 softgels.", "sc.batch-units", 300_000, None, "softgels"),
        ("Vials per batch: >= 6,500", "sc.vials-per-batch", 6_500, None, "vials"),
        ("We don't need more than 3K vials per lot.", "sc.vials-per-batch", None, 3_000, "vials"),
        ("Demand is 2 crore tablets p.a.", "sc.annual-units", 20_000_000, 20_000_000, "tablets"),
        ("We move 90.000 bottles a month.", "sc.annual-units", 1_080_000, 1_080_000, "bottles"),
        ("1'200'000 ampoules per year, no more.", "sc.annual-units", None, 1_200_000, "ampoules"),
        ("Annual units (thousand): 750 pens", "sc.annual-units", 750_000, 750_000, "pens"),
        ("Cream bulk: 1,2 t per batch.", "sc.batch-kg", 1_200, 1_200, "kg"),
        ("Anything below 20 kg per batch makes no sense.", "sc.batch-kg", 20, None, "kg"),
        ("Batch size not more than 25 kg of API.", "sc.batch-kg", None, 25, "kg"),
        ("Bioreactor of 30 hL for the yeast.", "sc.bioreactor-l", 3_000, 3_000, "L"),
        ("A glass-lined reactor from 2'500 L upwards.", "sc.reactor-l", 2_500, None, "L"),
        ("Lyophiliser with at least 100 ft2 of shelf.", "sc.lyo-shelf-m2", 9.290304, None, "m2"),
        ("Fill volume not above 1.2 mL.", "sc.fill-volume-ml", None, 1.2, "mL"),
        ("Each unit dose holds 300 µL of solution.", "sc.fill-volume-ml", 0.3, 0.3, "mL"),
        ("Vials are 6R.", "sc.vial-size", 6, 6, "mL nominal"),
        ("Filling at 250 vials/min or better.", "sc.rate-units-hour", 15_000, None, "units/hour"),
        ("OEL (ng/m3): 400", "OEL", 0.4, 0.4, "ug/m3"),
        ("The occupational exposure limit is 0.05 mg/m3.", "OEL", 50, 50, "ug/m3"),
        ("We expect 5×10¹⁴ vg per lot.", "sc.vg-per-batch", 5e14, 5e14, "vg"),
        ("mRNA: 250-300 mg/batch", "sc.mrna-g", 0.25, 0.3, "g"),
        ("Synthesis scale from 0.5 to 0.8 mol.", "sc.oligo-mol", 500, 800, "mmol"),
        ("Budget - INR 3.5 crore", "budget", 35_000_000, 35_000_000, "INR"),
        ("Our budget: max. 75 TEUR", "budget", None, 75_000, "EUR"),
        ("Budget in EUR (million): 10 to 11.5", "budget", 10_000_000, 11_500_000, "EUR"),
        ("Price ceiling USD 150/g.", "price", None, 150, "USD"),
        ("Two years of ICH stability.", "stability study", 24, 24, "months"),
        ("Only 220 g of API can be spared.", "API available", 220, 220, "g"),
        ("Demand has risen by 16% a year.", "growth", 16, 16, "percent per year"),
        ("The line yield must not fall under 98.2%.", "line yield", 98.2, None, "percent"),
        ("Half a dozen lots annually.", "sc.annual-batches", 6, 6, "batches"),
    ],
)  # fmt: skip
def test_quantity_is_read(text: str, measure: str, lo: float | None, hi: float | None, unit: str) -> None:
    assert read(text) == [(measure, lo, hi, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "Strengths: 1 mg, 5 mg, 25 mg (hard capsules, size 2)",
        "HDPE bottles of 60 and 120, desiccant canister inside.",
        "We are 14 people and raised 38 million dollars.",
        "Analysts see a market of 2.4 billion dollars by 2033.",
        "See clause 14.3, phase 2a, page 3 of 9.",
        "Drug substance comes from our own 500 L bioreactor.",
        "No 2,000 L bioreactor is needed for this job.",
        "Each patient gets 1e14 vg in a single infusion.",
        "1 mL long syringe, ISO 11040-4",
        "Please call me on +49 89 5550 1734.",
    ],
)
def test_number_that_is_no_request_is_left_alone(text: str) -> None:
    assert read(text) == []


def test_multiple_of_a_batch_is_so_many_batches() -> None:
    assert read("2 x 1,800 vials by week 30") == [
        ("sc.vials-per-batch", 1_800, 1_800, "vials"),
        ("sc.annual-batches", 2, 2, "batches"),
    ]


@pytest.mark.parametrize(
    ("number", "unit", "target", "expected"),
    [
        (12.0, "ng/m**3", "ug/m**3", 0.012),
        (3.0, "m**3", "L", 3_000),
        (2.5, "hL", "L", 250),
        (400.0, "1/min", "1/hour", 24_000),
        (2.0, "year", "month", 24),
        (3.0, "month", "week", 13.035),
        (0.4, "mol", "mmol", 400),
    ],
)
def test_number_is_converted(number: float, unit: str, target: str, expected: float) -> None:
    assert converted(number, unit, target) == expected


@given(
    st.floats(min_value=1e-6, max_value=1e6),
    st.sampled_from([("g", "kg"), ("mL", "L"), ("ft**2", "m**2"), ("umol", "mmol"), ("ng/m**3", "ug/m**3")]),
)
def test_converting_there_and_back_gives_the_number(number: float, units: tuple[str, str]) -> None:
    unit, target = units

    assert converted(converted(number, unit, target), target, unit) == pytest.approx(number)
    assert factor(unit, target) * factor(target, unit) == pytest.approx(1)


@given(
    st.integers(min_value=20, max_value=99_999),
    st.sampled_from(["tablets", "syringes", "stick packs", "vials"]),
)
def test_count_of_a_batch_is_read_whatever_the_count(number: int, noun: str) -> None:
    measure = "sc.vials-per-batch" if noun == "vials" else "sc.batch-units"

    assert read(f"We plan {number:,} {noun} per batch.") == [(measure, number, number, noun)]


@given(st.text(alphabet="0123456789 .,'-–x×kM%€$/()|:LRmgvialsbtchuperynot\n", min_size=1, max_size=200))
def test_spans_of_any_text_lie_within_it(text: str) -> None:
    text = f"Batch {text}"

    for each in reading_of(text).quantities:
        assert 0 <= each.span.start < each.span.end <= len(text)
        assert each.lo is None or each.hi is None or each.lo < each.hi

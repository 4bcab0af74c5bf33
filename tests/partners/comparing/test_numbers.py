"""One unit in a row, chosen for reading, which changes no number; and who is marked."""

from decimal import Decimal

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from matching.models import Requirement
from matching.proposing.measures import RULES
from matching.scoring import ageing
from partners.comparing.numbers import (
    DIRECTIONS,
    Direction,
    Number,
    Unit,
    as_entered,
    marks,
    row_unit,
    text_of,
    texts_of,
)
from partners.site_profile import SHELF_DAYS
from partners.units import NumberUnreadable, convert, factor_of, units_of
from partners.vocabulary import current_vocabulary

MEASURES = sorted(code for code in current_vocabulary().terms if code.startswith("sc."))
VALUES = st.decimals(min_value="0.0001", max_value="99999999", places=4)


@st.composite
def entered(draw: st.DrawFn, measure: str) -> Number:
    unit = draw(st.sampled_from(units_of(measure)))
    first, second = draw(VALUES), draw(VALUES)
    try:
        ends = sorted(convert(measure, value, unit) for value in (first, second))
    except NumberUnreadable:
        reject()
    return Number(ends[0], ends[1], 1, "as typed", unit)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, list[Number]]:
    measure = draw(st.sampled_from(MEASURES))
    return measure, draw(st.lists(entered(measure), min_size=1, max_size=6))


@given(rows(), st.randoms())
def test_unit_when_options_change_places_then_stays(row: tuple[str, list[Number]], random: object) -> None:
    measure, numbers = row
    shuffled = list(numbers)
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - Hypothesis types its random numbers loosely

    assert row_unit(measure, shuffled) == row_unit(measure, numbers)


@given(rows())
def test_unit_when_chosen_then_is_the_base_unit_or_one_that_somebody_used(
    row: tuple[str, list[Number]],
) -> None:
    measure, numbers = row

    unit = row_unit(measure, numbers)

    base = current_vocabulary().terms[measure].base_unit
    assert unit.label in {base, *(number.entered_unit for number in numbers)}
    assert unit.factor == factor_of(measure, unit.label)


@given(rows())
def test_number_when_said_in_the_unit_of_the_row_then_equals_what_was_entered(
    row: tuple[str, list[Number]],
) -> None:
    """To four figures at least, where the unit cannot say it exactly."""
    measure, numbers = row
    unit = row_unit(measure, numbers)

    for number in numbers:
        low = text_of(Number(number.lo, number.lo), unit).replace("\u00a0", " ").split(" ")[0]
        said = Decimal(low.replace(",", "")) * unit.factor
        assert number.lo is not None
        assert abs(said - number.lo) <= number.lo * Decimal("0.0005")


@pytest.mark.parametrize(
    ("measure", "numbers", "expected"),
    [
        ("sc.bioreactor-l", [("50", "2000", "L"), ("500", "2000", "kL")], "L"),
        ("sc.bioreactor-l", [("250000", "2000000", "kL"), ("500000", "900000", "L")], "kL"),
        ("sc.batch-kg", [("0.0005", "0.002", "g"), ("0.01", "0.05", "kg")], "g"),
        ("sc.batch-units", [("500000", "900000", "k")], "units"),
        ("sc.annual-units", [("2000000", "9000000", "million/year")], "units/year"),
    ],
    ids=["litres read well", "cubic metres read better", "grams for less than a kilo", "no k", "no million"],
)
def test_unit_when_rows_mix_units_then_the_most_readable_one_is_taken(
    measure: str, numbers: list[tuple[str, str, str]], expected: str
) -> None:
    stated = [Number(Decimal(lo), Decimal(hi), 1, "", unit) for lo, hi, unit in numbers]

    assert row_unit(measure, stated).label == expected


def test_text_when_a_set_of_sizes_is_stated_then_names_the_unit_once() -> None:
    sizes = [Number(Decimal(size), Decimal(size)) for size in (20, 2, 6)]

    assert texts_of(sizes, Unit("mL")).replace("\u00a0", " ") == "2; 6; 20 mL"
    assert text_of(Number(Decimal(2000), Decimal(2000), 3), Unit("L")).replace("\u00a0", " ") == "3 × 2,000 L"


def test_text_when_an_end_is_not_stated_then_says_so_and_draws_no_limit() -> None:
    assert "smallest not stated" in text_of(Number(None, Decimal(500)), Unit("L"))


def test_entered_text_when_the_figures_are_the_same_then_is_not_repeated() -> None:
    number = Number(Decimal(100), Decimal(900), 1, "100–900", "capsules")

    assert as_entered(number, Unit("units"), "sc.batch-units") == ""
    assert as_entered(number, Unit("k", Decimal(1000)), "sc.batch-units") == "100–900 capsules"


def number(lo: int | None, hi: int | None) -> Number:
    return Number(None if lo is None else Decimal(lo), None if hi is None else Decimal(hi), 1, "", "")


@pytest.mark.parametrize(
    ("measure", "options", "expected"),
    [
        ("sc.lyo-shelf-m2", [[number(4, 4)], [number(9, 9)], []], ["", "Highest stated", ""]),
        ("sc.oel-ug-m3", [[number(1, 1)], [number(10, 10)]], ["Lowest stated", ""]),
        ("sc.lyo-shelf-m2", [[number(9, 9)], [number(9, 9)]], ["", ""]),
        ("sc.lyo-shelf-m2", [[number(9, 9)], [number(9, 9)], [number(4, 4)]], ["Highest stated"] * 2 + [""]),
        ("sc.lyo-shelf-m2", [[number(4, None)], [number(9, 9)]], ["", ""]),
        ("sc.lyo-shelf-m2", [[number(9, 9)], []], ["", ""]),
        ("sc.batch-units", [[number(1, 9)], [number(5, 900)]], ["", ""]),
        ("sc.bioreactor-l", [[number(200, 200)], [number(2000, 2000)]], ["", ""]),
    ],
    ids=["highest", "lowest", "equal", "tie", "open end", "alone", "range has no end", "sizes have no end"],
)
def test_mark_when_the_direction_is_known_and_facts_compare_then_names_the_far_end(
    measure: str, options: list[list[Number]], expected: list[str]
) -> None:
    assert marks(measure, options) == expected


def test_shelf_life_of_a_measure_is_that_of_matching() -> None:
    own = {code: ageing.shelf_months(code) * 365 // 12 for code in ageing.EXPERIENCE_MEASURES}

    assert {**own, **dict.fromkeys(ageing.LEAD_TIME_MEASURES, ageing.CAPACITY_DAYS)} == SHELF_DAYS


def test_directions_when_briefs_compare_numbers_then_follow_the_same_relations() -> None:
    """A brief asks "at least" of what is better high, and "down to at most" of what is better low."""
    relations = {Direction.HIGH: Requirement.Relation.AT_LEAST, Direction.LOW: Requirement.Relation.AT_MOST}
    asked = {code: rule.relation for code, rule in RULES.items() if rule.relation in relations.values()}

    assert {code: relations[direction] for code, direction in DIRECTIONS.items()} == asked

"""Numbers and units as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.units import (
    Entered,
    NumberUnreadable,
    UnitsDiffer,
    UnitUnknown,
    convert,
    in_base_unit,
    parse,
    units_of,
)
from partners.vocabulary import current_vocabulary

MEASURES = [entry.code for entry in current_vocabulary().of_facet("scale")]
NUMBERS = st.decimals(min_value="0.01", max_value="9999", places=2)


def number(text: str) -> Decimal | None:
    return parse(text).lo


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500", "1500"),
        ("1,500", "1500"),
        ("1 500", "1500"),
        ("1'500", "1500"),
        ("1,500.5", "1500.5"),
        ("1.500,5", "1500.5"),
        ("1.500.000", "1500000"),
        ("0,4", "0.4"),
        ("0.125", "0.125"),
        ("5k", "5000"),
        ("1.2 million", "1200000"),
        ("2.5 M", "2500000"),
        ("5e16", "50000000000000000"),
        ("−90", "-90"),
    ],
)
def test_parse_when_one_number_then_both_ends_are_it(text: str, value: str) -> None:
    assert parse(text) == Entered(Decimal(value), Decimal(value))


@pytest.mark.parametrize(
    ("text", "entered"),
    [
        ("1,500–3,000", Entered(Decimal(1500), Decimal(3000))),
        ("1,500 to 3,000 capsules", Entered(Decimal(1500), Decimal(3000), "capsules")),
        ("1–3 million", Entered(Decimal(1_000_000), Decimal(3_000_000))),
        ("500–1k", Entered(Decimal(500), Decimal(1000))),
        ("3 × 2000 L", Entered(Decimal(2000), Decimal(2000), "L", 3)),
        ("up to 500,000 tablets", Entered(None, Decimal(500_000), "tablets")),
        ("at least 2,000", Entered(Decimal(2000), None)),
        ("≥ 20 bar", Entered(Decimal(20), None, "bar")),
        ("−90…200 °C", Entered(Decimal(-90), Decimal(200), "°C")),
        ("0.5 µg/m³", Entered(Decimal("0.5"), Decimal("0.5"), "µg/m³")),
        ("5 kg", Entered(Decimal(5), Decimal(5), "kg")),
        ("5 m3", Entered(Decimal(5), Decimal(5), "m3")),
    ],
)
def test_parse_when_a_range_or_set_then_ends_count_and_unit_are_found(text: str, entered: Entered) -> None:
    assert parse(text) == entered


@pytest.mark.parametrize(
    "text",
    ["", "few", "1.500", "3,000–1,500", "0 × 20 L", "1,50,000", "1 2", "5 6 7 L", "٣", "9" * 60, "1–2–3"],
)
def test_parse_when_not_one_number_or_ambiguous_then_is_refused(text: str) -> None:
    with pytest.raises(NumberUnreadable):
        parse(text)


@pytest.mark.parametrize(
    ("measure", "value", "unit", "converted"),
    [
        ("sc.oel-ug-m3", "0.001", "mg/m³", "1"),
        ("sc.oel-ug-m3", "500", "ng/m3", "0.5"),
        ("sc.oel-ug-m3", "2", "μg/m³", "2"),
        ("sc.bioreactor-l", "2", "kL", "2000"),
        ("sc.rate-units-hour", "200", "units/min", "12000"),
        ("sc.fill-volume-ml", "5.2", "ML", "5.2"),
        ("sc.batch-kg", "250", "", "250"),
        ("sc.vg-per-batch", "50000000000000000", "vg", "50000"),
    ],
)
def test_convert_when_the_unit_is_known_then_gives_the_base_unit(
    measure: str, value: str, unit: str, converted: str
) -> None:
    assert convert(measure, Decimal(value), unit) == Decimal(converted)


def test_convert_when_the_unit_is_unknown_then_names_those_that_fit() -> None:
    with pytest.raises(UnitUnknown, match=r"“furlong” is not a unit of “Working pressure”\. Use one of: bar"):
        convert("sc.pressure-bar", Decimal(1), "furlong")


def test_convert_when_the_measure_is_unknown_then_says_so() -> None:
    with pytest.raises(UnitUnknown, match="no measure"):
        convert("op.lyophilisation", Decimal(1), "L")


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e30"), Decimal("1e-30")])
def test_convert_when_the_number_does_not_fit_then_is_refused(value: Decimal) -> None:
    with pytest.raises(NumberUnreadable):
        convert("sc.batch-kg", value, "kg")


@pytest.mark.parametrize(
    ("measure", "text", "unit", "entered"),
    [
        ("sc.bioreactor-l", "3 × 2", "kL", Entered(Decimal(2000), Decimal(2000), "", 3)),
        ("sc.bioreactor-l", "2 kL", "", Entered(Decimal(2000), Decimal(2000), "kL")),
        ("sc.bioreactor-l", "2 kL", " ", Entered(Decimal(2000), Decimal(2000), "kL")),
        ("sc.bioreactor-l", "2 kL", "m3", Entered(Decimal(2000), Decimal(2000), "kL")),
        ("sc.bioreactor-l", "up to 5", "", Entered(None, Decimal(5))),
        ("sc.temperature-c", "−80…−20", "°C", Entered(Decimal(-80), Decimal(-20))),
    ],
)
def test_in_base_unit_when_a_unit_is_named_in_the_text_or_beside_it_then_either_holds(
    measure: str, text: str, unit: str, entered: Entered
) -> None:
    assert in_base_unit(measure, text, unit) == entered


def test_in_base_unit_when_two_units_are_named_then_neither_is_taken() -> None:
    with pytest.raises(UnitsDiffer, match="The number itself says “kL”"):
        in_base_unit("sc.bioreactor-l", "2 kL", "L")


@pytest.mark.parametrize("text", ["-5", "-5–10", "from -5", "up to -5"])
def test_in_base_unit_when_below_nought_then_only_a_temperature_may_be(text: str) -> None:
    with pytest.raises(NumberUnreadable, match="cannot be negative"):
        in_base_unit("sc.pressure-bar", text)

    assert in_base_unit("sc.temperature-c", text)


@given(st.text(max_size=140))
def test_parse_when_given_any_text_then_raises_nothing_but_its_own(text: str) -> None:
    try:
        entered = parse(text)
    except NumberUnreadable:
        return
    assert entered.lo is not None or entered.hi is not None


@given(st.sampled_from(MEASURES), st.text(max_size=20))
def test_convert_when_given_any_unit_then_raises_nothing_but_its_own(measure: str, unit: str) -> None:
    try:
        converted = convert(measure, Decimal(1), unit)
    except (UnitUnknown, NumberUnreadable):
        return
    assert converted > 0


@given(NUMBERS)
def test_parse_when_a_number_is_written_in_english_then_reads_it_back(value: Decimal) -> None:
    assert number(f"{value:,}") == value


@given(st.data(), NUMBERS, NUMBERS)
def test_convert_when_values_are_added_then_is_linear(
    data: st.DataObject, one: Decimal, other: Decimal
) -> None:
    measure = data.draw(st.sampled_from([code for code in MEASURES if code != "sc.vg-per-batch"]))
    unit = data.draw(st.sampled_from([u for u in units_of(measure) if u not in {"mg", "µmol"}]))

    assert convert(measure, one + other, unit) == convert(measure, one, unit) + convert(measure, other, unit)

"""Numbers are read back from every style that they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reading.numerals import NUMBER, Style, value_of

ENGLISH, CONTINENTAL = Style(is_english=True), Style(is_continental=True)
WHOLE = st.integers(min_value=1, max_value=999_999_999)
CENTS = st.integers(min_value=1, max_value=9_999_999)
ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
TENS = [
    "-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip


def read(text: str, style: Style = ENGLISH, *, counts_things: bool = False) -> float:
    match = NUMBER.fullmatch(text)
    assert match, text
    return value_of(match, style, counts_things=counts_things)


def spelt(number: int) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    rest = f" and {spelt(number % 100)}" if number % 100 else ""
    return f"{ONES[number // 100]} hundred{rest}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,00,000", 1_200_000),
        ("two hundred and fifty thousand", 250_000),
        ("a thousand", 1_000),
        ("half a million", 500_000),
        ("a quarter of a million", 250_000),
        ("half a dozen", 6),
        ("10 dozen", 120),
        ("7 lakh", 700_000),
        ("3.5 crore", 35_000_000),
        ("1.2 Mio", 1_200_000),
        ("75 Tsd.", 75_000),
        ("0.9 MM", 900_000),
        ("2 × 10^15", 2e15),
        ("5×10¹⁴", 5e14),
        ("10¹⁵", 1e15),
        ("2.5E+15", 2.5e15),
    ],
)
def test_number_is_read(text: str, number: float) -> None:
    assert read(text) == number


@pytest.mark.parametrize("text", ["1.500", "2.000", "6.300"])
def test_nobody_writes_noughts_of_grams(text: str) -> None:
    assert read(text, Style.of(f"{text} kg")) == float(text) * 1_000
    assert read(text, Style.of(f"{text} kg, not 1.25 kg")) == float(text)


@given(WHOLE)
def test_whole_number_is_read_back_in_every_style(number: int) -> None:
    english = f"{number:,}"
    for text, style in (
        (str(number), ENGLISH),
        (english, ENGLISH),
        (english.replace(",", " "), ENGLISH),
        (english.replace(",", "\u202f"), CONTINENTAL),
        (english.replace(",", "'"), CONTINENTAL),
        (english.replace(",", "."), CONTINENTAL),
    ):
        assert read(text, style) == number


@given(WHOLE)
def test_things_that_are_counted_have_no_decimals(number: int) -> None:
    for style in (ENGLISH, CONTINENTAL, Style()):
        for sign in ",.":
            assert read(f"{number:,}".replace(",", sign), style, counts_things=True) == number


@given(CENTS)
def test_decimals_are_read_back_in_every_style(cents: int) -> None:
    number = cents / 100
    english = f"{number:,.2f}"
    swapped = english.translate(str.maketrans(",.", ".,"))

    assert read(english, Style.of(english)) == number
    assert read(swapped, Style.of(swapped)) == number


@given(
    st.integers(min_value=1, max_value=999),
    st.sampled_from([("", 1), (" thousand", 10**3), (" million", 10**6)]),
)
def test_spelt_number_is_read_back(number: int, factor: tuple[str, int]) -> None:
    words, times = factor

    for text in (spelt(number) + words, (spelt(number) + words).capitalize()):
        assert read(text) == number * times


@given(
    CENTS,
    st.sampled_from(
        [
            ("k", 1e3),
            ("K", 1e3),
            (" thousand", 1e3),
            ("M", 1e6),
            ("MM", 1e6),
            (" mn", 1e6),
            (" Mio.", 1e6),
            (" lakh", 1e5),
        ]
    ),
)
def test_multiplier_is_read_back(tenths: int, factor: tuple[str, float]) -> None:
    word, times = factor

    assert read(f"{tenths / 10:.1f}{word}") == pytest.approx(tenths / 10 * times)


@given(st.integers(min_value=1, max_value=99), st.integers(min_value=2, max_value=18))
def test_powers_of_ten_are_read_back(tenths: int, power: int) -> None:
    for form in ("{}e{}", "{}E+{}", "{} x 10^{}", "{} × 10^{}"):
        assert read(form.format(tenths / 10, power)) == pytest.approx(tenths / 10 * 10.0**power)

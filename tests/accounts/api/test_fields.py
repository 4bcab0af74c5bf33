import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from cdmo_portal.accounts.api.fields import Day, Entered, Flag, Number, Text
from partners.units import parse


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}, "a\x00b", "a\x1bb", "a\nb", "", " "])
def test_text_refuses_what_is_no_line_of_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        Text(max_length=10).run_validation(value)


@pytest.mark.parametrize("value", ["a", "שלום", "🧪 emoji", "عربى"])
def test_text_takes_every_script(value: str) -> None:
    assert Text(max_length=10).run_validation(value) == value


def test_text_with_lines_keeps_them() -> None:
    assert Text(lines=True).run_validation("a\n\tb") == "a\n\tb"


@pytest.mark.parametrize("value", ["true", 1, 0, "no", None, []])
def test_flag_takes_true_and_false_only(value: Any) -> None:
    with pytest.raises(ValidationError):
        Flag().run_validation(value)


@pytest.mark.parametrize("value", [True, None, [], {}, "x", "", float("inf"), float("nan"), 10**40, "1e400"])
def test_number_refuses_what_the_column_cannot_hold(value: Any) -> None:
    with pytest.raises(ValidationError):
        Number().run_validation(value)


@pytest.mark.parametrize(("value", "shown"), [(Decimal("2000.000"), 2000), (Decimal("0.5"), 0.5)])
def test_number_goes_out_as_a_json_number(value: Decimal, shown: float) -> None:
    assert Number().to_representation(value) == shown
    assert isinstance(Number().to_representation(value), type(shown))


@pytest.mark.parametrize(
    "value", ["0000-01-01", "9999-12-31", "2027-02-30", "1.2.2027", 20270101, True, "", []]
)
def test_day_refuses_what_is_no_day_of_our_time(value: Any) -> None:
    with pytest.raises(ValidationError):
        Day().run_validation(value)


def test_day_takes_iso() -> None:
    assert Day().run_validation("2027-02-28") == dt.date(2027, 2, 28)


@pytest.mark.parametrize("value", [True, None, [], {}, "", " ", "a\x00", 10**90, 1e300])
def test_entered_refuses_what_nobody_would_write(value: Any) -> None:
    with pytest.raises(ValidationError):
        Entered().run_validation(value)


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_entered_number_is_never_taken_for_grouped_thousands(number: Decimal) -> None:
    text = Entered().run_validation(float(number))

    assert parse(text).lo == pytest.approx(number)

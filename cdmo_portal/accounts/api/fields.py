"""Fields that take exactly the JSON type they say, within bounds that the database can hold."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
MARKUP_BREAKERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Text(serializers.CharField):
    """JSON text without control characters; line breaks and tabs only where `lines` allows them."""

    default_error_messages = {
        "invalid": "Give text.",
        "control": "Leave out control characters.",
        "one_line": "Leave out line breaks and tabs.",
    }

    def __init__(self, *, lines: bool = False, **options: Any) -> None:
        self.lines = lines
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if MARKUP_BREAKERS.search(data):
            self.fail("control")
        if not self.lines and re.search(r"[\t\r\n]", data):
            self.fail("one_line")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    default_error_messages = {"invalid": "Give true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field(OpenApiTypes.NUMBER)
class Number(serializers.DecimalField):
    """A decimal that goes out as a JSON number and comes in as one (or as text, for every last digit)."""

    def __init__(self, *, max_digits: int = 24, decimal_places: int = 8, **options: Any) -> None:
        super().__init__(
            max_digits=max_digits, decimal_places=decimal_places, coerce_to_string=False, **options
        )

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)


class Day(serializers.DateField):
    """An ISO date between two days, so that no arithmetic leaves the calendar."""

    def __init__(self, *, first: dt.date = FIRST_DAY, last: dt.date = LAST_DAY, **options: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**options)

    default_error_messages = {"out_of_range": "Give a date from {first} to {last}."}

    def to_internal_value(self, value: Any) -> dt.date:
        day: dt.date = super().to_internal_value(value)
        if not self.first <= day <= self.last:
            self.fail("out_of_range", first=self.first, last=self.last)
        return day


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": 80, "pattern": r"^\s*[^\s\u0000-\u001f\u007f]+.*$"},
            {"type": "number"},
        ]
    }
)
class Entered(serializers.Field[Any, Any, Any, Any]):
    """A number or range as people write it ("500–2,000", "3 × 2000"), or a JSON number; kept as text."""

    default_error_messages = {
        "invalid": 'Give a number, or a text such as "500–2,000".',
        "too_long": "This has more than 80 characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        text = data if isinstance(data, str) else _unmistakable(data)
        if len(text) > 80:
            self.fail("too_long")
        if not text.strip() or MARKUP_BREAKERS.search(text):
            self.fail("invalid")
        return text

    def to_representation(self, value: Any) -> str:
        return str(value)


def _unmistakable(number: float) -> str:
    """Digits that nobody takes for grouped thousands: 1.125 becomes 1.1250."""
    text = f"{Decimal(repr(number)):f}"
    return text + "0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", text) else text

"""Fields of bodies that the profile's pages have too, with the rules of their forms."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Day, Number, Text
from partners.forms.editing import plain_line, plain_text
from partners.models import Term
from partners.profile_rules import EARLIEST, day_problem

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
LONGEST_URL = 200


@extend_schema_field({"type": "string", "pattern": f"^{CODE.pattern}$"})
class TermCode(serializers.Field[Any, Any, Any, Any]):
    """The code of a term in use. Who reads many rows hands in `terms` by code with the context."""

    default_error_messages = {
        "invalid": "Give the code of a term, such as op.lyophilisation.",
        "unknown": "There is no such term in use here; see /api/v1/vocabulary/terms/.",
    }

    def __init__(self, *, facet: str = "", **options: Any) -> None:
        self.facet = facet
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Term:
        if not isinstance(data, str) or not CODE.fullmatch(data):
            self.fail("invalid")
        term = self._found(data)
        if term is None or (self.facet and term.facet.code != self.facet):
            self.fail("unknown")
        return term

    def to_representation(self, value: Any) -> str:
        return str(value.code)

    def _found(self, code: str) -> Term | None:
        terms: Mapping[str, Term] | None = self.context.get("terms")
        return terms_in_use().filter(code=code).first() if terms is None else terms.get(code)


def terms_in_use() -> QuerySet[Term]:
    return Term.objects.select_related("facet").filter(retired_at__isnull=True)


def one_line(longest: int, *, required: bool = False, **options: Any) -> Text:
    """A line of text; one that is not required may be empty."""
    if not required:
        options = {"allow_blank": True, "default": "", **options}
    return Text(max_length=longest, validators=[plain_line], **options)


def text_of_lines(longest: int, **options: Any) -> Text:
    options = {"allow_blank": True, "default": "", **options}
    return Text(lines=True, max_length=longest, validators=[plain_text], **options)


def address(**options: Any) -> serializers.URLField:
    """A link; empty where there is none."""
    return serializers.URLField(max_length=LONGEST_URL, allow_blank=True, default="", **options)


class SaidDay(Day):
    """A day that can be meant: none before 1950, and none after today or after thirty years."""

    def __init__(self, *, is_past: bool, **options: Any) -> None:
        self.is_past = is_past
        super().__init__(first=EARLIEST, **options)

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        problem = day_problem(day, is_past=self.is_past, today=timezone.localdate())
        if problem is not None:
            raise serializers.ValidationError(problem[0], code=problem[1])
        return day


def said_day(*, is_past: bool, **options: Any) -> SaidDay:
    """A day that may be left out: not stated."""
    return SaidDay(is_past=is_past, **{"allow_null": True, "default": None, **options})


def amount(digits: int, places: int, **options: Any) -> Number:
    """A number from nothing on; null: not stated."""
    options = {"allow_null": True, "default": None, **options}
    return Number(max_digits=digits, decimal_places=places, min_value=0, **options)


class Whole(serializers.IntegerField):
    """A whole JSON number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)

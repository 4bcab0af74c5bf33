"""What the forms of the profile share: a version, sensible days, plain lines of text, values compared."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.profile_rules import day_problem

# Marks that turn the reading direction make one name look like another; the letters themselves are fine.
plain_line = RegexValidator(
    r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]*\Z", _("Leave out line breaks and control characters.")
)
plain_text = RegexValidator(
    r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*\Z", _("Leave out control characters.")
)


class LineField(forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, validators=[plain_line], **options)


class TextField(forms.CharField):
    """Text over several lines."""

    def __init__(self, *, max_length: int, rows: int = 4, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, validators=[plain_text], widget=widget, **options)


class DayField(forms.DateField):
    """A day that can be meant: none before 1950, and none after today or after thirty years."""

    def __init__(self, *, is_past: bool, **options: Any) -> None:
        self.is_past = is_past
        super().__init__(
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            **options,
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        problem = day_problem(value, is_past=self.is_past, today=timezone.localdate())
        if problem is not None:
            raise ValidationError(problem[0], code=problem[1])


class AmountField(forms.DecimalField):
    """A number that cannot be negative."""

    def __init__(self, *, max_digits: int, decimal_places: int, **options: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            max_digits=max_digits,
            decimal_places=decimal_places,
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            **options,
        )


class VersionedForm(forms.Form):
    """A form that remembers which state of a row it was opened with."""

    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """What was said, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def seen_version(self) -> str:
        return str(self.cleaned_data["version"])

    @property
    def version_number(self) -> int:
        """The version that the form was opened with; 0, which no row has, where none was sent."""
        return whole_number(self.seen_version)

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong between fields, unless one of them was refused already."""
        for field, sentence in problems.items():
            self.add_error(field, sentence)

    def take_version(self, version: str) -> None:
        """Let the next save go over the state that the person has now been shown."""
        data: Any = copy(self.data)
        data["version"] = version
        self.data = data


def version_in(data: QueryDict) -> int:
    """The version that the sender of a form without fields saw."""
    return whole_number(data.get("version", ""))


def whole_number(text: str) -> int:
    """A version as it was sent; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    typed: str
    stored: str


def differences(typed: forms.BaseForm, stored: forms.BaseForm) -> list[Difference]:
    """The fields in which what somebody typed differs from what stands there now, as people read them."""
    found = [
        Difference(str(field.label), shown(field), shown(stored[field.name]))
        for field in typed.visible_fields()
    ]
    return [each for each in found if each.typed != each.stored]


def shown(bound: forms.BoundField) -> str:
    """A field's value in words: labels instead of codes."""
    value = bound.value()
    values = value if isinstance(value, list | tuple) else [value]
    labels = {str(code): str(label) for code, label in getattr(bound.field, "choices", ())}
    return ", ".join(labels.get(str(each), str(each)) for each in values if each not in (None, ""))


def initial_of(row: models.Model, form: type[forms.Form]) -> dict[str, Any]:
    """The row's values for the form's fields of the same names; numbers without trailing zeros."""
    names = [name for name in form.base_fields if name != "version" and hasattr(row, name)]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return value

"""The fields of the directory's filters: facets, rows of numbers, and an area of the map."""

from functools import partial
from typing import Any

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cdmo_portal.look.areas import Area, AreaUnreadable
from partners import facets, numbers

no_nul = ProhibitNullCharactersValidator()


class AreaField(forms.CharField):
    """West, south, east and north in degrees."""

    def clean(self, value: Any) -> Area | None:
        text = super().clean(value)
        try:
            return Area.parse(text) if text else None
        except AreaUnreadable as error:
            raise forms.ValidationError(str(error)) from error


class AreaFilter(django_filters.CharFilter):
    field_class = AreaField


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Any of several values. The choices need the database, so each filter set fills them in once."""

    def __init__(self, facet: str) -> None:
        super().__init__(label=facets.LABELS[facet], choices=list, method="leave")


def number_filters() -> dict[str, django_filters.Filter]:
    """The parameters of every row of numbers: `measure`, `value`, `unit`, `measure_2`, …"""
    found: dict[str, django_filters.Filter] = {}
    text = partial(django_filters.CharFilter, validators=[no_nul], method="leave")
    for row in numbers.ROWS:
        which = row.replace("_", " ")
        found[f"measure{row}"] = django_filters.ChoiceFilter(
            label=format_lazy("{}{}", _("Measure"), which), choices=list, method="leave"
        )
        found[f"value{row}"] = text(label=format_lazy("{}{}", _("Number"), which), max_length=60)
        found[f"unit{row}"] = text(label=format_lazy("{}{}", _("Unit"), which), max_length=30)
    return found

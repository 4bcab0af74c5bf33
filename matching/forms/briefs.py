"""The fields of a brief, by what they are about. Requirements have forms of their own, one per kind."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from cdmo_portal.documents import LONGEST_TEXT
from matching.models import LONGEST_TITLE, Brief, Step
from matching.scoring.requirements import HEADS
from matching.scoring.weights import PRESETS
from partners.forms.terms import TermField
from partners.models import Term

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)

one_line = RegexValidator(r"^[^\x00-\x1f\x7f]*$", _("Leave out line breaks and control characters."))
no_nul = RegexValidator(r"^[^\x00]*$", _("Leave out NUL characters."))
in_our_time = [
    MinValueValidator(FIRST_DAY, _("Give a date from 2000 on.")),
    MaxValueValidator(LAST_DAY, _("Give a date before 2101.")),
]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def weeks_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=520, max_digits=5, decimal_places=1)


class WhatFields(forms.Form):
    """What the project is."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, validators=[one_line])
    stage = forms.ModelChoiceField(
        label=_("Project stage"), queryset=Term.objects.none(), required=False, to_field_name="code"
    )
    modality = TermField(label=_("Modality"), facets=["modality"], required=False)
    dosage_form = TermField(label=_("Dosage form"), facets=["dosage_form"], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = Term.objects.filter(  # type: ignore[attr-defined]
            facet__code="stage", retired_at__isnull=True
        )


class WhenFields(forms.Form):
    """What is to be done, and when."""

    steps = forms.MultipleChoiceField(
        label=_("Work to be done"), choices=Step.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    material_available_on = forms.DateField(
        label=_("Material available on"), required=False, widget=DayInput, validators=in_our_time
    )
    needed_by = forms.DateField(label=_("Needed by"), required=False, widget=DayInput, validators=in_our_time)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("material_available_on"), values.get("needed_by")
        if start and end and start > end:
            self.add_error("needed_by", _("This is before the material is available."))
        return values

    @property
    def step_kinds(self) -> list[str]:
        return [kind for kind, _label in Step.Kind.choices if kind in self.cleaned_data["steps"]]


class WordsFields(forms.Form):
    text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[no_nul],
        help_text=_("Confidential. Never shown to a CDMO before an agreement."),
    )


class ProjectForm(WordsFields, WhenFields, WhatFields):
    """What a pasted text says of the project; the rest of a brief has starting values."""


def preset_weights() -> list[tuple[str, list[float]]]:
    """The presets' points, in the order of the heads, for the page."""
    return [(str(label), [PRESETS[value][head] for head in HEADS]) for value, label in Brief.Preset.choices]

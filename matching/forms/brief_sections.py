"""The sections in which a brief is written, each saved by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matching.forms.briefs import WhatFields, WhenFields, WordsFields, weeks_field
from matching.forms.weighting import OWN, weighting_fields, weighting_from, weighting_initial
from matching.merging import Plain, Values, marks
from matching.models import Brief
from matching.plain_briefs import (
    DAYS,
    TERMS,
    WEEKS,
    plain_day,
    plain_number,
    weighting_in,
    weighting_value,
)
from partners.models import Term

OPENED = "opened-"
"""Before the name of a field: the mark of the value that the form was opened with."""


class SectionForm(forms.Form):
    """A section as plain values (matching.plain_briefs), with a mark of each that it was opened with.

    `opened` are the marks that go with `values` where others stand in the form: those of a conflict.
    """

    slug: ClassVar[str]
    rows: ClassVar[tuple[tuple[str, ...], ...]]
    """The values of a brief that the section holds, as they stand beside each other."""

    def __init__(
        self, data: QueryDict | None = None, *, values: Values, opened: Mapping[str, str] | None = None
    ) -> None:
        own = {name: values[name] for name in self.names()}
        super().__init__(data, initial=self.initial_from(own))
        sent = {name: self.data.get(OPENED + name, "") for name in own}
        self.opened = opened or (sent if self.is_bound else marks(own))

    @classmethod
    def names(cls) -> list[str]:
        return [name for row in cls.rows for name in row]

    def initial_from(self, values: Values) -> dict[str, Any]:
        return dict(values)

    def sent(self) -> dict[str, Plain]:
        """What was sent as plain values, after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in self.names()}

    def blocks(self) -> list[list["Block"]]:
        return [[Block(name, self, OPENED + name, self.opened[name]) for name in row] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Block:
    """The controls of one value, and the hidden one that holds its mark."""

    name: str
    form: SectionForm
    mark_name: str
    mark: str

    @property
    def field(self) -> forms.BoundField | None:
        return self.form[self.name] if self.name in self.form.fields else None


class WhatSection(SectionForm, WhatFields):
    slug = "what"
    rows = (("title",), TERMS)

    def initial_from(self, values: Values) -> dict[str, Any]:
        labels = dict(Term.objects.filter(code__in=_codes(values)).values_list("code", "label"))
        typed = {name: labels.get(str(values[name]), "") for name in ("modality", "dosage_form")}
        return {**values, **typed}

    def sent(self) -> dict[str, Plain]:
        values = super().sent()
        return {name: value.code if isinstance(value, Term) else value for name, value in values.items()}


class WhenSection(SectionForm, WhenFields):
    slug = "when"
    rows = (("steps",), DAYS, WEEKS)
    contracting_weeks = weeks_field(_("Weeks for contracts"))
    transfer_weeks = weeks_field(_("Weeks for transfer"))
    release_weeks = weeks_field(_("Weeks for release"))
    shipping_weeks = weeks_field(_("Weeks for shipping"))

    def __init__(
        self, data: QueryDict | None = None, *, values: Values, opened: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, values=values, opened=opened)
        self.fields["steps"].required = False
        self.fields["steps"].help_text = _(
            "What is asked of work that you take away is asked of the whole project until you add it again."
        )

    def sent(self) -> dict[str, Plain]:
        plain: dict[str, Plain] = {"steps": list(self.step_kinds)}
        plain |= {name: plain_day(self.cleaned_data[name]) for name in DAYS}
        return plain | {name: plain_number(self.cleaned_data[name]) for name in WEEKS}


class WeightsSection(SectionForm):
    slug = "weights"
    rows = (("weighting",),)
    preset = forms.ChoiceField(
        label=_("Weights for"),
        choices=Brief.Preset.choices,
        help_text=_("Starting points are our editors' judgement."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, values: Values, opened: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, values=values, opened=opened)
        self.fields.update(weighting_fields())

    def initial_from(self, values: Values) -> dict[str, Any]:
        said: Any = values["weighting"]
        return {"preset": said["preset"]} | weighting_initial(weighting_in(said))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not any(name in self.errors for name in (*OWN, "preset")):
            try:
                self.weighting = weighting_from(values)
            except ValidationError as error:
                self.add_error(None, error)
        return values

    def sent(self) -> dict[str, Plain]:
        return {"weighting": weighting_value(self.weighting, self.cleaned_data["preset"])}


class WordsSection(SectionForm, WordsFields):
    slug = "words"
    rows = (("text",),)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


SECTIONS: Mapping[str, type[SectionForm]] = {
    section.slug: section for section in (WhatSection, WhenSection, WeightsSection, WordsSection)
}


def _codes(values: Values) -> list[str]:
    return [str(values[name]) for name in TERMS if values[name]]

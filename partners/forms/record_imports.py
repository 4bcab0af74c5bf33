"""The import of a sponsor's list: its file, its sheet, its columns and the words of its status column."""

import hashlib
import string
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cdmo_portal.documents import TABLE_ENDINGS, DocumentRefused, tables_of
from partners.importers.record_cells import DateOrder, text_of
from partners.importers.record_columns import (
    HEADINGS,
    MOST_STATUS_WORDS,
    guessed,
    heading_key,
    meant,
)
from partners.importers.record_rows import Cells, column_of, headings_of
from partners.models import ImportMapping, PrivateRecord
from partners.record_words import COLUMNS

SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 40
HELP: Final = {
    "duns": _("Finds the site without doubt."),
    "fei": _("Finds the site without doubt."),
    "country": _("Code or English name. Without it no name is matched without asking you."),
    "owner": _("E-mail address or full name of a member of your organisation."),
    "cda_until": _("A day, or “open-ended”."),
    "msa_until": _("A day, or “open-ended”."),
    "quality_until": _("A day, or “open-ended”."),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Your list"),
        widget=forms.FileInput(attrs={"accept": ",".join(TABLE_ENDINGS)}),
        help_text=_(
            "Excel (.xlsx) or CSV, up to 5 MB, 10,000 rows and 200 columns. The file itself is not kept."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.sheets = tables_of(file.name or "", file)
        except DocumentRefused as error:
            raise ValidationError(str(error), code="refused") from error
        return file


class SheetForm(forms.Form):
    sheet = forms.TypedChoiceField(label=_("Sheet"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, sheets: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(data)
        field: Any = self.fields["sheet"]
        field.choices = [
            (at, _("%(name)s, %(rows)d rows") % {"name": sheet["name"], "rows": len(sheet["rows"])})
            for at, sheet in enumerate(sheets)
            if not sheet["refused"]
        ]


class MappingForm(forms.Form):
    """One choice of column per field; once there is a status column, one choice of status per word in it."""

    date_order = forms.ChoiceField(
        label=_("How are days like 3/4/2027 meant?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (DateOrder.UNSAID.value, _("Not said: refuse those that can be read in two ways")),
            (DateOrder.DAY_FIRST.value, _("Day first: 3 April")),
            (DateOrder.MONTH_FIRST.value, _("Month first: March 4")),
        ],
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rows: Sequence[Cells],
        mapping: Mapping[str, Any],
        remembered: ImportMapping | None,
    ) -> None:
        self.rows, self.headings = rows, headings_of(rows)
        known = remembered or ImportMapping()
        columns = mapping.get("columns") or guessed(self.headings, known.headings)
        order = mapping.get("date_order", known.date_order)
        given = {**{name: str(at) for name, at in columns.items()}, "date_order": order}
        super().__init__(data, initial=given)
        choices = [("", _("Not in this list")), *self._columns()]
        for name, label in COLUMNS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, required=name == "name", help_text=HELP.get(name, "")
            )
        self._add_words({**known.statuses, **mapping.get("statuses", {})})

    def _columns(self) -> list[tuple[str, str]]:
        return [
            (str(at), f"{letters(at)}: {heading}" if heading else letters(at))
            for at, heading in enumerate(self.headings)
        ]

    def _add_words(self, statuses: Mapping[str, str]) -> None:
        """Words that the person has not been shown yet stand there as guessed, and are to be looked at."""
        self.words: dict[str, str] = {}
        self.has_new_words = self.has_too_many_words = False
        column = self._column_of("status")
        if column is None:
            return
        found = {heading_key(text): text for text in self._texts(column)}
        if len(found) > MOST_STATUS_WORDS:
            self.has_too_many_words = True
            return
        sent: Any = copy(self.data)
        for key, word in found.items():
            name = f"word-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
            guess = meant(word, statuses)
            self.words[name] = key
            self.fields[name] = forms.ChoiceField(
                label=word[:LONGEST_SAMPLE],
                initial=guess,
                choices=[("", _("Choose")), *PrivateRecord.Status.choices],
            )
            if self.is_bound and name not in sent:
                sent[name], self.has_new_words = guess, True
        if self.is_bound:
            self.data = sent

    def _texts(self, column: int) -> list[str]:
        texts = (" ".join(text_of(cell).split()) for cell in column_of(self.rows, column))
        return [text for text in texts if heading_key(text)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name in COLUMNS:
            column = cleaned.get(name)
            if column and column in taken:
                message = _("This column is given to “%(label)s” already.")
                self.add_error(name, message % {"label": COLUMNS[taken[column]]})
            elif column:
                taken[column] = name
        if self.has_too_many_words:
            message = _("This column has more than %(most)d different words, so it is hardly a status.")
            self.add_error("status", message % {"most": MOST_STATUS_WORDS})
        elif self.has_new_words:
            self.add_error("status", _("Look at what the words of this column mean, below, and go on."))
        return cleaned

    @property
    def columns(self) -> dict[str, int]:
        return {name: int(self.cleaned_data[name]) for name in HEADINGS if self.cleaned_data.get(name)}

    @property
    def statuses(self) -> dict[str, str]:
        return {key: self.cleaned_data[name] for name, key in self.words.items()}

    @property
    def field_rows(self) -> list[tuple[forms.BoundField, str]]:
        """Every field of ours with samples from the column that is chosen for it."""
        samples, chosen = self.samples, {name: self._column_of(name) for name in COLUMNS}
        return [(self[name], samples[at] if at is not None else "") for name, at in chosen.items()]

    def _column_of(self, name: str) -> int | None:
        """The column that is chosen, as far as what was sent is one."""
        value = str(self[name].value() or "")
        column = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else len(self.headings)
        return column if column < len(self.headings) else None

    @property
    def word_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.words]

    @property
    def samples(self) -> list[str]:
        """The first different values of each column."""
        return [" · ".join(self._samples(at)) for at in range(len(self.headings))]

    def _samples(self, column: int) -> list[str]:
        found: dict[str, None] = {}
        for cell in column_of(self.rows, column):
            if text := " ".join(text_of(cell).split())[:LONGEST_SAMPLE]:
                found[text] = None
            if len(found) == SAMPLES:
                break
        return list(found)


def letters(column: int) -> str:
    """A column as spreadsheets name it: A, B, …, Z, AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = string.ascii_uppercase[rest] + name
    return name

"""Many terms at once: ticked in the vocabulary, or a line of text each with its numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.capability_bulk import MOST_AT_ONCE
from partners.actions.profiles import CapabilityFacts, MeasureFacts
from partners.actions.stated import MOST_MEASURES, STATED_FACETS
from partners.forms.capabilities import CapabilityForm, MeasureForm
from partners.forms.editing import TextField
from partners.forms.terms import TermField
from partners.models import Site, Term
from partners.term_words import entries_of

MOST_CELLS: Final = 4
LONGEST_LINES: Final = 20_000
MOST_LINES: Final = 500
# A word that is unknown is compared with the whole vocabulary, and nobody mends more at a time.
MOST_PROBLEMS: Final = 20

type Stated = dict[Term, tuple[MeasureFacts, ...]]


class LinesField(TextField):
    """One term on each line, with a number where there is one: cells between semicolons, or from a sheet.

    Cleans to the numbers by term. Every line that cannot be read is refused by its number.
    """

    def clean(self, value: Any) -> Any:
        found: dict[Term, list[MeasureFacts]] = {}
        problems: list[str] = []
        rows = list(_rows(super().clean(value)))
        if len(rows) > MOST_LINES:
            raise ValidationError(
                _("There are %(count)d lines; %(most)d are read at once. A table can be uploaded instead.")
                % {"count": len(rows), "most": MOST_LINES}
            )
        for number, cells in rows:
            if len(problems) >= MOST_PROBLEMS:
                problems.append(_("What comes after line %d was not read yet.") % (number - 1))
                break
            try:
                term, measure = _read(cells)
            except ValidationError as error:
                problems += [
                    _("Line %(number)d: %(problem)s") % {"number": number, "problem": each}
                    for each in error.messages
                ]
                continue
            found.setdefault(term, []).extend([measure] if measure else [])
        problems += [
            _("“%(term)s” has more than %(most)d numbers.") % {"term": term, "most": MOST_MEASURES}
            for term, measures in found.items()
            if len(measures) > MOST_MEASURES
        ]
        if problems:
            raise ValidationError(problems)
        return {term: tuple(measures) for term, measures in found.items()}


class CapabilityBulkForm(CapabilityForm):
    """The terms, and what holds for all of them: place, stages, backing, date, audience, note."""

    term = None  # type: ignore[assignment]  # Django's way to leave out a field
    picks = forms.MultipleChoiceField(
        choices=lambda: [(entry.code, entry.label) for entry in entries_of(frozenset(STATED_FACETS))],
        required=False,
        label=_("Ticked terms"),
        error_messages={"invalid_choice": _("“%(value)s” is not in the vocabulary.")},
    )
    lines = LinesField(
        max_length=LONGEST_LINES,
        rows=6,
        required=False,
        label=_("Terms as text"),
        help_text=_(
            "One on each line, alone or with a number: term; measure; number or range; unit. "
            "Or the same four columns copied from a spreadsheet. A term may come again with another number."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, site: Site, typed: Any = None) -> None:
        """`typed` fills the boxes in without judging them yet."""
        super().__init__(data, site=site)
        if typed is not None:
            many = ("picks", "stages")
            given = {
                name: typed.getlist(name) if name in many else typed.get(name)
                for name in self.fields
                if name in typed
            }
            self.initial = {**self.initial, **given}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not {"picks", "lines"} & self.errors.keys():
            ticked = Term.objects.filter(code__in=values["picks"], retired_at__isnull=True)
            chosen = {**dict.fromkeys(ticked, ()), **values["lines"]}
            if not chosen:
                self.add_error(None, _("Tick a term, or write one on a line."))
            if len(chosen) > MOST_AT_ONCE:
                self.add_error(None, _("At most %(most)d terms at once.") % {"most": MOST_AT_ONCE})
            values["chosen"] = chosen
        return values

    def statements(self) -> list[CapabilityFacts]:
        facts = self.facts()
        chosen: Stated = facts["chosen"]
        line, stages = self.site_lines.get(facts["place"]), tuple(facts["stages"])
        names = ("is_offered", "basis", "source", "confirmed_on", "audience", "note")
        shared = {name: facts[name] for name in names}
        return [
            CapabilityFacts(term=term, line=line, stages=stages, measures=measures, **shared)
            for term, measures in chosen.items()
        ]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, with their numbers; a first line of headings is passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ";")]
        while cells and not cells[-1]:
            cells.pop()
        if cells and not (number == 1 and cells[0].casefold() == "term"):
            yield number, cells


def _read(cells: list[str]) -> tuple[Term, MeasureFacts | None]:
    if len(cells) > MOST_CELLS:
        raise ValidationError(_("There are more than four cells: term; measure; number; unit."))
    term: Term | None = TermField(facets=STATED_FACETS, required=False).clean(cells[0])
    if term is None:
        raise ValidationError(_("The term is missing."))
    if len(cells) == 1:
        return term, None
    measure, number, unit = (*cells[1:], "", "")[:3]
    form = MeasureForm({"term": measure, "number": number, "unit": unit})
    if not form.is_valid():
        raise ValidationError(
            [
                f"{form.fields[name].label}: {message}" if name in form.fields else message
                for name, messages in form.errors.items()
                for message in messages
            ]
        )
    return term, form.cleaned_data["facts"]

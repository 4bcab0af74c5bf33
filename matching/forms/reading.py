"""Forms of the page that reads a brief: the text or a file, then what the person makes of the proposals."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cdmo_portal.documents import ENDINGS, LONGEST_TEXT, DocumentRefused, text_of, tidy
from matching.forms.briefs import DayInput, ProjectForm, in_our_time, no_nul
from matching.forms.requirements import FORMS
from matching.models import Brief, Requirement, Step
from matching.plain_briefs import FIRST_WEEKS
from matching.proposing import KINDS, ProjectProposed, Proposed, row_for_term, with_term
from matching.reading.findings import Span
from partners.forms.terms import TermField
from partners.term_suggestions import Suggestion
from partners.term_words import entries_of

Strength = Requirement.Strength
ROWS_TO_ADD = 3
MOST_ADDED = 40


class PastedText(forms.CharField):
    """Text as people paste it: line ends and control characters of other programs are put right."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        no_nul(text)
        if text.count("\ufffd") > len(text) / 20:
            raise ValidationError(_("This does not look like text."), code="binary")
        return tidy(text)


class PasteForm(forms.Form):
    text = PastedText(
        label=_("E-mail or section of an RFP"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_("Confidential. Nothing is kept before you confirm, and nothing is sent anywhere."),
    )
    document = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("Text, Word (.docx) or PDF with text, up to 5 MB. The file itself is not kept."),
    )
    as_of = forms.DateField(
        label=_("Written on"),
        widget=DayInput,
        validators=in_our_time,
        help_text=_("“Within 14 weeks” and the like count from this day."),
    )

    def clean_document(self) -> str:
        document = self.cleaned_data["document"]
        if not document:
            return ""
        try:
            return text_of(document.name, document)
        except DocumentRefused as refusal:
            raise ValidationError(str(refusal), code="document") from refusal

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        if values["text"] and values["document"]:
            self.add_error("document", _("Paste the text or choose a file, not both."))
        elif not values["text"] and not values["document"]:
            self.add_error("text", _("Paste a text, or choose a file."))
        return values

    @property
    def brief_text(self) -> str:
        """The text to read, from either, after `is_valid()`."""
        return str(self.cleaned_data["text"] or self.cleaned_data["document"])


@dataclass(frozen=True, slots=True)
class Words:
    """Words that no term stands for, and terms that may be meant."""

    key: str
    text: str
    strength: str
    spans: tuple[Span, ...]
    suggestions: tuple[Suggestion, ...]


class ChoicesForm(forms.Form):
    """What to keep of the proposals, how strong, by which of finer terms; and terms for unknown words."""

    def __init__(self, *args: Any, proposed: Proposed, words: Sequence[Words], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed, self.words = proposed, words
        keys = [(row.key, row.key) for row in proposed.rows]
        self.fields["keep"] = forms.MultipleChoiceField(choices=keys, required=False)
        for row in proposed.rows:
            self.fields[f"strength_{row.key}"] = _strength(row.row["strength"])
            if row.finer:
                self.fields[f"term_{row.key}"] = _term(row.finer, row.row["term"])
        for each in words:
            codes = [suggestion.code for suggestion in each.suggestions]
            self.fields[f"word_{each.key}"] = _term(codes, "", first=_("Leave it out"))
            self.fields[f"word_strength_{each.key}"] = _strength(each.strength)

    def kept_keys(self) -> set[str]:
        """Of the rows that are ticked: as sent, also where something else is wrong, else as proposed."""
        if self.is_bound:
            return set(self["keep"].data or ())
        return {row.key for row in self.proposed.rows if row.is_kept}

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Key and RequirementBody of each row that is kept, after `is_valid()`."""
        values = self.cleaned_data
        for each in self.proposed.rows:
            if each.key in values["keep"]:
                row = each.row | {"strength": values[f"strength_{each.key}"]}
                yield f"p{each.key}", with_term(row, values[f"term_{each.key}"]) if each.finer else row
        for words in self.words:
            if code := values[f"word_{words.key}"]:
                yield f"u{words.key}", added_row(code, values[f"word_strength_{words.key}"], words.text)


def added_row(code: str, strength: str, label: str) -> dict[str, Any]:
    """The row of a term that a person chose from those that make requirements."""
    row = row_for_term(code, strength, label)
    if row is None:
        raise LookupError(code)
    return row


def _strength(first: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=Strength.choices, initial=first, widget=_select())


def _term(codes: Sequence[str], initial: str, *, first: Any = None) -> forms.ChoiceField:
    labels = {entry.code: entry.label for entry in entries_of(frozenset())}
    choices = [("", first)] if first else []
    choices += [(code, labels[code]) for code in codes]
    return forms.ChoiceField(choices=choices, initial=initial, required=first is None, widget=_select())


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class AddedForm(forms.Form):
    """A requirement that the text does not name, by its term."""

    term = TermField(label=_("Term"), facets=list(KINDS), required=False)
    strength = forms.ChoiceField(label=_("Strength"), choices=Strength.choices, required=False)


AddedFormSet: type[BaseFormSet[AddedForm]] = formset_factory(
    AddedForm, extra=ROWS_TO_ADD, max_num=MOST_ADDED, validate_max=True, can_delete=True
)


class Review:
    """The forms of the second page together. Without `data` they show what is proposed.

    `carried` is what was sent with another text: its title and the requirements added by hand stay.
    """

    def __init__(
        self,
        *,
        proposed: Proposed,
        project: ProjectProposed,
        words: Sequence[Words],
        text: str,
        data: QueryDict | None = None,
        carried: QueryDict | None = None,
    ) -> None:
        self.proposed, self.preset, self.text = proposed, project.preset, text
        # What is read is what is kept: the text as it was put right, not as it was sent.
        bound = _with(data, text=text) if data is not None else None
        title = carried.get("title") if carried is not None else None
        initial = _initial(project) | {"text": text} | ({"title": title} if title else {})
        self.project = ProjectForm(bound, initial=initial)
        self.choices = ChoicesForm(bound, proposed=proposed, words=words)
        self.added = AddedFormSet(bound if carried is None else carried, prefix="added")
        self.sent_signature = data.get("seen", "") if data is not None else ""

    @cached_property
    def signature(self) -> str:
        """What was shown, in short: a form sent from another text, or another version, does not fit."""
        shown = repr((self.text, [(row.key, row.row, row.finer) for row in self.proposed.rows]))
        return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def is_outdated(self) -> bool:
        return self.sent_signature != self.signature

    def is_valid(self) -> bool:
        """Also turns every row into a requirement; what is wrong with one stands in the project's errors."""
        forms_are_valid = [self.project.is_valid(), self.choices.is_valid(), self.added.is_valid()]
        if not all(forms_are_valid):
            self._say_elsewhere()
            return False
        self.requirements = list(self._requirements())
        return self.project.is_valid()

    def refuse(self, reason: str) -> None:
        self.project.add_error(None, reason)

    @property
    def brief_fields(self) -> dict[str, Any]:
        """Column values for the brief, after `is_valid()`."""
        plain = {name: value for name, value in self.project.cleaned_data.items() if name != "steps"}
        return plain | FIRST_WEEKS | {"preset": self.preset}

    def _say_elsewhere(self) -> None:
        for name in self.choices.errors:
            self.refuse(_("Choose from what the page offers (%s).") % name)
        for number, form in enumerate(self.added.forms, 1):
            for text in (text for field in form for text in field.errors):
                self.refuse(_("Added requirement %(number)s: %(text)s") % {"number": number, "text": text})
        for text in self.added.non_form_errors():
            self.refuse(str(text))

    def _requirements(self) -> Iterator[Requirement]:
        brief = Brief(title=self.project.cleaned_data["title"])
        kinds = self.project.step_kinds
        steps = [Step(brief=brief, kind=kind, position=place) for place, kind in enumerate(kinds)]
        for name, row in self._rows():
            form = FORMS[row["kind"]](data=_as_typed(row, kinds), brief=brief, steps=steps)
            if form.is_valid():
                requirement = form.requirement()
                requirement.alternative = row.get("alternative", "")
                yield requirement
            else:
                reasons = [str(text) for field in form for text in field.errors]
                self.refuse(f"“{row['label'] or name}”: {' '.join(reasons)}")

    def _rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self.choices.rows()
        for number, form in enumerate(self.added.forms, 1):
            values = form.cleaned_data
            if values.get("term") and not values.get("DELETE"):
                yield str(number), added_row(values["term"].code, values["strength"] or Strength.MUST, "")


def _with(data: QueryDict, **more: str) -> QueryDict:
    copied = data.copy()
    for name, value in more.items():
        copied[name] = value
    return copied


def _initial(project: ProjectProposed) -> dict[str, Any]:
    labels = {entry.code: entry.label for entry in entries_of(frozenset())}
    return {
        "title": project.title,
        "steps": project.steps,
        "stage": project.stage,
        "modality": labels.get(project.modality, ""),
        "dosage_form": labels.get(project.dosage_form, ""),
        "material_available_on": project.material_available_on,
        "needed_by": project.needed_by,
    }


def _as_typed(row: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    """The row as a person would have typed it. Where its step is not ticked, it is of the whole project."""
    typed = {name: value for name, value in row.items() if value is not None}
    if typed.get("step") and typed["step"] not in steps:
        del typed["step"]
        if typed["kind"] == Requirement.Kind.TERM:
            typed["scope"] = Requirement.Scope.SITE
    return typed

"""A form field for the vocabulary: a term by its label, code or a synonym."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Term
from partners.term_words import entries_of, labels_near, term_called

LONGEST = 160


class TermInput(forms.TextInput):
    """A text box that finds terms while somebody types (`components/datalists.html` has what it needs).

    Without scripts it suggests the labels of the facets, from the `<datalist>` beside it in the page.
    """

    def __init__(self, list_id: str, facets: Collection[str]) -> None:
        super().__init__(attrs={"list": list_id, "autocomplete": "off", "spellcheck": "false"})
        self.facets = sorted(facets)

    def build_attrs(self, *given: Any, **more: Any) -> dict[str, Any]:
        query = urlencode({"facets": ",".join(self.facets)}, safe=",")
        return {
            **super().build_attrs(*given, **more),
            "data-terms": f"{reverse('partners:term_search')}?{query}",
        }


class TermField(forms.CharField):
    """Cleans to the `Term` row. An unknown word is refused with the labels nearest to it."""

    def __init__(self, *, facets: Collection[str] = (), **options: Any) -> None:
        self.facets = frozenset(facets)
        options.setdefault("widget", TermInput(self.list_id, self.facets))
        super().__init__(max_length=LONGEST, **options)

    @property
    def list_id(self) -> str:
        return "terms-" + ("-".join(sorted(self.facets)) or "all")

    @property
    def suggestions(self) -> list[str]:
        """Labels for the `<datalist>`."""
        return [entry.label for entry in entries_of(self.facets)]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        entry = term_called(text, self.facets)
        if entry is None:
            raise ValidationError(self._unknown(text), code="unknown_term")
        return Term.objects.get(code=entry.code)

    def prepare_value(self, value: Any) -> Any:
        """A term shows as its label; what was typed stays as typed."""
        if isinstance(value, Term):
            return value.label
        if isinstance(value, int):
            return Term.objects.get(pk=value).label
        return value

    def _unknown(self, text: str) -> str:
        labels = labels_near(text, self.facets)
        hint = _("Did you mean: %s?") % ", ".join(labels) if labels else _("Choose one from the list.")
        return _("“%(text)s” is not in the vocabulary. %(hint)s") % {"text": text[:60], "hint": hint}


def term_fields_of(form: forms.BaseForm) -> list[TermField]:
    """The form's term fields, one per list of suggestions, for the page's `<datalist>` elements."""
    fields = [field for field in form.fields.values() if isinstance(field, TermField)]
    return list({field.list_id: field for field in fields}.values())

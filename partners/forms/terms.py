"""A form field for the vocabulary: a term by its label, code or a synonym."""

import difflib
import re
from collections.abc import Collection
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Term
from partners.vocabulary import TermEntry, current_vocabulary

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
        entry = _by_word(self.facets).get(_folded(text))
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
        near = difflib.get_close_matches(_folded(text), _by_word(self.facets), n=3, cutoff=0.5)
        labels = list(dict.fromkeys(_by_word(self.facets)[word].label for word in near))
        hint = _("Did you mean: %s?") % ", ".join(labels) if labels else _("Choose one from the list.")
        return _("“%(text)s” is not in the vocabulary. %(hint)s") % {"text": text[:60], "hint": hint}


def term_fields_of(form: forms.BaseForm) -> list[TermField]:
    """The form's term fields, one per list of suggestions, for the page's `<datalist>` elements."""
    fields = [field for field in form.fields.values() if isinstance(field, TermField)]
    return list({field.list_id: field for field in fields}.values())


def entries_of(facets: frozenset[str]) -> list[TermEntry]:
    terms = current_vocabulary().terms.values()
    return [entry for entry in terms if not facets or entry.facet in facets]


@cache
def _by_word(facets: frozenset[str]) -> dict[str, TermEntry]:
    """Entries by folded label, code and synonym; where two share a word, labels win over synonyms."""
    words: dict[str, TermEntry] = {}
    entries = entries_of(facets)
    for entry in entries:
        for synonym in entry.synonyms:
            words.setdefault(_folded(synonym), entry)
    for entry in entries:
        words[_folded(entry.label)] = words[_folded(entry.code)] = entry
    return words


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()

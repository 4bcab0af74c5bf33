"""Saving a search of the directory, and changing what was saved."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.actions.saved_searches import SearchFacts
from partners.forms.editing import LineField, VersionedForm, initial_of
from partners.models import SavedSearch
from partners.models.saved_searches import LONGEST_QUERY


class SearchForm(VersionedForm):
    name = LineField(label=_("Name"), max_length=120)
    alert = forms.ChoiceField(
        label=_("Mail me news"),
        choices=SavedSearch.Alert.choices,
        initial=SavedSearch.Alert.NONE,
        help_text=_("When a new site matches, or capacity opens at one that matches."),
    )
    is_shared = forms.BooleanField(
        label=_("Shared with colleagues"),
        required=False,
        help_text=_("They may open and copy it. Mails go to you alone."),
    )

    def __init__(self, data: QueryDict | None = None, *, search: SavedSearch | None = None) -> None:
        super().__init__(data, initial=_initial(search) if search else None)

    def search_facts(self) -> SearchFacts:
        values = self.cleaned_data
        return SearchFacts(name=values["name"], alert=values["alert"], is_shared=values["is_shared"])


class NewSearchForm(SearchForm):
    query = forms.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("This search is too long to be saved. Take out some values.")},
    )

    def __init__(self, data: QueryDict | None = None, *, query: str = "") -> None:
        super().__init__(data)
        self.initial["query"] = query


def _initial(search: SavedSearch) -> dict[str, Any]:
    return initial_of(search, SearchForm) | {"version": search.version}

"""The filters of a search in words, each removable; where nothing is found, which of them is the cause."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from partners import facets, numbers, own_status
from partners.filters import SiteFilter
from partners.search_address import address


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    url: str
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Culprit:
    """A filter without which something would be found."""

    label: str
    url: str
    count: int


def chips(filters: SiteFilter, asked: QueryDict) -> list[Chip]:
    found = []
    if filters.text is not None:
        found.append(Chip(f"“{filters.form.cleaned_data['q']}”", address(asked, without=("q",)), _("Search")))
    for facet, values in filters.chosen.items():
        labels = dict(filters.choices_of(facet))
        found += [
            Chip(labels[value], address(asked, value=(facet, value)), str(facets.LABELS[facet]))
            for value in values
        ]
    for status in filters.our_statuses:
        label = str(own_status.FACET[status])
        found.append(Chip(label, address(asked, value=("our_status", status)), _("Our status")))
    for number in filters.asked_numbers:
        without = numbers.names_of(number.row)
        found.append(Chip(number.label(filters.terms), address(asked, without=without), _("Number")))
    if filters.asked_area is not None:
        label = _("Area %s") % filters.asked_area.text
        found.append(Chip(label, address(asked, without=("area",)), _("Map")))
    return found


def culprits(filters: SiteFilter, asked: QueryDict) -> list[Culprit]:
    """The filters that each by itself keep the page empty, the one that hides most first."""
    labels = {"q": _("the text"), "area": _("the area"), "our_status": _("our status")} | {
        f"measure{number.row}": f"“{number.label(filters.terms)}”" for number in filters.asked_numbers
    }
    found = []
    for name, count in filters.found_without().items():
        label = labels.get(name) or str(facets.LABELS[name])
        row = name.removeprefix("measure")
        without = numbers.names_of(row) if name.startswith("measure") else (name,)
        found.append(Culprit(label, address(asked, without=without), count))
    return sorted((each for each in found if each.count), key=lambda each: -each.count)

"""Addresses of the directory: a search is its query string, and equal searches have equal canonical ones."""

from collections.abc import Collection, Mapping
from typing import Final

from django.http import QueryDict
from django.urls import reverse

from partners import facets, numbers

DEFAULTS: Final = {("sort", "relevance"), ("view", "list")}
MANY: Final = (*facets.LABELS, "our_status")
"""The filters of which several values may be ticked."""
ORDER: Final = ("q", *MANY, *numbers.NAMES, "area", "sort")
"""The filters, in the order in which a canonical query names them."""


def address(
    asked: QueryDict,
    *,
    without: Collection[str] = (),
    value: tuple[str, str] = ("", ""),
    put: Mapping[str, str] | None = None,
    to: str = "partners:site_list",
) -> str:
    """The directory with the same question, less parameters or one value of a facet, or with others put.

    Whatever changes, the page is the first again; parameters that say nothing are left out.
    """
    changes = bool(without or any(value) or put)
    left = QueryDict(mutable=True)
    for name, values in asked.lists():
        if name == numbers.ROWS_SHOWN or name in without or (changes and name == "page"):
            continue
        left.setlist(name, [each for each in values if each and (name, each) not in {value, *DEFAULTS}])
    for name, new in (put or {}).items():
        left.setlist(name, [new] if (name, new) not in DEFAULTS else [])
    query = left.urlencode(safe=",")
    return f"{reverse(to)}?{query}" if query else reverse(to)


def canonical(asked: QueryDict) -> str:
    """The query string that searches for the same thing share: sorted, numbers closed up.

    The page and the way in which results are shown are left out.
    """
    known = QueryDict(mutable=True)
    numbered = _closed_up(asked)
    for name in ORDER:
        if name in MANY:
            values = asked.getlist(name)
        else:
            values = [numbered.get(name, "") if name in numbers.NAMES else asked.get(name, "")]
        known.setlist(
            name,
            sorted(
                each for each in {value.strip() for value in values} if each and (name, each) not in DEFAULTS
            ),
        )
    return known.urlencode(safe=",")


def _closed_up(asked: QueryDict) -> dict[str, str]:
    """The rows of numbers that are filled in, sorted, from the first row on."""
    rows = [tuple(asked.get(name, "").strip() for name in numbers.names_of(row)) for row in numbers.ROWS]
    filled = sorted(row for row in rows if any(row))
    return {
        name: part
        for suffix, row in zip(numbers.ROWS, filled, strict=False)
        for name, part in zip(numbers.names_of(suffix), row, strict=True)
    }

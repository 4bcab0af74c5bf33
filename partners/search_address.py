"""The query of the directory in one canonical form, so that the same question is always the same text."""

from collections.abc import Container
from typing import Final

from django.http import QueryDict

from partners import facets

UNSAID: Final = {("sort", "relevance")}


def canonical(asked: QueryDict, filters: Container[str]) -> str:
    """The question alone: names in order, ticked values in order and once, nothing that says nothing.

    Parameters that are no filters (the page, the way results are shown) are left out. Values of other
    parameters than facets keep their places, since several of them may belong together by place.
    """
    kept = QueryDict(mutable=True)
    for name in sorted(asked):
        values = _said(name, asked.getlist(name))
        if name in filters and any(values):
            kept.setlist(name, values)
    return kept.urlencode()


def _said(name: str, values: list[str]) -> list[str]:
    values = [value.strip() for value in values if (name, value) not in UNSAID]
    return sorted({value for value in values if value}) if name in facets.LABELS else values

"""Asking the directory a kept query again: what it finds now, what it says in words, or why it cannot."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from partners.actions.saved_searches import Found
from partners.filters import SiteFilter
from partners.forms.editing import shown
from partners.models import SearchMark, Site
from partners.open_capacity import open_site_ids
from partners.searching import DIRECTORY


class QueryInvalid(Exception):
    """The directory does not answer this query any more, for instance because a term was retired."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The part of a request that the filters read."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Criterion:
    label: str
    value: str


def filters_of(query: str, actor: Actor) -> SiteFilter:
    return SiteFilter(QueryDict(query), queryset=Site.objects.all(), request=Asking(actor))


def answer(query: str, actor: Actor) -> Found:
    """The sites that the query finds for this actor now; raises QueryInvalid, with all reasons."""
    # The mark first: a change that its rows do not show yet is then seen as one that came later.
    mark = SearchMark.objects.filter(name=DIRECTORY).values_list("mark", flat=True).first() or 0
    filters = filters_of(query, actor)
    if reasons := filters.problems():
        raise QueryInvalid(" ".join(reasons))
    found = filters.rows.order_by().values_list("site_id", flat=True)
    open_ids = open_site_ids(found, actor=actor, today=timezone.localdate())
    site_ids = frozenset(found)
    return Found(site_ids, site_ids & open_ids, mark)


def in_words(filters: SiteFilter) -> list[Criterion]:
    """The query as a person reads it, also one that is not answered any more."""
    names = [name for name in filters.filters if name in filters.data and name != "sort"]
    fields = [filters.form[name] for name in names]
    return [Criterion(str(field.label), shown(field)) for field in fields if shown(field)]

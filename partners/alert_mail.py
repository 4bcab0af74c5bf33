"""The mails of a saved search, and the link in them that stops them without signing in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cdmo_portal.accounts.actors import Actor
from partners.models import SavedSearch, Site
from partners.open_capacity import Opening, next_openings
from partners.site_cards import place_of

MOST_TOLD: Final = 20
# It never expires: a mail may be read years later, and the link does nothing but stop mails.
STOPPING: Final = Signer(salt="partners.search_stop")
HOW_OFTEN: Final = {
    SavedSearch.Alert.DAILY: "once a day at most",
    SavedSearch.Alert.AT_ONCE: "as soon as there is news, every 15 minutes at most",
}


@dataclass(frozen=True, slots=True)
class News:
    """Sites that match and did not before, and others that had no open quarter before."""

    new: frozenset[int]
    opened: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.new or self.opened)


@dataclass(frozen=True, slots=True)
class Told:
    """The sites that are named, in the order of their names."""

    new: list[Site]
    opened: list[Site]
    openings: dict[int, Opening]


def stop_url(search: SavedSearch) -> str:
    return settings.PUBLIC_URL + reverse("partners:search_stop", args=[STOPPING.sign(str(search.uid))])


def uid_of(token: str) -> str | None:
    """The uid that a link of ours holds; none for any other text."""
    try:
        return STOPPING.unsign(token)
    except BadSignature:
        return None


def named(news: News, *, actor: Actor, today: dt.date) -> Told:
    new, opened = _first(news.new), _first(news.opened)
    return Told(new, opened, next_openings([*new, *opened], actor=actor, today=today))


def subject(search: SavedSearch, news: News) -> str:
    parts = [_counted(len(news.new), "new site")] if news.new else []
    if news.opened:
        parts.append(f"capacity opened at {_counted(len(news.opened), 'site')}")
    return f"{search.name}: {' and '.join(parts)}"


def body(search: SavedSearch, news: News, told: Told) -> str:
    parts = [
        f"There is news of your saved search “{search.name}”.",
        _section("New sites", told.new, len(news.new), told.openings),
        _section("Capacity opened", told.opened, len(news.opened), told.openings),
        f"Everything that matches now:\n{settings.PUBLIC_URL}{search.directory_url}",
        f"The search and what was told of it:\n{settings.PUBLIC_URL}{search.get_absolute_url()}",
        f"You get such mails {HOW_OFTEN[SavedSearch.Alert(search.alert)]}, because you asked for them when"
        f" you saved the search. Stop them, without signing in:\n{stop_url(search)}",
    ]
    return "\n\n".join(part for part in parts if part)


def body_of_problem(search: SavedSearch, problem: str) -> str:
    return (
        f"Your saved search “{search.name}” can no longer be answered, so no news of it is sent.\n\n"
        f"{problem}\n\nSearch again and save the new search:\n"
        f"{settings.PUBLIC_URL}{search.get_absolute_url()}\n\nStop these mails, without signing in:\n"
        f"{stop_url(search)}"
    )


def _first(ids: Iterable[int]) -> list[Site]:
    rows = Site.objects.filter(pk__in=ids).select_related("partner").order_by("name", "pk")
    return list(rows[:MOST_TOLD])


def _section(title: str, sites: list[Site], count: int, openings: dict[int, Opening]) -> str:
    if not sites:
        return ""
    lines = [title, *(_line(site, openings.get(site.pk)) for site in sites)]
    if count > len(sites):
        lines.append(f"- and {count - len(sites):,} more")
    return "\n".join(lines)


def _line(site: Site, opening: Opening | None) -> str:
    where = f"- {' '.join(site.name.split())}, {place_of(site)}"
    when = f"; next open quarter: {opening.quarter}" if opening else ""
    return f"{where}{when}\n  {settings.PUBLIC_URL}{site.get_absolute_url()}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

"""Keeping a search of the directory, sharing it, having its news told, and stopping that again."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.events.recording import record
from partners.actions.editing import (
    AlreadyThere,
    ChangedMeanwhile,
    NotAllowed,
    locked,
    refusing_duplicates,
    require_version,
)
from partners.models import SavedSearch, SearchWatch
from partners.permissions import can_save_searches, is_own_search

MOST_SEARCHES: Final = 50
NAME_TAKEN: Final = gettext_lazy("You have a saved search of this name. Choose another.")


class TooMany(Exception):
    """The person keeps as many searches as anybody may."""


class CannotBeAnswered(Exception):
    """The query is no longer one that the directory answers, so there is nothing to tell of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds at one moment, and which of these sites report something open.

    `facts_mark` is how far the directory's rows had followed the changes of sites before the question.
    """

    site_ids: frozenset[int]
    open_ids: frozenset[int]
    facts_mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacts:
    """What a person says of a search."""

    name: str
    alert: str = SavedSearch.Alert.NONE
    is_shared: bool = False


@transaction.atomic
def save(*, facts: SearchFacts, query: str, found: Found, by: Actor) -> SavedSearch:
    """Keep a query; what it finds now is no news. Raises NotAllowed, TooMany or AlreadyThere."""
    if not can_save_searches(by) or by.user is None or by.organisation is None:
        raise NotAllowed(_("Members of a sponsor save searches."))
    _require_room(by)
    search = SavedSearch(organisation=by.organisation, user=by.user, query=query)
    _fill(search, facts)
    SearchWatch.objects.create(search=search, organisation=by.organisation)
    _start_anew(search, found)
    record("saved_search.saved", by=by, about=search, data={"alert": search.alert})
    return search


@transaction.atomic
def change(
    *, search: SavedSearch, facts: SearchFacts, version: str, found: Found | None, by: Actor
) -> SavedSearch:
    """Rename, share or have told. Whoever turns mails on hears of what comes from now on.

    Raises NotAllowed, ChangedMeanwhile, AlreadyThere or CannotBeAnswered.
    """
    row = _own(search, by)
    require_version(row, version, str(row.version))
    is_turned_on = row.alert == SavedSearch.Alert.NONE != facts.alert
    row.version += 1
    _fill(row, facts)
    if is_turned_on:
        if found is None:
            raise CannotBeAnswered(_("This search can no longer be answered, so there is no news of it."))
        _start_anew(row, found)
    record("saved_search.changed", by=by, about=row, data={"alert": row.alert})
    return row


@transaction.atomic
def delete(*, search: SavedSearch, by: Actor, version: str | None = None) -> None:
    """Put it away, as it stands or as it was seen; for some days it can be restored."""
    row = _own(search, by)
    if version is not None:
        require_version(row, version, str(row.version))
    row.deleted_at, row.version = timezone.now(), row.version + 1
    row.save(update_fields=["deleted_at", "version"])
    SearchWatch.objects.filter(search=row).update(state=SearchWatch.State.RESTING, lease_until=None)
    record("saved_search.deleted", by=by, about=row)


@transaction.atomic
def restore(*, search: SavedSearch, by: Actor) -> None:
    """Undo a deletion, also twice; news that waited is still told.

    Raises TooMany, or AlreadyThere when its name was given to another meanwhile.
    """
    row = _own(search, by, is_deleted_too=True)
    if row.deleted_at is None:
        return
    _require_room(by)
    row.deleted_at, row.version = None, row.version + 1
    with refusing_duplicates(_("You have another search of this name now. Rename that one first.")):
        row.save(update_fields=["deleted_at", "version"])
    SearchWatch.objects.filter(search=row).update(state=SearchWatch.State.ACTIVE, next_due_at=timezone.now())
    record("saved_search.restored", by=by, about=row)


@transaction.atomic
def note_seen(*, search: SavedSearch, found: Found, by: Actor) -> None:
    """Its owner looks at all that it finds: none of it is new to them any more."""
    if is_own_search(by, search):
        SearchWatch.objects.filter(search=search).update(**_seen(found))


@transaction.atomic
def stop_alert(*, search: SavedSearch) -> bool:
    """Tell no more news, for whoever holds the link of a mail; whether there were any to stop."""
    row = SavedSearch.objects.select_for_update(of=("self",)).filter(pk=search.pk).first()
    if row is None or row.alert == SavedSearch.Alert.NONE:
        return False
    row.alert, row.version = SavedSearch.Alert.NONE, row.version + 1
    row.save(update_fields=["alert", "version"])
    record("saved_search.stopped", by=NOBODY, about=row, organisation_id=row.organisation_id)
    return True


def _own(search: SavedSearch, by: Actor, *, is_deleted_too: bool = False) -> SavedSearch:
    if not is_own_search(by, search):
        raise NotAllowed(_("Only whoever saved a search changes it."))
    row = locked(search)
    if row.deleted_at is not None and not is_deleted_too:
        raise ChangedMeanwhile(_("This search was deleted meanwhile. You can restore it from the list."))
    return row


def _require_room(by: Actor) -> None:
    if SavedSearch.objects.owned_by(by).filter(deleted_at=None).count() >= MOST_SEARCHES:
        raise TooMany(_("You keep %d searches already. Delete one first.") % MOST_SEARCHES)


def _fill(row: SavedSearch, facts: SearchFacts) -> None:
    row.name, row.alert, row.is_shared = facts.name, facts.alert, facts.is_shared
    others = SavedSearch.objects.filter(
        organisation_id=row.organisation_id, user_id=row.user_id, name=row.name, deleted_at=None
    )
    if others.exclude(pk=row.pk).exists():
        raise AlreadyThere(str(NAME_TAKEN))
    with refusing_duplicates(str(NAME_TAKEN)):
        row.save()


def _start_anew(search: SavedSearch, found: Found) -> None:
    """Nothing of what is found now is news; a look that a worker began before this writes nothing."""
    SearchWatch.objects.filter(search=search).update(
        lease_until=None,
        lease_token=F("lease_token") + 1,
        next_due_at=timezone.now(),
        known_ids=sorted(found.site_ids),
        open_ids=sorted(found.open_ids),
        has_news=False,
        **_seen(found),
    )


def _seen(found: Found) -> dict[str, object]:
    return {
        "seen_ids": sorted(found.site_ids),
        "match_count": len(found.site_ids),
        "new_count": 0,
        "checked_at": timezone.now(),
    }

"""What every edit of a profile has in common: who may, what was changed meanwhile, who has to hear of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.changes import mark_changed
from partners.models import Site
from partners.permissions import can_edit_site
from partners.searching import rebuild_on_commit

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class NotAllowed(Exception):
    """This actor may not do that; the sentence is for the person."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved since the form was opened; nothing was written."""


class AlreadyThere(Exception):
    """Another row of the same name, id or term stands in the way."""


def require_editor(by: Actor, site: Site) -> None:
    if not can_edit_site(by, site):
        raise NotAllowed(_("Only editors and owners of the organisation that keeps this site may change it."))


def require_version(row: models.Model | None, seen: str, now: str) -> None:
    """Raises ChangedMeanwhile unless what the person saw still stands. A new row has no version."""
    if row is not None and seen != now:
        raise ChangedMeanwhile(_("Somebody else has saved this since you opened the page."))


def locked[Row: models.Model](row: Row, *, is_named: bool = False) -> Row:
    """The row as it stands now, locked to the end of the transaction.

    With `is_named` others may still write rows that name this one, as every kept change names its site: who
    holds a statement and waits for its site must not be waited for by who holds the site.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=is_named)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise ChangedMeanwhile(_("Somebody else has removed this since you opened the page."))
    return found


def fill(row: models.Model, facts: "DataclassInstance", *, leave: frozenset[str] = frozenset()) -> None:
    """Copy facts onto the fields of the same names."""
    for field in fields(facts):
        if field.name not in leave:
            setattr(row, field.name, getattr(facts, field.name))


def mark_of(*values: object) -> str:
    """A short mark of what a person sees, for rows that carry no version number."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


@contextmanager
def refusing_duplicates(sentence: str) -> Iterator[None]:
    """Turns a unique constraint that two people meet at once into AlreadyThere."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise AlreadyThere(sentence) from error


def note_change(
    kind: str, *, site: Site, by: Actor, about: models.Model, data: dict[str, Any] | None = None
) -> None:
    """Record the event, tell matching, and have the directory show it as soon as it is committed."""
    record(kind, by=by, about=about, data={"site": site.pk, **(data or {})})
    mark_changed(site)
    rebuild_on_commit(site.pk)


def note_statement(
    kind: str, *, site: Site, by: Actor, about: models.Model, data: dict[str, Any] | None = None
) -> None:
    """As note_change; the site has a profile from its first statement on."""
    Site.objects.filter(pk=site.pk, is_profiled=False).update(is_profiled=True)
    note_change(kind, site=site, by=by, about=about, data=data)

"""Taking the directory away as a file is noted: who, how many sites, by which kinds of filters."""

from collections.abc import Iterable

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record


@transaction.atomic
def note_directory_export(*, by: Actor, kind: str, sites: int, filters: Iterable[str]) -> None:
    record("directory.exported", by=by, data={"kind": kind, "sites": sites, "filters": sorted(filters)})

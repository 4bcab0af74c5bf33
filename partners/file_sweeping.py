"""Documents that nobody can bring back any more, and bytes that no row knows: both are deleted for good."""

import datetime as dt
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from partners.models import StoredFile
from partners.models.stored_files import FOLDER

# An upload writes its bytes first; its row is committed long before this is over.
ORPHANED_AFTER: Final = dt.timedelta(days=1)


def forget_files() -> int:
    """How many were deleted. Rows go first: a process that dies in between leaves orphans, not holes."""
    names = _delete_expired()
    for name in names:
        default_storage.delete(name)
    return len(names) + _delete_orphans()


def _is_older(name: str, than: dt.datetime) -> bool:
    """Not of a file that somebody else has swept meanwhile."""
    try:
        return default_storage.get_modified_time(name) < than
    except FileNotFoundError:
        return False


@transaction.atomic
def _delete_expired() -> list[str]:
    """Their names in the storage. What somebody puts back at this moment is passed over."""
    rows = StoredFile.objects.expired().select_for_update(of=("self",), skip_locked=True)
    names: dict[int, str] = dict(rows.values_list("pk", "file"))
    StoredFile.objects.filter(pk__in=names).delete()
    return list(names.values())


def _delete_orphans() -> int:
    if not default_storage.exists(FOLDER):
        return 0
    names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    known = set(StoredFile.objects.values_list("file", flat=True))
    before = timezone.now() - ORPHANED_AFTER
    orphans = [name for name in names - known if _is_older(name, before)]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)

"""Which sites' facts changed, so that search rows and scoring columns stay current, no commit missed."""

from typing import Any

from django.db import connection

from partners.models import PrivateChange, Site, SiteChange


def mark_changed(*sites: Site | int) -> None:
    """Note, in the running transaction, that facts of these sites change; call it wherever one is.

    A site that is about to be deleted is marked first: its row here is how readers learn that it is gone.
    """
    ids = {site.pk if isinstance(site, Site) else site for site in sites}
    SiteChange.objects.bulk_create([SiteChange(site_id=pk) for pk in sorted(ids)], batch_size=2_000)


def changed_sites_since(mark: int) -> tuple[set[int], int]:
    """The ids of sites with changes since `mark`, and the mark to ask with the next time (start with 0).

    As `changes_since`, for readers who do not mind to be told of a site twice.
    """
    changes, new_mark = changes_since(mark)
    return set(changes.values()), new_mark


def changes_since(mark: int) -> tuple[dict[int, int], int]:
    """The changes since `mark`, each with the id of its site, and the mark to ask with the next time.

    Everything committed before this call is told. The new mark is the oldest transaction that still runs:
    what is committed from it on is told again the next time, so a change is told at least once, however
    late it commits and however long another transaction takes. The caller's own changes are not told
    before they are committed, for they may yet be rolled back.
    """
    # The mark is taken in a statement of its own, before the rows: their snapshot is then the later one.
    new_mark, own = _ask(f"SELECT {OLDEST}, {OWN}")
    rows = SiteChange.objects.filter(transaction_id__gte=mark)
    if own is not None:
        rows = rows.exclude(transaction_id=own)
    return dict(rows.values_list("pk", "site_id")), new_mark


def has_private_changes_since(mark: int, organisation_id: int) -> bool:
    """Whether the organisation noted anything in transactions from `mark` on.

    A mark of `changes_since` does for both; ask this after it, so that nothing falls between the two.
    """
    return PrivateChange.objects.since(mark).filter(organisation_id=organisation_id).exists()


def own_changes() -> set[int]:
    """The sites that the running transaction marked: to itself they look changed, to nobody else yet."""
    own = own_transaction()
    if own is None:
        return set()
    return set(SiteChange.objects.filter(transaction_id=own).values_list("site_id", flat=True))


OLDEST = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
OWN = "pg_current_xact_id_if_assigned()::text::bigint"


def current_mark() -> int:
    """The oldest transaction that still runs: whoever loads all facts after this call starts from here."""
    mark: int = _ask(f"SELECT {OLDEST}")[0]
    return mark


def own_transaction() -> int | None:
    """The id of the running transaction, or nothing while it has written nothing."""
    own: int | None = _ask(f"SELECT {OWN}")[0]
    return own


def _ask(question: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        found: tuple[Any, ...] = cursor.fetchone()
    return found

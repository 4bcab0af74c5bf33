"""Which sites' facts changed, so that search rows and scoring columns stay current, no commit missed."""

from django.db import connection

from partners.models import Site, SiteChange


def mark_changed(*sites: Site | int) -> None:
    """Note, in the running transaction, that facts of these sites change; call it wherever one is.

    A site that is about to be deleted is marked first: its row here is how readers learn that it is gone.
    """
    ids = {site.pk if isinstance(site, Site) else site for site in sites}
    SiteChange.objects.bulk_create([SiteChange(site_id=pk) for pk in sorted(ids)], batch_size=2_000)


def changed_sites_since(mark: int) -> tuple[set[int], int]:
    """The ids of sites with changes since `mark`, and the mark to ask with the next time (start with 0).

    Everything committed before this call is told. The new mark is the oldest transaction that still runs:
    what is committed from it on is told again the next time, so a change is told at least once, however
    late it commits and however long another transaction takes. The caller's own changes are not told
    before they are committed, for they may yet be rolled back.
    """
    # The mark is taken in a statement of its own, before the rows: their snapshot is then the later one.
    new_mark = current_mark()
    rows = SiteChange.objects.filter(transaction_id__gte=mark)
    if (own := own_transaction()) is not None:
        rows = rows.exclude(transaction_id=own)
    return set(rows.values_list("site_id", flat=True)), new_mark


def current_mark() -> int:
    """The oldest transaction that still runs: whoever loads all facts after this call starts from here."""
    found = _ask("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return found if found is not None else 0


def own_transaction() -> int | None:
    """The id of the running transaction, or nothing while it has written nothing."""
    return _ask("SELECT pg_current_xact_id_if_assigned()::text::bigint")


def _ask(question: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(question)
        number: int | None = cursor.fetchone()[0]
    return number

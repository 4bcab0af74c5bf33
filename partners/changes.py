"""Which sites' facts changed, so that search rows and scoring columns stay current, no commit missed."""

from django.db import connection

from partners.models import Site, SiteChange


def mark_changed(*sites: Site | int) -> None:
    """Note, in the running transaction, that facts of these sites change; call it wherever one is."""
    ids = {site.pk if isinstance(site, Site) else site for site in sites}
    SiteChange.objects.bulk_create([SiteChange(site_id=pk) for pk in sorted(ids)], batch_size=2_000)


def changed_sites_since(mark: int) -> tuple[set[int], int]:
    """The ids of sites with changes since `mark`, and the mark to ask with the next time (start with 0).

    The new mark is the oldest transaction that still runs: everything before it is decided, everything
    from it on is read the next time. So a change is told at least once, however late it commits.
    """
    # The mark is taken in a statement of its own, before the rows: their snapshot is then the later one.
    new_mark = current_mark()
    rows = SiteChange.objects.filter(transaction_id__gte=mark, transaction_id__lt=new_mark)
    return set(rows.values_list("site_id", flat=True)), new_mark


def current_mark() -> int:
    """The oldest transaction that still runs: whoever loads all facts after this call starts from here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])

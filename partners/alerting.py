"""Saved searches are asked again in the background, and whoever saved one hears what is new.

What is due stands on the search's watch; messages are hints. A look asks the directory outside any
transaction; what came of it, the mail included, is written in one, fenced by the lease. So whatever was told
is known as told, and nothing is told twice.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY, actor_of_member
from cdmo_portal.accounts.models import Member, Organisation
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from cdmo_portal.events.recording import enqueue_mail, record
from cdmo_portal.people.joining import verified_addresses
from partners import alert_mail
from partners.actions.saved_searches import Found
from partners.alert_mail import News
from partners.answering import QueryInvalid, answer
from partners.models import SavedSearch, SearchAlert, SearchWatch

log = structlog.stdlib.get_logger(__name__)

ALERTS: Final = Queue(SearchWatch, state=SearchWatch.State.ACTIVE, seconds=180)
BETWEEN_MAILS: Final = {
    SavedSearch.Alert.AT_ONCE: dt.timedelta(minutes=15),
    SavedSearch.Alert.DAILY: dt.timedelta(days=1),
}
# A search that nobody waits for is asked that many times more seldom.
UNHURRIED: Final = 10
WITHOUT_OWNER: Final = dt.timedelta(hours=1)
RESTORABLE: Final = dt.timedelta(days=7)

# Thousands of ids each, and hardly a look changes one.
LONG_LISTS: Final = ("seen_ids", "known_ids", "open_ids")

# Without a change of any site since, and on the same day, a search finds what it found; one that asks for the
# organisation's own status also without a change of what the organisation notes.
LET_REST = """
UPDATE partners_searchwatch AS watch
SET next_due_at = statement_timestamp() + make_interval(secs => %(seconds)s
        * CASE WHEN search.alert = 'at_once' THEN 1 ELSE %(unhurried)s END),
    checked_at = statement_timestamp()
FROM partners_savedsearch AS search
WHERE search.id = watch.search_id
  AND watch.state = 'active' AND watch.next_due_at <= statement_timestamp()
  AND (watch.lease_until IS NULL OR watch.lease_until < statement_timestamp())
  AND watch.as_of = %(today)s AND NOT watch.has_news AND watch.attempts = 0 AND watch.problem = ''
  AND watch.facts_mark > coalesce((SELECT max(transaction_id) FROM partners_sitechange), 0)
  AND (position('our_status=' IN search.query) = 0 OR NOT EXISTS (
        SELECT FROM partners_privatechange AS noted
        WHERE noted.organisation_id = search.organisation_id AND noted.transaction_id >= watch.facts_mark))
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a search found; nothing, where its owner may not be told of anything."""

    search: SavedSearch
    found: Found | None = None
    problem: str = ""
    error: str = ""


def tell_due(*, seconds: float) -> int:
    """Ask searches that are due, starting with no other after `seconds`; how many were asked."""
    _let_rest()
    _forget_deleted()
    return work_off(ALERTS, look_again, seconds=seconds)


def look_again(lease: Lease) -> None:
    """Ask outside any transaction, then write what came of it, if the lease is still ours."""
    # The search alone: what its watch knows of sites is long, and read once the answer is there.
    search = SavedSearch.objects.filter(watch__in=ALERTS.held(lease)).first()
    if search is None:
        return
    look = _look(search)
    try:
        _apply(lease, look)
    except LeaseLost:
        log.warning("search watch lease lost", watch=lease.pk)


def owner_of(search: SavedSearch) -> Member | None:
    """Who saved the search, while they are still a member of its organisation and it is approved."""
    members = Member.objects.filter(
        user_id=search.user_id,
        organisation_id=search.organisation_id,
        user__is_active=True,
        organisation__state=Organisation.State.APPROVED,
    )
    return members.select_related("user", "organisation").first()


def _let_rest() -> None:
    values: dict[str, float | dt.date] = {
        "seconds": settings.SEARCH_AGAIN_SECONDS,
        "unhurried": UNHURRIED,
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(LET_REST, values)


def _forget_deleted() -> None:
    SavedSearch.objects.filter(deleted_at__lt=timezone.now() - RESTORABLE).delete()


def _look(search: SavedSearch) -> Look:
    owner = owner_of(search)
    if owner is None:
        return Look(search)
    try:
        return Look(search, answer(search.query, actor_of_member(owner)))
    except QueryInvalid as error:
        return Look(search, problem=str(error))
    except Error:
        raise  # the database may be restarting; the lease ends, and the search is still due
    except Exception as error:
        log.exception("saved search could not be asked", search=search.pk)
        return Look(search, error=f"{type(error).__name__}: {error}")


@transaction.atomic
def _apply(lease: Lease, look: Look) -> None:
    # The search first: who changes it holds it, too, before its watch.
    search = SavedSearch.objects.select_for_update(of=("self",)).filter(pk=look.search.pk).first()
    if search is None or search.deleted_at is not None:
        raise LeaseLost(f"Search {look.search.pk} is gone")
    watch = ALERTS.hold(lease)
    before = {name: getattr(watch, name) for name in LONG_LISTS}
    owner = owner_of(search)
    watch.lease_until = None
    watch.next_due_at = timezone.now() + _pause(search)
    if look.error:
        watch.put_off(look.error)
    elif owner is None or (look.found is None and not look.problem):
        watch.next_due_at = timezone.now() + WITHOUT_OWNER
    elif look.found is None:
        _note_problem(watch, search, owner, look.problem)
    else:
        _note_answer(watch, look.found)
        _tell_if_due(watch, search, owner, look.found)
    unchanged = {name for name, ids in before.items() if getattr(watch, name) == ids}
    fields = {field.name for field in watch._meta.concrete_fields if not field.primary_key}
    watch.save(update_fields=fields - unchanged)


def _pause(search: SavedSearch) -> dt.timedelta:
    is_awaited = search.alert == SavedSearch.Alert.AT_ONCE
    return dt.timedelta(seconds=settings.SEARCH_AGAIN_SECONDS * (1 if is_awaited else UNHURRIED))


def _note_problem(watch: SearchWatch, search: SavedSearch, owner: Member, problem: str) -> None:
    """The owner hears once that no news will come, if they wait for some."""
    is_first = not watch.problem
    watch.attempts, watch.last_error, watch.problem = 0, "", problem
    watch.checked_at, watch.match_count, watch.new_count = timezone.now(), 0, 0
    if is_first and search.alert != SavedSearch.Alert.NONE and _has_verified_address(owner):
        enqueue_mail(
            event=record(
                "saved_search.failed", by=NOBODY, about=search, organisation_id=search.organisation_id
            ),
            to_user=owner.user,
            subject=f"{search.name}: this search can no longer be answered",
            body=alert_mail.body_of_problem(search, problem),
            unsubscribe_url=alert_mail.stop_url(search),
        )


def _note_answer(watch: SearchWatch, found: Found) -> None:
    watch.attempts, watch.last_error, watch.problem = 0, "", ""
    watch.facts_mark, watch.as_of, watch.checked_at = found.facts_mark, timezone.localdate(), timezone.now()
    watch.match_count = len(found.site_ids)
    watch.new_count = len(found.site_ids - set(watch.seen_ids))
    # What has closed and opens again is news again.
    watch.open_ids = sorted(set(watch.open_ids) - (found.site_ids - found.open_ids))


def _tell_if_due(watch: SearchWatch, search: SavedSearch, owner: Member, found: Found) -> None:
    """Until something is told it stays news; so what waits for its time, or for an address, is not lost."""
    news = news_of(watch, found)
    watch.has_news = bool(news) and search.alert != SavedSearch.Alert.NONE
    if not watch.has_news or not _is_time_to_tell(watch, search) or not _has_verified_address(owner):
        return
    _tell(watch, search, owner, news)
    watch.known_ids = sorted(news.new.union(watch.known_ids))
    watch.open_ids = sorted(found.open_ids.union(watch.open_ids))
    watch.told_at, watch.has_news = timezone.now(), False


def news_of(watch: SearchWatch, found: Found) -> News:
    new = found.site_ids - set(watch.known_ids)
    return News(new, found.open_ids - set(watch.open_ids) - new)


def _has_verified_address(owner: Member) -> bool:
    return owner.user.email.lower() in verified_addresses(owner.user)


def _is_time_to_tell(watch: SearchWatch, search: SavedSearch) -> bool:
    between = BETWEEN_MAILS[SavedSearch.Alert(search.alert)]
    return watch.told_at is None or timezone.now() - watch.told_at >= between


def _tell(watch: SearchWatch, search: SavedSearch, owner: Member, news: News) -> None:
    told = alert_mail.named(news, actor=actor_of_member(owner), today=timezone.localdate())
    SearchAlert.objects.create(
        search=search,
        organisation_id=search.organisation_id,
        lease_token=watch.lease_token,
        new_ids=[site.pk for site in told.new],
        new_count=len(news.new),
        opened_ids=[site.pk for site in told.opened],
        opened_count=len(news.opened),
    )
    counts = {"new": len(news.new), "opened": len(news.opened)}
    enqueue_mail(
        event=record(
            "saved_search.told",
            by=NOBODY,
            about=search,
            data=counts,
            organisation_id=search.organisation_id,
        ),
        to_user=owner.user,
        subject=alert_mail.subject(search, news),
        body=alert_mail.body(search, news, told),
        unsubscribe_url=alert_mail.stop_url(search),
    )

"""News of saved searches: what is told, to whom, how often, and that nothing is lost or told twice."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Organisation
from cdmo_portal.events.leases import LeaseLost
from cdmo_portal.events.models import Delivery, Event
from partners import alerting, searching
from partners.actions import private_records, saved_searches
from partners.actions.private_records import RecordFacts
from partners.actions.saved_searches import Found, SearchFacts
from partners.alert_tasks import tell_alerts
from partners.alerting import ALERTS, look_again, tell_due
from partners.answering import answer
from partners.changes import mark_changed
from partners.models import (
    CapacityWindow,
    PrivateChange,
    SavedSearch,
    SearchAlert,
    SearchWatch,
    Site,
    SiteChange,
    Term,
)
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import CapacityWindowFactory
from tests.factories.partners import SiteFactory
from tests.factories.saved_searches import verified_member

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = dt.datetime.now(dt.UTC).date()
QUERY = "country=IE"


def found_site(name: str, **fields: object) -> Site:
    """A site that the search finds, as the directory shows it once its rows are rebuilt."""
    site: Site = SiteFactory.create(name=name, **fields)
    mark_changed(site)
    searching.catch_up()
    return site


def open_capacity(site: Site) -> CapacityWindow:
    window: CapacityWindow = CapacityWindowFactory.create(
        line__site=site,
        period=(TODAY + dt.timedelta(days=100), TODAY + dt.timedelta(days=190)),
        observed_at=timezone.now(),
    )
    mark_changed(site)
    return window


def saved(
    member: Member | None = None,
    *,
    query: str = QUERY,
    alert: str = SavedSearch.Alert.AT_ONCE,
    name: str = "Irish sites",
) -> SavedSearch:
    by = actor_of_member(member or verified_member())
    facts = SearchFacts(name=name, alert=alert)
    return saved_searches.save(facts=facts, query=query, found=answer(query, by), by=by)


def due(**fields: object) -> None:
    """As time makes it: every search is to be looked at now."""
    SearchWatch.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1), **fields)


def look() -> None:
    due()
    tell_alerts()


NOTED = PrivateChange.objects.filter(
    organisation=OuterRef("search__organisation"), transaction_id__gte=OuterRef("facts_mark")
)


def look_until_all_is_seen() -> None:
    """A transaction elsewhere in the cluster may hold the mark of what was seen back for a moment."""
    for _ in range(100):
        searching.catch_up()
        look()
        last = SiteChange.objects.aggregate(last=Max("transaction_id"))["last"] or 0
        seen = Q(facts_mark__gt=last) & ~(Q(search__query__contains="our_status=") & Exists(NOTED))
        if not SearchWatch.objects.exclude(seen).exists():
            return
        time.sleep(0.1)


def mails() -> list[Delivery]:
    return list(Delivery.objects.order_by("pk"))


def test_alert_when_a_new_site_matches_then_its_name_and_place_are_told_once() -> None:
    found_site("Known works")
    search = saved()
    found_site("Harbour works", city="Cork")
    found_site("Elsewhere", country="FR")

    look()
    look()

    (mail,) = mails()
    assert mail.subject == "Irish sites: 1 new site"
    assert "- Harbour works, Cork, Ireland\n" in mail.body
    assert "Known works" not in mail.body
    assert "Elsewhere" not in mail.body
    assert "/sites/?country=IE\n" in mail.body
    assert mail.recipient == search.user
    assert mail.unsubscribe_url in mail.body
    told = SearchAlert.objects.get()
    assert (told.new_count, told.opened_count) == (1, 0)
    assert mail.event is not None
    assert mail.event.data == {"new": 1, "opened": 0}


def test_alert_when_capacity_opens_at_a_known_site_then_the_quarter_is_told_without_its_quantity() -> None:
    site = found_site("Known works")
    found_site("Without capacity")
    saved()
    window = open_capacity(site)

    look()
    look()

    (mail,) = mails()
    assert mail.subject == "Irish sites: capacity opened at 1 site"
    assert "Capacity opened\n- Known works, Cork, Ireland; next open quarter: Q" in mail.body
    assert "Without capacity" not in mail.body
    assert str(window.quantity.normalize()) + " batches" not in mail.body


def test_alert_when_capacity_closes_and_opens_again_then_that_is_news_again() -> None:
    site = found_site("Known works")
    window = open_capacity(site)
    saved()
    look()
    assert mails() == []
    CapacityWindow.objects.update(closed_at=timezone.now())
    mark_changed(site)
    look()

    CapacityWindow.objects.filter(pk=window.pk).update(closed_at=None)
    mark_changed(site)
    look()

    assert [mail.subject for mail in mails()] == ["Irish sites: capacity opened at 1 site"]


def test_alert_when_a_new_site_has_capacity_then_it_is_told_as_new_only() -> None:
    saved()
    open_capacity(found_site("Harbour works"))

    look()
    due(told_at=timezone.now() - dt.timedelta(hours=1))
    tell_alerts()

    (mail,) = mails()
    assert mail.subject == "Irish sites: 1 new site"
    assert "Harbour works, Cork, Ireland; next open quarter: Q" in mail.body


def test_alert_when_a_site_leaves_and_comes_back_then_it_is_no_news() -> None:
    site = found_site("Known works")
    saved()
    for country in ("FR", "IE"):
        Site.objects.filter(pk=site.pk).update(country=country)
        mark_changed(site)
        searching.catch_up()
        look()

    assert mails() == []


def test_alert_when_more_than_twenty_are_new_then_the_rest_is_counted() -> None:
    saved()
    for number in range(23):
        found_site(f"Works {number:02}")

    look()

    (mail,) = mails()
    assert mail.subject == "Irish sites: 23 new sites"
    assert mail.body.count("\n- Works") == 20
    assert "- and 3 more" in mail.body
    assert len(SearchAlert.objects.get().new_ids) == 20


def test_alert_when_told_minutes_ago_then_the_next_news_waits_a_quarter_of_an_hour_and_is_not_lost() -> None:
    saved()
    found_site("First works")
    look()
    found_site("Second works")
    look()
    assert len(mails()) == 1
    assert SearchWatch.objects.get().has_news

    # Nothing changes any more; the waiting news is told all the same.
    due(told_at=timezone.now() - dt.timedelta(minutes=15))
    tell_alerts()

    assert [mail.subject for mail in mails()] == ["Irish sites: 1 new site"] * 2
    assert "Second works" in mails()[1].body
    assert "First works" not in mails()[1].body


def test_alert_when_daily_then_the_next_news_waits_a_day() -> None:
    saved(alert=SavedSearch.Alert.DAILY)
    found_site("First works")
    look()
    found_site("Second works")
    for hours in (1, 23):
        due(told_at=timezone.now() - dt.timedelta(hours=hours))
        tell_alerts()
    assert len(mails()) == 1

    due(told_at=timezone.now() - dt.timedelta(hours=24))
    tell_alerts()

    assert len(mails()) == 2


def test_alert_when_deleted_and_undone_before_its_time_then_what_waited_is_told() -> None:
    search = saved(alert=SavedSearch.Alert.DAILY)
    found_site("First works")
    look()
    found_site("Second works")
    look()
    by = actor_of_member(Member.objects.get(user=search.user))

    saved_searches.delete(search=search, by=by)
    saved_searches.restore(search=search, by=by)
    due(told_at=timezone.now() - dt.timedelta(days=1))
    tell_alerts()

    assert len(mails()) == 2
    assert "Second works" in mails()[1].body


def test_alert_when_no_mails_are_asked_for_then_sites_are_counted_and_nobody_is_told() -> None:
    found_site("Known works")
    saved(alert=SavedSearch.Alert.NONE)
    found_site("Harbour works")

    look()

    assert mails() == []
    watch = SearchWatch.objects.get()
    assert (watch.match_count, watch.new_count, watch.has_news) == (2, 1, False)


def test_alert_when_turned_on_later_then_what_came_before_is_no_news() -> None:
    search = saved(alert=SavedSearch.Alert.NONE)
    found_site("Came before")
    by = actor_of_member(Member.objects.get(user=search.user))

    saved_searches.change(
        search=search,
        facts=SearchFacts(name="Irish sites", alert=SavedSearch.Alert.AT_ONCE),
        version=str(search.version),
        found=answer(QUERY, by),
        by=by,
    )
    look()
    found_site("Came after")
    look()

    (mail,) = mails()
    assert "Came after" in mail.body
    assert "Came before" not in mail.body


@pytest.mark.parametrize("reason", ["suspended", "left", "inactive", "unverified"])
def test_alert_when_its_owner_may_not_be_told_then_no_mail_is_sent_and_nothing_is_lost(reason: str) -> None:
    member = verified_member()
    saved(member)
    look()
    found_site("Harbour works")
    if reason == "suspended":
        Organisation.objects.filter(pk=member.organisation_id).update(state="suspended")
    elif reason == "left":
        member.delete()
    elif reason == "inactive":
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)
    else:
        EmailAddress.objects.update(verified=False)

    look()
    assert mails() == []
    assert SearchAlert.objects.count() == 0

    Organisation.objects.filter(pk=member.organisation_id).update(state="approved")
    type(member.user).objects.update(is_active=True)
    EmailAddress.objects.update(verified=True)
    Member.objects.get_or_create(organisation_id=member.organisation_id, user_id=member.user_id)
    look()
    assert len(mails()) == 1


def test_alert_when_a_statement_is_for_matching_only_then_it_is_never_told() -> None:
    term = Term.objects.get(pk=CapabilityFactory.create(audience="matching").term_id)
    site = found_site("Secret works")
    saved(query=f"unit_operation={term.code}")
    CapabilityFactory.create(site=site, term=term, audience="matching")
    mark_changed(site)
    searching.catch_up()

    look()

    assert mails() == []


def test_alert_when_a_term_was_retired_then_the_owner_hears_once_and_it_goes_on_when_it_is_back() -> None:
    term = CapabilityFactory.create(site=found_site("Known works")).term
    searching.rebuild_all()
    saved(query=f"unit_operation={term.code}")
    Term.objects.filter(pk=term.pk).update(retired_at=timezone.now())

    look()
    look()

    (mail,) = mails()
    assert mail.subject == "Irish sites: this search can no longer be answered"
    watch = SearchWatch.objects.get()
    assert "Select a valid choice" in watch.problem
    assert watch.match_count == 0
    Term.objects.filter(pk=term.pk).update(retired_at=None)
    look()
    assert SearchWatch.objects.get().problem == ""
    assert len(mails()) == 1


def test_look_when_nothing_changed_then_the_search_is_not_asked_again() -> None:
    found_site("Known works")
    saved()
    look_until_all_is_seen()
    token = SearchWatch.objects.get().lease_token

    due()
    assert tell_due(seconds=5) == 0

    watch = SearchWatch.objects.get()
    assert watch.lease_token == token
    assert watch.next_due_at > timezone.now()


def test_look_when_a_search_asks_for_our_status_then_what_we_note_is_news_at_once_and_then_it_rests() -> None:
    site, member = found_site("Known works"), verified_member()
    ours = actor_of_member(member)
    saved(member, query="our_status=approved")
    theirs = saved(query="our_status=approved")
    plain = saved(member, query="country=FR", name="French sites")
    look_until_all_is_seen()

    private_records.save_record(facts=RecordFacts(name="x", status="approved"), subject=site, by=ours)
    tokens = dict(SearchWatch.objects.values_list("search", "lease_token"))
    look()

    assert [mail.subject for mail in mails()] == ["Irish sites: 1 new site"]
    for unconcerned in (theirs, plain):
        assert SearchWatch.objects.get(search=unconcerned).lease_token == tokens[unconcerned.pk]
    look_until_all_is_seen()
    due()
    assert tell_due(seconds=5) == 0


def test_look_when_it_finds_what_was_known_then_the_long_lists_of_sites_are_not_written_again() -> None:
    open_capacity(found_site("Known works"))
    saved()
    look()
    due(as_of=None)

    with CaptureQueriesContext(connection) as queries:
        tell_alerts()

    written = [each["sql"] for each in queries if each["sql"].startswith('UPDATE "partners_searchwatch"')]
    assert len(written) == 1
    assert not [name for name in ("seen_ids", "known_ids", "open_ids") if name in written[0]]


def test_look_when_the_directory_has_not_caught_up_then_the_change_is_told_later_and_not_lost() -> None:
    saved()
    mark_changed(SiteFactory.create(name="Harbour works"))
    look()
    assert mails() == []

    searching.catch_up()
    look()

    assert len(mails()) == 1


def test_look_when_its_process_dies_after_the_mail_was_written_then_neither_it_nor_the_mark_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved()
    found_site("Harbour works")
    due()
    (lease,) = ALERTS.claim()

    class Killed(BaseException):
        pass

    def die(*args: object, **options: object) -> None:
        raise Killed

    # The last statement of the transaction: mail, alert and event are written, the watch is not.
    monkeypatch.setattr(SearchWatch, "save", die)
    with pytest.raises(Killed):
        look_again(lease)
    monkeypatch.undo()

    assert mails() == []
    assert SearchAlert.objects.count() == 0
    assert not Event.objects.filter(kind="saved_search.told").exists()
    SearchWatch.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    look()
    assert len(mails()) == 1


def test_look_when_frozen_past_its_lease_then_the_one_who_took_over_tells_alone() -> None:
    saved()
    found_site("Harbour works")
    due()
    (stale,) = ALERTS.claim()
    seen = alerting._look(SavedSearch.objects.get())
    SearchWatch.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    look()

    with pytest.raises(LeaseLost):
        alerting._apply(stale, seen)
    look_again(stale)

    assert len(mails()) == 1


def in_threads[T](count: int, work: Callable[[], T]) -> list[T]:
    """Run `work` at the same moment in so many threads."""
    start = threading.Barrier(count)

    def run() -> T:
        start.wait(10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


def test_workers_when_several_run_at_once_then_each_search_is_told_once() -> None:
    for _ in range(6):
        saved()
    found_site("Harbour works")
    due()

    asked = in_threads(3, lambda: tell_due(seconds=20))

    assert sum(asked) == 6
    assert len(mails()) == 6
    assert len({mail.recipient_id for mail in mails()}) == 6


def test_look_when_mails_were_stopped_meanwhile_then_none_is_sent() -> None:
    search = saved()
    found_site("Harbour works")
    due()
    (lease,) = ALERTS.claim()
    seen = alerting._look(search)

    saved_searches.stop_alert(search=search)
    alerting._apply(lease, seen)

    assert mails() == []


def test_look_when_the_search_was_deleted_meanwhile_then_nothing_is_written() -> None:
    search = saved()
    found_site("Harbour works")
    due()
    (lease,) = ALERTS.claim()
    seen = alerting._look(search)
    by = actor_of_member(Member.objects.get(user=search.user))

    saved_searches.delete(search=search, by=by)
    with pytest.raises(LeaseLost):
        alerting._apply(lease, seen)

    assert mails() == []
    look()
    assert mails() == []


def test_look_when_one_search_cannot_be_asked_then_it_is_put_off_and_the_others_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, sound = saved(), saved()
    found_site("Harbour works")

    def fail_for_one(query: str, actor: Actor) -> Found:
        if actor.user_id == broken.user_id:
            raise ZeroDivisionError("a defect")
        return answer(query, actor)

    monkeypatch.setattr(alerting, "answer", fail_for_one)

    look()

    assert [mail.recipient for mail in mails()] == [sound.user]
    watch = SearchWatch.objects.get(search=broken)
    assert (watch.attempts, watch.last_error) == (1, "ZeroDivisionError: a defect")
    assert watch.next_due_at > timezone.now()


def test_deleted_searches_when_a_week_has_passed_then_they_are_gone() -> None:
    search = saved()
    by = actor_of_member(Member.objects.get(user=search.user))
    saved_searches.delete(search=search, by=by)
    tell_alerts()
    assert SavedSearch.objects.count() == 1

    SavedSearch.objects.update(deleted_at=timezone.now() - dt.timedelta(days=8))
    tell_alerts()

    assert SavedSearch.objects.count() == 0

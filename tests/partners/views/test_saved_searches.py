"""The pages of saved searches: whose they are, what they show, and the link that stops mails."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from partners import searching
from partners.actions.saved_searches import MOST_SEARCHES
from partners.alert_mail import STOPPING, stop_url
from partners.models import SavedSearch, SearchWatch, Term
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.saved_searches import SavedSearchFactory, SearchAlertFactory
from tests.partners.editors import signed_in

pytestmark = pytest.mark.django_db
LIST = "/searches/"
NEW = "/searches/new/"


@pytest.fixture
def owner() -> Member:
    cache.clear()
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return signed_in(owner)


def colleague_of(member: Member) -> Client:
    return signed_in(MemberFactory.create(organisation=member.organisation, viewer=True))


def stranger() -> Client:
    return signed_in(MemberFactory.create())


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def test_directory_when_a_sponsor_searches_then_it_offers_to_save_that_query(client: Client) -> None:
    shown = page(client, "/sites/?country=IE&page=2")

    assert 'name="query" value="country=IE&amp;page=2"' in shown
    assert "Save this search" not in page(client, "/sites/?country=XX", 400)
    assert "Save this search" not in page(signed_in(MemberFactory.create(cdmo=True)), "/sites/")


def test_search_create_when_saved_then_keeps_the_canonical_query_and_what_it_finds_is_seen(
    client: Client, owner: Member
) -> None:
    SiteFactory.create(country="IE")
    SiteFactory.create(country="FR")
    searching.rebuild_all()

    response = client.post(
        NEW, {"name": "Irish", "alert": "daily", "query": "page=3&country=IE&sort=relevance"}
    )

    search = SavedSearch.objects.get()
    assert response.headers["Location"] == search.get_absolute_url()
    assert (search.query, search.alert, search.user, search.is_shared) == (
        "country=IE",
        "daily",
        owner.user,
        False,
    )
    watch = SearchWatch.objects.get()
    assert (watch.match_count, watch.new_count, len(watch.known_ids)) == (1, 0, 1)
    shown = page(client, search.get_absolute_url())
    assert "<dt>Country</dt><dd>Ireland</dd>" in shown
    assert Event.objects.get(kind="saved_search.saved").data == {"alert": "daily"}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": ""}, "Name: This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "two\nlines"}, "Leave out line breaks"),
        ({"alert": "hourly"}, "Select a valid choice"),
        ({"query": "country=XX"}, "Country: Select a valid choice"),
        ({"query": "q=%00"}, "Null characters are not allowed"),
        ({"query": "q=" + "x" * 8_000}, "too long to be saved"),
    ],
)
def test_search_create_when_something_is_wrong_then_says_what_and_saves_nothing(
    client: Client, sent: dict[str, str], says: str
) -> None:
    response = client.post(NEW, {"name": "Irish", "alert": "none", "query": "country=IE", **sent})

    shown = response.content.decode()
    assert response.status_code == 422
    assert says in shown
    assert ("<dt>Country</dt><dd>Ireland</dd>" in shown) is ("query" not in sent)
    assert "Every site of the directory" not in shown
    assert SavedSearch.objects.count() == 0


def test_search_create_when_the_name_is_taken_or_the_number_reached_then_it_is_refused(
    client: Client, owner: Member
) -> None:
    SavedSearchFactory.create(member=owner, name="Irish")
    taken = client.post(NEW, {"name": "Irish", "alert": "none"})
    SavedSearchFactory.create_batch(MOST_SEARCHES - 1, member=owner)
    full = client.post(NEW, {"name": "Another", "alert": "none"})

    assert (taken.status_code, full.status_code) == (422, 422)
    assert "You have a saved search of this name" in taken.content.decode()
    assert f"You keep {MOST_SEARCHES} searches already" in full.content.decode()


def test_searches_when_private_then_a_colleague_and_a_stranger_do_not_see_them(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, name="Quiet plan")

    for other in (colleague_of(owner), stranger()):
        assert "Quiet plan" not in page(other, LIST)
        for name in ("search_detail", "search_update"):
            page(other, reverse(f"partners:{name}", args=[search.uid]), 404)
        for name in ("search_open", "search_copy", "search_delete", "search_restore"):
            assert other.post(reverse(f"partners:{name}", args=[search.uid])).status_code == 404
    assert "Quiet plan" in page(client, LIST)


def test_searches_when_shared_then_colleagues_open_and_copy_them_and_may_not_change_them(
    owner: Member,
) -> None:
    search = SavedSearchFactory.create(member=owner, name="Ours", shared=True, daily=True, query="country=IE")
    SearchWatch.objects.update(new_count=3)
    other = colleague_of(owner)

    assert "Shared by" in page(other, LIST)
    assert "Told on" not in page(other, search.get_absolute_url())
    opened = other.post(reverse("partners:search_open", args=[search.uid]))
    assert opened.headers["Location"] == "/sites/?country=IE"
    assert SearchWatch.objects.get().new_count == 3
    page(other, reverse("partners:search_update", args=[search.uid]), 403)
    assert other.post(reverse("partners:search_delete", args=[search.uid])).status_code == 403
    other.post(reverse("partners:search_copy", args=[search.uid]))
    copied = SavedSearch.objects.exclude(pk=search.pk).get()
    assert (copied.query, copied.alert, copied.is_shared) == ("country=IE", "none", False)
    page(stranger(), search.get_absolute_url(), 404)


def test_search_copy_when_its_name_is_taken_then_another_is_asked_for_and_the_query_kept(
    client: Client, owner: Member
) -> None:
    colleague = MemberFactory.create(organisation=owner.organisation)
    theirs = SavedSearchFactory.create(member=colleague, name="Ours", shared=True, query="country=IE")
    SavedSearchFactory.create(member=owner, name="Ours")

    response = client.post(reverse("partners:search_copy", args=[theirs.uid]))

    assert response.headers["Location"] == f"{NEW}?country=IE"
    shown = page(client, response.headers["Location"])
    assert "You have a saved search of this name. Choose another." in shown
    assert "<dt>Country</dt><dd>Ireland</dd>" in shown


def test_searches_when_a_cdmo_or_an_operator_asks_then_they_do_not_exist() -> None:
    page(signed_in(MemberFactory.create(cdmo=True)), LIST, 404)
    page(signed_in(MemberFactory.create(cdmo=True)), NEW, 404)


def test_search_open_when_its_owner_looks_then_nothing_is_new_any_more(client: Client, owner: Member) -> None:
    search = SavedSearchFactory.create(member=owner)
    site = SiteFactory.create(name="Harbour works")
    searching.rebuild_all()
    assert "Harbour works" in page(client, search.get_absolute_url())

    client.post(reverse("partners:search_open", args=[search.uid]))

    watch = SearchWatch.objects.get()
    assert (watch.seen_ids, watch.new_count) == ([site.pk], 0)
    assert watch.known_ids == []
    assert "Nothing new" in page(client, search.get_absolute_url())


def test_search_detail_when_a_term_was_retired_then_says_so_and_opening_it_does_no_harm(
    client: Client, owner: Member
) -> None:
    term = CapabilityFactory.create().term
    search = SavedSearchFactory.create(member=owner, query=f"unit_operation={term.code}&colour=red")
    Term.objects.update(retired_at=timezone.now())

    shown = page(client, search.get_absolute_url())

    assert "does not answer this search any more" in shown
    assert "“colour” is not a filter of the directory." in shown
    assert "Unit operation: Select a valid choice" in shown
    opened = client.post(reverse("partners:search_open", args=[search.uid]), follow=True)
    assert opened.status_code == 400
    assert "This search cannot be done" in opened.content.decode()
    for name in ("search_copy", "search_delete"):
        client.post(reverse(f"partners:{name}", args=[search.uid]))
    assert SavedSearch.objects.count() == 1
    assert client.get(reverse("partners:search_list")).status_code == 200


def test_search_update_when_mails_are_turned_on_for_a_broken_query_then_it_is_refused(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, query="country=XX")

    response = client.post(
        reverse("partners:search_update", args=[search.uid]),
        {"name": search.name, "alert": "daily", "version": "1"},
    )

    assert response.status_code == 422
    assert "can no longer be answered" in response.content.decode()
    assert SavedSearch.objects.get().alert == "none"


def test_search_update_when_saved_in_another_window_then_shows_both_values_and_keeps_what_was_typed(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, name="First")
    path = reverse("partners:search_update", args=[search.uid])
    client.post(path, {"name": "Second", "alert": "none", "version": "1"})

    late = client.post(path, {"name": "Third", "alert": "daily", "version": "1"})

    shown = late.content.decode()
    assert late.status_code == 409
    assert "<td>Third</td><td>Second</td>" in shown
    assert 'value="Third"' in shown
    assert SavedSearch.objects.get().name == "Second"
    client.post(path, {"name": "Third", "alert": "daily", "version": "2"})
    assert SavedSearch.objects.get().name == "Third"


def test_search_update_when_deleted_in_another_window_then_says_so_and_keeps_what_was_typed(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, name="First", shared=True)
    path = reverse("partners:search_update", args=[search.uid])
    client.post(reverse("partners:search_delete", args=[search.uid]))

    late = client.post(path, {"name": "Second", "alert": "daily", "version": "1"})

    shown = late.content.decode()
    assert late.status_code == 409
    assert "This search was deleted meanwhile" in shown
    assert 'value="Second"' in shown
    assert f'href="{search.get_absolute_url()}"' not in shown
    page(client, path, 404)
    for other in (colleague_of(owner), stranger()):
        assert other.post(path, {"name": "Mine", "alert": "none", "version": "1"}).status_code == 404
    search.refresh_from_db()
    assert search.name == "First"


def test_search_delete_when_undone_then_it_is_back_with_its_alert(client: Client, owner: Member) -> None:
    search = SavedSearchFactory.create(member=owner, name="Irish", daily=True)

    deleted = client.post(reverse("partners:search_delete", args=[search.uid]), follow=True)

    shown = deleted.content.decode()
    assert "“Irish” was deleted." in shown
    assert "No saved searches yet" in shown
    page(client, search.get_absolute_url(), 404)
    assert SearchWatch.objects.get().state == SearchWatch.State.RESTING
    for _ in range(2):
        client.post(reverse("partners:search_restore", args=[search.uid]))
    search.refresh_from_db()
    assert (search.deleted_at, search.alert) == (None, "daily")
    assert SearchWatch.objects.get().state == SearchWatch.State.ACTIVE
    assert Event.objects.filter(kind="saved_search.restored").count() == 1


def test_search_restore_when_its_name_was_given_to_another_then_says_so(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, name="Irish", deleted_at=timezone.now())
    SavedSearchFactory.create(member=owner, name="Irish")

    response = client.post(reverse("partners:search_restore", args=[search.uid]), follow=True)

    assert "Rename that one first" in response.content.decode()
    assert SavedSearch.objects.filter(deleted_at=None).count() == 1


def test_search_restore_when_the_number_is_reached_then_it_stays_deleted(
    client: Client, owner: Member
) -> None:
    search = SavedSearchFactory.create(member=owner, name="Irish", deleted_at=timezone.now())
    SavedSearchFactory.create_batch(MOST_SEARCHES, member=owner)

    response = client.post(reverse("partners:search_restore", args=[search.uid]), follow=True)

    assert f"You keep {MOST_SEARCHES} searches already" in response.content.decode()
    assert SavedSearch.objects.filter(deleted_at=None).count() == MOST_SEARCHES


def test_search_list_when_many_were_deleted_then_the_newest_are_offered(
    client: Client, owner: Member
) -> None:
    now = timezone.now()
    for hours in range(MOST_SEARCHES + 1):
        SavedSearchFactory.create(
            member=owner, name=f"{hours} hours ago", deleted_at=now - dt.timedelta(hours=hours)
        )

    shown = page(client, LIST)

    assert f"Deleted in the last 7 days (the newest {MOST_SEARCHES})" in shown
    assert shown.count("Restore<span") == MOST_SEARCHES
    assert f"{MOST_SEARCHES} hours ago" not in shown


def test_search_list_and_detail_when_there_are_many_then_the_number_of_queries_stays(
    client: Client, owner: Member
) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        return len(queries)

    search = SavedSearchFactory.create(member=owner)
    SearchAlertFactory.create(search=search, new_ids=[SiteFactory.create().pk])
    searching.rebuild_all()
    page(client, LIST)
    one = [count(path) for path in (LIST, search.get_absolute_url())]
    for _ in range(8):
        SavedSearchFactory.create(member=owner)
        SavedSearchFactory.create(member=owner, deleted_at=timezone.now())
        SavedSearchFactory.create(member=MemberFactory.create(organisation=owner.organisation), shared=True)
        SearchAlertFactory.create(search=search, new_ids=[SiteFactory.create().pk], new_count=4)

    many = [count(path) for path in (LIST, search.get_absolute_url())]

    assert many == one
    assert max(one) <= 20


# --- the link of a mail ---------------------------------------------------------------------------------


def path_of(search: SavedSearch) -> str:
    return re.sub(r"^https?://[^/]+", "", stop_url(search))


def test_search_stop_when_opened_then_nothing_changes_and_one_button_is_there() -> None:
    search = SavedSearchFactory.create(name="Irish", daily=True)
    visitor = Client(enforce_csrf_checks=True)

    shown = page(visitor, path_of(search))

    assert visitor.head(path_of(search)).status_code == 200
    assert SavedSearch.objects.get().alert == "daily"
    assert "news of the saved search “Irish”" in shown
    assert shown.count('<button class="btn primary" type="submit">') == 1


def test_search_stop_when_posted_twice_by_a_mail_program_then_mails_stop_and_it_is_told_once() -> None:
    search = SavedSearchFactory.create(daily=True)
    visitor = Client(enforce_csrf_checks=True)

    answers = [visitor.post(path_of(search), {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    # RFC 8058: no redirect, no sign-in.
    assert [each.status_code for each in answers] == [200, 200]
    assert all("No more mails" in each.content.decode() for each in answers)
    assert SavedSearch.objects.get().alert == "none"
    stopped = Event.objects.get(kind="saved_search.stopped")
    assert (stopped.organisation_id, stopped.user_id) == (search.organisation_id, None)


def test_search_stop_when_the_search_is_gone_then_says_that_no_mails_come() -> None:
    search = SavedSearchFactory.create(daily=True)
    path = path_of(search)
    search.delete()

    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 200
        assert "This saved search is gone" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_search_stop_when_the_token_is_none_of_ours_then_404_says_so(method: str) -> None:
    search = SavedSearchFactory.create(daily=True)
    good = STOPPING.sign(str(search.uid))

    for token in ("x", str(search.uid), good[:-1], good.replace(":", ":x"), f"{search.uid}:{'a' * 43}"):
        answer = getattr(Client(), method)(f"/searches/stop/{token}/")
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()
    assert SavedSearch.objects.get().alert == "daily"

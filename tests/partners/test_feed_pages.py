"""The feed pages, for an owner, a colleague who only reads, and a stranger."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.models import Role, User
from cdmo_portal.events import sealing
from cdmo_portal.events.models import Event
from partners.models import Feed
from tests.factories.accounts import MemberFactory, OrganisationFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory, RefreshFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {
    "name": "Capsules",
    "url": "https://capacity.example.com/lines.csv",
    "format": "csv",
    "interval_seconds": "3600",
}


@pytest.fixture
def feed() -> Feed:
    feed: Feed = FeedFactory.create(name="Our lines")
    feed.refresh_from_db()
    return feed


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member_of(feed: Feed, role: Role) -> Client:
    return signed_in(MemberFactory.create(organisation=feed.organisation, role=role).user)


def strangers() -> list[Client]:
    other_cdmo = PartnerFactory.create()
    members = [
        MemberFactory.create(organisation=other_cdmo.organisation),
        MemberFactory.create(),
        MemberFactory.create(user__operator=True),
    ]
    return [signed_in(member.user) for member in members]


def address(name: str, feed: Feed) -> str:
    return reverse(f"partners:{name}", args=[feed.uid])


@pytest.mark.parametrize("role", Role.values)
def test_list_and_detail_when_a_member_asks_then_they_read_them(feed: Feed, role: Role) -> None:
    CapacityWindowFactory.create(feed=feed, quantity=7, unit="reactor-days")
    RefreshFactory.create(
        feed=feed,
        row_errors=[{"line": 3, "field": "quantity", "message": "“-8” is negative."}],
        changes=[
            {"line": "L1", "period": "P", "state": "open", "unit": "batches", "before": "4", "after": "5"}
        ],
    )
    client = member_of(feed, role)

    overview = client.get(reverse("partners:feed_list")).content.decode()
    detail = client.get(address("feed_detail", feed)).content.decode()

    assert "Our lines" in overview
    assert "Line 3, <code>quantity</code>: “-8” is negative." in detail
    assert "4 → 5 batches" in detail
    assert "7\N{NO-BREAK SPACE}reactor-days" in detail
    assert ("Add a feed" in overview) == (role != Role.VIEWER)
    assert ("Retry now" in detail) == (role != Role.VIEWER)


def test_pages_when_a_stranger_asks_then_the_feed_does_not_exist(feed: Feed) -> None:
    for client in strangers():
        assert "Our lines" not in client.get(reverse("partners:feed_list")).content.decode()
        for name in ("feed_detail", "feed_update"):
            assert client.get(address(name, feed)).status_code == 404
        for name in ("feed_update", "feed_retry", "feed_pause"):
            assert client.post(address(name, feed), GOOD | {"version": 1}).status_code == 404
    feed.refresh_from_db()
    assert (feed.name, feed.state, feed.version) == ("Our lines", Feed.State.ACTIVE, 1)


def test_pages_when_nobody_is_signed_in_then_they_lead_to_the_sign_in(feed: Feed) -> None:
    assert Client().get(address("feed_detail", feed)).status_code == 302


def test_changes_when_a_viewer_asks_then_they_are_refused(feed: Feed) -> None:
    client = member_of(feed, Role.VIEWER)

    assert client.post(reverse("partners:feed_create"), GOOD).status_code == 403
    for name in ("feed_update", "feed_retry", "feed_pause"):
        assert client.post(address(name, feed), GOOD | {"version": 1}).status_code == 403
    assert Feed.objects.count() == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OWNER])
def test_create_when_it_is_good_then_the_feed_is_due_at_once_and_its_secret_is_sealed(role: Role) -> None:
    partner = PartnerFactory.create()
    client = signed_in(MemberFactory.create(organisation=partner.organisation, role=role).user)
    secret = {"header_name": "Authorization", "header_value": "Bearer kestrel"}

    response = client.post(reverse("partners:feed_create"), GOOD | secret)

    feed = Feed.objects.get()
    assert response.headers["Location"] == address("feed_detail", feed)
    assert (feed.partner, feed.organisation, feed.host) == (
        partner,
        partner.organisation,
        "capacity.example.com",
    )
    assert feed.next_due_at <= timezone.now()
    assert feed.secret_header is not None
    assert b"kestrel" not in bytes(feed.secret_header)
    assert sealing.unseal(feed.secret_header) == "Authorization: Bearer kestrel"
    assert Event.objects.filter(kind="feed.created", object_id=feed.pk).exists()
    assert "kestrel" not in client.get(address("feed_update", feed)).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "nul\x00byte"),
        ("url", ""),
        ("url", "ftp://capacity.example.com/"),
        ("url", "http://127.0.0.1/"),
        ("url", "http://[::1]/"),
        ("url", "https://user:secret@capacity.example.com/"),
        ("url", "https://capacity.example.com:8443/"),
        ("url", "https://capacity.example.com/" + "x" * 2100),
        ("url", "https://قدرة/"),
        ("format", ""),
        ("format", "xlsx"),
        ("interval_seconds", "1"),
        ("interval_seconds", "often"),
        ("header_name", "Authorization"),
        ("header_value", "no name"),
        ("header_name", "Two words"),
        ("header_name", "X\r\nHost"),
    ],
)
def test_create_when_something_is_wrong_then_it_says_what_and_keeps_what_was_typed(
    field: str, value: str
) -> None:
    partner = PartnerFactory.create()
    client = signed_in(MemberFactory.create(organisation=partner.organisation).user)

    response = client.post(reverse("partners:feed_create"), GOOD | {field: value})

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert ("Capsules" in response.content.decode()) == (field != "name")
    assert not Feed.objects.exists()


def test_create_when_the_organisation_keeps_no_profile_then_it_says_what_to_do() -> None:
    client = signed_in(MemberFactory.create(organisation=OrganisationFactory.create(cdmo=True)).user)

    response = client.post(reverse("partners:feed_create"), GOOD, follow=True)

    assert "Claim your company" in response.content.decode()
    assert not Feed.objects.exists()


def test_update_when_saved_then_a_running_reading_loses_its_lease_and_the_secret_stays(feed: Feed) -> None:
    lease_until = timezone.now() + dt.timedelta(minutes=1)
    sealed = sealing.seal("A: b")
    Feed.objects.update(lease_until=lease_until, lease_token=7, etag="old", secret_header=sealed)
    client = member_of(feed, Role.EDITOR)

    response = client.post(address("feed_update", feed), GOOD | {"version": 1})

    assert response.status_code == 302
    feed.refresh_from_db()
    assert (feed.name, feed.host, feed.version, feed.etag) == ("Capsules", "capacity.example.com", 2, "")
    assert (feed.lease_until, feed.lease_token) == (None, 8)
    assert bytes(feed.secret_header or b"") == sealed
    client.post(address("feed_update", feed), GOOD | {"version": 2, "removes_header": "on"})
    feed.refresh_from_db()
    assert feed.secret_header is None


def test_update_when_somebody_else_was_faster_then_it_says_so_and_writes_nothing(feed: Feed) -> None:
    client = member_of(feed, Role.OWNER)
    client.post(address("feed_update", feed), GOOD | {"version": 1, "name": "Theirs"})

    response = client.post(address("feed_update", feed), GOOD | {"version": 1, "name": "Mine"})

    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody else has changed this feed" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page
    feed.refresh_from_db()
    assert (feed.name, feed.version) == ("Theirs", 2)


def test_pause_resume_and_retry_when_asked_then_the_state_follows(feed: Feed) -> None:
    client = member_of(feed, Role.EDITOR)
    far = timezone.now() + dt.timedelta(days=1)
    Feed.objects.update(state=Feed.State.QUARANTINED, attempts=8, last_error="gone", next_due_at=far)

    client.post(address("feed_retry", feed))
    feed.refresh_from_db()
    assert (feed.state, feed.attempts, feed.last_error) == (Feed.State.ACTIVE, 0, "")
    assert feed.next_due_at <= timezone.now()

    client.post(address("feed_pause", feed))
    feed.refresh_from_db()
    assert feed.state == Feed.State.PAUSED

    refused = client.post(address("feed_retry", feed), follow=True).content.decode()
    assert "resume it first" in refused

    client.post(address("feed_pause", feed), {"resume": "1"})
    feed.refresh_from_db()
    assert feed.state == Feed.State.ACTIVE
    kinds = Event.objects.filter(object_kind="partners.feed").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["feed.retried", "feed.paused", "feed.resumed"]


def test_list_when_there_are_many_feeds_then_the_number_of_queries_stays(
    feed: Feed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        other = FeedFactory.create(partner=feed.partner)
        CapacityWindowFactory.create(feed=other, line=LineFactory.create(site__partner=feed.partner))
        RefreshFactory.create(feed=feed)
    client = member_of(feed, Role.VIEWER)

    with django_assert_max_num_queries(10):
        client.get(reverse("partners:feed_list"))
    with django_assert_max_num_queries(11):
        client.get(address("feed_detail", feed))


def test_formats_when_nobody_is_signed_in_then_they_and_the_schema_are_read_all_the_same() -> None:
    page = Client().get(reverse("partners:feed_formats")).content.decode()
    schema = Client().get(reverse("partners:capacity_schema"))

    assert reverse("partners:capacity_schema") in page
    assert "<code>period_end</code>" in page
    assert schema.headers["Content-Type"] == "application/schema+json"
    assert schema.json()["properties"]["windows"]["maxItems"] == 50_000


def test_create_when_it_is_a_calendar_then_only_a_line_of_ones_own_may_be_chosen() -> None:
    partner = PartnerFactory.create()
    line = LineFactory.create(site__partner=partner)
    client = signed_in(MemberFactory.create(organisation=partner.organisation, role=Role.EDITOR).user)

    for wrong in (LineFactory.create().uid, "no-uid"):
        sent = GOOD | {"format": "ical", "calendar_line": wrong}
        assert client.post(reverse("partners:feed_create"), sent).status_code == 422
    client.post(reverse("partners:feed_create"), GOOD | {"format": "ical", "calendar_line": line.uid})

    feed = Feed.objects.get()
    assert (feed.format, feed.calendar_line) == ("ical", line)
    assert f"of {line.name}" in client.get(address("feed_detail", feed)).content.decode()
    form = client.get(address("feed_update", feed)).content.decode()
    assert f'<option value="{line.uid}" selected' in form

"""CDMO staff keep, test and decide on their capacity feeds."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import Event
from cdmo_portal.events.sealing import unseal
from partners.models import Feed, FeedTrial, HeldReading, Partner
from partners.models.feed_trials import MOST_AN_HOUR
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.factories.feeds import FeedFactory, FeedTrialFactory, HeldReadingFactory, RefreshFactory
from tests.factories.partners import SiteFactory
from tests.partners.api.sending import patch, post

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/feeds/"
TRIALS = f"{ADDRESS}trials/"
SAID = {"name": "Our lines", "url": "https://capacity.example.com/lines.csv"}
HEADER = {"name": "Authorization", "value": "Bearer 1"}


@pytest.fixture
def partner() -> Partner:
    found = SiteFactory.create().partner
    assert found is not None
    return found


@pytest.fixture
def owner(partner: Partner) -> Client:
    return staff_of(partner.sites.get())


def of(feed: Feed, tail: str = "") -> str:
    return f"{ADDRESS}{feed.uid}/{tail}"


def test_feed_is_set_up_with_a_secret_that_never_leaves(owner: Client, partner: Partner) -> None:
    answer = post(owner, ADDRESS, SAID | {"secret_header": HEADER})

    assert answer.status_code == 201, answer.content
    row, feed = answer.json(), Feed.objects.get()
    assert row["partner"]["uid"] == str(partner.uid)
    assert (row["format"], row["interval_seconds"], row["has_secret_header"]) == ("csv", 3600, True)
    assert "Bearer 1" not in answer.content.decode()
    assert unseal(bytes(feed.secret_header or b"")) == "Authorization: Bearer 1"
    assert owner.get(of(feed))["ETag"] == answer["ETag"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"url": "http://127.0.0.1/"}, "#/url"),
        ({"url": "ftp://capacity.example.com/"}, "#/url"),
        ({"format": "xml"}, "#/format"),
        ({"interval_seconds": 5}, "#/interval_seconds"),
        ({"secret_header": {"name": "A B", "value": "1"}}, "#/secret_header/name"),
        ({"secret_header": {"name": "A"}}, "#/secret_header/value"),
        ({"secret_header": "A: 1"}, "#/secret_header"),
        ({"format": "ical", "calendar_line": "0199a1de-0000-7000-8000-000000000000"}, "#/calendar_line"),
        ({"calendar_line": "0199a1de-0000-7000-8000-000000000000"}, "#/calendar_line"),
        ({"state": "paused"}, "#/state"),
    ],
)
def test_feed_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, changes: dict[str, Any], pointer: str
) -> None:
    for address in (ADDRESS, TRIALS):
        answer = post(owner, address, SAID | changes)

        assert answer.status_code == 400
        assert pointers(answer) == [pointer]
    assert not Feed.objects.exists()


def test_change_keeps_what_was_not_sent(owner: Client, partner: Partner) -> None:
    line = LineFactory.create(site=partner.sites.get())
    post(owner, ADDRESS, SAID | {"secret_header": HEADER, "format": "ical", "calendar_line": str(line.uid)})
    feed = Feed.objects.get()
    tag = owner.get(of(feed))["ETag"]

    renamed = patch(owner, of(feed), {"name": "New"}, tag)
    as_csv = patch(owner, of(feed), {"format": "csv", "secret_header": None}, renamed["ETag"])

    assert renamed.status_code == 200, renamed.content
    kept = ("name", "calendar_line", "has_secret_header", "url")
    assert [renamed.json()[name] for name in kept] == ["New", str(line.uid), True, SAID["url"]]
    assert [as_csv.json()[name] for name in kept] == ["New", None, False, SAID["url"]]


def test_change_on_an_old_reading_writes_nothing(owner: Client, partner: Partner) -> None:
    feed = FeedFactory.create(partner=partner)

    assert patch(owner, of(feed), {"name": "New"}, '"old"').status_code == 412
    assert owner.patch(of(feed), {"name": "New"}, "application/json").status_code == 428
    assert Feed.objects.get().name == feed.name


def test_feed_is_paused_resumed_and_read_anew(owner: Client, partner: Partner) -> None:
    feed = FeedFactory.create(partner=partner)

    paused = post(owner, of(feed, "pause/"))
    refused = post(owner, of(feed, "retry/"))
    resumed = post(owner, of(feed, "resume/"))
    retried = post(owner, of(feed, "retry/"))

    assert (paused.json()["state"], resumed.json()["state"]) == ("paused", "active")
    assert (refused.status_code, retried.status_code) == (409, 200)
    kinds = Event.objects.filter(object_id=feed.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["feed.paused", "feed.resumed", "feed.retried"]


def test_test_of_a_feed_is_looked_at_until_it_is_done(owner: Client, partner: Partner) -> None:
    feed = FeedFactory.create(partner=partner)

    answer = post(owner, of(feed, "test/"))

    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["feed"]) == ("waiting", str(feed.uid))
    address = f"{TRIALS}{answer.json()['uid']}/"
    assert answer["Location"].endswith(address)
    assert owner.get(address).json()["result"] == {}
    FeedTrial.objects.update(state=FeedTrial.State.DONE, result={"row_count": 2})
    assert owner.get(address).json()["result"] == {"row_count": 2}


def test_feed_that_was_tested_is_added_once(owner: Client) -> None:
    trial = post(owner, TRIALS, SAID | {"secret_header": HEADER}).json()
    address = f"{TRIALS}{trial['uid']}/add/"

    added, again = post(owner, address), post(owner, address)

    assert (added.status_code, again.status_code) == (201, 409)
    assert added.json()["url"] == SAID["url"]
    assert added["Location"].endswith(f"{ADDRESS}{added.json()['uid']}/")
    assert Feed.objects.count() == 1


def test_tests_are_bounded(owner: Client, partner: Partner) -> None:
    feed = FeedFactory.create(partner=partner)
    FeedTrialFactory.create_batch(MOST_AN_HOUR, partner=partner)

    assert post(owner, of(feed, "test/")).status_code == 429


@pytest.mark.parametrize("decision", ["applied", "kept"])
def test_held_reading_is_decided_once(owner: Client, partner: Partner, decision: str) -> None:
    held = HeldReadingFactory.create(feed__partner=partner, gone=[1, 2, 3, 4])
    address = of(held.feed, "held-reading/")
    seen = owner.get(address).json()
    said = {"reading": seen["reading"], "decision": decision}

    answer, again = post(owner, address, said), post(owner, address, said)

    assert (seen["gone"], seen["standing"], seen["decision"]) == (4, 8, "open")
    assert (answer.status_code, again.status_code) == (200, 409)
    assert answer.json()["held_reading"] == HeldReading.objects.get().decision == decision


def test_decision_on_another_reading_answers_409(owner: Client, partner: Partner) -> None:
    held = HeldReadingFactory.create(feed__partner=partner)
    other = RefreshFactory.create(feed=held.feed)
    said = {"reading": str(other.uid), "decision": "applied"}

    assert post(owner, of(held.feed, "held-reading/"), said).status_code == 409
    assert pointers(post(owner, of(held.feed, "held-reading/"), {"decision": "open"})) == [
        "#/reading",
        "#/decision",
    ]


def test_feed_without_a_held_reading_has_none(owner: Client, partner: Partner) -> None:
    feed = FeedFactory.create(partner=partner)

    assert owner.get(of(feed, "held-reading/")).status_code == 404
    assert owner.get(of(feed)).json()["held_reading"] is None


TAILS = ("pause/", "resume/", "retry/", "test/", "held-reading/")


def test_viewers_write_nothing_and_strangers_find_nothing(partner: Partner) -> None:
    feed = HeldReadingFactory.create(feed__partner=partner).feed
    trial = FeedTrialFactory.create(partner=partner)
    viewer = staff_of(partner.sites.get(), Role.VIEWER)
    for client, code in (
        (viewer, 403),
        (client_of(MemberFactory.create()), 404),
        (client_of(MemberFactory.create(cdmo=True)), 404),
    ):
        answers = [post(client, of(feed, tail)) for tail in TAILS]
        answers += [patch(client, of(feed), {}), post(client, f"{TRIALS}{trial.uid}/add/")]
        assert {answer.status_code for answer in answers} == {code}
    assert Feed.objects.get().version == feed.version


def test_who_keeps_no_profile_sets_up_no_feed() -> None:
    assert post(client_of(MemberFactory.create(cdmo=True)), ADDRESS, SAID).status_code == 409
    assert post(client_of(MemberFactory.create()), ADDRESS, SAID).status_code == 403

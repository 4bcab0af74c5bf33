"""The review: one line per statement, confirmed and undone, by whom, and what happens in between."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from partners.models import Capability, CapacityWindow, Confirmation, Hazard, ProfileChange, SiteChange
from partners.review_items import Item, review_items
from partners.views import review
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import CertificateFactory
from tests.partners.editors import House, house, lyophilisation, signed_in

pytestmark = pytest.mark.django_db

OLD = dt.date(2024, 1, 5)
REVIEW = "/profile/review/"


def item_of(home: House, kind: str = "capability") -> Item:
    return next(item for item in review_items([home.site], timezone.localdate()) if item.kind == kind)


def url_of(item: Item) -> str:
    return reverse("partners:review_confirm", args=[item.site.slug, item.kind, item.uid])


def confirm(client: Client, item: Item, **headers: str) -> object:
    return client.post(url_of(item), {"seen": item.mark}, headers=headers)


def undo_url() -> str:
    return reverse("partners:review_undo", args=[Confirmation.objects.latest("pk").uid])


def with_capability() -> tuple[House, Capability]:
    home = house()
    return home, CapabilityFactory.create(site=home.site, term=lyophilisation(), confirmed_on=OLD)


def test_review_when_a_statement_is_too_old_then_it_is_listed_and_gone_once_confirmed() -> None:
    home, row = with_capability()
    client = signed_in(home.editor)
    assert "Lyophilisation" in client.get(REVIEW).text

    answer = client.post(url_of(item_of(home)), {"seen": item_of(home).mark}, follow=True)

    row.refresh_from_db()
    assert row.confirmed_on == timezone.localdate()
    assert "“Lyophilisation” is still true." in answer.text
    assert "Nothing to confirm now" in answer.text
    assert "Confirmed today" in answer.text
    assert Event.objects.get(kind="capability.confirmed").data["term"] == "op.lyophilisation"
    assert SiteChange.objects.filter(site_id=home.site.pk).exists()


def test_undo_when_nothing_came_in_between_then_the_statement_is_as_old_as_before() -> None:
    home, row = with_capability()
    client = signed_in(home.editor)
    confirm(client, item_of(home))

    client.post(undo_url())

    row.refresh_from_db()
    assert row.confirmed_on == OLD
    assert Event.objects.filter(kind="capability.unconfirmed").count() == 1
    assert item_of(home).is_over(timezone.localdate())


@pytest.mark.parametrize(("factory", "kind"), [(CapabilityFactory, "capability"), (HazardFactory, "hazard")])
def test_confirmation_when_undone_then_both_stand_in_the_history_with_how_old_it_was(
    factory: Any, kind: str
) -> None:
    home = house()
    factory.create(site=home.site, confirmed_on=OLD)
    client = signed_in(home.editor)

    confirm(client, item_of(home, kind))
    client.post(undo_url())

    today = timezone.localdate().isoformat()
    first, second = ProfileChange.objects.order_by("pk")
    assert (days_in(first.before), days_in(first.after)) == ([OLD.isoformat()], [today])
    assert (days_in(second.before), days_in(second.after)) == ([today], [OLD.isoformat()])


def days_in(values: Any) -> list[str]:
    """Every day on which something in kept values was confirmed."""
    if isinstance(values, list):
        return [day for each in values for day in days_in(each)]
    if not isinstance(values, dict):
        return []
    own = [values["confirmed_on"]] if "confirmed_on" in values else []
    return own + [day for each in values.values() for day in days_in(each)]


def test_undo_when_pressed_twice_then_the_second_changes_nothing_and_says_so() -> None:
    home, _row = with_capability()
    client = signed_in(home.editor)
    confirm(client, item_of(home))
    client.post(undo_url())

    answer = client.post(undo_url(), headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "This was undone already." in answer.text
    assert Event.objects.filter(kind="capability.unconfirmed").count() == 1


def test_undo_when_somebody_changed_the_statement_since_then_their_change_stays() -> None:
    home, row = with_capability()
    client = signed_in(home.editor)
    confirm(client, item_of(home))
    Capability.objects.update(version=9, note="Changed")

    answer = client.post(undo_url(), follow=True)

    row.refresh_from_db()
    assert (row.note, row.confirmed_on) == ("Changed", timezone.localdate())
    assert "Somebody else has saved this since you opened the page." in answer.text


@pytest.mark.parametrize("seen", ["v7", "", "\x00", "x" * 5_000])
def test_confirm_when_the_line_shows_what_no_longer_stands_then_nothing_is_confirmed(seen: str) -> None:
    home, row = with_capability()

    answer = signed_in(home.editor).post(
        url_of(item_of(home)), {"seen": seen}, headers={"HX-Request": "true"}
    )

    row.refresh_from_db()
    assert (answer.status_code, row.confirmed_on) == (409, OLD)
    assert "this is how it stands now" in answer.text
    assert not Confirmation.objects.exists()


def test_confirm_when_the_statement_was_removed_meanwhile_then_the_line_says_so() -> None:
    home, row = with_capability()
    item = item_of(home)
    row.delete()

    answer = signed_in(home.editor).post(url_of(item), {"seen": item.mark}, headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "Somebody else has removed this" in answer.text


def test_confirm_when_asked_by_htmx_then_the_line_itself_comes_back_with_its_undo() -> None:
    home, _row = with_capability()

    answer = signed_in(home.editor).post(
        url_of(item_of(home)), {"seen": item_of(home).mark}, headers={"HX-Request": "true"}
    )

    uid = Confirmation.objects.get().uid
    toast = json.loads(answer.headers["HX-Trigger-After-Settle"])["toast"]
    assert toast == {"text": "“Lyophilisation” is still true.", "undo": f"undo-{uid}"}
    assert answer.text.strip().startswith("<li")
    assert f'id="undo-{uid}"' in answer.text


def test_hazard_when_confirmed_and_undone_then_no_other_answer_moves() -> None:
    home = house()
    row = HazardFactory.create(site=home.site, confirmed_on=OLD)
    line = LineFactory.create(site=home.site)
    other = HazardFactory.create(
        site=home.site, term=row.term, scope=Hazard.Scope.LINE, line=line, confirmed_on=OLD
    )
    client = signed_in(home.editor)
    item = next(each for each in review_items([home.site], timezone.localdate()) if each.uid == row.uid)

    confirm(client, item)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.confirmed_on, other.confirmed_on) == (timezone.localdate(), OLD)
    client.post(undo_url())

    row.refresh_from_db()
    assert row.confirmed_on == OLD


def test_lead_time_when_confirmed_for_the_first_time_and_undone_then_it_is_unconfirmed_again() -> None:
    home = house()
    line = LineFactory.create(site=home.site, lead_time_weeks=Decimal(8), lead_time_confirmed_on=None)
    client = signed_in(home.editor)

    confirm(client, item_of(home, "lead-time"))
    line.refresh_from_db()
    assert line.lead_time_confirmed_on == timezone.localdate()
    client.post(undo_url())

    line.refresh_from_db()
    assert line.lead_time_confirmed_on is None


def old_windows(home: House) -> list[CapacityWindow]:
    today = timezone.localdate()
    line = LineFactory.create(site=home.site, capacity_valid_days=30)
    seen = timezone.now() - dt.timedelta(days=58)
    return [
        CapacityWindowFactory.create(
            line=line,
            state=state,
            period=DateRange(today + dt.timedelta(days=30), today + dt.timedelta(days=120)),
            observed_at=seen,
            valid_until=today - dt.timedelta(days=2),
        )
        for state in ("open", "held")
    ]


def test_capacity_when_confirmed_then_its_windows_hold_as_the_line_says_and_undo_puts_all_back() -> None:
    home = house()
    before = [(each.observed_at, each.valid_until) for each in old_windows(home)]
    client, today = signed_in(home.editor), timezone.localdate()

    confirm(client, item_of(home, "capacity"))
    windows = CapacityWindow.objects.order_by("pk")
    assert {each.valid_until for each in windows} == {today + dt.timedelta(days=30)}
    assert {each.observed_at.date() for each in windows} == {timezone.now().date()}
    client.post(undo_url())

    assert [(each.observed_at, each.valid_until) for each in windows.all()] == before


def test_capacity_when_a_window_was_added_after_the_page_was_opened_then_nothing_is_confirmed() -> None:
    home = house()
    first = old_windows(home)[0]
    item = item_of(home, "capacity")
    CapacityWindowFactory.create(
        line=first.line, state="committed", period=first.period, observed_at=timezone.now()
    )

    confirm(signed_in(home.editor), item)

    assert not Confirmation.objects.exists()


def test_review_when_a_viewer_reads_it_then_there_is_nothing_to_press_and_posts_are_refused() -> None:
    home, _row = with_capability()
    confirm(signed_in(home.editor), item_of(home))
    viewer = signed_in(home.viewer)

    page = viewer.get(f"{REVIEW}?show=all")
    refused = [viewer.post(url_of(item_of(home)), {"seen": item_of(home).mark}), viewer.post(undo_url())]

    assert page.status_code == 200
    assert "Still true<" not in page.text
    assert [answer.status_code for answer in refused] == [403, 403]
    assert Confirmation.objects.filter(undone_at=None).count() == 1


@pytest.mark.parametrize("stranger", [lambda: MemberFactory.create(cdmo=True), MemberFactory.create])
def test_review_when_a_stranger_asks_then_none_of_it_is_there(stranger: Callable[[], Member]) -> None:
    home, _row = with_capability()
    confirm(signed_in(home.editor), item_of(home))
    client = signed_in(stranger())

    assert client.post(url_of(item_of(home)), {"seen": item_of(home).mark}).status_code == 404
    assert client.post(undo_url()).status_code == 404
    assert "Lyophilisation" not in client.get(REVIEW, follow=True).text


def test_undo_when_the_site_was_given_to_another_organisation_then_it_is_not_there_any_more() -> None:
    home, _row = with_capability()
    client = signed_in(home.editor)
    confirm(client, item_of(home))
    other = house()
    home.site.partner = other.partner
    home.site.save()

    assert client.post(undo_url()).status_code == 404


@pytest.mark.parametrize("kind", ["certificate", "window", "anything"])
def test_confirm_when_the_kind_cannot_be_confirmed_then_there_is_no_such_page(kind: str) -> None:
    home = house()
    row = CertificateFactory.create(site=home.site, expires_on=timezone.localdate())

    answer = signed_in(home.editor).post(
        reverse("partners:review_confirm", args=[home.site.slug, kind, row.uid])
    )

    assert answer.status_code == 404


def test_review_when_a_statement_is_changed_from_it_then_saving_leads_back() -> None:
    home, row = with_capability()
    url = item_of(home).remove_url

    answer = signed_in(home.editor).post(url, {"version": str(row.version)})

    assert answer.headers["Location"] == REVIEW


def test_review_when_narrowed_to_a_site_then_only_its_lines_are_listed() -> None:
    home, _row = with_capability()
    other = SiteFactory.create(partner=home.partner)
    term = CapabilityFactory.create(site=other, confirmed_on=OLD).term

    text = signed_in(home.editor).get(f"{REVIEW}?site={home.site.slug}").text

    assert "Lyophilisation" in text
    assert f"<strong>{term.label}</strong>" not in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [("", [0, 1]), ("2", [2, 3]), ("4", [4]), ("9", [0, 1]), ("-1", [0, 1]), ("x", [0, 1])],
)
def test_review_when_the_list_is_long_then_skipped_lines_are_left_behind(
    given: str, shown: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = house()
    for number in range(5):
        CapabilityFactory.create(site=home.site, confirmed_on=OLD + dt.timedelta(days=number))
    monkeypatch.setattr(review, "MOST_SHOWN", 2)
    labels = [item.what for item in review_items([home.site], timezone.localdate())]

    text = signed_in(home.editor).get(f"{REVIEW}?from={given}").text

    assert [label for label in labels if f"<strong>{label}</strong>" in text] == [labels[n] for n in shown]
    assert ("Show the next ones" in text) == (shown[-1] < 4)


def test_confirm_when_the_list_was_long_then_it_leads_back_to_the_same_lines() -> None:
    home, _row = with_capability()
    item = item_of(home)
    data = {"seen": item.mark, "show": "all", "from": "40"}

    answer = signed_in(home.editor).post(url_of(item), data)

    assert answer.headers["Location"] == f"{REVIEW}?show=all&from=40"


def test_review_when_more_is_stated_then_it_takes_no_more_queries() -> None:
    home, _row = with_capability()
    client = signed_in(home.editor)
    old_windows(home)
    confirm(client, item_of(home))
    with CaptureQueriesContext(connection) as few:
        client.get(f"{REVIEW}?show=all")
    for _number in range(3):
        CapabilityFactory.create(site=home.site, confirmed_on=OLD)
        CertificateFactory.create(site=home.site, expires_on=timezone.localdate())
        LineFactory.create(site=home.site, lead_time_weeks=4)

    with CaptureQueriesContext(connection) as many:
        client.get(f"{REVIEW}?show=all")

    assert len(many) == len(few)

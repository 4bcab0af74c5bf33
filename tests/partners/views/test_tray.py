"""The compare tray: in the session, apart for each organisation, the fifth refused, every change undone."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cdmo_portal.accounts.middleware import ACTIVE_ORGANISATION
from partners.models import Partner, Site
from tests.factories.accounts import MemberFactory
from tests.factories.partners import PartnerFactory, SiteFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sponsor(client: Client) -> Client:
    client.force_login(MemberFactory.create().user)
    return client


def toggle(client: Client, row: Site | Partner, *, on: bool = True, **more: Any) -> Any:
    kind = "site" if isinstance(row, Site) else "partner"
    address = reverse("partners:tray_toggle", args=[kind, row.uid])
    return client.post(address, {"on": "1" if on else "0"}, **more)


def directory(client: Client) -> str:
    return str(client.get("/sites/").content.decode())


def test_tray_when_sites_and_partners_are_put_in_then_every_page_with_buttons_names_them(
    sponsor: Client,
) -> None:
    site, partner = SiteFactory.create(name="Cork works"), PartnerFactory.create(name="Harbour Ltd")

    toggle(sponsor, site)
    toggle(sponsor, partner)

    pages = [
        directory(sponsor),
        *(sponsor.get(each.get_absolute_url()).content.decode() for each in (site, partner)),
    ]
    assert all("Remove Cork works from the comparison" in page for page in pages)
    assert all(f"/compare/?ids={site.slug},{partner.slug}" in page for page in pages)
    assert pages[1].count('aria-pressed="true"') == 1


def test_tray_when_changed_by_htmx_then_answers_with_its_content_and_what_it_holds(sponsor: Client) -> None:
    site = SiteFactory.create(name="Cork works")

    answer = toggle(sponsor, site, headers=HTMX)

    told = json.loads(answer["HX-Trigger"])
    assert "Cork works" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert told["tray"]["picks"] == [f"site:{site.uid}"]
    assert told["toast"] == {"text": "Cork works is in the comparison.", "undo": "tray-undo"}


def test_tray_when_pressed_twice_then_holds_it_once(sponsor: Client) -> None:
    site = SiteFactory.create()

    toggle(sponsor, site)
    answer = toggle(sponsor, site, headers=HTMX)

    assert json.loads(answer["HX-Trigger"])["tray"]["picks"] == [f"site:{site.uid}"]


def test_tray_when_full_then_refuses_the_fifth_and_says_what_to_do(sponsor: Client) -> None:
    first, *others = [SiteFactory.create() for _ in range(5)]
    for site in others:
        toggle(sponsor, site)

    by_htmx = toggle(sponsor, first, headers=HTMX)
    plain = toggle(sponsor, first, follow=True)

    told = json.loads(by_htmx["HX-Trigger"])
    assert by_htmx.status_code == 422
    assert "remove one first" in told["toast"]["text"]
    assert told["tray"]["picks"] == [f"site:{site.uid}" for site in others]
    assert "The tray holds 4 already: remove one first." in plain.content.decode()
    assert first.slug not in plain.content.decode().split("/compare/?ids=")[1].split('"')[0]


def test_tray_when_cleared_then_undo_brings_the_same_back_in_the_same_order(sponsor: Client) -> None:
    sites = [SiteFactory.create() for _ in range(3)]
    for site in sites:
        toggle(sponsor, site)

    sponsor.post(reverse("partners:tray_clear"))
    emptied = directory(sponsor)
    answer = sponsor.post(reverse("partners:tray_restore"), headers=HTMX)

    assert "The tray is empty now" in emptied
    assert json.loads(answer["HX-Trigger"])["tray"]["picks"] == [f"site:{site.uid}" for site in sites]


def test_tray_when_one_is_taken_out_then_undo_puts_it_where_it_was(sponsor: Client) -> None:
    sites = [SiteFactory.create() for _ in range(3)]
    for site in sites:
        toggle(sponsor, site)

    toggle(sponsor, sites[0], on=False)
    answer = sponsor.post(reverse("partners:tray_restore"), headers=HTMX)
    again = sponsor.post(reverse("partners:tray_restore"), headers=HTMX)

    assert json.loads(answer["HX-Trigger"])["tray"]["picks"] == [f"site:{site.uid}" for site in sites]
    assert json.loads(again["HX-Trigger"])["tray"]["picks"] == [f"site:{site.uid}" for site in sites]


def test_tray_when_there_is_nothing_to_undo_then_stays_empty(sponsor: Client) -> None:
    answer = sponsor.post(reverse("partners:tray_restore"), headers=HTMX)

    assert json.loads(answer["HX-Trigger"])["tray"]["picks"] == []


def test_tray_when_somebody_acts_for_another_organisation_then_is_another_one(client: Client) -> None:
    member = MemberFactory.create()
    other = MemberFactory.create(user=member.user)
    client.force_login(member.user)
    site = SiteFactory.create(name="Cork works")
    toggle(client, site)

    session = client.session
    session[ACTIVE_ORGANISATION] = other.organisation_id
    session.save()
    elsewhere = directory(client)
    session[ACTIVE_ORGANISATION] = member.organisation_id
    session.save()

    assert "Remove Cork works" not in elsewhere
    assert "Remove Cork works" in directory(client)


def test_tray_when_the_same_person_signs_in_again_then_is_still_there(client: Client) -> None:
    user = MemberFactory.create().user
    client.force_login(user)
    toggle(client, SiteFactory.create(name="Cork works"))

    client.force_login(user)

    assert "Remove Cork works" in directory(client)


def test_tray_when_what_it_holds_is_gone_then_leaves_it_out(sponsor: Client) -> None:
    gone, *others = [SiteFactory.create(name=f"Works {number}") for number in range(5)]
    for site in (gone, *others[:3]):
        toggle(sponsor, site, headers=HTMX)

    gone.delete()
    before = directory(sponsor)
    answer = toggle(sponsor, others[3], headers=HTMX)

    assert "Remove Works 0" not in before
    assert "Remove Works 1" in before
    assert json.loads(answer["HX-Trigger"])["tray"]["picks"] == [f"site:{site.uid}" for site in others]


def test_tray_when_asked_for_nothing_that_exists_then_answers_404(sponsor: Client) -> None:
    site = SiteFactory.create()
    addresses = [
        reverse("partners:tray_toggle", args=["site", uuid.uuid4()]),
        reverse("partners:tray_toggle", args=["partner", site.uid]),
        reverse("partners:tray_toggle", args=["brief", site.uid]),
    ]

    assert [sponsor.post(each, {"on": "1"}).status_code for each in addresses] == [404] * 3


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ("/sites/?country=IE&page=2", "/sites/?country=IE&page=2"),
        ("https://elsewhere.example/", "/sites/"),
        ("//elsewhere.example/", "/sites/"),
        ("", "/sites/"),
        ("9-1", "/sites/"),
        ("/" + "x" * 3_000, "/sites/"),
    ],
)
def test_tray_without_scripts_leads_back_to_the_page_of_the_button_and_nowhere_else(
    sponsor: Client, back: str, expected: str
) -> None:
    address = reverse("partners:tray_toggle", args=["site", SiteFactory.create().uid])

    answer = sponsor.post(address, {"on": "1", "next": back})

    assert (answer.status_code, answer["Location"]) == (302, expected)


def test_tray_when_nobody_is_signed_in_then_leads_to_sign_in(client: Client) -> None:
    assert "/login/" in toggle(client, SiteFactory.create())["Location"]

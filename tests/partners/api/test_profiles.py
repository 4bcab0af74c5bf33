"""The organisation that keeps a profile changes its partner and sites."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import Event
from partners.models import Partner, Site
from tests.accounts.api.callers import client_of, partner_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.partners import SiteFactory
from tests.partners.api.sending import patch, post

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/sites/"


@pytest.fixture
def site() -> Site:
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def partner_address(site: Site) -> str:
    return f"/api/v1/partners/{partner_of(site).uid}/"


def said(**changes: Any) -> dict[str, Any]:
    return {"name": "Marram Sterile", "city": "Cork", "country": "IE"} | changes


def test_partner_changes_what_it_says_of_itself(owner: Client, site: Site) -> None:
    Partner.objects.update(website="https://old.example")
    tag = owner.get(partner_address(site))["ETag"]

    answer = patch(owner, partner_address(site), {"summary": "Sterile fill.\nSince 1990."}, tag)

    assert answer.status_code == 200, answer.content
    assert answer.json()["summary"] == "Sterile fill.\nSince 1990."
    assert answer.json()["website"] == "https://old.example"
    assert [each["uid"] for each in answer.json()["sites"]] == [str(site.uid)]
    assert patch(owner, partner_address(site), {"summary": ""}, tag).status_code == 412
    assert Event.objects.filter(kind="partner.changed").count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"summary": "a" * 4001}, "#/summary"),
        ({"summary": None}, "#/summary"),
        ({"website": "ftp//x"}, "#/website"),
        ({"name": "New"}, "#/name"),
    ],
)
def test_partner_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, body: dict[str, Any], pointer: str
) -> None:
    answer = patch(owner, partner_address(site), body)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_site_is_added_to_the_own_profile(owner: Client, site: Site) -> None:
    answer = post(owner, ADDRESS, said(time_zone="Europe/Dublin", own_id="CORK"))

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert row["partner"]["uid"] == str(partner_of(site).uid)
    assert (row["time_zone"], row["own_id"], row["external_ids"]) == ("Europe/Dublin", "CORK", {})
    assert owner.get(f"{ADDRESS}{row['uid']}/")["ETag"] == answer["ETag"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"city": ""}, "#/city"),
        ({"country": "XX"}, "#/country"),
        ({"time_zone": "Europe/Cork"}, "#/time_zone"),
        ({"street": "a\nb"}, "#/street"),
        ({"partner": "x"}, "#/partner"),
    ],
)
def test_site_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    added = post(owner, ADDRESS, said(**changes))
    changed = patch(owner, f"{ADDRESS}{site.uid}/", changes)

    assert (added.status_code, changed.status_code) == (400, 400)
    assert pointers(added) == pointers(changed) == [pointer]


def test_change_of_a_site_keeps_what_was_not_sent(owner: Client, site: Site) -> None:
    address = f"{ADDRESS}{site.uid}/"

    answer = patch(owner, address, {"region": "Munster"}, owner.get(address)["ETag"])

    assert answer.status_code == 200, answer.content
    assert (answer.json()["region"], answer.json()["city"]) == ("Munster", "Cork")
    assert patch(owner, address, {"region": "x"}, '"old"').status_code == 412
    assert owner.patch(address, {"region": "x"}, "application/json").status_code == 428


def test_second_site_of_an_own_id_answers_409(owner: Client, site: Site) -> None:
    Site.objects.update(external_id="CORK")

    assert post(owner, ADDRESS, said(own_id="CORK")).status_code == 409


def test_own_id_is_shown_to_nobody_else(site: Site) -> None:
    Site.objects.update(external_id="CORK")

    for member in (MemberFactory.create(), MemberFactory.create(cdmo=True)):
        assert client_of(member).get(f"{ADDRESS}{site.uid}/").json()["own_id"] is None


def test_viewers_and_strangers_write_nothing(site: Site) -> None:
    for client in (
        staff_of(site, Role.VIEWER),
        client_of(MemberFactory.create()),
        client_of(MemberFactory.create(cdmo=True)),
    ):
        assert patch(client, partner_address(site), {"summary": "x"}).status_code == 403
        assert patch(client, f"{ADDRESS}{site.uid}/", {"name": "x"}).status_code == 403


def test_who_keeps_no_profile_adds_no_site(site: Site) -> None:
    assert post(client_of(MemberFactory.create(cdmo=True)), ADDRESS, said()).status_code == 409
    assert post(client_of(MemberFactory.create()), ADDRESS, said()).status_code == 403
    assert Site.objects.count() == 1


def test_site_that_nobody_keeps_is_not_changed(owner: Client) -> None:
    free = SiteFactory.create(registered_only=True)

    assert patch(owner, f"{ADDRESS}{free.uid}/", {"name": "x"}).status_code == 403

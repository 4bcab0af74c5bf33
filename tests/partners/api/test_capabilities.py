"""CDMO staff state, change and take back what their own sites can do."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cdmo_portal.events.models import Event
from partners.models import Audience, Basis, Capability, Site, SiteChange
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/capabilities/"


@pytest.fixture
def site() -> Site:
    call_command("load_vocabulary", verbosity=0)
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def stated(site: Site, **changes: Any) -> dict[str, Any]:
    measure = {"term": "sc.bioreactor-l", "value": "0.5–2", "unit": "m3"}
    return {"site": str(site.uid), "term": "mod.mab", "measures": [measure]} | changes


def send(client: Client, body: Any) -> Any:
    return client.post(ADDRESS, body, content_type="application/json")


def test_statement_is_kept_in_base_units_beside_what_was_entered(owner: Client, site: Site) -> None:
    answer = send(owner, stated(site))

    assert answer.status_code == 201, answer.content
    measure = answer.json()["measures"][0]
    assert (measure["lo"], measure["hi"], measure["unit"]) == (500, 2000, "L")
    assert (measure["entered_text"], measure["entered_unit"]) == ("0.5–2", "m3")
    assert answer.json()["is_offered"] is True
    assert Event.objects.filter(kind="capability.stated").count() == 1
    assert SiteChange.objects.filter(site=site).exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"site": "x"}, "#/site"),
        ({"term": "mod.nothing"}, "#/term"),
        ({"term": "a\x00"}, "#/term"),
        ({"term": "sc.bioreactor-l"}, "#/term"),
        ({"term": None}, "#/term"),
        ({"line": "0199a1de-0000-7000-8000-000000000000"}, "#/line"),
        ({"confirmed_on": "0000-01-01"}, "#/confirmed_on"),
        ({"confirmed_on": "9999-12-31"}, "#/confirmed_on"),
        ({"confirmed_on": "2099-12-31"}, "#/confirmed_on"),
        ({"is_offered": "yes"}, "#/is_offered"),
        ({"basis": "verified"}, "#/basis"),
        ({"basis": "inspected"}, "#/basis"),
        ({"audience": "all"}, "#/audience"),
        ({"note": "a\x00b"}, "#/note"),
        ({"stages": ["op.lyophilisation"]}, "#/stages/0"),
        ({"colour": "blue"}, "#/colour"),
        ({"measures": [{"term": "sc.bioreactor-l", "value": "5", "unit": "bushels"}]}, "#/measures/0/unit"),
        ({"measures": [{"term": "sc.bioreactor-l", "value": "-5", "unit": "L"}]}, "#/measures/0/value"),
        ({"measures": [{"term": "sc.bioreactor-l", "value": "9–5", "unit": "L"}]}, "#/measures/0/value"),
        ({"measures": [{"term": "sc.bioreactor-l", "value": 1e300, "unit": "L"}]}, "#/measures/0/value"),
        ({"measures": [{"term": "mod.mab", "value": 5, "unit": "L"}]}, "#/measures/0/term"),
        ({"measures": {}}, "#/measures"),
    ],
)
def test_statement_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = send(owner, stated(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not Capability.objects.exists()


def test_second_statement_about_a_term_answers_409(owner: Client, site: Site) -> None:
    send(owner, stated(site))

    answer = send(owner, stated(site))

    assert answer.status_code == 409
    assert Capability.objects.count() == 1


def test_change_keeps_what_was_not_sent(owner: Client, site: Site) -> None:
    first = send(owner, stated(site, note="As it was"))
    address = f"{ADDRESS}{first.json()['uid']}/"

    answer = owner.patch(
        address,
        {"audience": "sponsors"},
        content_type="application/json",
        headers={"If-Match": first["ETag"]},
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["audience"] == "sponsors"
    assert answer.json()["note"] == "As it was"
    assert answer.json()["measures"] == first.json()["measures"]
    assert answer["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"measures": [{"term": "sc.bioreactor-l", "value": "5"}]}, "#/measures/0/unit"),
        ({"site": "x"}, "#/site"),
        ({"term": None}, "#/term"),
        ({"stages": ["x"]}, "#/stages/0"),
    ],
)
def test_change_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, body: dict[str, Any], pointer: str
) -> None:
    first = send(owner, stated(site))
    address = f"{ADDRESS}{first.json()['uid']}/"

    answer = owner.patch(address, body, content_type="application/json", headers={"If-Match": first["ETag"]})

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_change_on_an_old_reading_answers_412(owner: Client, site: Site) -> None:
    row = CapabilityFactory.create(site=site)
    address = f"{ADDRESS}{row.uid}/"
    tag = owner.get(address)["ETag"]
    Capability.objects.update(version=2)

    codes = [
        owner.patch(address, {"note": "x"}, content_type="application/json", headers={"If-Match": tag}),
        owner.delete(address, headers={"If-Match": tag}),
        owner.delete(address),
    ]

    assert [answer.status_code for answer in codes] == [412, 412, 428]
    assert Capability.objects.get().note == ""


def test_statement_with_evidence_from_outside_keeps_its_words(owner: Client, site: Site) -> None:
    row = CapabilityFactory.create(site=site, basis=Basis.INSPECTED)
    MeasureFactory.create(capability=row, lo=Decimal(50))
    address = f"{ADDRESS}{row.uid}/"

    answer = owner.patch(
        address,
        {"is_offered": False},
        content_type="application/json",
        headers={"If-Match": owner.get(address)["ETag"]},
    )

    assert answer.status_code == 400
    assert pointers(answer) == ["#/basis"]


def test_statement_is_confirmed_today(owner: Client, site: Site) -> None:
    row = CapabilityFactory.create(site=site, confirmed_on=dt.date(2024, 1, 1))

    answer = owner.post(f"{ADDRESS}{row.uid}/confirm/")

    assert answer.json()["confirmed_on"] == timezone.localdate().isoformat()
    stranger = client_of(MemberFactory.create(cdmo=True))
    assert stranger.post(f"{ADDRESS}{row.uid}/confirm/").status_code == 403


def test_statement_of_a_line_names_it(owner: Client, site: Site) -> None:
    line = LineFactory.create(site=site)

    answer = send(owner, stated(site, line=str(line.uid)))

    assert answer.json()["line"] == {"uid": str(line.uid), "name": line.name}


def test_taking_back_leaves_nothing_stated(owner: Client, site: Site) -> None:
    row = CapabilityFactory.create(site=site)
    address = f"{ADDRESS}{row.uid}/"

    answer = owner.delete(address, headers={"If-Match": owner.get(address)["ETag"]})

    assert answer.status_code == 204
    assert owner.get(address).status_code == 404


def test_strangers_site_is_refused_at_its_field(site: Site) -> None:
    stranger = client_of(MemberFactory.create(cdmo=True))

    answer = send(stranger, stated(site))

    assert answer.status_code == 400
    assert pointers(answer) == ["#/site"]


@pytest.mark.parametrize(("audience", "code"), [(Audience.PUBLIC, 403), (Audience.MATCHING, 404)])
def test_strangers_statement_is_not_changed(site: Site, audience: str, code: int) -> None:
    row = CapabilityFactory.create(site=site, audience=audience, term=TermFactory.create(code="mod.adc"))
    stranger = client_of(MemberFactory.create(cdmo=True))

    answer = stranger.delete(f"{ADDRESS}{row.uid}/", headers={"If-Match": "*"})

    assert answer.status_code == code
    assert Capability.objects.exists()

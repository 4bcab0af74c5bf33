"""CDMO staff answer about hazards, place by place; readers see what is told to them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Role
from partners.models import Audience, Basis, Hazard, Site
from tests.accounts.api.callers import client_of, pointers, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import HazardFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import BuildingFactory, CampusFactory, SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.api.sending import delete, patch, post, stale_codes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/hazards/"
OLD = "2024-01-01"


@pytest.fixture
def site() -> Site:
    TermFactory.create(code="haz.cytotoxic", hazard=True)
    TermFactory.create(code="op.lyophilisation")
    return SiteFactory.create()


@pytest.fixture
def owner(site: Site) -> Client:
    return staff_of(site)


def said(site: Site, **changes: Any) -> dict[str, Any]:
    return {"site": str(site.uid), "term": "haz.cytotoxic", "is_present": False} | changes


def of(row: Hazard, tail: str = "") -> str:
    return f"{ADDRESS}{row.uid}/{tail}"


def test_answer_is_given_for_any_place(owner: Client, site: Site) -> None:
    line, building = LineFactory.create(site=site), BuildingFactory.create(site=site)
    site.campus = CampusFactory.create(partner=site.partner)
    site.save()
    places: list[dict[str, Any]] = [
        {},
        {"scope": "campus"},
        {"scope": "line", "line": str(line.uid)},
        {"scope": "building", "building": building.name},
    ]

    answers = [post(owner, ADDRESS, said(site, **place)) for place in places]

    assert [answer.status_code for answer in answers] == [201] * 4, answers[0].content
    assert [answer.json()["scope"] for answer in answers] == ["site", "campus", "line", "building"]
    assert answers[2].json()["line"]["uid"] == str(line.uid)
    assert answers[3].json()["building"] == building.name
    assert answers[0].json()["basis"] == "claimed"
    assert post(owner, ADDRESS, said(site)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"site": "0199a1de-0000-7000-8000-000000000000"}, "#/site"),
        ({"term": "op.lyophilisation"}, "#/term"),
        ({"is_present": "no"}, "#/is_present"),
        ({"scope": "moon"}, "#/scope"),
        ({"scope": "campus"}, "#/scope"),
        ({"scope": "line"}, "#/line"),
        ({"line": "0199a1de-0000-7000-8000-000000000000"}, "#/line"),
        ({"scope": "line", "line": "0199a1de-0000-7000-8000-000000000000"}, "#/line"),
        ({"scope": "building", "building": "Nowhere"}, "#/building"),
        ({"audience": "all"}, "#/audience"),
        ({"source": "a\nb"}, "#/source"),
        ({"basis": "inspected"}, "#/basis"),
    ],
)
def test_answer_that_cannot_be_used_is_refused_at_its_field(
    owner: Client, site: Site, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(owner, ADDRESS, said(site) | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_answer_that_changes_is_the_word_of_today(owner: Client, site: Site) -> None:
    row = HazardFactory.create(site=site, is_present=False, basis=Basis.INSPECTED, confirmed_on=OLD)

    answer = patch(owner, of(row), {"is_present": True, "source": "Letter"}, owner.get(of(row))["ETag"])

    assert answer.status_code == 200, answer.content
    changed = answer.json()
    assert (changed["is_present"], changed["basis"], changed["source"]) == (True, "claimed", "Letter")
    assert changed["confirmed_on"] == timezone.localdate().isoformat()


def test_audience_changes_alone_and_the_evidence_stays(owner: Client, site: Site) -> None:
    row = HazardFactory.create(site=site, basis=Basis.INSPECTED, confirmed_on=OLD)

    answer = patch(owner, of(row), {"audience": "sponsors"})

    assert (answer.json()["audience"], answer.json()["basis"]) == ("sponsors", "inspected")
    assert answer.json()["confirmed_on"] == OLD
    assert pointers(patch(owner, of(row), {"source": "Letter"})) == ["#/source"]


def test_answer_is_confirmed_as_it_was_seen(owner: Client, site: Site) -> None:
    row = HazardFactory.create(site=site, confirmed_on=OLD)
    address, tag = of(row, "confirm/"), owner.get(of(row))["ETag"]

    answer = owner.post(address, headers={"If-Match": tag})

    assert answer.json()["confirmed_on"] == timezone.localdate().isoformat()
    assert owner.post(address, headers={"If-Match": tag}).status_code == 412
    assert owner.post(address).status_code == 428


def test_answer_is_taken_back(owner: Client, site: Site) -> None:
    row = HazardFactory.create(site=site)

    assert delete(owner, of(row), owner.get(of(row))["ETag"]).status_code == 204
    assert owner.get(of(row)).status_code == 404


def test_change_on_an_old_reading_writes_nothing(owner: Client, site: Site) -> None:
    row = HazardFactory.create(site=site)

    assert stale_codes(owner, of(row), {"audience": "sponsors"}) == [428, 412, 428, 412]


def test_answers_are_shown_to_their_audience(site: Site) -> None:
    for number, audience in enumerate(Audience.values):
        HazardFactory.create(site=site, audience=audience, term=TermFactory.create(code=f"haz.of-{number}"))
    readers = (MemberFactory.create(), MemberFactory.create(cdmo=True))

    counts = [len(client_of(each).get(ADDRESS).json()["results"]) for each in readers]

    assert counts == [2, 1]
    assert len(staff_of(site).get(f"{ADDRESS}?site={site.uid}&scope=site").json()["results"]) == 4


@pytest.mark.parametrize(("audience", "code"), [(Audience.PUBLIC, 403), (Audience.MATCHING, 404)])
def test_viewers_and_strangers_write_nothing(site: Site, audience: str, code: int) -> None:
    row = HazardFactory.create(site=site, audience=audience)
    stranger, viewer = client_of(MemberFactory.create(cdmo=True)), staff_of(site, Role.VIEWER)

    for client, expected in ((stranger, code), (viewer, 403)):
        answers = [
            patch(client, of(row), {"audience": "public"}),
            delete(client, of(row)),
            client.post(of(row, "confirm/"), headers={"If-Match": "*"}),
        ]
        assert {answer.status_code for answer in answers} == {expected}

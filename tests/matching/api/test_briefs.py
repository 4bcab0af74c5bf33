"""A sponsor writes briefs over the API: all of a brief or nothing, and nobody else's."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.actions import brief_people, brief_shelf
from matching.models import Brief, Requirement, Step
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/briefs/"
LYO: dict[str, Any] = {
    "kind": "term",
    "strength": "must",
    "step": "drug-product",
    "scope": "line",
    "term": "op.lyophilisation",
    "measure": "sc.vials-per-batch",
    "relation": "covers",
    "value": "500–1,000",
    "unit": "vials",
}
REQUIREMENTS: list[dict[str, Any]] = [
    LYO,
    {"kind": "hazard", "strength": "must_not", "scope": "building", "term": "haz.cytotoxic"},
    {"kind": "place", "strength": "prefer", "places": ["geo.eu", "CH"]},
    {"kind": "inspection", "authorities": ["reg.fda"], "at_most_months": 36},
    {"kind": "certificate", "term": "cer.gmp-certificate", "authorities": ["reg.fda"]},
    {"kind": "registration", "operations": ["C82401"]},
    {"kind": "capacity", "quantity": 2, "quantity_unit": "batches", "step": "drug-product"},
]
BRIEF: dict[str, Any] = {
    "title": "Phase I lyophilised vials",
    "text": "Two batches.\nFreeze-dried.",
    "steps": ["release", "drug-product"],
    "stage": "stg.phase1",
    "preset": "late",
    "needed_by": "2027-09-30",
    "contracting_weeks": 6.5,
    "requirements": REQUIREMENTS,
}


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


def send(client: Client, body: Any) -> Any:
    return client.post(ADDRESS, body, content_type="application/json")


def change(client: Client, uid: str, body: Any) -> Any:
    address = f"{ADDRESS}{uid}/"
    headers = {"If-Match": client.get(address)["ETag"]}
    return client.patch(address, body, content_type="application/json", headers=headers)


def test_brief_is_kept_with_all_of_its_requirements(client: Client, member: Member) -> None:
    answer = send(client, BRIEF)

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["state"] == "draft"
    assert body["steps"] == ["drug-product", "release"]
    assert body["stage"]["code"] == "stg.phase1"
    assert body["contracting_weeks"] == 6.5
    assert body["weights"] is None
    assert [row["kind"] for row in body["requirements"]] == [str(row["kind"]) for row in REQUIREMENTS]
    assert Brief.objects.get().organisation == member.organisation


def test_requirement_keeps_what_was_entered_beside_the_base_unit(client: Client) -> None:
    reactor = {
        "kind": "term",
        "term": "mod.mab",
        "measure": "sc.bioreactor-l",
        "relation": "at_least",
        "value": 2,
        "unit": "m3",
    }

    row = send(client, {"title": "a", "steps": ["drug-substance"], "requirements": [reactor]}).json()[
        "requirements"
    ][0]

    assert (row["value"], row["unit"]) == ("2", "m3")
    assert row["in_base_unit"] == {"lo": 2000, "hi": 2000, "sizes": [], "unit": "L"}
    assert row["scope"] == "site"


def test_alternatives_and_stages_are_kept(client: Client) -> None:
    rows = [
        {"kind": "term", "term": "mod.mab", "alternative": "a", "stages": ["stg.phase1"]},
        {"kind": "term", "term": "mod.adc", "alternative": "a"},
    ]

    answer = send(client, {"title": "a", "steps": ["testing"], "requirements": rows})

    assert [row["alternative"] for row in answer.json()["requirements"]] == ["a", "a"]
    assert answer.json()["requirements"][0]["stages"] == ["stg.phase1"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"title": ""}, ["#/title"]),
        ({"title": "a\x00"}, ["#/title"]),
        ({"title": "a" * 201}, ["#/title"]),
        ({"text": "a\x00b"}, ["#/text"]),
        ({"text": "a" * 200_001}, ["#/text"]),
        ({"steps": []}, ["#/steps"]),
        ({"steps": ["cooking"]}, ["#/steps/0"]),
        ({"stage": "mod.mab"}, ["#/stage"]),
        ({"preset": "best"}, ["#/preset"]),
        ({"needed_by": "0000-01-01"}, ["#/needed_by"]),
        ({"needed_by": "9999-12-31"}, ["#/needed_by"]),
        ({"material_available_on": "2028-01-01"}, ["#/needed_by"]),
        ({"shipping_weeks": -1}, ["#/shipping_weeks"]),
        ({"shipping_weeks": 1e9}, ["#/shipping_weeks"]),
        ({"weights": {"fit": 1}}, ["#/weights/quality"]),
        ({"weights": dict.fromkeys(("fit", "quality", "timing", "experience", "place"), 0)}, ["#/weights"]),
        ({"state": "open"}, ["#/state"]),
        ({"requirements": {}}, ["#/requirements"]),
        ({"requirements": [LYO] * 101}, ["#/requirements"]),
    ],
)
def test_field_that_cannot_be_used_is_named_and_nothing_written(
    client: Client, changes: dict[str, Any], wanted: list[str]
) -> None:
    answer = send(client, BRIEF | changes)

    assert answer.status_code == 400
    assert pointers(answer)[: len(wanted)] == wanted
    assert not Brief.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "wish"}, "kind"),
        ({"strength": "maybe"}, "strength"),
        ({"term": "op.nothing"}, "term"),
        ({"term": None}, "term"),
        ({"term": "haz.cytotoxic"}, "term"),
        ({"measure": "op.lyophilisation"}, "measure"),
        ({"unit": "bushels"}, "unit"),
        ({"value": "9–5"}, "value"),
        ({"value": "1.500"}, "value"),
        ({"value": -5}, "value"),
        ({"value": 1e300}, "value"),
        ({"value": True}, "value"),
        ({"value": ""}, "value"),
        ({"relation": "about"}, "relation"),
        ({"step": "packaging"}, "step"),
        ({"scope": "planet"}, "scope"),
        ({"places": ["IE"]}, "places"),
        ({"colour": "blue"}, "colour"),
        ({"label": "a\nb"}, "label"),
        ({"stages": ["x"]}, "stages/0"),
        ({"kind": "place"}, "term"),
    ],
)
def test_requirement_that_cannot_be_used_is_named_and_nothing_written(
    client: Client, changes: dict[str, Any], pointer: str
) -> None:
    answer = send(client, BRIEF | {"requirements": [LYO, LYO | changes]})

    assert answer.status_code == 400
    assert f"#/requirements/1/{pointer}" in pointers(answer)
    assert all(each.startswith("#/requirements/1/") for each in pointers(answer))
    assert not Brief.objects.exists()
    assert not Requirement.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"kind": "place", "places": ["XX"]}, "places"),
        ({"kind": "place", "places": []}, "places"),
        ({"kind": "place", "scope": "line", "places": ["IE"]}, "scope"),
        ({"kind": "inspection", "authorities": ["x"]}, "authorities"),
        ({"kind": "inspection", "authorities": ["reg.fda"], "at_most_months": 0}, "at_most_months"),
        ({"kind": "certificate", "term": "cer.gmp-certificate", "authorities": ["a", "b"]}, "authorities"),
        ({"kind": "certificate", "term": "mod.mab"}, "term"),
        ({"kind": "registration", "operations": ["C1"]}, "operations"),
        ({"kind": "capacity", "quantity": 0, "quantity_unit": "batches"}, "quantity"),
        ({"kind": "capacity", "quantity": 1e12, "quantity_unit": "batches"}, "quantity"),
        ({"kind": "capacity", "quantity": 1}, "quantity_unit"),
        ({"kind": "hazard", "term": "mod.mab"}, "term"),
    ],
)
def test_requirement_of_each_kind_is_checked(client: Client, row: dict[str, Any], pointer: str) -> None:
    answer = send(client, BRIEF | {"requirements": [row]})

    assert answer.status_code == 400
    assert f"#/requirements/0/{pointer}" in pointers(answer)


def test_change_keeps_what_was_not_sent(client: Client) -> None:
    uid = send(client, BRIEF).json()["uid"]

    answer = change(client, uid, {"title": "Changed", "weights": None})

    assert answer.status_code == 200, answer.content
    assert answer.json()["title"] == "Changed"
    assert answer.json()["text"] == BRIEF["text"]
    assert len(answer.json()["requirements"]) == 7
    assert answer.json()["steps"] == ["drug-product", "release"]


def test_requirements_that_are_sent_replace_all(client: Client) -> None:
    uid = send(client, BRIEF).json()["uid"]

    answer = change(client, uid, {"requirements": [LYO]})

    assert [row["term"]["code"] for row in answer.json()["requirements"]] == ["op.lyophilisation"]
    assert Requirement.objects.count() == 1


def test_change_with_one_bad_requirement_changes_nothing(client: Client) -> None:
    uid = send(client, BRIEF).json()["uid"]

    answer = change(client, uid, {"title": "Changed", "requirements": [LYO, LYO | {"unit": "x"}]})

    assert pointers(answer) == ["#/requirements/1/unit"]
    assert Brief.objects.get().title == BRIEF["title"]
    assert Requirement.objects.count() == 7


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"requirements": [{"term": "mod.mab"}]}, "#/requirements/0/kind"),
        ({"weights": {"fit": 1}}, "#/weights/quality"),
        ({"title": None}, "#/title"),
        ({"steps": None}, "#/steps"),
        ({"nothing": 1}, "#/nothing"),
    ],
)
def test_half_of_a_nested_thing_is_refused_in_a_change_too(
    client: Client, body: dict[str, Any], pointer: str
) -> None:
    answer = change(client, send(client, BRIEF).json()["uid"], body)

    assert answer.status_code == 400
    assert pointer in pointers(answer)


def test_date_is_judged_against_the_one_that_stays(client: Client) -> None:
    uid = send(client, BRIEF).json()["uid"]

    answer = change(client, uid, {"material_available_on": "2028-01-01"})

    assert pointers(answer) == ["#/needed_by"]


def test_brief_moves_from_draft_to_open_to_closed_and_back(client: Client) -> None:
    address = f"{ADDRESS}{send(client, BRIEF).json()['uid']}/"

    states = [client.post(f"{address}{verb}/").json()["state"] for verb in ("open", "close", "reopen")]

    assert states == ["open", "closed", "open"]
    assert client.post(f"{address}open/").status_code == 409


def test_brief_without_a_gate_is_not_opened(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation)

    answer = client.post(f"{ADDRESS}{brief.uid}/open/")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"


def test_closed_brief_is_not_changed(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation, closed=True)

    answer = change(client, str(brief.uid), {"title": "Changed"})

    assert answer.status_code == 403


def test_colleague_who_reads_sees_the_brief_and_does_not_write(member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation)
    reader = client_of(colleague_of(member, Role.VIEWER))

    codes = [
        reader.get(f"{ADDRESS}{brief.uid}/").status_code,
        send(reader, BRIEF).status_code,
        change(reader, str(brief.uid), {"title": "x"}).status_code,
        reader.post(f"{ADDRESS}{brief.uid}/open/").status_code,
    ]

    assert codes == [200, 403, 403, 403]


@pytest.mark.parametrize("is_cdmo", [False, True])
def test_brief_does_not_exist_for_strangers(member: Member, is_cdmo: bool) -> None:
    brief = BriefFactory.create(organisation=member.organisation)
    stranger = client_of(MemberFactory.create(cdmo=is_cdmo))
    address = f"{ADDRESS}{brief.uid}/"

    codes = [
        stranger.get(address).status_code,
        stranger.patch(address, {}, content_type="application/json", headers={"If-Match": "*"}).status_code,
        stranger.post(f"{address}open/").status_code,
        stranger.get(f"{address}matches/").status_code,
        stranger.post(f"{address}match-runs/").status_code,
        stranger.get(f"{address}match-runs/").status_code,
        stranger.get(f"{address}shortlist/").status_code,
    ]

    assert codes == [404] * 7
    assert stranger.get(ADDRESS).json()["results"] == []


def test_cdmo_writes_no_briefs(member: Member) -> None:
    answer = send(client_of(MemberFactory.create(cdmo=True)), BRIEF)

    assert answer.status_code == 403
    assert not Brief.objects.exists()


def test_briefs_cost_the_same_queries_however_many(
    client: Client, member: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    BriefFactory.create_batch(4, organisation=member.organisation)
    client.get(ADDRESS)

    with django_assert_num_queries(6):
        client.get(ADDRESS)


def test_brief_costs_the_same_queries_however_many_requirements(
    client: Client, member: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brief = BriefFactory.create(organisation=member.organisation)
    step = Step.objects.create(brief=brief, organisation=brief.organisation, kind=Step.Kind.TESTING)
    RequirementFactory.create_batch(5, brief=brief, step=step)
    client.get(ADDRESS)

    with django_assert_num_queries(12):
        client.get(f"{ADDRESS}{brief.uid}/")


def test_brief_of_named_colleagues_does_not_exist_for_the_others_keys(client: Client, member: Member) -> None:
    uid = send(client, BRIEF).json()["uid"]
    Brief.objects.update(access=Brief.Access.NAMED)
    other = client_of(colleague_of(member, Role.EDITOR))
    addresses = [f"{ADDRESS}{uid}/{more}" for more in ("", "matches/", "match-runs/", "shortlist/")]

    assert [client.get(each).status_code for each in addresses] == [200, 200, 200, 200]
    assert [other.get(each).status_code for each in addresses] == [404, 404, 404, 404]
    assert other.get(ADDRESS).json()["results"] == []


def test_brief_when_archived_or_for_named_colleagues_says_so_under_another_etag(
    client: Client, member: Member
) -> None:
    uid = send(client, BRIEF).json()["uid"]
    by, brief = actor_of_member(member), Brief.objects.get()
    version = brief.version
    answers = [client.get(f"{ADDRESS}{uid}/")]

    brief_people.set_access(by=by, brief=brief, access=Brief.Access.NAMED)
    answers.append(client.get(f"{ADDRESS}{uid}/"))
    brief_shelf.archive(by=by, brief=brief)
    answers.append(client.get(f"{ADDRESS}{uid}/"))

    said = [(body["access"], bool(body["archived_at"])) for body in (each.json() for each in answers)]
    assert said == [("organisation", False), ("named", False), ("named", True)]
    assert len({each["ETag"] for each in answers}) == 3
    assert Brief.objects.get().version == version


def test_match_run_when_the_brief_is_closed_or_archived_is_not_made(client: Client, member: Member) -> None:
    closed, archived = (
        BriefFactory.create(organisation=member.organisation, **{trait: True})
        for trait in ("closed", "archived")
    )

    answers = [client.post(f"{ADDRESS}{brief.uid}/match-runs/") for brief in (closed, archived)]

    assert [answer.status_code for answer in answers] == [409, 403]
    assert "open it again first" in answers[0].json()["detail"]


def test_requirements_when_replaced_by_ones_that_ask_the_same_stay_the_same_rows(client: Client) -> None:
    body = send(client, BRIEF).json()
    before = [row["uid"] for row in body["requirements"]]
    wanted = [REQUIREMENTS[1], {**LYO, "value": "600–900"}, *REQUIREMENTS[2:]]

    answer = change(client, body["uid"], {"requirements": wanted})

    after = [row["uid"] for row in answer.json()["requirements"]]
    assert after[0] == before[1]
    assert after[1] not in before
    assert after[2:] == before[2:]
    kept = Brief.objects.get().changes.filter(kind="requirement", before__isnull=True)
    removed = Brief.objects.get().changes.filter(kind="requirement", after__isnull=True)
    assert (kept.count(), removed.count()) == (len(REQUIREMENTS) + 1, 1)

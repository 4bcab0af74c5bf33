"""The lines of a brief over the API, one at a time."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, Requirement
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.matching.api.asking import queries, send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db
LYO: dict[str, Any] = {
    "kind": "term",
    "step": "drug-product",
    "scope": "line",
    "label": "Freeze-drying",
    "term": "op.lyophilisation",
    "measure": "sc.vials-per-batch",
    "relation": "covers",
    "value": "500–1,000",
    "unit": "vials",
    "stages": ["stg.phase1"],
    "alternative": "a",
}


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    brief: Brief = BriefFactory.create(organisation=member.organisation)
    StepFactory.create(brief=brief, kind="drug-product")
    return brief


def address(brief: Brief, uid: object = "") -> str:
    listed = f"/api/v1/briefs/{brief.uid}/requirements/"
    return f"{listed}{uid}/" if uid else listed


def added(client: Client, brief: Brief, body: Any) -> Any:
    answer = send(client, address(brief), body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_requirement_is_added_at_the_end_and_moves_the_brief_on(client: Client, brief: Brief) -> None:
    first = RequirementFactory.create(brief=brief, position=3)

    answer = send(client, address(brief), LYO)

    assert answer.status_code == 201, answer.content
    assert answer.json()["value"] == "500–1,000"
    assert answer.json()["in_base_unit"]["lo"] == 500
    assert answer["ETag"] == client.get(address(brief, answer.json()["uid"]))["ETag"]
    listed = [row["uid"] for row in client.get(address(brief)).json()["results"]]
    assert listed == [str(first.uid), answer.json()["uid"]]
    assert Brief.objects.get().version == brief.version + 1


def test_change_of_one_field_leaves_the_others_as_they_were_entered(client: Client, brief: Brief) -> None:
    before = added(client, brief, LYO)

    answer = with_etag(client, "patch", address(brief, before["uid"]), {"value": "600–900"})

    assert answer.status_code == 200, answer.content
    changed = {name for name, value in answer.json().items() if value != before[name]}
    assert changed == {"value", "in_base_unit"}
    assert answer.json()["in_base_unit"]["hi"] == 900


def test_measure_when_null_takes_its_number_along(client: Client, brief: Brief) -> None:
    uid = added(client, brief, LYO)["uid"]

    answer = with_etag(client, "patch", address(brief, uid), {"measure": None})

    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["measure"], said["relation"], said["value"], said["unit"]) == (None, "", "", "")
    assert said["term"]["code"] == "op.lyophilisation"


OTHERS: list[dict[str, Any]] = [
    {"kind": "hazard", "strength": "must_not", "scope": "building", "term": "haz.cytotoxic"},
    {"kind": "place", "strength": "prefer", "places": ["geo.eu", "CH"]},
    {"kind": "inspection", "authorities": ["reg.fda"], "at_most_months": 36},
    {
        "kind": "certificate",
        "term": "cer.gmp-certificate",
        "authorities": ["reg.fda"],
        "at_most_months": 12.5,
    },
    {"kind": "registration", "operations": ["C82401"]},
    {"kind": "capacity", "quantity": 2, "quantity_unit": "batches", "step": "drug-product"},
]


@pytest.mark.parametrize("body", [LYO, *OTHERS], ids=lambda body: str(body["kind"]))
def test_change_of_the_label_alone_changes_nothing_else_of_any_kind(
    client: Client, brief: Brief, body: dict[str, Any]
) -> None:
    before = added(client, brief, body)

    answer = with_etag(client, "patch", address(brief, before["uid"]), {"label": "In our words"})

    assert answer.status_code == 200, answer.content
    assert answer.json() == {**before, "label": "In our words"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "hazard"}, "#/kind"),
        ({"term": "op.none"}, "#/term"),
        ({"value": "many"}, "#/value"),
        ({"unit": "kg"}, "#/unit"),
        ({"places": ["CH"]}, "#/places"),
        ({"step": "packaging"}, "#/step"),
        ({"colour": "blue"}, "#/colour"),
    ],
)
def test_change_that_cannot_be_used_says_where(
    client: Client, brief: Brief, change: Any, pointer: str
) -> None:
    uid = added(client, brief, LYO)["uid"]

    answer = with_etag(client, "patch", address(brief, uid), change)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize("body", [[], "text", 3, None])
def test_body_that_is_no_object_is_refused(client: Client, brief: Brief, body: Any) -> None:
    uid = added(client, brief, LYO)["uid"]

    answers = [
        send(client, address(brief), body),
        with_etag(client, "patch", address(brief, uid), [] if body is None else body),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_change_and_removal_need_the_present_etag(client: Client, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief)

    for method in ("patch", "delete"):
        codes = without_and_with_another_etag(client, method, address(brief, row.uid), {"label": "a"})
        assert codes == [428, 412]

    assert Requirement.objects.get().version == 1


def test_removal_takes_the_line_out(client: Client, brief: Brief) -> None:
    uid = added(client, brief, LYO)["uid"]

    answer = with_etag(client, "delete", address(brief, uid))

    assert answer.status_code == 204
    assert client.get(address(brief, uid)).status_code == 404
    assert client.get(address(brief)).json()["results"] == []


def test_requirement_of_another_brief_is_not_there(client: Client, brief: Brief) -> None:
    other = RequirementFactory.create(brief__organisation=brief.organisation)

    assert client.get(address(brief, other.uid)).status_code == 404


def test_closed_brief_takes_no_requirement(client: Client, brief: Brief) -> None:
    Brief.objects.update(state=Brief.State.CLOSED)

    assert send(client, address(brief), LYO).status_code == 403


def test_pages_of_requirements_go_on_where_the_last_one_ended(client: Client, brief: Brief) -> None:
    places = {str(RequirementFactory.create(brief=brief, position=at).uid): at for at in (0, 0, 1, 2, 2)}
    found, link = [], f"{address(brief)}?page_size=2"

    while link:
        page = client.get(link).json()
        found += [row["uid"] for row in page["results"]]
        link = page["next"]

    assert sorted(found) == sorted(places)
    assert [places[uid] for uid in found] == [0, 0, 1, 2, 2]
    assert client.get(f"{address(brief)}?cursor=cD0tMQ==").status_code == 400


def test_requirements_cost_the_same_queries_however_many(client: Client, brief: Brief) -> None:
    RequirementFactory.create_batch(2, brief=brief)
    few = queries(client, address(brief))
    RequirementFactory.create_batch(10, brief=brief)

    assert queries(client, address(brief)) == few

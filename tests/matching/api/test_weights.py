"""Weights over the API: the way they are said, a preview of others, and how firm the order is."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Member, Role
from matching.api.match_serializers import RobustnessSerializer
from matching.models import Brief, MatchRun, Requirement
from partners.models import Term
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import InspectionOutcomeFactory

pytestmark = pytest.mark.django_db
HEADS = ["fit", "quality", "timing", "experience", "place"]
EQUAL = dict.fromkeys(HEADS, 20)
PLACE_ALONE = "?w_fit=0&w_quality=0&w_timing=0&w_experience=0&w_place=100"


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    """Two eligible sites, one in the wished country, the other inspected well and backed by batches."""
    term = Term.objects.get(code="op.lyophilisation")
    brief = BriefFactory.create(organisation=member.organisation, open=True)
    RequirementFactory.create(brief=brief, term=term)
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])
    for name, country, basis in (("Near", "IE", "claimed"), ("Proven", "US", "done")):
        site = SiteFactory.create(partner=PartnerFactory.create(name=name), name=name, country=country)
        CapabilityFactory.create(site=site, term=term, basis=basis)
    InspectionOutcomeFactory.create(inspection__site=site, inspection__ended_on=timezone.localdate())
    return brief


def address(brief: Brief, rest: str = "") -> str:
    return f"/api/v1/briefs/{brief.uid}/{rest}"


def change(client: Client, brief: Brief, body: Any) -> Any:
    headers = {"If-Match": client.get(address(brief))["ETag"]}
    return client.patch(address(brief), body, content_type="application/json", headers=headers)


WAYS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "preset": ({"by": "preset"}, {"fit": 0.35, "place": 0.1}),
    "points": ({"by": "points", "points": EQUAL}, {"fit": 0.2, "place": 0.2}),
    "swings": ({"by": "swings", "swings": EQUAL | {"fit": 100}}, {"fit": 100 / 180, "place": 20 / 180}),
    "order": ({"by": "order", "order": HEADS}, {"fit": 137 / 300, "place": 0.04}),
    "rank sum": ({"by": "order", "order": HEADS, "rule": "rank-sum"}, {"fit": 5 / 15, "place": 1 / 15}),
}


@pytest.mark.parametrize("way", WAYS)
def test_weighting_when_sent_reads_as_it_was_said_with_its_shares(
    client: Client, brief: Brief, way: str
) -> None:
    sent, shares = WAYS[way]

    answer = change(client, brief, {"weighting": sent})

    stands = answer.json()["weighting"]
    assert answer.status_code == 200, answer.content
    assert {name: stands[name] for name in sent} == sent or way == "preset"
    assert stands["by"] == sent["by"]
    assert {head: stands["shares"][head] for head in shares} == pytest.approx(shares)


def test_weights_when_sent_the_old_way_take_the_place_of_what_was_said(client: Client, brief: Brief) -> None:
    change(client, brief, {"weighting": WAYS["order"][0]})

    answer = change(client, brief, {"weights": EQUAL}).json()

    assert answer["weights"] == EQUAL
    assert answer["weighting"]["by"] == "points"
    brief.refresh_from_db()
    assert brief.weighting == {}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "both": ({"weights": EQUAL, "weighting": {"by": "preset"}}, "weighting"),
    "no way": ({"weighting": {}}, "weighting/by"),
    "unknown way": ({"weighting": {"by": "magic"}}, "weighting/by"),
    "not its field": ({"weighting": {"by": "preset", "order": HEADS}}, "weighting/order"),
    "unknown field": ({"weighting": {"by": "preset", "colour": 1}}, "weighting/colour"),
    "left out": ({"weighting": {"by": "order"}}, "weighting/order"),
    "short order": ({"weighting": {"by": "order", "order": HEADS[:4]}}, "weighting/order"),
    "doubled order": ({"weighting": {"by": "order", "order": [*HEADS[:4], "fit"]}}, "weighting/order"),
    "stranger in order": ({"weighting": {"by": "order", "order": [*HEADS[:4], "colour"]}}, "weighting/order"),
    "small swings": ({"weighting": {"by": "swings", "swings": EQUAL}}, "weighting/swings"),
    "negative points": (
        {"weighting": {"by": "points", "points": EQUAL | {"fit": -1}}},
        "weighting/points/fit",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_weighting_when_it_is_nonsense_names_the_field_and_changes_nothing(
    client: Client, brief: Brief, case: str
) -> None:
    body, field = BAD[case]

    answer = change(client, brief, body)

    brief.refresh_from_db()
    assert answer.status_code == 400
    assert any(field in each["pointer"] for each in answer.json()["errors"]), answer.json()
    assert (brief.weights, brief.weighting, brief.version) == ({}, {}, 1)


def test_matches_when_asked_with_weights_are_a_preview_that_is_not_kept(client: Client, brief: Brief) -> None:
    client.post(address(brief, "match-runs/"))

    own = client.get(address(brief, "matches/")).json()
    preview = client.get(address(brief, "matches/") + PLACE_ALONE).json()

    assert own["run"] is not None
    assert preview["run"] is None
    assert [each["name"] for each in own["result"]["eligible"]] == ["Proven", "Near"]
    assert [each["name"] for each in preview["result"]["eligible"]] == ["Near", "Proven"]
    assert MatchRun.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?w_fit=-1&w_quality=0&w_timing=0&w_experience=0&w_place=1", "w_fit"),
        ("?w_fit=NaN&w_quality=0&w_timing=0&w_experience=0&w_place=1", "w_fit"),
        ("?w_fit=1", "w_quality"),
        (f"{PLACE_ALONE}&w_colour=1", "w_colour"),
        (f"{PLACE_ALONE}&w_fit=1", "w_fit"),
        ("?colour=1", "colour"),
        ("?by=order&rank_fit=1&rank_quality=1&rank_timing=3&rank_experience=4&rank_place=5", "rank_quality"),
    ],
)
def test_matches_when_weights_are_nonsense_name_the_parameter(
    client: Client, brief: Brief, query: str, parameter: str
) -> None:
    answer = client.get(address(brief, "matches/") + query)

    assert answer.status_code == 400
    assert parameter in answer.content.decode()


def test_robustness_when_two_are_eligible_is_answered_and_described_completely(
    client: Client, brief: Brief
) -> None:
    found = client.get(address(brief, "matches/")).json()["robustness"]

    described = RobustnessSerializer(found).data

    assert set(described) == set(found)
    assert [each["name"] for each in found["candidates"]] == ["Proven", "Near"]
    assert all(sum(each["rank_acceptability"]) == pytest.approx(1) for each in found["candidates"])
    assert (found["statement"], found["share"], found["seed"]) == ("within", 0.5, 1)


def test_robustness_when_the_brief_says_an_order_follows_from_it(client: Client, brief: Brief) -> None:
    change(client, brief, {"weighting": WAYS["order"][0]})

    found = client.get(address(brief, "matches/")).json()["robustness"]

    assert found["statement"] == "ordered"


def keep(client: Client, brief: Brief, body: Any) -> Any:
    headers = {"If-Match": client.get(address(brief))["ETag"]}
    return client.post(address(brief, "weights/"), body, content_type="application/json", headers=headers)


def test_weights_are_kept_and_matched_with(client: Client, brief: Brief) -> None:
    alone = {"by": "points", "points": {**dict.fromkeys(HEADS, 0), "place": 100}}

    answer = keep(client, brief, alone)

    assert answer.status_code == 201, answer.content
    assert answer.json()["result"]["weights"]["place"] == 1
    assert client.get(address(brief)).json()["weighting"]["shares"]["place"] == 1
    latest = client.get(address(brief, "matches/")).json()["run"]
    assert (latest["uid"], latest["is_outdated"]) == (answer.json()["uid"], False)


def test_weights_from_which_no_score_follows_are_not_kept(client: Client, brief: Brief) -> None:
    Requirement.objects.filter(kind="place").delete()
    alone = {"by": "points", "points": {**dict.fromkeys(HEADS, 0), "place": 100}}

    answer = keep(client, brief, alone)

    assert answer.status_code == 409
    assert Brief.objects.get().weights == {}
    assert not MatchRun.objects.exists()


def test_weights_are_kept_with_the_present_etag_alone(client: Client, brief: Brief) -> None:
    body = {"by": "preset"}
    where = address(brief, "weights/")

    codes = [
        client.post(where, body, content_type="application/json", headers=headers).status_code
        for headers in ({}, {"If-Match": '"another"'})
    ]

    assert codes == [428, 412]
    assert not MatchRun.objects.exists()


def test_weights_that_cannot_be_used_say_where(client: Client, brief: Brief) -> None:
    answer = keep(client, brief, {"by": "order", "order": ["fit"], "points": EQUAL})

    assert answer.status_code == 400
    assert pointers(answer) == ["#/points"]

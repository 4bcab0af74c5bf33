"""Webhook endpoints over the API, as a data team sets them up."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cdmo_portal.accounts.models import Member
from cdmo_portal.accounts.sealing import unseal
from cdmo_portal.events.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.accounts.api.callers import client_of, client_with, colleague_of, key_of, parameters, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.webhooks import WebhookDeliveryFactory, WebhookEndpointFactory

pytestmark = pytest.mark.django_db

ALL = "/api/v1/webhook-endpoints/"
BODY = {"url": "https://erp.example/hooks", "event_types": ["match_run.changed"]}


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def api(owner: Member) -> Client:
    return client_of(owner)


def post(client: Client, address: str, body: Any = None, **headers: str) -> Any:
    return client.post(address, data=body, content_type="application/json", headers=headers)


def patch(client: Client, endpoint: WebhookEndpoint, **change: Any) -> Any:
    address = f"{ALL}{endpoint.uid}/"
    tag = client.get(address).headers["ETag"]
    return client.patch(address, data=change, content_type="application/json", headers={"If-Match": tag})


def test_create_when_asked_then_the_secret_is_answered_once_and_kept_sealed(
    api: Client, owner: Member
) -> None:
    answer = post(api, ALL, BODY)

    made = answer.json()
    row = WebhookEndpoint.objects.get()
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    assert (made["state"], made["event_types"]) == ("active", ["match_run.changed"])
    assert made["member"] == str(owner.uid)
    kept = row.secrets.get()
    assert made["secret"].startswith("whsec_")
    assert made["secret"].encode() not in bytes(kept.sealed)
    assert unseal(kept.sealed) == made["secret"]
    for address in (ALL, f"{ALL}{row.uid}/"):
        assert made["secret"] not in api.get(address).content.decode()
    event = Event.objects.get(kind="webhook.created")
    assert (event.organisation_id, event.data) == (owner.organisation_id, {})


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://erp.example/hooks"}, "#/url"),
        ({"url": "https://127.0.0.1/hooks"}, "#/url"),
        ({"url": "https://10.0.0.1/hooks"}, "#/url"),
        ({"url": "https://user:word@erp.example/"}, "#/url"),
        ({"url": "https://erp.example:8443/"}, "#/url"),
        ({"url": "https://erp.internal/"}, "#/url"),
        ({"url": "ftp://erp.example/"}, "#/url"),
        ({"event_types": []}, "#/event_types"),
        ({"event_types": ["interest.asked"]}, "#/event_types"),
        ({"event_types": ["webhook.test"]}, "#/event_types/0"),
        ({"event_types": ["nothing"]}, "#/event_types/0"),
        ({"description": "x" * 201}, "#/description"),
        ({"colour": "red"}, "#/colour"),
    ],
)
def test_create_when_something_cannot_be_used_then_it_is_pointed_at(
    api: Client, change: dict[str, Any], pointer: str
) -> None:
    answer = post(api, ALL, BODY | change)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not WebhookEndpoint.objects.exists()


def test_create_when_the_key_may_not_read_what_it_asks_for_then_it_is_refused(owner: Member) -> None:
    key = key_of(owner, scopes=["webhook-endpoints:write", "members:read"])

    refused = post(client_with(key), ALL, BODY)
    made = post(client_with(key), ALL, BODY | {"event_types": ["member.changed"]})

    assert (refused.status_code, pointers(refused)) == (400, ["#/event_types"])
    assert made.status_code == 201


def test_create_when_the_operator_has_no_keys_then_it_is_refused(api: Client, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = []

    assert post(api, ALL, BODY).status_code == 409
    assert not WebhookEndpoint.objects.exists()


def test_create_when_there_are_twenty_then_no_more_are_made(api: Client, owner: Member) -> None:
    WebhookEndpointFactory.create_batch(20, member=owner)

    answer = post(api, ALL, BODY)

    assert answer.status_code == 409
    assert "20 endpoints" in answer.json()["detail"]


def test_change_when_the_tag_is_old_or_missing_then_it_is_refused(api: Client, owner: Member) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    address = f"{ALL}{endpoint.uid}/"
    tag = api.get(address).headers["ETag"]
    body = {"description": "Ours"}
    kind = "application/json"

    assert api.patch(address, data=body, content_type=kind).status_code == 428
    first = api.patch(address, data=body, content_type=kind, headers={"If-Match": tag})
    second = api.patch(address, data=body, content_type=kind, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 412)
    assert first.json()["description"] == "Ours"
    assert api.delete(address, headers={"If-Match": first.headers["ETag"]}).status_code == 204
    assert not WebhookEndpoint.objects.exists()


def test_change_when_a_colleague_sends_it_elsewhere_then_it_is_told_what_that_colleague_may_read(
    owner: Member,
) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    waiting = WebhookDeliveryFactory.create(endpoint=endpoint)
    editor = colleague_of(owner, "editor")

    patch(client_of(editor), endpoint, description="Ours")
    endpoint.refresh_from_db()
    assert endpoint.member == owner
    patch(client_of(editor), endpoint, url="https://other.example/hooks")

    endpoint.refresh_from_db()
    waiting.refresh_from_db()
    assert endpoint.member == editor
    assert (endpoint.host, waiting.host) == ("other.example", "other.example")


def test_state_when_paused_and_resumed_then_what_waits_is_held_and_goes_on(
    api: Client, owner: Member
) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    delivery = WebhookDeliveryFactory.create(endpoint=endpoint)
    states = []

    for state in ("paused", "paused", "active"):
        answer = patch(api, endpoint, state=state)
        delivery.refresh_from_db()
        states.append((answer.json()["state"], delivery.state))

    assert states == [("paused", "held"), ("paused", "held"), ("active", "waiting")]
    assert Event.objects.filter(kind="webhook.paused").count() == 1
    assert patch(api, endpoint, state="disabled").status_code == 400


def test_state_when_it_was_stopped_then_active_resumes_it_and_dead_letters_stay(
    api: Client, owner: Member
) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner, stopped=True, failing_since=timezone.now())
    WebhookDeliveryFactory.create(endpoint=endpoint, dead=True)

    answer = patch(api, endpoint, state="active").json()

    assert (answer["state"], answer["stop_reason"], answer["failing_since"]) == ("active", "", None)
    assert WebhookDelivery.objects.get().state == "dead"


def test_secret_when_rotated_then_the_old_one_signs_for_as_long_as_asked(api: Client, owner: Member) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    address = f"{ALL}{endpoint.uid}/rotate-secret/"

    usual = post(api, address, {})
    (newest, oldest) = endpoint.secrets.all()
    assert unseal(newest.sealed) == usual.json()["secret"]
    assert "no-store" in usual.headers["Cache-Control"]
    assert newest.ends_at is None
    assert oldest.ends_at is not None
    assert abs(oldest.ends_at - timezone.now() - dt.timedelta(hours=24)) < dt.timedelta(minutes=1)

    post(api, address, {"overlap_hours": 0})
    assert endpoint.secrets.signing(timezone.now()).count() == 1
    for hours in (-1, 169, "two"):
        assert post(api, address, {"overlap_hours": hours}).status_code == 400


def test_secret_when_rotated_again_and_again_then_five_sign_at_most(api: Client, owner: Member) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)

    for _ in range(8):
        post(api, f"{ALL}{endpoint.uid}/rotate-secret/", {"overlap_hours": 100})

    assert endpoint.secrets.count() == 5


def test_test_when_asked_then_a_delivery_waits_even_while_paused(api: Client, owner: Member) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner, paused=True)

    answer = post(api, f"{ALL}{endpoint.uid}/test/")

    assert answer.status_code == 201
    assert (answer.json()["type"], answer.json()["state"]) == ("webhook.test", "waiting")
    delivery = WebhookDelivery.objects.get()
    assert [post(api, f"{ALL}{endpoint.uid}/test/").status_code for _ in range(5)] == [201] * 4 + [409]
    assert delivery.data == {
        "endpoint": str(endpoint.uid),
        "url": f"http://127.0.0.1:8000{ALL}{endpoint.uid}/",
    }


def test_deliveries_when_listed_then_filtered_and_paged_with_as_many_queries_for_12_as_for_2(
    api: Client, owner: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    address = f"{ALL}{endpoint.uid}/deliveries/"
    WebhookDeliveryFactory.create(endpoint=endpoint, dead=True)
    WebhookDeliveryFactory.create(endpoint=endpoint, type="member.changed")
    WebhookDeliveryFactory.create()
    api.get(address)
    with django_assert_max_num_queries(9) as few:
        found = api.get(address).json()["results"]
    assert [each["type"] for each in found] == ["member.changed", "brief.changed"]
    WebhookDeliveryFactory.create_batch(10, endpoint=endpoint)
    with django_assert_max_num_queries(len(few)):
        assert len(api.get(address).json()["results"]) == 12

    assert len(api.get(f"{address}?state=dead").json()["results"]) == 1
    assert len(api.get(f"{address}?type=member.changed").json()["results"]) == 1
    page = api.get(f"{address}?page_size=5").json()
    assert len(api.get(page["next"]).json()["results"]) == 5
    assert parameters(api.get(f"{address}?colour=red")) == ["colour"]


def test_endpoints_when_listed_then_as_many_queries_for_12_as_for_2(
    api: Client, owner: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    WebhookEndpointFactory.create_batch(2, member=owner)
    api.get(ALL)
    with django_assert_max_num_queries(9) as few:
        assert len(api.get(ALL).json()["results"]) == 2
    WebhookEndpointFactory.create_batch(10, member=owner)

    with django_assert_max_num_queries(len(few)):
        assert len(api.get(ALL).json()["results"]) == 12


def test_delivery_when_read_then_tries_are_told_and_the_body_to_whom_it_is_meant(owner: Member) -> None:
    editor, viewer = colleague_of(owner, "editor"), colleague_of(owner, "viewer")
    endpoint = WebhookEndpointFactory.create(member=editor)
    delivery = WebhookDeliveryFactory.create(endpoint=endpoint, data={"brief": "one"})
    WebhookAttempt.objects.create(
        delivery=delivery, lease_token=1, at=timezone.now(), duration_ms=7, status_code=500, answer="no"
    )
    address = f"{ALL}{endpoint.uid}/deliveries/{delivery.uid}/"

    answers = {name: client_of(each).get(address).json() for name, each in
               {"owner": owner, "editor": editor, "viewer": viewer}.items()}  # fmt: skip

    assert answers["viewer"]["attempts"][0] | {"at": ""} == {
        "at": "",
        "duration_ms": 7,
        "status_code": 500,
        "error": "",
        "answer": "no",
    }
    assert answers["viewer"]["payload"] is None
    assert json.loads(answers["owner"]["payload"])["data"] == {"brief": "one"}
    assert answers["editor"]["payload"] == answers["owner"]["payload"]


def test_replay_when_one_was_given_up_then_it_waits_again_and_others_are_refused(
    api: Client, owner: Member
) -> None:
    dead = WebhookDeliveryFactory.create(endpoint__member=owner, dead=True)
    done = WebhookDeliveryFactory.create(endpoint=dead.endpoint, state="delivered")
    base = f"{ALL}{dead.endpoint.uid}/deliveries"

    answer = post(api, f"{base}/{dead.uid}/replay/")

    assert answer.json()["state"] == "waiting"
    assert (answer.json()["uid"], answer.json()["attempt_count"]) == (str(dead.uid), 0)
    assert post(api, f"{base}/{done.uid}/replay/").status_code == 409


def test_replay_when_asked_since_a_moment_then_all_that_was_given_up_waits_again(
    api: Client, owner: Member
) -> None:
    endpoint = WebhookEndpointFactory.create(member=owner)
    now = timezone.now()
    for days in (1, 2, 9):
        happened_at = now - dt.timedelta(days=days)
        WebhookDeliveryFactory.create(endpoint=endpoint, dead=True, happened_at=happened_at)
    WebhookDeliveryFactory.create(dead=True)
    body = {"since": (now - dt.timedelta(days=3)).isoformat()}

    answer = post(api, f"{ALL}{endpoint.uid}/replay/", body)

    assert answer.json() == {"replayed": 2}
    assert WebhookDelivery.objects.filter(state="waiting").count() == 2
    WebhookEndpoint.objects.update(state="disabled", stop_reason="gone")
    assert post(api, f"{ALL}{endpoint.uid}/replay/", body).status_code == 409


def test_types_when_listed_then_those_of_ones_own_side_with_words(api: Client) -> None:
    mine = {each["type"]: each["description"] for each in api.get("/api/v1/webhook-event-types/").json()}
    theirs = client_of(MemberFactory.create(cdmo=True)).get("/api/v1/webhook-event-types/").json()

    assert "match_run.changed" in mine
    assert "interest.asked" not in mine
    assert all(mine.values())
    assert "interest.asked" in {each["type"] for each in theirs}
    assert api.get("/api/v1/webhook-event-types/?x=1").status_code == 400

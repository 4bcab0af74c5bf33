"""The pages of webhooks, as the people of an organisation use them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cdmo_portal.accounts.models import Member
from cdmo_portal.accounts.sealing import unseal
from cdmo_portal.events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.accounts.api.callers import colleague_of
from tests.factories.accounts import MemberFactory
from tests.factories.webhooks import WebhookDeliveryFactory, WebhookEndpointFactory
from tests.partners.editors import signed_in

pytestmark = pytest.mark.django_db

FORM = {"url": "https://erp.example/hooks", "description": "ERP", "event_types": ["match_run.changed"]}
POSTS = ("turn", "test", "replay")
PAGES = ("detail", "update", "rotate", "delete")


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return signed_in(owner)


@pytest.fixture
def endpoint(owner: Member) -> WebhookEndpoint:
    return WebhookEndpointFactory.create(member=owner, description="ERP test")


def address(name: str, endpoint: WebhookEndpoint) -> str:
    return reverse(f"accounts:webhook_{name}", args=[endpoint.uid])


def test_endpoint_when_added_then_its_secret_is_shown_once(client: Client) -> None:
    made = client.post(reverse("accounts:webhook_create"), FORM)

    endpoint = WebhookEndpoint.objects.get()
    found = re.search(r"whsec_[\w+/=]+", made.content.decode())
    assert found is not None
    assert found.group() == unseal(endpoint.secrets.get().sealed)
    assert "no-store" in made.headers["Cache-Control"]
    for each in (reverse("accounts:webhook_list"), address("detail", endpoint), address("rotate", endpoint)):
        page = client.get(each).content.decode()
        assert "ERP" in page
        assert found.group() not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "https://10.0.0.1/"}, "This address cannot be used"),
        ({"url": "http://erp.example/"}, "begins with https"),
        ({"event_types": []}, "This field is required"),
        ({"event_types": ["interest.asked"]}, "not one of the available choices"),
        ({"description": "a\x07b"}, "control characters"),
    ],
)
def test_endpoint_when_something_cannot_be_used_then_the_form_says_what(
    client: Client, change: dict[str, object], sentence: str
) -> None:
    answer = client.post(reverse("accounts:webhook_create"), FORM | change)

    assert answer.status_code in {400, 422}
    assert sentence in answer.content.decode() or answer.status_code == 400
    assert not WebhookEndpoint.objects.exists()


def test_endpoint_when_no_secret_can_be_kept_then_the_page_says_so(
    client: Client, endpoint: WebhookEndpoint, settings: Settings
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = []

    for answer in (
        client.post(reverse("accounts:webhook_create"), FORM),
        client.post(address("rotate", endpoint), {"hours": 24}),
    ):
        assert answer.status_code == 422
        assert "no encryption keys" in answer.content.decode()
    assert WebhookEndpoint.objects.count() == 1


def test_endpoint_when_changed_by_two_then_the_second_is_told(
    client: Client, endpoint: WebhookEndpoint
) -> None:
    form = {**FORM, "version": endpoint.version}

    first = client.post(address("update", endpoint), form)
    second = client.post(address("update", endpoint), {**form, "description": "Mine"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Somebody else has changed" in second.content.decode()
    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.event_types) == ("ERP", ["match_run.changed"])


def test_endpoint_when_paused_resumed_tested_and_deleted_then_each_is_done(
    client: Client, endpoint: WebhookEndpoint
) -> None:
    states = []
    for form in ({}, {"resume": "1"}):
        client.post(address("turn", endpoint), form)
        endpoint.refresh_from_db()
        states.append(endpoint.state)
    assert states == ["paused", "active"]

    page = client.post(address("test", endpoint), follow=True).content.decode()
    assert "webhook.test" in page
    assert "A test is sent within seconds" in page

    asked = client.get(address("delete", endpoint)).content.decode()
    assert "its log of 1 message" in asked
    client.post(address("delete", endpoint))
    assert not WebhookEndpoint.objects.exists()


def test_secret_when_rotated_then_the_new_one_is_shown_and_the_page_says_how_long_the_old_one_signs(
    client: Client, endpoint: WebhookEndpoint
) -> None:
    made = client.post(address("rotate", endpoint), {"hours": "72"}).content.decode()

    assert "whsec_" in made
    assert "a former one signs until" in client.get(address("detail", endpoint)).content.decode()
    assert client.post(address("rotate", endpoint), {"hours": "1000"}).status_code == 422


def test_log_when_opened_then_it_tells_of_tries_and_sends_again(
    client: Client, endpoint: WebhookEndpoint
) -> None:
    dead = WebhookDeliveryFactory.create(endpoint=endpoint, dead=True, last_error="status 500")
    WebhookAttempt.objects.create(
        delivery=dead, lease_token=1, at=timezone.now(), duration_ms=12, status_code=500, answer="<b>no</b>",
        error="The address answered with status 500.",
    )  # fmt: skip
    WebhookDeliveryFactory.create(endpoint=endpoint, state="delivered", type="member.changed")

    page = client.get(address("detail", endpoint)).content.decode()
    filtered = client.get(address("detail", endpoint), {"state": "dead"}).content.decode()
    client.post(address("replay", endpoint), {"delivery": str(dead.uid)})

    assert "The address answered with status 500." in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert dead.webhook_id in filtered
    assert "<code>member.changed</code></td>" not in filtered
    dead.refresh_from_db()
    assert dead.state == "waiting"
    for junk in ("x", "0199a1de-0000-7000-8000-000000000000"):
        assert client.post(address("replay", endpoint), {"delivery": junk}).status_code == 404


def test_log_when_all_given_up_is_sent_again_then_it_waits(client: Client, endpoint: WebhookEndpoint) -> None:
    WebhookDeliveryFactory.create_batch(2, endpoint=endpoint, dead=True)

    page = client.post(address("replay", endpoint), {"days": "3"}, follow=True).content.decode()

    assert "2 webhooks are sent again." in page
    assert WebhookDelivery.objects.filter(state="waiting").count() == 2
    assert client.post(address("replay", endpoint), {"days": "99"}).status_code == 404


def test_log_when_long_then_paged_with_as_many_queries(
    client: Client, endpoint: WebhookEndpoint, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    WebhookDeliveryFactory.create_batch(30, endpoint=endpoint)
    client.get(address("detail", endpoint))

    with django_assert_max_num_queries(16):
        page = client.get(address("detail", endpoint)).content.decode()

    assert page.count("msg_") == 25
    assert "page=2" in page


def test_pages_when_a_stranger_asks_then_nothing_is_there(endpoint: WebhookEndpoint) -> None:
    for member in (MemberFactory.create(), MemberFactory.create(cdmo=True)):
        stranger = signed_in(member)
        assert [stranger.get(address(name, endpoint)).status_code for name in PAGES] == [404] * 4
        assert [stranger.post(address(name, endpoint)).status_code for name in POSTS] == [404] * 3
        assert "ERP test" not in stranger.get(reverse("accounts:webhook_list")).content.decode()


def test_pages_when_a_viewer_asks_then_they_read_and_change_nothing(
    owner: Member, endpoint: WebhookEndpoint
) -> None:
    WebhookDeliveryFactory.create(endpoint=endpoint, dead=True, data={"brief": "planted"})
    viewer = signed_in(colleague_of(owner, "viewer"))

    page = viewer.get(address("detail", endpoint)).content.decode()

    assert "brief.changed" in page
    assert "planted" not in page
    assert "Send a test" not in page
    assert "Send again" not in page
    assert [viewer.get(address(name, endpoint)).status_code for name in PAGES] == [200, 403, 403, 403]
    assert [viewer.post(address(name, endpoint)).status_code for name in POSTS] == [403] * 3
    assert viewer.post(reverse("accounts:webhook_create"), FORM).status_code == 403


def test_list_when_the_person_has_no_organisation_then_they_choose_one() -> None:
    newcomer = MemberFactory.create()
    newcomer.organisation.state = "pending"
    newcomer.organisation.save()

    answer = signed_in(newcomer).get(reverse("accounts:webhook_list"))

    assert answer.status_code == 302

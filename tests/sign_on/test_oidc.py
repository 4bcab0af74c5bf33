"""Signing in by OpenID Connect, and every answer that must sign in nobody."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.accounts.models import Member, Role, User
from cdmo_portal.events.models import Event
from tests.factories.accounts import OrganisationDomainFactory
from tests.sign_on.oidc_server import OIDCServer

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
START = "/account/sign-on/acme/"


def started(client: Client, **fields: str) -> str:
    """The address at the organisation's server that the browser is sent to."""
    answer = client.post(START, fields)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def come_back(client: Client, oidc: OIDCServer, **fields: str) -> "Answer":
    back = urlsplit(oidc.sign_in(started(client, **fields)))
    return client.get(f"{back.path}?{back.query}")


def nobody_is_signed_in(client: Client) -> bool:
    return "_auth_user_id" not in client.session and not User.objects.exists()


def test_start_when_sent_then_asks_for_a_code_with_state_nonce_and_pkce(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    address = started(client)

    asked = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{oidc.url}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/account/sign-on/acme/callback/"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert len(asked["nonce"]) > 30
    assert len(asked["state"]) > 10


def test_new_person_when_signed_in_then_is_a_viewer_of_the_organisation_with_an_event(
    client: Client,
    oidc: OIDCServer,
    acme: IdentityProvider,
) -> None:
    home = OrganisationDomainFactory.create(domain="acme.example", verified_at="2026-01-01T00:00Z")

    answer = come_back(client, oidc, next="/sites/?country=IE")

    assert (answer.status_code, answer["Location"]) == (302, "/sites/?country=IE")
    user = User.objects.get()
    member = Member.objects.get()
    assert (user.email, user.full_name, user.has_usable_password()) == (
        "anna@acme.example",
        "Anna Fenn",
        False,
    )
    assert (member.organisation, member.role) == (home.organisation, Role.VIEWER)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.get_expire_at_browser_close()
    assert EmailAddress.objects.get().verified
    assert set(Event.objects.values_list("kind", "organisation_id")) == {
        ("member.joined", home.organisation_id),
        ("member.signed_on", home.organisation_id),
    }


def test_person_when_coming_again_then_is_the_same_and_nothing_new_is_written(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    come_back(client, oidc)
    later = Client()

    answer = come_back(later, oidc)

    assert answer["Location"] == "/"
    assert later.session["_auth_user_id"] == str(User.objects.get().pk)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_when_it_leads_elsewhere_then_is_not_followed(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, next_url: str
) -> None:
    answer = come_back(client, oidc, next=next_url)

    assert answer["Location"] == "/"


def test_server_when_its_tokens_are_short_then_is_asked_for_the_address(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    oidc.has_short_tokens = True

    come_back(client, oidc)

    assert User.objects.get().email == "anna@acme.example"
    assert "/userinfo" in oidc.asked


LIES_IN_TOKENS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "somebody else"},
    "made for another client": {"aud": ["portal", "other"], "azp": "other"},
    "run out": {"exp": 1_700_000_000},
    "without end": {"exp": ""},
    "without subject": {"sub": ""},
    "of the future": {"iat": 4_000_000_000, "nbf": 4_000_000_000},
    "another nonce": {"nonce": "of another request"},
    "no nonce": {"nonce": ""},
    "without a possible end": {"exp": float("inf")},
    "without a number for an end": {"exp": ["soon"]},
    "address not confirmed": {"email_verified": False},
}


@pytest.mark.parametrize("lie", LIES_IN_TOKENS)
def test_token_when_it_is_not_for_us_now_then_signs_in_nobody(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, lie: str
) -> None:
    oidc.token_lies = LIES_IN_TOKENS[lie]

    answer = come_back(client, oidc)

    assert answer.status_code == 401
    assert "did not sign you in" in answer.content.decode()
    assert nobody_is_signed_in(client)


@pytest.mark.parametrize(
    ("name", "value"),
    [("signed_by", "evil"), ("algorithm", "HS256"), ("algorithm", "none"), ("key_name", "key-2"),
     ("algorithm", "RS512")],
)  # fmt: skip
def test_token_when_not_signed_with_the_key_of_the_server_then_signs_in_nobody(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, name: str, value: str
) -> None:
    setattr(oidc, name, value)

    answer = come_back(client, oidc)

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"token": (400, {"error": "invalid_grant"})},
        {"token": (200, b"<html>")},
        {"token": (200, ["a list"])},
        {"token": (200, {"id_token": "no.to.ken"})},
        {"token": (200, {})},
        {"token": (200, b'"' + b"x" * 600_000 + b'"')},
        {"token": (200, b'{"expires_in": ' + b"1" * 5_000 + b"}")},
        {"token": (200, b"[" * 100_000)},
        {"keys": (500, {})},
        {"keys": (200, {"keys": "none"})},
        {"keys": (200, {"keys": [{"kid": "key-1", "kty": "oct", "k": "aaaa"}]})},
        {"keys": (200, {"keys": [{"kid": "key-1", "kty": "RSA", "n": 1}]})},
        {"keys": (200, {"keys": [{"kid": "key-1", "kty": "RSA", "alg": {}}]})},
        {"keys": (200, {"keys": [{"kid": "key-1", "kty": "EC", "crv": "P-256", "x": 1, "y": []}]})},
    ],
    ids=str,
)
def test_server_when_it_answers_nonsense_then_signs_in_nobody_and_nothing_breaks(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, lie: dict[str, Any]
) -> None:
    oidc.lies = lie

    answer = come_back(client, oidc)

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)


def test_two_servers_when_they_speak_of_two_people_then_nobody_is_signed_in(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    oidc.has_short_tokens = True
    oidc.lies = {"userinfo": {**oidc.claims, "sub": "somebody else"}}

    assert come_back(client, oidc).status_code == 401
    assert nobody_is_signed_in(client)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "https://evil.example/keys"},
        {"userinfo_endpoint": "http://169.254.169.254/latest/"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_discovery_when_it_leads_to_other_origins_then_nobody_is_sent_there(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, change: dict[str, Any]
) -> None:
    oidc.lies = {"openid-configuration": {**oidc.configuration(), **change}}

    answer = client.post(START)

    assert answer.status_code == 502
    assert oidc.asked == ["/.well-known/openid-configuration"]


def test_server_when_it_is_inside_and_not_on_the_allow_list_then_is_never_asked(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, settings: Settings
) -> None:
    settings.OUTGOING_ALLOW_LIST = []

    answer = client.post(START)

    assert answer.status_code == 502
    assert oidc.asked == []


def test_answer_when_another_browser_began_then_signs_in_nobody(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    back = urlsplit(oidc.sign_in(started(Client())))

    answer = client.get(f"{back.path}?{back.query}")

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)
    assert "/token" not in oidc.asked


def test_answer_when_it_comes_twice_then_counts_once(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    back = urlsplit(oidc.sign_in(started(client)))
    client.get(f"{back.path}?{back.query}")
    client.post("/account/logout/")

    answer = client.get(f"{back.path}?{back.query}")

    assert answer.status_code == 401
    assert "_auth_user_id" not in client.session


def test_person_when_they_left_the_other_page_then_reads_that_they_did(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    state = dict(parse_qsl(urlsplit(started(client)).query))["state"]

    answer = client.get(f"{START}callback/", {"error": "access_denied", "state": state})

    assert answer.status_code == 403
    assert "You did not sign in" in answer.content.decode()


def test_address_when_of_another_organisation_then_is_refused_with_its_reason(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    oidc.claims["email"] = "boss@saltmere.example"

    answer = come_back(client, oidc)

    assert answer.status_code == 403
    assert "boss@saltmere.example is no address of it" in answer.content.decode()
    assert nobody_is_signed_in(client)

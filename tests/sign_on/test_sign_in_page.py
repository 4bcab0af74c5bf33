"""The sign-in page with providers, and the ways in that stay closed to their people."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as ours
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.sign_on.oidc_server import OIDCServer

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
LOGIN, WAY = "/account/login/", "/account/sign-on/"
PASSWORD = "heron-lamp-42-river"


def person(address: str, **fields: Any) -> User:
    user = UserFactory.create(email=address, **fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def sign_in(client: Client, address: str, **fields: str) -> "Answer":
    return client.post(LOGIN, {"login": address, "password": PASSWORD, **fields})


def test_page_when_opened_then_offers_each_listed_provider_by_a_form(
    client: Client, acme: IdentityProvider, settings: Settings
) -> None:
    quiet = replace(acme, id="quiet", name="Quiet", is_listed=False)
    settings.SSO_PROVIDERS = (acme, quiet)

    page = client.get(f"{LOGIN}?next=/sites/").content.decode()

    assert "Sign in with Acme" in page
    assert '<form method="post" action="/account/sign-on/acme/?next=%2Fsites%2F">' in page
    assert "Quiet" not in page
    assert "acme.example" not in page


def test_start_when_sent_from_another_site_then_is_refused(acme: IdentityProvider) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post("/account/sign-on/acme/").status_code == 403
    assert client.get("/account/sign-on/acme/").status_code == 405


@pytest.mark.parametrize("address", ["anna@acme.example", " Anna@ACME.example ", "nobody@acme.example"])
def test_address_of_a_organisation_when_sent_then_leads_there_whether_or_not_it_is_known(
    client: Client, oidc: OIDCServer, acme: IdentityProvider, address: str
) -> None:
    person("anna@acme.example")

    answer = client.post(LOGIN, {"login": address, "next": "/sites/"})
    with_password = sign_in(client, address)

    for each in (answer, with_password):
        assert each.status_code == 302
        assert each["Location"].startswith(f"{oidc.url}/authorize?")


def test_address_of_a_organisation_when_sent_then_no_account_is_looked_for(
    client: Client, acme: IdentityProvider
) -> None:
    person("anna@acme.example")

    with CaptureQueriesContext(connection) as seen:
        client.post(LOGIN, {"login": "anna@acme.example"})

    assert len(seen) > 0
    assert not [each for each in seen.captured_queries if "accounts_user" in each["sql"]]


@pytest.mark.parametrize(
    ("address", "shown", "words"),
    [
        ("a@acme.example", "", "Continue to Acme"),
        ("a@acme.example", "acme", None),
        ("a@elsewhere.example", "", None),
        ("a@elsewhere.example", "acme", "Password"),
        ("", "acme", "Password"),
        ("a@acme.example\x00", "", None),
    ],
)
def test_way_when_an_address_is_typed_then_the_page_gets_the_part_that_it_lacks(
    client: Client, acme: IdentityProvider, address: str, shown: str, words: str | None
) -> None:
    answer = client.post(WAY, {"login": address, "way": shown})

    assert answer.status_code == (204 if words is None else 200)
    assert (words or "") in answer.content.decode()


def test_provider_when_not_required_then_its_people_have_a_password_too(
    client: Client, acme: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_PROVIDERS = (replace(acme, is_required=False),)
    person("anna@acme.example")

    answer = sign_in(client, "anna@acme.example")

    assert answer["Location"] == "/"


def test_limit_of_sign_ins_when_behind_a_proxy_then_counts_people_and_not_the_proxy(
    client: Client, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()

    from_many = {client.post(LOGIN, headers={"x-forwarded-for": f"9.9.{n}.9"}).status_code for n in range(31)}
    from_one = [client.post(LOGIN, headers={"x-forwarded-for": "9.8.7.6"}).status_code for _ in range(31)]

    assert from_many == {200}
    assert from_one[-2:] == [200, 429]


@pytest.mark.parametrize("login", ["anna@acme.example", "anna@elsewhere.example"])
def test_password_when_any_address_has_to_use_the_organisation_then_lets_nobody_in(
    client: Client, acme: IdentityProvider, login: str
) -> None:
    user = person("anna@acme.example")
    EmailAddress.objects.create(user=user, email="anna@elsewhere.example", verified=True)

    answer = sign_in(client, login, with_password="1")

    assert answer.status_code == 403
    assert "sign in with Acme" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_password_when_wrong_then_the_page_says_no_more_than_to_anybody(
    client: Client, acme: IdentityProvider
) -> None:
    person("anna@acme.example")

    known = client.post(LOGIN, {"login": "anna@acme.example", "password": "x", "with_password": "1"})
    unknown = client.post(LOGIN, {"login": "no@acme.example", "password": "x", "with_password": "1"})

    assert known.status_code == unknown.status_code == 200
    assert "not correct" in known.content.decode()
    assert "not correct" in unknown.content.decode()


def test_operator_when_their_organisation_has_to_be_used_then_a_password_still_lets_them_in(
    client: Client, acme: IdentityProvider
) -> None:
    person("olga@acme.example", is_operator=True)
    page = client.get(f"{LOGIN}?with_password=1").content.decode()

    answer = sign_in(client, "olga@acme.example", with_password="1")

    assert 'name="with_password"' in page
    assert "hx-post" not in page
    assert answer["Location"] == "/"


def test_person_when_they_have_a_second_factor_then_it_is_asked_after_that_of_the_organisation_too(
    client: Client, oidc: OIDCServer, acme: IdentityProvider
) -> None:
    user = person("anna@acme.example")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    address = client.post("/account/sign-on/acme/")["Location"]

    answer = client.get(oidc.sign_in(address).removeprefix("http://testserver"))

    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_sign_up_when_the_domain_has_to_use_its_organisation_then_is_refused(
    client: Client, acme: IdentityProvider
) -> None:
    fields = {"email": "new@acme.example", "password1": PASSWORD, "password2": PASSWORD}

    answer = client.post("/account/signup/", fields)

    assert "sign in with Acme" in answer.content.decode()
    assert not User.objects.exists()


def test_reset_when_asked_then_the_page_is_the_same_and_the_mail_tells_the_way(
    client: Client, acme: IdentityProvider
) -> None:
    person("anna@acme.example")

    answer = client.post("/account/password/reset/", {"email": "anna@acme.example"})

    assert answer.status_code == 302
    assert "sign in with Acme" in mail.outbox[0].body
    assert "/reset/key/" not in mail.outbox[0].body


def test_person_of_a_organisation_when_signed_in_then_neither_password_nor_address_frees_them(
    client: Client, acme: IdentityProvider
) -> None:
    user = person("anna@acme.example")
    other = EmailAddress.objects.create(user=user, email="anna@elsewhere.example", verified=True)
    client.force_login(user, backend=ours.AUTHENTICATION_BACKENDS[0])
    new = "another-heron-77-lamp"

    changed = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    client.post("/account/email/", {"email": other.email, "action_primary": ""})
    client.post("/account/email/", {"email": "anna@acme.example", "action_remove": ""})

    assert "sign in with Acme" in changed.content.decode()
    other.refresh_from_db()
    assert other.primary
    assert EmailAddress.objects.filter(user=user, email="anna@acme.example").exists()


def test_address_of_a_organisation_when_added_to_another_account_then_is_refused(
    client: Client, acme: IdentityProvider
) -> None:
    client.force_login(person("me@elsewhere.example"), backend=ours.AUTHENTICATION_BACKENDS[0])

    answer = client.post("/account/email/", {"email": "me@acme.example", "action_add": ""})

    assert "sign in with Acme" in answer.content.decode()
    assert EmailAddress.objects.count() == 1


PATHS = ("", "acme/", "acme/callback/", "acme/answer/", "acme/finish/", "acme/metadata/")


@pytest.mark.parametrize("path", PATHS)
def test_addresses_when_nothing_is_configured_then_none_is_there(path: str) -> None:
    client = Client(enforce_csrf_checks=True)

    for method in (client.get, client.post, client.put, client.head):
        assert method(f"/account/sign-on/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["3rdparty/", "3rdparty/signup/", "3rdparty/login/error/", "social/signup/", "oidc/acme/login/",
             "saml/acme/acs/", "saml/acme/sls/"]
)  # fmt: skip
def test_addresses_of_allauth_when_not_used_then_none_is_there(
    client: Client, acme: IdentityProvider, path: str
) -> None:
    assert client.get(f"/account/{path}").status_code == 404


def test_page_when_nothing_is_configured_then_shows_no_trace(client: Client) -> None:
    for address in (LOGIN, "/account/signup/"):
        page = client.get(address).content.decode()

        assert "sign-on" not in page
        assert "your organisation" not in page


def test_provider_of_one_kind_when_asked_for_the_other_then_is_not_there(
    client: Client, acme: IdentityProvider
) -> None:
    assert client.post("/account/sign-on/acme/answer/").status_code == 404

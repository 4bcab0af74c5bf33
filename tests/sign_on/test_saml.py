"""Signing in by SAML, and every answer that must sign in nobody."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.accounts.models import User
from tests.sign_on.saml_server import SAMLServer, sent

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
START = "/account/sign-on/saltmere/"
ANSWER = f"{START}answer/"


def begun(client: Client, saml: SAMLServer) -> str:
    """The id of the request that the browser brings to the organisation's server."""
    address = client.post(START, {"next": "/sites/"})["Location"]
    assert address.startswith("https://idp.saltmere.example/sso?SAMLRequest=")
    return saml.request_id(address)


def deliver(client: Client, text: str) -> "Answer":
    """The server's form, and the step after it where the answer was sound so far."""
    taken = client.post(ANSWER, sent(text))
    if taken.status_code != 302:
        return taken
    return client.get(taken["Location"])


def nobody_is_signed_in(client: Client) -> bool:
    return "_auth_user_id" not in client.session and not User.objects.exists()


def test_person_when_the_answer_is_sound_then_is_signed_in(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    answer = deliver(client, saml.response(begun(client, saml)))

    assert (answer.status_code, answer["Location"]) == (302, "/sites/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email="bea@saltmere.example").pk)


def test_answer_when_parked_then_its_cookie_is_for_the_next_step_alone(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    taken = client.post(ANSWER, sent(saml.response(begun(client, saml))))

    cookie = taken.cookies["saml-answer"]
    assert cookie["path"] == f"{START}finish/"
    assert cookie["httponly"]
    client.get(taken["Location"])
    assert not Session.objects.filter(pk=cookie.value).exists()


def test_metadata_when_read_then_name_where_answers_go_and_that_they_are_signed(
    client: Client, saltmere: IdentityProvider
) -> None:
    answer = client.get(f"{START}metadata/")

    text = answer.content.decode()
    assert 'entityID="http://testserver/account/sign-on/saltmere/metadata/"' in text
    assert 'WantAssertionsSigned="true"' in text
    assert f'Location="http://testserver{ANSWER}"' in text
    assert "SingleLogoutService" not in text


FORGED_BEFORE_SIGNING = {
    "another audience": ("/metadata/</saml:Audience>", "/other/</saml:Audience>"),
    "no audience": (r"<saml:AudienceRestriction>.*</saml:AudienceRestriction>", ""),
    "another recipient": (r'Recipient="[^"]*"', 'Recipient="https://other.example/"'),
    "a longer recipient": (r'(Recipient="[^"]*)"', r'\1more/"'),
    "no recipient": (r'Recipient="[^"]*"', ""),
    "run out": (r'NotOnOrAfter="[^"]*"', 'NotOnOrAfter="2020-01-01T00:00:00Z"'),
    "no end": (r' NotOnOrAfter="[^"]*"', ""),
    "not yet": (r'NotBefore="[^"]*"', 'NotBefore="2090-01-01T00:00:00Z"'),
    "another issuer": (r"<saml:Issuer>[^<]*", "<saml:Issuer>https://evil.example"),
    "another request": (r'InResponseTo="[^"]*"', 'InResponseTo="_of_another"'),
    "no request": (r'InResponseTo="[^"]*"', ""),
    "a name that changes": (
        r"nameid-format:persistent",
        "nameid-format:transient",
    ),
    "two addresses": (
        r"(<saml:AttributeValue>)",
        r"\1boss@saltmere.example</saml:AttributeValue>\1",
    ),
    "no subject": (r"<saml:NameID .*</saml:NameID>", ""),
}


@pytest.mark.parametrize("forged", FORGED_BEFORE_SIGNING)
def test_assertion_when_signed_but_not_for_us_now_then_signs_in_nobody(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider, forged: str
) -> None:
    request_id = begun(client, saml)
    pattern, instead = FORGED_BEFORE_SIGNING[forged]
    assertion = saml.assertion(request_id)
    changed = re.sub(pattern, instead, assertion)
    assert changed != assertion

    answer = deliver(client, saml.around(saml.signed(changed), request_id))

    assert answer.status_code == 401
    assert "did not sign you in" in answer.content.decode()
    assert nobody_is_signed_in(client)


def unsigned(saml: SAMLServer, request_id: str) -> str:
    return saml.around(saml.assertion(request_id), request_id)


def signed_outside_only(saml: SAMLServer, request_id: str) -> str:
    return saml.signed(saml.around(saml.assertion(request_id), request_id))


def signed_by_another(saml: SAMLServer, request_id: str) -> str:
    saml.signed_by = "evil"
    return saml.response(request_id)


def signed_with_sha1(saml: SAMLServer, request_id: str) -> str:
    saml.signature = Constants.RSA_SHA1
    return saml.response(request_id)


def changed_after_signing(saml: SAMLServer, request_id: str) -> str:
    return saml.response(request_id).replace("bea@", "boss@")


def evil_one(saml: SAMLServer, request_id: str) -> str:
    text = saml.assertion(request_id).replace("bea@", "boss@").replace("b-42", "b-1")
    return text.replace('ID="_a1"', 'ID="_evil"')


def wrapped_beside(saml: SAMLServer, request_id: str) -> str:
    """A forged assertion first, the signed one after it."""
    good = saml.signed(saml.assertion(request_id))
    return saml.around(evil_one(saml, request_id) + good, request_id)


def wrapped_inside(saml: SAMLServer, request_id: str) -> str:
    """A forged assertion that carries the signed one in its subject's place, with its signature."""
    good = saml.signed(saml.assertion(request_id))
    evil = evil_one(saml, request_id)
    return saml.around(
        evil.replace("</saml:Assertion>", f"<saml:Advice>{good}</saml:Advice></saml:Assertion>"), request_id
    )


def wrapped_in_the_signature(saml: SAMLServer, request_id: str) -> str:
    """A forged assertion with the signature of the good one, which stands in an object of the signature."""
    good = saml.signed(saml.assertion(request_id))
    signature = re.search(r"<ds:Signature.*</ds:Signature>", good, re.DOTALL)
    assert signature is not None
    bare = good.replace(signature[0], "")
    holding = signature[0].replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")
    evil = evil_one(saml, request_id)
    return saml.around(evil.replace("</saml:Issuer>", f"</saml:Issuer>{holding}", 1), request_id)


def same_id_twice(saml: SAMLServer, request_id: str) -> str:
    good = saml.signed(saml.assertion(request_id))
    evil = evil_one(saml, request_id).replace('ID="_evil"', 'ID="_a1"')
    return saml.around(evil + good, request_id)


def with_entities(saml: SAMLServer, request_id: str) -> str:
    declared = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return declared + saml.response(request_id).replace("<samlp:Status>", "&x;<samlp:Status>")


def laughing(saml: SAMLServer, request_id: str) -> str:
    declared = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    return declared + saml.response(request_id).replace("Success", "&b;")


def of_failure(saml: SAMLServer, request_id: str) -> str:
    return saml.response(request_id).replace("status:Success", "status:Responder")


def sent_elsewhere(saml: SAMLServer, request_id: str) -> str:
    return saml.response(request_id).replace(
        f'Destination="{saml.portal}"', 'Destination="https://o.example/"'
    )


def unasked(saml: SAMLServer, request_id: str) -> str:
    """The server begins by itself."""
    text = saml.response(request_id)
    return text.replace(f' InResponseTo="{request_id}"><saml:Issuer>', "><saml:Issuer>")


FORGERIES = (
    unsigned, signed_outside_only, signed_by_another, signed_with_sha1, changed_after_signing, wrapped_beside,
    wrapped_inside, wrapped_in_the_signature, same_id_twice, with_entities, laughing, of_failure,
    sent_elsewhere, unasked,
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda each: each.__name__)
def test_answer_when_forged_then_signs_in_nobody(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider, forge: Callable[[SAMLServer, str], str]
) -> None:
    answer = deliver(client, forge(saml, begun(client, saml)))

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)


def test_name_when_it_hides_a_comment_then_is_read_whole(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    saml.addresses = ("boss@saltmere.example<!-- -->.evil.example",)

    answer = deliver(client, saml.response(begun(client, saml)))

    assert answer.status_code == 403
    assert nobody_is_signed_in(client)


@pytest.mark.parametrize("text", ["", "no base64!", "QUFBQQ==", "PHgvPg==", "A" * 500_000])
def test_answer_when_it_is_nonsense_then_nothing_of_it_is_kept(
    client: Client, saltmere: IdentityProvider, text: str
) -> None:
    answer = client.post(ANSWER, {"SAMLResponse": text})

    assert answer.status_code == 401
    assert not Session.objects.exists()


def test_answer_when_sent_again_then_counts_once(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    text = saml.response(begun(client, saml))
    deliver(client, text)
    client.post("/account/logout/")

    again = deliver(client, text)

    assert again.status_code == 401
    assert "_auth_user_id" not in client.session


def test_answer_when_another_browser_asked_then_signs_in_nobody(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    text = saml.response(begun(Client(), saml))

    answer = deliver(client, text)

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)


def test_assertion_when_put_into_the_answer_to_another_request_then_signs_in_nobody(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    stolen = saml.signed(saml.assertion(begun(Client(), saml)))

    answer = deliver(client, saml.around(stolen, begun(client, saml)))

    assert answer.status_code == 401
    assert nobody_is_signed_in(client)


def test_address_when_of_another_organisation_then_is_refused(
    client: Client, saml: SAMLServer, saltmere: IdentityProvider
) -> None:
    saml.addresses = ("anna@acme.example",)

    answer = deliver(client, saml.response(begun(client, saml)))

    assert answer.status_code == 403
    assert nobody_is_signed_in(client)

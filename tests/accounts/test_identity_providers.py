"""SSO_PROVIDERS: what is read of it, and the sentence for every fault."""

import json
from typing import Any

import pytest

from cdmo_portal.accounts.identity_providers import Kind, read
from tests.sign_on.saml_server import key_and_certificate

OIDC: dict[str, Any] = {
    "id": "acme",
    "name": "Acme",
    "kind": "oidc",
    "domains": ["Acme.example", "acme.test"],
    "server_url": "https://login.acme.example/realms/all",
    "client_id": "portal",
    "client_secret": "secret",
}
SAML: dict[str, Any] = {
    "id": "saltmere",
    "name": "Saltmere",
    "kind": "saml",
    "domains": ["saltmere.example"],
    "entity_id": "urn:saltmere",
    "sso_url": "https://idp.saltmere.example/sso?tenant=1",
    "certificates": [],
}


def saml(**fields: Any) -> dict[str, Any]:
    return {**SAML, "certificates": [key_and_certificate("saltmere")[1]], **fields}


def test_variable_when_empty_then_there_is_no_provider_and_no_problem() -> None:
    assert read("") == read(" ") == read("[]") == ((), ())


def test_variable_when_sound_then_each_provider_is_read() -> None:
    more = {"origins": ["https://keys.acme.example"], "required": False, "listed": False, "role": "editor"}

    providers, problems = read(json.dumps([{**OIDC, **more}, saml()]))

    assert problems == ()
    acme, saltmere = providers
    assert (acme.kind, saltmere.kind) == (Kind.OIDC, Kind.SAML)
    assert acme.domains == {"acme.example", "acme.test"}
    assert acme.origins == {"https://login.acme.example", "https://keys.acme.example"}
    assert (acme.is_required, acme.is_listed, acme.role) == (False, False, "editor")
    assert (saltmere.is_required, saltmere.is_listed, saltmere.role) == (True, True, "viewer")
    assert saltmere.origins == {"https://idp.saltmere.example"}


FAULTS: list[tuple[Any, str]] = [
    ("{", "SSO_PROVIDERS must be JSON."),
    ({}, "SSO_PROVIDERS must be a JSON list of providers."),
    (["acme"], "provider 1: it must be a JSON object."),
    ([{**OIDC, "kind": "ldap"}], 'provider 1 (acme): kind must be "oidc" or "saml".'),
    ([{**OIDC, "id": "Acme GmbH"}], "id must be 1 to 40 small letters, digits and hyphens."),
    ([{**OIDC, "name": ""}], "name must be a text."),
    ([{**OIDC, "name": "A" * 41}], "name must have at most 40 characters."),
    ([{**OIDC, "domains": []}], "domains must be a list of at least one text."),
    ([{**OIDC, "domains": "acme.example"}], "domains must be a list of at least one text."),
    ([{**OIDC, "domains": ["@acme.example"]}], "@acme.example is no domain of e-mail addresses."),
    ([{**OIDC, "domains": ["com"]}], "com is no domain of e-mail addresses."),
    ([{**OIDC, "required": "yes"}], "required must be true or false."),
    ([{**OIDC, "role": "owner"}], "role must be one of viewer, editor."),
    ([{**OIDC, "server_url": "http://login.acme.example"}], "server_url must begin with https://."),
    ([{**OIDC, "server_url": "https://u:p@login.acme.example"}], "server_url must be a plain address."),
    ([{**OIDC, "server_url": "https://a.example;script-src *"}], "server_url must be a plain address."),
    ([{**OIDC, "server_url": "https://a.example:99999"}], "server_url must be a plain address."),
    ([{**OIDC, "client_secret": None}], "client_secret must be a text."),
    ([{**OIDC, "sso_url": "https://a.example"}], "sso_url is no field of a provider of kind oidc."),
    ([{**OIDC, "origins": ["https://keys.example/path"]}], "is no origin; write it like"),
    ([{**OIDC, "origins": ["*"]}], "origins must be a plain address."),
    ([OIDC, {**OIDC, "domains": ["b.example"]}], "provider 2 (acme): another provider has the same id."),
    ([OIDC, saml(domains=["acme.example"])], "acme.example belongs to the provider acme already."),
    ([{**SAML, "certificates": ["no certificate"]}], "must be a certificate in PEM form."),
    ([{**SAML, "sso_url": "https://a.example/?a=b;c"}], "sso_url must be a plain address."),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "sentence"), FAULTS)
def test_variable_when_faulty_then_a_sentence_says_where(entries: Any, sentence: str) -> None:
    providers, problems = read(entries if isinstance(entries, str) else json.dumps(entries))

    assert len(problems) == 1
    assert sentence in problems[0]
    assert len(providers) == (len(entries) - 1 if isinstance(entries, list) else 0)

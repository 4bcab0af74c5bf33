"""Organisations' servers on loopback, and a portal that knows them; sockets are open to there alone."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from cdmo_portal.accounts.identity_providers import IdentityProvider
from tests.sign_on.oidc_server import OIDCServer
from tests.sign_on.organisations import acme_at, saltmere_with
from tests.sign_on.saml_server import SAMLServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture
def oidc() -> Iterator[OIDCServer]:
    with OIDCServer().running() as server:
        yield server


@pytest.fixture
def saml() -> SAMLServer:
    return SAMLServer("http://testserver/account/sign-on/saltmere/answer/")


@pytest.fixture
def acme(oidc: OIDCServer, settings: Settings) -> IdentityProvider:
    """Acme signs people in by OpenID Connect, and the portal has no other provider."""
    provider = acme_at(oidc)
    settings.SSO_PROVIDERS = (provider,)
    settings.OUTGOING_ALLOW_LIST = [oidc.place]
    settings.PUBLIC_URL = "http://testserver"
    cache.clear()
    return provider


@pytest.fixture
def saltmere(saml: SAMLServer, settings: Settings) -> IdentityProvider:
    """Saltmere signs people in by SAML, and the portal has no other provider."""
    provider = saltmere_with(saml)
    settings.SSO_PROVIDERS = (provider,)
    settings.PUBLIC_URL = "http://testserver"
    cache.clear()
    return provider

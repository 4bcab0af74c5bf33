"""Two organisations whose servers sign people in, as the portal knows them."""

from cdmo_portal.accounts.identity_providers import IdentityProvider, Kind
from tests.sign_on.oidc_server import OIDCServer
from tests.sign_on.saml_server import SAMLServer


def acme_at(server: OIDCServer) -> IdentityProvider:
    return IdentityProvider(
        id="acme",
        name="Acme",
        kind=Kind.OIDC,
        domains=frozenset({"acme.example"}),
        origins=frozenset({server.url}),
        server_url=server.url,
        client_id="portal",
        client_secret="only the portal knows",
    )


def saltmere_with(server: SAMLServer, origin: str = "https://idp.saltmere.example") -> IdentityProvider:
    return IdentityProvider(
        id="saltmere",
        name="Saltmere Biopharmaceuticals Worldwide",
        kind=Kind.SAML,
        domains=frozenset({"saltmere.example"}),
        origins=frozenset({origin}),
        entity_id=server.entity_id,
        sso_url=f"{origin}/sso",
        certificates=(server.certificate,),
    )

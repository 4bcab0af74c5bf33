"""What an OpenID Connect server says of itself and its keys, asked through the guard, kept for minutes."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache

from cdmo_portal.accounts.identity_providers import IdentityProvider, origin_of
from cdmo_portal.outgoing import Policy
from cdmo_portal.outgoing.sessions import RequestFailed, Session, guarded_session

WELL_KNOWN: Final = "/.well-known/openid-configuration"
SECONDS_KEPT: Final = 300
MOST_BYTES: Final = 500_000
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ServerUnsound(Exception):
    """The server did not answer, or not as the standard asks; the text is for the operator's log."""


def session_of(provider: IdentityProvider) -> Session:
    """Asks this provider's own origins, and nobody else."""
    policy = Policy(
        allow=tuple(settings.OUTGOING_ALLOW_LIST),
        deadline_s=settings.SSO_DEADLINE_SECONDS,
        max_wire_bytes=MOST_BYTES,
        max_body_bytes=MOST_BYTES,
    )
    return guarded_session(policy, provider.origins)


def configuration_of(provider: IdentityProvider) -> dict[str, Any]:
    """The discovery document, with every address in it on an origin of the provider."""
    return _kept(provider, "configuration", lambda: _configuration(provider))


def keys_of(provider: IdentityProvider, *, anew: bool = False) -> dict[str, Any]:
    """The set of keys that the server signs with; `anew` after a key that is not among those kept."""
    address = configuration_of(provider)["jwks_uri"]
    return _kept(provider, "keys", lambda: asked(provider, address), anew=anew)


def asked(
    provider: IdentityProvider, address: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object at an address of the provider."""
    try:
        answer = session_of(provider).get(address, headers=headers)
        answer.raise_for_status()
        found = answer.json()
    except (RequestFailed, ValueError, RecursionError) as error:
        raise ServerUnsound(f"{address}: {error}") from error
    if not isinstance(found, dict):
        raise ServerUnsound(f"{address} answered with no JSON object")
    return found


def _configuration(provider: IdentityProvider) -> dict[str, Any]:
    base = provider.server_url.removesuffix(WELL_KNOWN).rstrip("/")
    found = asked(provider, f"{base}{WELL_KNOWN}")
    if str(found.get("issuer", "")).rstrip("/") != base:
        raise ServerUnsound(f"the server at {base} calls itself {found.get('issuer')!r}")
    for name in (*ENDPOINTS, *(["userinfo_endpoint"] if "userinfo_endpoint" in found else [])):
        address = found.get(name)
        if not isinstance(address, str) or origin_of(address) not in provider.origins:
            raise ServerUnsound(f"{name} {address!r} is on no origin of the provider")
    return found


def _kept(provider: IdentityProvider, what: str, ask: Any, *, anew: bool = False) -> dict[str, Any]:
    mark = hashlib.sha256(f"{provider.id} {provider.server_url}".encode()).hexdigest()[:32]
    key = f"sign_on.{what}.{mark}"
    found = None if anew else cache.get(key)
    if found is None:
        found = ask()
        cache.set(key, found, SECONDS_KEPT)
    answer: dict[str, Any] = found
    return answer

"""From the code that a browser brings back to what the server asserts of its person."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.outgoing.sessions import RequestFailed
from cdmo_portal.people.signing_on import Asserted
from cdmo_portal.sign_on.discovery import ServerUnsound, asked, configuration_of, keys_of, session_of
from cdmo_portal.sign_on.id_tokens import KeyUnknown, TokenRefused, verified_claims


def callback_address(provider: IdentityProvider) -> str:
    """Where the server sends people back: where the portal is known to be, whatever the Host header says."""
    return f"{settings.PUBLIC_URL}{reverse('sign_on:oidc_callback', args=[provider.id])}"


def asserted_by(provider: IdentityProvider, code: str, state: Mapping[str, Any]) -> Asserted:
    """What the server says for this code; raises ServerUnsound or TokenRefused.

    `state` is what was remembered when the sign-in began: the verifier of PKCE and the nonce.
    """
    tokens = _tokens(provider, code, str(state.get("pkce_code_verifier", "")))
    claims = _claims(provider, str(tokens.get("id_token", "")), str(state.get("nonce", "")))
    subject = claims["sub"]
    if not isinstance(claims.get("email"), str):
        claims = {**claims, **_told_apart(provider, str(tokens.get("access_token", "")), subject)}
    if claims.get("email_verified") in (False, "false"):
        raise TokenRefused("the server says that the address is not confirmed")
    return Asserted(
        subject=str(subject), address=str(claims.get("email") or ""), name=str(claims.get("name") or "")
    )


def _tokens(provider: IdentityProvider, code: str, verifier: str) -> dict[str, Any]:
    configuration = configuration_of(provider)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_address(provider),
        "code_verifier": verifier,
    }
    secret = {"client_id": provider.client_id, "client_secret": provider.client_secret}
    is_in_body = "client_secret_post" in (configuration.get("token_endpoint_auth_methods_supported") or ())
    try:
        answer = session_of(provider).post(
            configuration["token_endpoint"],
            data={**fields, **secret} if is_in_body else fields,
            auth=None if is_in_body else (quote(secret["client_id"]), quote(secret["client_secret"])),
        )
        answer.raise_for_status()
        found = answer.json()
    except (RequestFailed, ValueError, RecursionError) as error:
        raise ServerUnsound(f"the code was not taken: {error}") from error
    if not isinstance(found, dict):
        raise ServerUnsound("the code was answered with no JSON object")
    return found


def _claims(provider: IdentityProvider, token: str, nonce: str) -> dict[str, Any]:
    if not nonce:
        raise TokenRefused("nothing was remembered to compare the nonce with")
    expected = {
        "issuer": str(configuration_of(provider)["issuer"]),
        "client_id": provider.client_id,
        "nonce": nonce,
    }
    try:
        return verified_claims(token, keys=keys_of(provider), **expected)
    except KeyUnknown:
        return verified_claims(token, keys=keys_of(provider, anew=True), **expected)


def _told_apart(provider: IdentityProvider, access_token: str, subject: object) -> dict[str, Any]:
    """What a server says of the person that keeps its ID tokens short, if it speaks of the same one."""
    address = configuration_of(provider).get("userinfo_endpoint")
    if not address or not access_token:
        return {}
    found = asked(provider, address, {"Authorization": f"Bearer {access_token}"})
    if found.get("sub") != subject:
        raise TokenRefused("the server speaks of two people")
    return {name: found.get(name) for name in ("email", "email_verified", "name")}

"""Whether an ID token is what this server signed for us, now, for this request (OIDC Core, 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a key of two halves only: whoever may check a token must not be able to make one."""
SECONDS_OF_DRIFT: Final = 60


# PyJWT takes the parts of a key, and the times of a token, for what they ought to be.
_OF_ODD_VALUES: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class TokenRefused(Exception):
    """The text is for the operator's log."""


class KeyUnknown(TokenRefused):
    """The server may have changed its keys since they were asked."""


def verified_claims(
    token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """What the token says, after signature, issuer, audience, times and nonce were checked."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(keys, jwt.get_unverified_header(token)),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=SECONDS_OF_DRIFT,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, *_OF_ODD_VALUES) as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from error
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefused("the nonce is not that of the request")
    if claims.get("azp", client_id) != client_id:
        raise TokenRefused("the token was made for another client")
    return claims


def _key(keys: Mapping[str, Any], header: Mapping[str, Any]) -> jwt.PyJWK:
    """The key that the token names; without a name, the only one there is."""
    given = keys.get("keys")
    entries = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    signing = [each for each in entries if each.get("use", "sig") == "sig"]
    named = [each for each in signing if each.get("kid") == header.get("kid")] if "kid" in header else signing
    if len(named) != 1:
        raise KeyUnknown("the token names none of the server's keys")
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise TokenRefused(f"the algorithm {algorithm!r} is not used")
    return jwt.PyJWK.from_dict(named[0], algorithm=named[0].get("alg") or str(algorithm))

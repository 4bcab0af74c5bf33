"""Signatures of webhooks by Standard Webhooks: HMAC-SHA256 over id, time and body, in base64."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

MARK: Final = "whsec_"
KEY_BYTES: Final = 32  # the specification allows 24 to 64


def new_secret() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(secret: str, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the signature by one secret."""
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(
    signing_secrets: Iterable[str], *, webhook_id: str, timestamp: int, body: bytes
) -> Mapping[str, str]:
    """The three headers; one signature for every secret, so that a receiver may change over when it likes."""
    signatures = [
        signature(secret, webhook_id=webhook_id, timestamp=timestamp, body=body) for secret in signing_secrets
    ]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }

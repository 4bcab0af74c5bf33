"""API keys: made once, shown once, kept as a SHA-256 hash (a key is random, so a slow hash adds nothing)."""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cdmo_portal.accounts.models import APIKey

PREFIX_LENGTH = 12
MARK = "cdmo_"


@dataclass(frozen=True, slots=True)
class NewKey:
    """The only moment at which the whole key is known."""

    prefix: str
    secret_sha256: str
    plain: str


def new_key() -> NewKey:
    prefix = MARK + secrets.token_hex(4)[: PREFIX_LENGTH - len(MARK)]
    secret = secrets.token_urlsafe(32)
    return NewKey(prefix=prefix, secret_sha256=digest(secret), plain=f"{prefix}.{secret}")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key(plain: str, now: dt.datetime) -> APIKey | None:
    """The valid key that this text is, or None: unknown, revoked, expired or of a person who left."""
    prefix, _, secret = plain.partition(".")
    row = (
        APIKey.objects.filter(prefix=prefix, revoked_at__isnull=True, member__user__is_active=True)
        .select_related("member__user", "member__organisation")
        .first()
    )
    if row is None or not hmac.compare_digest(row.secret_sha256, digest(secret)):
        return None
    return row if row.state_at(now) == APIKey.State.WORKING else None

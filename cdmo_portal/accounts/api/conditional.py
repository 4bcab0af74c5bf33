"""Writes that lose nobody's change: the ETag of what was read comes back in If-Match.

Without it 428, with an old one 412. Reads answer 304 by themselves: see ActorViewSet.
"""

from typing import Protocol
from uuid import UUID

from rest_framework.request import Request

from cdmo_portal.accounts.api.problems import PreconditionFailed, PreconditionRequired


class Versioned(Protocol):
    uid: UUID
    version: int


def etag_of(row: Versioned) -> str:
    return etag(row.uid, row.version)


def etag(uid: UUID, mark: object) -> str:
    """For rows without a version number: any mark that changes whenever the row does."""
    return f'"{uid.hex}-{mark}"'


def require_match(request: Request, present: str) -> None:
    """Raises 428 without If-Match, and 412 when none of its tags is the present one."""
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if not given:
        raise PreconditionRequired
    # Compression makes a tag weak on its way out (W/"…"); it still names the same version of the row.
    tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    if present not in tags and "*" not in tags:
        raise PreconditionFailed

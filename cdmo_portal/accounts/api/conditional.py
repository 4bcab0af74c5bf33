"""Writes that lose nobody's change: the ETag of what was read comes back in If-Match.

Without it 428, with an old one 412. A tag names the version of the row and, after `~`, the bytes of the
answer: a read answers 304 only while the whole answer stands, the names of its neighbours among it; a write
asks for the version alone.
"""

import hashlib
from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import parse_etags
from rest_framework.request import Request

from cdmo_portal.accounts.api.problems import AlreadyExists, PreconditionFailed, PreconditionRequired

# What RFC 9110 has a 304 repeat, and what tells of the caller rather than of the content.
KEPT_IN_304 = {"cache-control", "content-location", "etag", "link", "vary", "deprecation", "sunset"}


class Versioned(Protocol):
    uid: UUID
    version: int


def etag_of(row: Versioned) -> str:
    return etag(row.uid, row.version)


def etag(uid: UUID, mark: object) -> str:
    """For rows without a version number: any mark that changes whenever the row does."""
    return f'"{uid.hex}-{mark}"'


def require_match(request: Request, present: str) -> None:
    """Raises 428 without If-Match, and 412 when none of its tags names the present version."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired
    if present not in _versions(given) and given != "*":
        raise PreconditionFailed


def refuse_existing(request: Request) -> None:
    """Raises 412 where the caller asked by `If-None-Match: *` for a new thing, and it is there already."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        raise AlreadyExists


def answer_conditionally(request: Request, answer: HttpResponse) -> HttpResponse:
    """The answer with the ETag of its content; a read by a caller who has just that becomes a 304."""
    if answer.status_code not in {200, 201} or not answer.content:
        return answer
    content = hashlib.sha256(answer.content).hexdigest()[:20]
    version = answer.get("ETag", "").strip('"')
    answer["ETag"] = f'"{version}~{content}"' if version else f'"{content}"'
    is_read = request.method in {"GET", "HEAD"} and answer.status_code == 200
    return _not_modified(answer) if is_read and _has(request, answer["ETag"]) else answer


def _has(request: Request, tag: str) -> bool:
    """Weak comparison: compression makes a tag weak on its way out, and the content is the same."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in tags or tag in {each.removeprefix("W/") for each in tags}


def _versions(given: str) -> Iterator[str]:
    for tag in parse_etags(given):
        version, _, content = tag.removeprefix("W/").partition("~")
        yield f'{version}"' if content else version


def _not_modified(answer: HttpResponse) -> HttpResponse:
    headers = {name: value for name, value in answer.items() if name.lower() in KEPT_IN_304}
    unchanged = HttpResponse(status=304, headers=headers)
    del unchanged["Content-Type"]
    return unchanged

"""ETags from a row's version: conditional reads (304) and writes that lose nobody's change (412, 428)."""

from typing import Any, Protocol

from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.problems import PreconditionFailed, PreconditionRequired


class Versioned(Protocol):
    pk: Any
    version: int


def etag_of(row: Versioned) -> str:
    return f'"{row.pk}-{row.version}"'


def require_match(request: Request, row: Versioned) -> int:
    """The version that the caller saw; raises 428 without If-Match and 412 when it is not the present one."""
    given = request.META.get("HTTP_IF_MATCH", "")
    if not given:
        raise PreconditionRequired
    tags = {tag.strip() for tag in given.split(",")}
    if etag_of(row) not in tags and "*" not in tags:
        raise PreconditionFailed
    return row.version


def answer(request: Request, row: Versioned, data: Any, *, status: int = 200) -> Response:
    """The row's representation with its ETag, or 304 when the caller has it already."""
    tag = etag_of(row)
    seen = {item.strip() for item in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    if request.method == "GET" and tag in seen:
        return Response(status=304, headers={"ETag": tag})
    return Response(data, status=status, headers={"ETag": tag})

"""JSON bodies, read so that no byte of them can break anything further on."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from cdmo_portal.accounts.api.problems import BodyTooLarge


class BoundedJSONParser(JSONParser):
    """UTF-8 JSON up to a limit (REST framework reads past Django's own), of finite numbers and whole text."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = read_bounded(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        try:
            return json_of(body)
        except JSONUnreadable as error:
            raise ParseError(f"The body is not JSON that can be read: {error}.") from error


class JSONUnreadable(ValueError):
    """Why these bytes are no JSON that we take, as the end of a sentence."""


def read_bounded(stream: IO[Any], limit: int) -> bytes:
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    return body


def json_of(body: bytes) -> Any:
    """Raises JSONUnreadable."""
    try:
        data = json.loads(body.decode(), parse_constant=_refuse, object_pairs_hook=_once)
        # Half a surrogate pair is readable JSON but no text: it could be neither stored nor answered.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else _reason(error)
        raise JSONUnreadable(reason) from error
    return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: of two values for one name nobody knows which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeError):
        return "it is not UTF-8 text"
    return str(error).rstrip(".")[:200]

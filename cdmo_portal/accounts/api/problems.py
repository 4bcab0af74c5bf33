"""One error shape for the whole API: problem details (RFC 9457), with pointers to the fields at fault."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, connection
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

log = structlog.stdlib.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class ParametersRefused(exceptions.ValidationError):
    """Query parameters, not fields of a body, are at fault; the keys of its detail are their names."""


class Conflict(exceptions.APIException):
    """The request is well formed but does not fit the state of the thing."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This does not fit the present state."
    default_code = "conflict"


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than this address takes."
    default_code = "too_large"


class PreconditionFailed(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It was changed since you read it. Read it again and repeat your change."
    default_code = "changed_meanwhile"


class AlreadyExists(PreconditionFailed):
    default_detail = "It exists already, and you asked for a new one by If-None-Match."
    default_code = "already_exists"


class PreconditionRequired(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag that you read, so that nobody's change is lost."
    default_code = "if_match_required"


class KeyMalformed(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "An Idempotency-Key has 1 to 200 printable ASCII characters."
    default_code = "idempotency_key_malformed"


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was sent with another request. Take a new one for every request."
    default_code = "idempotency_key_reused"


class StillRunning(exceptions.APIException):
    """The first call with this key has not ended; when it has, its answer is there."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The first request with this Idempotency-Key is still running. Repeat it."
    default_code = "idempotency_in_progress"
    wait = 1


type Refusals = Mapping[type[Exception], Callable[[str], exceptions.APIException]]


@contextmanager
def answering(refusals: Refusals) -> Iterator[None]:
    """Turns what an action refuses into an answer; the first kind that fits wins."""
    try:
        yield
    except tuple(refusals) as error:
        answer = next(make for kind, make in refusals.items() if isinstance(error, kind))
        raise answer(str(error)) from error


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal as problem details; anything else is a 500 elsewhere."""
    known = _as_api_exception(error)
    if known is None:
        return None
    if connection.in_atomic_block:
        connection.set_rollback(True)
    response = Response(_problem(known), status=known.status_code, content_type=MEDIA_TYPE)
    for name, value in _headers(known).items():
        response[name] = value
    return response


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(error, DataError | IntegrityError):
        # A last line: the serializer should have named the field. Never a 500 for a caller's input.
        log.warning("database refused input", error=type(error).__name__)
        return exceptions.ValidationError("The database refuses these values.")
    return None


def _problem(error: exceptions.APIException) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
    }
    if isinstance(error, exceptions.ValidationError):
        problem["detail"] = "Some of what you sent cannot be used."
        problem["errors"] = list(error_entries(error))
    else:
        problem["detail"] = str(error.detail)
        problem["code"] = error.get_codes()
    return problem


def error_entries(error: exceptions.ValidationError) -> Iterator[dict[str, str]]:
    """`{"pointer": "#/requirements/0/unit", "detail": …, "code": …}` for every message."""
    if isinstance(error, ParametersRefused) and isinstance(error.detail, dict):
        for name, messages in error.detail.items():
            for entry in _field_errors(messages, ""):
                yield {"parameter": name, "detail": entry["detail"], "code": entry["code"]}
    else:
        yield from _field_errors(error.detail, "#")


def _field_errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Walks REST framework's nested messages; pointers are URI fragments, as in RFC 9457."""
    if isinstance(detail, dict):
        for field, inner in detail.items():
            step = "" if field == "non_field_errors" else f"/{_escaped(str(field))}"
            yield from _field_errors(inner, pointer + step)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _field_errors(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail), "code": getattr(detail, "code", "invalid")}


def _escaped(field: str) -> str:
    """A name inside a JSON Pointer (RFC 6901) inside a URI fragment."""
    return quote(field.replace("~", "~0").replace("/", "~1"), safe="~")


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    return headers

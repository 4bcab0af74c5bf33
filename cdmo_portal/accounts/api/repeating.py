"""Idempotency-Key: a call that is made again with its key has one effect, and the answer of the first.

As draft-ietf-httpapi-idempotency-key-header says, with Stripe's manners: only what succeeded is kept. A call
that was refused left nothing behind, so it may be mended and sent again under the same key.
"""

import hashlib
import json
import re
import zlib

import psycopg.errors
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, RawPostDataException
from rest_framework import exceptions
from rest_framework.request import Request

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.authentication import actor_of
from cdmo_portal.accounts.api.problems import Conflict, KeyMalformed, KeyReused, StillRunning
from cdmo_portal.accounts.models import AnsweredCall
from cdmo_portal.accounts.sealing import Unreadable, seal_bytes, unseal_bytes

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 200
PRINTABLE = re.compile(r"[ -~]+")
# Two requests that differ in one of these ask for different things.
TELLING_HEADERS = ("Content-Type", "If-Match", "If-None-Match")


class Repeated(Exception):
    """The call was made before; `answer` is what it got."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def claim(request: Request) -> AnsweredCall | None:
    """The row of this call, made before the call writes anything else; None where it carries no key.

    Raises Repeated when the call was made before, KeyReused when another one was, and StillRunning when
    the first has not ended after a while: a second insert of the same key waits for the first transaction.
    """
    given, actor = request.headers.get(HEADER), actor_of(request)
    if given is None or actor.user is None:
        return None
    call = AnsweredCall(
        organisation=actor.organisation,
        user=actor.user,
        key=_checked(given),
        request_sha256=_fingerprint(request._request, actor),
    )
    same = {"organisation_id": call.organisation_id, "user_id": call.user_id, "key": call.key}
    AnsweredCall.objects.expired().filter(**same).delete()
    if _is_first(call):
        return call
    raise Repeated(_former_answer(AnsweredCall.objects.filter(**same).first(), call.request_sha256))


def keep(call: AnsweredCall, answer: HttpResponse) -> None:
    """Fill the row with the answer; what was refused is not kept."""
    if answer.status_code >= 400:
        if not connection.needs_rollback:
            call.delete()
        return
    call.status = answer.status_code
    call.headers = dict(answer.items())
    call.sealed_body = seal_bytes(zlib.compress(answer.content))
    call.save(update_fields=["status", "headers", "sealed_body"])


def _checked(given: str) -> str:
    """The key; the draft writes it as a quoted string, most callers without the quotes."""
    is_quoted = len(given) > 1 and given.startswith('"') and given.endswith('"')
    key = given[1:-1] if is_quoted else given
    if len(key) > LONGEST or not PRINTABLE.fullmatch(key):
        raise KeyMalformed
    return key


def _fingerprint(request: HttpRequest, actor: Actor) -> str:
    """Of who may do as much, too: the answer may be a key, which a key that may less must not read again."""
    told = [request.method, request.get_full_path(), *sorted(actor.scopes)]
    told += [request.headers.get(name, "") for name in TELLING_HEADERS]
    try:
        body = request.body
    except RawPostDataException as error:
        # A form with files, which the check of the CSRF token has read already.
        raise exceptions.UnsupportedMediaType(str(request.content_type)) from error
    return hashlib.sha256(json.dumps(told).encode() + b"\n" + body).hexdigest()


def _is_first(call: AnsweredCall) -> bool:
    """Whether the row could be made, now or after whoever had it was refused."""
    try:
        with transaction.atomic():
            _wait_at_most(f"{settings.IDEMPOTENCY_WAIT_SECONDS * 1000:.0f}ms")
            call.save(force_insert=True)
            _wait_at_most("0")
    except IntegrityError:
        return False
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise StillRunning from error
        raise
    return True


def _wait_at_most(time: str) -> None:
    """For locks, in this transaction; going back to the savepoint takes it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [time])


def _former_answer(call: AnsweredCall | None, request_sha256: str) -> HttpResponse:
    if call is None or not call.status:
        raise StillRunning
    if call.request_sha256 != request_sha256:
        raise KeyReused
    try:
        body = zlib.decompress(unseal_bytes(call.sealed_body))
    except Unreadable as error:
        raise Conflict("This was done before, and its answer can no longer be read.") from error
    answer = HttpResponse(body, status=call.status, headers=call.headers)
    if "Content-Type" not in call.headers:
        del answer["Content-Type"]
    answer[REPLAYED] = "true"
    return answer

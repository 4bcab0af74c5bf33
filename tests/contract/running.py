"""Requests made from the API's own description, sent to the API within this process."""

import json
import re
import traceback
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from cdmo_portal.accounts.api.schema import IDEMPOTENCY_KEY

DESCRIPTION = "/api/v1/schema/"
SEND = WSGITransport.send
KEY = re.compile(IDEMPOTENCY_KEY["schema"]["pattern"])  # type: ignore[index]
OF_SOCKETS = ("max_redirects", "verify", "cert", "proxies")
# Refusals that a schema can foretell. Every other 400 is a rule that no schema can write down: a code that
# is of no term, a day that is past, a cursor that no answer gave, a number of too many digits, a range in
# words, a host whose name is too long.
FORETOLD = frozenset(
    {"required", "null", "blank", "empty", "not_a_list", "invalid_choice", "control", "one_line"}
    | {"max_length", "min_length", "max_value", "min_value"}
)
FORETOLD_WORDS = re.compile(
    r"There is no such field|Give (a value|text|true|a number,(?! or a text))|wrong format"
    r"|[Vv]alid(?! choice| URL)"
)


@dataclass
class Outcome:
    """What runs found, once for every operation and kind of failure."""

    described: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    operations: set[str] = field(default_factory=set)
    requests: int = 0

    def told(self) -> str:
        return "\n\n".join(
            f"{where}: {what}\n{text}" for (where, what), text in sorted(self.failures.items())
        )


class InProcess:
    """The API as a WSGI application whose every answer is read and closed at once.

    Django lets go of its database connection when an answer is closed, and werkzeug's client leaves that to
    whoever reads it. Nor does that client unpack what was compressed.
    """

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def __call__(self, environ: MutableMapping[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        answer = self.handler(dict(environ), start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()


def send(transport: WSGITransport, case: Case[Any], *, session: Any = None, **kwargs: Any) -> Response:
    """With a key of its own, so that what a write answers is not what another one did.

    Schemathesis hands settings of sockets on to a client that has none and refuses them.
    """
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{key[:160]}{uuid4().hex}"
    plain = {name: value for name, value in kwargs.items() if name not in OF_SOCKETS}
    return SEND(transport, case, session=session, **plain)


def run(settings: dict[str, Any], outcome: Outcome) -> None:
    """The phases that the settings name; what they find is added to what was found."""
    config = SchemathesisConfig.from_dict(settings)
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, InProcess(), config=config)
    schema.hook("filter_failure")(is_failure)
    outcome.described |= {each.ok().label for each in schema.get_all_operations() if isinstance(each, Ok)}
    with patch.object(WSGITransport, "send", send):
        for event in from_schema(schema).execute():
            hear(event, outcome)


def is_failure(context: Any, failure: Any, case: Case[Any], response: Response) -> bool:
    """Not where a request of the right shape met a rule that only the API can know."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    problem = json.loads(response.content)
    return any(map(was_foretold, problem.get("errors", ({"code": "", "detail": problem["detail"]},))))


def was_foretold(error: dict[str, str]) -> bool:
    return error["code"] in FORETOLD or bool(FORETOLD_WORDS.search(error["detail"]))


def hear(event: events.EngineEvent, outcome: Outcome) -> None:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        text = "".join(traceback.format_exception(event.value))
        outcome.failures[event.label, type(event.value).__name__] = text
    if isinstance(event, events.ScenarioFinished):
        note(event, outcome)


def note(event: events.ScenarioFinished, outcome: Outcome) -> None:
    recorder = event.recorder
    outcome.operations |= {each.value.operation.label for each in recorder.cases.values()}
    outcome.requests += len(recorder.interactions)
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                label = recorder.cases[case_id].value.operation.label
                answer = recorder.find_response(case_id=case_id)
                text = answer.content[:1000].decode(errors="replace") if answer is not None else ""
                lines = (failure.message, check.failure_info.code_sample[:2000], text, event.phase.value)
                outcome.failures.setdefault((label, f"{check.name}: {failure.title}"), "\n".join(lines))

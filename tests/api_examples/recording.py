"""Makes the request of a row of the API's matrix and keeps it with its answer, the same every time."""

import datetime as dt
import json
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import time_machine
from django.db import transaction
from django.test import Client
from factory.django import DjangoModelFactory

from cdmo_portal.accounts.models import Organisation, User
from matching.models import Brief, MatchRun
from matching.ranking import match_brief
from matching.scoring.serialisation import to_json
from partners.models import Line, Partner, Site
from tests.accounts.api.callers import client_of
from tests.api_matrix.rows import Row
from tests.api_matrix.world import World, make_world

type Example = dict[str, Any]

MOMENT = dt.datetime(2027, 1, 4, 9, 30, tzinfo=dt.UTC)
ORIGIN = "https://portal.example"
JSON = frozenset({"application/json", "application/problem+json"})
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
# A uid in the id of a webhook, and in an ETag as JSON has it, with the digest of a statement after it.
PLAIN_UID = re.compile(r'(msg_|\\")([0-9a-f]{32})(-[0-9a-f]{16})?')
CURSOR = re.compile(r"cursor=[A-Za-z0-9%]+")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
FRACTION = re.compile(r"(\d{4}-\d\d-\d\d)T[0-9:]+\.\d+(?:Z|\+00:00)")
WAIT = re.compile(r"available in \d+ seconds")
CLOCK = r"T[0-9:.]+(?:Z|\+00:00)"


class Settled:
    """Takes out of what is recorded whatever differs from one recording to the next."""

    def __init__(self, world: World, today: dt.date) -> None:
        self.words = {
            world.sponsor_secret: "sponsor's own words",
            world.cdmo_secret: "CDMO's own words",
            "http://testserver": ORIGIN,
        }
        self.moments = re.compile(rf"(?:{MOMENT:%Y-%m-%d}|{today:%Y-%m-%d}){CLOCK}")
        self.uids: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        """Of a whole JSON document, or of text in another format."""
        text = json.dumps(value, ensure_ascii=False)
        for found, shown in self.words.items():
            text = text.replace(found, shown)
        text = UID.sub(self._numbered, text)
        text = PLAIN_UID.sub(self._plainly_numbered, text)
        text = self.moments.sub(f"{MOMENT:%Y-%m-%dT%H:%M:%SZ}", text)
        text = FRACTION.sub(rf"\1T{MOMENT:%H:%M:%S}Z", text)
        text = WAIT.sub("available in 42 seconds", text)
        text = DIGEST.sub("5" * 64, text)
        return json.loads(CURSOR.sub("cursor=cD0wMTk5YTFkZQ", text))

    def _numbered(self, found: re.Match[str]) -> str:
        number = len(self.uids) + 1
        shown = f"0199a1de-0000-{found[1]}000-8000-{number:012d}"
        return self.uids.setdefault(found[0], shown)

    def _plainly_numbered(self, found: re.Match[str]) -> str:
        shown = UID.sub(self._numbered, str(UUID(found[2]))).replace("-", "")
        return f"{found[1]}{shown}{f'-{"5" * 16}' if found[3] else ''}"


@contextmanager
def same_every_time() -> Iterator[None]:
    """Names are counted from the start again, keys and secrets are drawn from the same cards."""
    for factory in factories(DjangoModelFactory):
        factory.reset_sequence(1, force=True)
    cards = random.Random(1)
    with ExitStack() as stack:
        stack.enter_context(time_machine.travel(MOMENT, tick=True))
        stack.enter_context(patch.object(secrets, "token_bytes", lambda count=32: cards.randbytes(count)))
        stack.enter_context(patch.object(secrets, "token_hex", lambda count=32: cards.randbytes(count).hex()))
        stack.enter_context(
            patch.object(secrets, "token_urlsafe", lambda count=32: cards.randbytes(count).hex())
        )
        yield


def factories(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        if not each._meta.abstract:
            yield each
        yield from factories(each)


def furnish(world: World) -> None:
    """Names that a reader can follow, for what an example shows most."""
    named = {
        "Quillhaven Therapeutics": (Organisation, world.sponsor.organisation_id, "name"),
        "Larkfen Dosage": (Organisation, world.cdmo.organisation_id, "name"),
        "Larkfen Dosage Ltd": (Partner, world.partner.pk, "name"),
        "Larkfen Nottingham": (Site, world.site.pk, "name"),
        "Capsule line 1": (Line, world.line.pk, "name"),
        "Capsules for phase II": (Brief, world.brief.pk, "title"),
        "Anna Quill": (User, world.sponsor.user_id, "full_name"),
        "Dora Larkfen": (User, world.cdmo.user_id, "full_name"),
    }
    for value, (model, pk, column) in named.items():
        model.objects.filter(pk=pk).update(**{column: value})  # type: ignore[attr-defined]
    run_really(world)


def run_really(world: World) -> None:
    """The world's run says what matching would have said of its brief."""
    ranked = match_brief(world.brief)
    result = to_json(ranked.result)
    MatchRun.objects.filter(pk=world.run.pk).update(result=result, engine_version="1")


def recorded(row: Row) -> Example:
    """What the owner asks in this row and gets; whatever it did is undone."""
    today = dt.datetime.now(dt.UTC).date()
    with same_every_time(), transaction.atomic():
        world = make_world()
        furnish(world)
        settled = Settled(world, today)
        address, body = row.address_in(world), row.body_in(world)
        answer = sent(client_of(getattr(world, row.side)), row, address, body)
        assert 200 <= answer.status_code < 300, answer.content
        example = settled({"path": address} | shown_request(row, body) | shown_answer(answer))
        transaction.set_rollback(True)
    return example  # type: ignore[no-any-return]


def sent(client: Client, row: Row, address: str, body: Any) -> Any:
    headers = {"If-Match": row.if_match} if row.if_match else {}
    with_body = {} if body is None else {"data": body, "content_type": row.content_type}
    return getattr(client, row.method)(address, headers=headers, **with_body)


def shown_request(row: Row, body: Any) -> Example:
    if body is None:
        return {}
    text = body.decode() if isinstance(body, bytes) else body
    return {"content_type": row.content_type, "request": text}


def shown_answer(answer: Any) -> Example:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    shown: Example = {"status": answer.status_code}
    if not content:
        return shown
    media_type = answer["Content-Type"].partition(";")[0]
    value = json.loads(content) if media_type in JSON else content.decode()
    return shown | {"answer_type": media_type, "answer": value}

"""Whatever callers send, repeat, change and lose: a key has one effect at most, and no update is lost."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from cdmo_portal.accounts.models import AnsweredCall
from matching.models import Brief
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory

BRIEFS = "/api/v1/briefs/"
KEYS = st.sampled_from(["", "k1", "k2", "k3"])
CALLERS = st.sampled_from(["owner", "owner's other key", "colleague"])
PEOPLE = {"owner": "owner", "owner's other key": "owner", "colleague": "colleague"}


@dataclass(frozen=True)
class Call:
    """All that makes a call the same call."""

    method: str
    address: str
    body: tuple[tuple[str, str], ...]
    if_match: str = ""

    def send(self, client: Client, key: str) -> Any:
        body = {**dict(self.body), **({"steps": ["drug-product"]} if self.method == "post" else {})}
        headers = {"Idempotency-Key": key} if key else {}
        if self.if_match:
            headers["If-Match"] = self.if_match
        ask = getattr(client, self.method)
        return ask(self.address, body, content_type="application/json", headers=headers)


@dataclass
class Known:
    """A brief as the model has it: what it says, and the tags that it has had, the present one last."""

    title: str
    tags: list[str] = field(default_factory=list)


class Machine(RuleBasedStateMachine):
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        owner = MemberFactory.create()
        self.organisation = owner.organisation
        self.clients = {
            "owner": client_of(owner),
            "owner's other key": client_of(owner),
            "colleague": client_of(colleague_of(owner, "editor")),
        }
        self.kept: dict[tuple[str, str], tuple[Call, bytes]] = {}
        self.briefs: dict[str, Known] = {}
        self.number = 0

    @rule(target=sent, caller=CALLERS, key=KEYS, is_valid=st.booleans())
    def create(self, caller: str, key: str, is_valid: bool) -> tuple[str, str, Call]:
        call = Call("post", BRIEFS, (("title", self.new_title()), *(() if is_valid else (("titel", ""),))))
        self.ask(caller, key, call, is_valid=is_valid)
        return caller, key, call

    @rule(
        target=sent, caller=CALLERS, key=KEYS, which=st.integers(0, 5), tag=st.sampled_from([-1, -1, -2, 0])
    )
    def change(self, caller: str, key: str, which: int, tag: int) -> Any:
        if not self.briefs:
            return multiple()
        uid = sorted(self.briefs)[which % len(self.briefs)]
        tags = self.briefs[uid].tags
        if_match = tags[max(tag, -len(tags))]
        call = Call("patch", f"{BRIEFS}{uid}/", (("title", self.new_title()),), if_match)
        self.ask(caller, key, call, is_valid=True)
        return caller, key, call

    @rule(what=sent, caller=CALLERS)
    def repeat_as_anybody(self, what: tuple[str, str, Call], caller: str) -> None:
        """The same bytes under the same key, from whoever."""
        self.ask(caller, what[1], what[2], is_valid=self.is_valid(what[2]))

    @rule(what=sent)
    def repeat_because_the_answer_was_lost(self, what: tuple[str, str, Call]) -> None:
        caller, key, call = what
        self.ask(caller, key, call, is_valid=self.is_valid(call))

    @rule(what=consumes(sent), key=KEYS)
    def repeat_under_another_key(self, what: tuple[str, str, Call], key: str) -> None:
        self.ask(what[0], key, what[2], is_valid=self.is_valid(what[2]))

    @rule()
    def let_a_day_pass(self) -> None:
        AnsweredCall.objects.update(made_at=timezone.now() - dt.timedelta(hours=25))
        self.kept.clear()

    @invariant()
    def everything_stands_once_and_as_it_was_written_last(self) -> None:
        stands = Brief.objects.filter(organisation=self.organisation).values_list("uid", "title")
        assert {str(uid): title for uid, title in stands} == {
            uid: known.title for uid, known in self.briefs.items()
        }
        kept = AnsweredCall.objects.filter(organisation=self.organisation)
        assert kept.filter(status=0).count() == 0

    def ask(self, caller: str, key: str, call: Call, *, is_valid: bool) -> None:
        former = self.kept.get((PEOPLE[caller], key)) if key else None
        answer = call.send(self.clients[caller], key)
        if former is not None:
            self.check_repeated(former, call, answer)
        elif not is_valid:
            assert answer.status_code == 400
        elif call.method == "post":
            assert answer.status_code == 201
            self.briefs[answer.json()["uid"]] = Known(dict(call.body)["title"])
            self.note(caller, key, call, answer)
        else:
            self.check_change(caller, key, call, answer)

    def check_repeated(self, former: tuple[Call, bytes], call: Call, answer: Any) -> None:
        if former[0] == call:
            assert answer.content == former[1]
            assert answer["Idempotency-Replayed"] == "true"
        else:
            assert answer.status_code == 422

    def check_change(self, caller: str, key: str, call: Call, answer: Any) -> None:
        known = self.briefs[call.address.split("/")[-2]]
        if call.if_match != known.tags[-1]:
            assert answer.status_code == 412
            return
        assert answer.status_code == 200
        known.title = dict(call.body)["title"]
        self.note(caller, key, call, answer)

    def note(self, caller: str, key: str, call: Call, answer: Any) -> None:
        assert "Idempotency-Replayed" not in answer
        self.briefs[answer.json()["uid"]].tags.append(answer["ETag"])
        if key:
            self.kept[PEOPLE[caller], key] = call, answer.content

    def is_valid(self, call: Call) -> bool:
        return "titel" not in dict(call.body)

    def new_title(self) -> str:
        self.number += 1
        return f"Brief {self.number}"


@pytest.mark.django_db
def test_keys_have_one_effect_and_no_update_is_lost() -> None:
    run_state_machine_as_test(
        Machine, settings=settings(max_examples=20, stateful_step_count=20, deadline=None)
    )

"""Idempotency-Key: one effect and one answer per key, and what is refused may be mended."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.manners import Mannered
from cdmo_portal.accounts.models import AnsweredCall, Member, Organisation
from cdmo_portal.accounts.tasks import forget_answers
from matching.models import Brief
from tests.accounts.api.callers import client_of, colleague_of, staff_of
from tests.factories.accounts import MemberFactory, OrganisationFactory
from tests.factories.briefs import BriefFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
BRIEFS = "/api/v1/briefs/"
BODY = {"title": "A brief", "steps": ["drug-product"]}


class Writing(Mannered):
    """Makes an organisation and answers in the way that the address names."""

    permission_classes = [IsAuthenticated]

    def post(self, request: Request, way: str) -> HttpResponseBase:
        OrganisationFactory.create(name="Made")
        answers: dict[str, Callable[[], HttpResponseBase]] = {
            "stream": lambda: StreamingHttpResponse(iter([b"1\n", b"2\n"]), content_type="text/plain"),
            "plain": lambda: HttpResponse("done", status=202, headers={"X-Way": way}),
            "nothing": lambda: Response(status=204),
            "refuse": lambda: Response({"detail": "no"}, status=409),
            "break": lambda: Response(1 / 0),
        }
        return answers[way]()


urlpatterns = [path("<slug:way>/", Writing.as_view())]


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


def send(client: Client, body: Any = BODY, *, key: str = "k1", address: str = BRIEFS, **headers: str) -> Any:
    sent = {"Idempotency-Key": key, **headers}
    return client.post(address, body, content_type="application/json", headers=sent)


def made() -> int:
    return Organisation.objects.filter(name="Made").count()


def test_same_call_again_is_answered_the_same_and_done_once(client: Client) -> None:
    first, second = send(client), send(client)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["ETag"] == first["ETag"]
    assert second["Content-Type"] == first["Content-Type"]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Brief.objects.count() == 1


def test_key_in_quotes_is_the_same_key(client: Client) -> None:
    send(client, key="k1")

    assert send(client, key='"k1"')["Idempotency-Replayed"] == "true"


def test_calls_with_other_keys_or_none_are_calls_of_their_own(client: Client) -> None:
    send(client, key="k1")
    send(client, key="k2")
    client.post(BRIEFS, BODY, content_type="application/json")

    assert Brief.objects.count() == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {**BODY, "title": "Another"}},
        {"address": f"{BRIEFS}match/"},
        {"address": f"{BRIEFS}?a=b"},
        {"If-Match": '"a"'},
        {"If-None-Match": "*"},
    ],
)
def test_key_with_another_request_answers_422(client: Client, changed: dict[str, Any]) -> None:
    send(client)

    answer = send(client, **changed)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "idempotency_key_reused"
    assert Brief.objects.count() == 1


@pytest.mark.parametrize("key", ["", '""', "a" * 201, "a\x01", "a\tb", "é"])
def test_malformed_key_answers_400(client: Client, key: str) -> None:
    answer = send(client, key=key)

    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key_malformed"
    assert not Brief.objects.exists()


def test_longest_key_is_taken(client: Client) -> None:
    assert send(client, key="a" * 200).status_code == 201


def test_what_was_refused_may_be_mended_under_its_key(client: Client) -> None:
    refused = send(client, {**BODY, "titel": "A brief"})
    mended = send(client)

    assert (refused.status_code, mended.status_code) == (400, 201)
    assert "Idempotency-Replayed" not in mended


def test_write_that_met_another_is_sent_again_under_its_key_with_the_new_tag(
    client: Client, member: Member
) -> None:
    address = f"{BRIEFS}{BriefFactory.create(organisation=member.organisation).uid}/"
    tag = client.get(address)["ETag"]

    def change(tag: str) -> Any:
        headers = {"Idempotency-Key": "k1", "If-Match": tag}
        return client.patch(address, {"title": "B"}, content_type="application/json", headers=headers)

    answers = [change('"old"'), change(tag), change(tag)]

    assert [answer.status_code for answer in answers] == [412, 200, 200]
    assert answers[2]["Idempotency-Replayed"] == "true"


def test_key_of_a_colleague_is_another_key(client: Client, member: Member) -> None:
    send(client)
    answer = send(client_of(colleague_of(member, "editor")))

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer
    assert Brief.objects.count() == 2


def test_answer_is_repeated_to_another_api_key_of_the_member(client: Client, member: Member) -> None:
    send(client)

    assert send(client_of(member))["Idempotency-Replayed"] == "true"


def test_answer_is_not_repeated_to_who_may_not_ask_any_more(client: Client, member: Member) -> None:
    send(client)
    read_only = send(client_of(member, can_write=False))
    Member.objects.filter(pk=member.pk).update(role="viewer")
    demoted = send(client)

    assert (read_only.status_code, demoted.status_code) == (403, 403)


def test_delete_again_is_answered_as_the_first_time() -> None:
    row = CapabilityFactory.create()
    staff = staff_of(row.site)
    address = f"/api/v1/capabilities/{row.uid}/"
    headers = {"Idempotency-Key": "k1", "If-Match": staff.get(address)["ETag"]}

    first, second = (staff.delete(address, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (204, 204)
    assert second.content == b""
    assert second["Idempotency-Replayed"] == "true"
    assert staff.delete(address, headers={"If-Match": headers["If-Match"]}).status_code == 404


def test_put_of_a_partner_twice_with_a_key_tells_of_the_making_twice(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation)
    address = f"{BRIEFS}{brief.uid}/shortlist/{PartnerFactory.create().uid}/"

    answers = [client.put(address, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("way", "status", "content"),
    [("stream", 200, b"1\n2\n"), ("plain", 202, b"done"), ("nothing", 204, b"")],
)
def test_any_kind_of_answer_is_repeated(client: Client, way: str, status: int, content: bytes) -> None:
    first, second = send(client, address=f"/{way}/"), send(client, address=f"/{way}/")

    assert [(each.status_code, each.content) for each in (first, second)] == [(status, content)] * 2
    assert second.get("Content-Type") == first.get("Content-Type")
    assert second.get("X-Way") == first.get("X-Way")
    assert second["Idempotency-Replayed"] == "true"
    assert made() == 1


@pytest.mark.urls(__name__)
def test_refusal_that_a_view_answers_by_itself_is_not_kept_either(client: Client) -> None:
    codes = [send(client, address="/refuse/").status_code for _ in range(2)]

    assert codes == [409, 409]
    assert not AnsweredCall.objects.exists()


@pytest.mark.urls(__name__)
def test_call_that_broke_leaves_nothing_and_may_be_sent_again(client: Client) -> None:
    client.raise_request_exception = False
    codes = [send(client, address="/break/").status_code for _ in range(2)]

    assert codes == [500, 500]
    assert made() == 0
    assert not AnsweredCall.objects.exists()


def test_score_table_takes_a_key_too(client: Client) -> None:
    answers = [send(client, {}, address="/api/v1/score-tables/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_large_body_is_compared_to_the_last_byte(client: Client) -> None:
    text = "a" * 5_000_000

    def read(text: str) -> Any:
        return send(client, {"text": text}, address=f"{BRIEFS}read/")

    assert read(text).status_code == 400  # longer than a text may be, and told so

    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        assert read(text).status_code == 413


def test_answers_are_kept_sealed(client: Client) -> None:
    send(client, {**BODY, "title": "Kestrel"})

    kept = AnsweredCall.objects.get()
    assert b"Kestrel" not in bytes(kept.sealed_body)
    assert "Kestrel" not in str(kept.headers)


def test_answer_whose_seal_cannot_be_opened_is_neither_repeated_nor_done_again(client: Client) -> None:
    send(client)

    with override_settings(FIELD_ENCRYPTION_KEYS=["b3RoZXItb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE="]):
        answer = send(client)

    assert answer.status_code == 409
    assert Brief.objects.count() == 1


def test_key_is_free_again_after_a_day(client: Client) -> None:
    send(client)
    AnsweredCall.objects.update(made_at=timezone.now() - dt.timedelta(hours=24, minutes=1))

    answer = send(client, {**BODY, "title": "Another day"})

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer


def test_sweep_forgets_what_is_a_day_old_and_nothing_else(client: Client) -> None:
    send(client, key="old")
    AnsweredCall.objects.update(made_at=timezone.now() - dt.timedelta(hours=24, minutes=1))
    send(client, key="new")

    forget_answers()
    forget_answers()

    assert [each.key for each in AnsweredCall.objects.all()] == ["new"]


def test_browser_session_has_keys_too(member: Member) -> None:
    browser = Client()
    browser.force_login(member.user)

    first, second = send(browser), send(browser)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotency-Replayed"] == "true"
    assert Brief.objects.count() == 1


def test_form_with_files_and_a_key_answers_415(member: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)
    token = "a" * 32
    browser.cookies["csrftoken"] = token

    # Without the token's header the check of it reads the form, after which nobody can read the bytes again.
    answer = browser.post(BRIEFS, {"csrfmiddlewaretoken": token}, headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_reads_take_no_notice_of_a_key(client: Client) -> None:
    client.get(BRIEFS, headers={"Idempotency-Key": "k1"})

    assert not AnsweredCall.objects.exists()

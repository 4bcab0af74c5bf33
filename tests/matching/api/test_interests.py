"""Blinded questions over the API: asked by a sponsor, answered by a CDMO that learns nothing else."""

import base64
import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Role
from matching.models import Brief, Interest
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import InterestFactory, ShortlistEntryFactory
from tests.matching.api.asking import queries, send
from tests.matching.asking_interest import Asking, unkept_entry

pytestmark = pytest.mark.django_db
INBOX = "/api/v1/interests/"


@pytest.fixture
def asking() -> Asking:
    return Asking()


@pytest.fixture
def sponsor(asking: Asking) -> Client:
    return client_of(asking.member)


@pytest.fixture
def cdmo(asking: Asking) -> Client:
    return client_of(asking.house.editor)


def question(asking: Asking) -> str:
    return f"{of_brief(asking)}shortlist/{asking.house.partner.uid}/interest/"


def of_brief(asking: Asking, tail: str = "") -> str:
    return f"/api/v1/briefs/{asking.brief.uid}/{tail}"


def ask(sponsor: Client, asking: Asking) -> Any:
    mark = sponsor.get(question(asking)).json()["mark"]
    return send(sponsor, question(asking), {"mark": mark})


def test_partner_is_asked_what_was_read_before(asking: Asking, sponsor: Client, cdmo: Client) -> None:
    preview = sponsor.get(question(asking)).json()

    answer = ask(sponsor, asking)
    twice = send(sponsor, question(asking), {"mark": "0"})

    assert [answer.status_code, twice.status_code] == [201, 200]
    assert twice.json() == answer.json()
    assert preview["interest"] is None
    assert preview["teaser"] == answer.json()["teaser"]
    assert answer.json()["state"] == "waiting"
    assert cdmo.get(INBOX).json()["results"][0]["teaser"] == preview["teaser"]
    after = sponsor.get(question(asking)).json()
    assert (after["interest"], after["mark"]) == (answer.json(), "")


def test_question_about_a_brief_that_says_something_else_by_now_is_not_asked(
    asking: Asking, sponsor: Client
) -> None:
    mark = sponsor.get(question(asking)).json()["mark"]
    Brief.objects.update(needed_by=dt.date(2031, 8, 17))

    answer = send(sponsor, question(asking), {"mark": mark})

    assert answer.status_code == 409
    assert not Interest.objects.exists()


def test_partner_that_cannot_be_asked_says_why(asking: Asking, sponsor: Client) -> None:
    entry = unkept_entry(asking)
    address = f"{of_brief(asking)}shortlist/{entry.partner.uid}/interest/"

    preview, asked = sponsor.get(address).json(), send(sponsor, address, {"mark": "0"})

    assert "nobody could answer" in preview["why_not"]
    assert (preview["teaser"], preview["mark"]) == ([], "")
    assert asked.status_code == 409


def test_partner_that_is_not_followed_is_not_there_to_be_asked(asking: Asking, sponsor: Client) -> None:
    other = ShortlistEntryFactory.create().partner

    assert sponsor.get(f"{of_brief(asking)}shortlist/{other.uid}/interest/").status_code == 404


def test_question_needs_the_mark(asking: Asking, sponsor: Client) -> None:
    assert pointers(send(sponsor, question(asking), {})) == ["#/mark"]


def test_withdrawn_question_can_be_asked_again(asking: Asking, sponsor: Client, cdmo: Client) -> None:
    uid = ask(sponsor, asking).json()["uid"]

    withdrawn = sponsor.post(of_brief(asking, f"interests/{uid}/withdraw/"))
    again = ask(sponsor, asking)

    assert withdrawn.json()["state"] == "withdrawn"
    assert again.status_code == 201
    assert len(sponsor.get(of_brief(asking, "interests/")).json()["results"]) == 2
    found = sponsor.get(of_brief(asking, "interests/?state=withdrawn")).json()["results"]
    assert [row["uid"] for row in found] == [uid]
    told = cdmo.get(f"{INBOX}{uid}/").json()
    assert (told["state"], told["teaser"]) == ("withdrawn", [])
    assert send(cdmo, f"{INBOX}{uid}/answer/", {"answer": "interested"}).status_code == 409


def test_partner_answers_and_the_sponsor_reads_it(asking: Asking, sponsor: Client, cdmo: Client) -> None:
    uid = ask(sponsor, asking).json()["uid"]

    answer = send(cdmo, f"{INBOX}{uid}/answer/", {"answer": "declined", "reason": "timing", "note": "2031"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "answered"
    assert answer.json()["answered_by"] == str(asking.house.editor.user)
    read = sponsor.get(of_brief(asking, f"interests/{uid}/")).json()
    assert (read["answer"], read["reason"], read["note"]) == ("declined", "timing", "2031")
    assert "answered_by" not in read


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/answer"),
        ({"answer": "maybe"}, "#/answer"),
        ({"answer": "declined"}, "#/reason"),
        ({"answer": "interested", "reason": "timing"}, "#/reason"),
        ({"answer": "need_information"}, "#/note"),
        ({"answer": "interested", "note": "x" * 501}, "#/note"),
        ({"answer": "interested", "price": 3}, "#/price"),
    ],
)
def test_answer_that_cannot_be_used_says_where(asking: Asking, cdmo: Client, body: Any, pointer: str) -> None:
    uid = asking.ask().uid

    answer = send(cdmo, f"{INBOX}{uid}/answer/", body)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_cdmo_reads_the_allowed_fields_and_nothing_of_the_sponsor(asking: Asking, cdmo: Client) -> None:
    interest = asking.ask()
    brief = asking.brief
    Brief.objects.filter(pk=brief.pk).update(title="Secret title", text="Secret text")

    listed, one = cdmo.get(INBOX), cdmo.get(f"{INBOX}{interest.uid}/")

    assert set(one.json()) == {
        "uid",
        "partner",
        "state",
        "asked_on",
        "teaser",
        "answer",
        "reason",
        "note",
        "answered_at",
        "answered_by",
    }
    hidden = [
        "Secret",
        brief.uid,
        asking.member.organisation.uid,
        asking.member.organisation.name,
        asking.member.user.full_name,
        asking.member.user.email,
    ]
    text = listed.content.decode() + one.content.decode()
    assert [each for each in hidden if str(each) in text] == []


def test_time_of_day_of_a_question_stands_in_no_cursor(asking: Asking, cdmo: Client) -> None:
    for days in range(4):
        InterestFactory.create(
            partner=asking.house.partner, asked_at=timezone.now() - dt.timedelta(days=days)
        )
    found, link = [], f"{INBOX}?page_size=1"

    while link:
        page = cdmo.get(link).json()
        found += [row["asked_on"] for row in page["results"]]
        link = page["next"]
        if link:
            cursor = base64.b64decode(link.partition("cursor=")[2].split("&")[0].replace("%3D", "=")).decode()
            assert ":" not in cursor.replace("%3A", ":")

    assert found == sorted(found, reverse=True)
    assert len(found) == 4
    assert cdmo.get(f"{INBOX}?cursor=cD15ZXN0ZXJkYXk=").status_code == 400


def test_inbox_is_the_partners_own_and_leaves_withheld_questions_out(asking: Asking, cdmo: Client) -> None:
    mine = asking.ask()
    withheld = InterestFactory.create(partner=asking.house.partner, is_withheld=True)
    other = InterestFactory.create()

    assert [row["uid"] for row in cdmo.get(INBOX).json()["results"]] == [str(mine.uid)]
    assert [cdmo.get(f"{INBOX}{each.uid}/").status_code for each in (withheld, other)] == [404, 404]


def test_withheld_question_looks_like_any_other_to_the_sponsor(asking: Asking, sponsor: Client) -> None:
    uid = asking.ask().uid
    address = of_brief(asking, f"interests/{uid}/")
    before = sponsor.get(address).json()
    Interest.objects.update(is_withheld=True)

    assert sponsor.get(address).json() == before


def test_inbox_is_filtered_by_state(asking: Asking, cdmo: Client) -> None:
    waiting = asking.ask()
    answered = InterestFactory.create(partner=asking.house.partner, interested=True)

    def uids(state: str) -> list[str]:
        return [row["uid"] for row in cdmo.get(f"{INBOX}?state={state}").json()["results"]]

    assert (uids("waiting"), uids("answered")) == ([str(waiting.uid)], [str(answered.uid)])
    assert uids("withdrawn") == []


def test_viewers_of_either_side_read_and_do_nothing(asking: Asking, sponsor: Client) -> None:
    uid = asking.ask().uid
    reader, staff = client_of(colleague_of(asking.member, Role.VIEWER)), client_of(asking.house.viewer)

    codes = [
        send(reader, question(asking), {"mark": "0"}).status_code,
        reader.post(of_brief(asking, f"interests/{uid}/withdraw/")).status_code,
        send(staff, f"{INBOX}{uid}/answer/", {"answer": "interested"}).status_code,
    ]

    assert codes == [403, 403, 403]
    assert reader.get(of_brief(asking, f"interests/{uid}/")).status_code == 200
    assert staff.get(f"{INBOX}{uid}/").status_code == 200


def test_sponsors_have_no_inbox(asking: Asking, sponsor: Client) -> None:
    uid = asking.ask().uid

    assert sponsor.get(INBOX).json()["results"] == []
    assert sponsor.get(f"{INBOX}{uid}/").status_code == 404
    assert client_of(MemberFactory.create(cdmo=True)).get(f"{INBOX}{uid}/").status_code == 404


def test_lists_cost_the_same_queries_however_many(asking: Asking, sponsor: Client, cdmo: Client) -> None:
    def counted(number: int) -> tuple[int, int]:
        for _ in range(number):
            InterestFactory.create(brief=asking.brief)
            InterestFactory.create(partner=asking.house.partner)
        return queries(sponsor, of_brief(asking, "interests/")), queries(cdmo, INBOX)

    assert counted(2) == counted(10)

"""Reads that answer 304, and writes that lose nobody's change."""

import re

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member
from tests.accounts.api.callers import client_of, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_what_was_not_changed_answers_304(client: Client, form: str) -> None:
    address = f"/api/v1/partners/{PartnerFactory.create().uid}/"
    tag = client.get(address)["ETag"]

    answer = client.get(address, headers={"If-None-Match": form.format(tag)})

    assert answer.status_code == 304
    assert answer.content == b""


def test_what_was_changed_answers_anew(client: Client) -> None:
    partner = PartnerFactory.create()
    address = f"/api/v1/partners/{partner.uid}/"
    tag = client.get(address)["ETag"]
    partner.summary = "New"
    partner.save()

    answer = client.get(address, headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_lists_answer_304_too(client: Client) -> None:
    tag = client.get("/api/v1/partners/")["ETag"]

    answer = client.get("/api/v1/partners/", headers={"If-None-Match": tag})

    assert answer.status_code == 304


def change(client: Client, address: str, tag: str | None) -> int:
    headers = {} if tag is None else {"If-Match": tag}
    body = {"title": "Changed"}
    return client.patch(address, body, content_type="application/json", headers=headers).status_code


def test_write_without_if_match_answers_428_and_writes_nothing(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation, title="As it was")

    code = change(client, f"/api/v1/briefs/{brief.uid}/", None)

    brief.refresh_from_db()
    assert (code, brief.title) == (428, "As it was")


def test_second_of_two_writes_on_one_reading_answers_412(client: Client, member: Member) -> None:
    address = f"/api/v1/briefs/{BriefFactory.create(organisation=member.organisation).uid}/"
    tag = client.get(address)["ETag"]

    codes = [change(client, address, tag), change(client, address, tag)]

    assert codes == [200, 412]


def test_tag_made_weak_by_compression_still_matches(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation, text="long enough to compress " * 50)
    address = f"/api/v1/briefs/{brief.uid}/"
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert answer["ETag"].startswith('W/"')
    assert change(client, address, answer["ETag"]) == 200


def test_tag_tells_no_inner_id(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation)

    tag = client.get(f"/api/v1/briefs/{brief.uid}/")["ETag"]

    assert re.fullmatch(f'"{brief.uid.hex}-1-organisation~[0-9a-f]{{20}}"', tag)


def test_tag_of_the_answer_serves_the_next_write(client: Client, member: Member) -> None:
    address = f"/api/v1/briefs/{BriefFactory.create(organisation=member.organisation).uid}/"
    body = {"title": "Changed"}
    first = client.get(address)["ETag"]

    second = client.patch(address, body, content_type="application/json", headers={"If-Match": first})["ETag"]

    assert second != first
    assert change(client, address, second) == 200


def test_new_name_of_a_neighbour_is_told_and_refuses_no_write() -> None:
    row = CapabilityFactory.create()
    staff, address = staff_of(row.site), f"/api/v1/capabilities/{row.uid}/"
    tag = staff.get(address)["ETag"]
    row.site.name = "Renamed"
    row.site.save()

    again = staff.get(address, headers={"If-None-Match": tag})
    written = staff.patch(
        address, {"note": "New"}, content_type="application/json", headers={"If-Match": tag}
    )

    assert again.status_code == 200
    assert again.json()["site"]["name"] == "Renamed"
    assert written.status_code == 200


@pytest.mark.parametrize("tag", ['"other"', "W/", "1", ",", '"*"', '"a~b"'])
def test_tag_that_is_not_the_present_one_answers_412(client: Client, member: Member, tag: str) -> None:
    brief = BriefFactory.create(organisation=member.organisation)

    assert change(client, f"/api/v1/briefs/{brief.uid}/", tag) == 412


def test_star_matches_whatever_stands(client: Client, member: Member) -> None:
    brief = BriefFactory.create(organisation=member.organisation)

    assert change(client, f"/api/v1/briefs/{brief.uid}/", "*") == 200


def test_one_of_several_tags_is_enough(client: Client, member: Member) -> None:
    address = f"/api/v1/briefs/{BriefFactory.create(organisation=member.organisation).uid}/"

    assert change(client, address, f'"other", {client.get(address)["ETag"]}') == 200


def test_tag_of_a_written_answer_is_that_of_reading_it(client: Client, member: Member) -> None:
    address = f"/api/v1/briefs/{BriefFactory.create(organisation=member.organisation).uid}/"
    headers = {"If-Match": client.get(address)["ETag"]}
    written = client.patch(address, {"title": "New"}, content_type="application/json", headers=headers)

    assert client.get(address, headers={"If-None-Match": written["ETag"]}).status_code == 304


def test_head_answers_as_get_does(client: Client) -> None:
    address = f"/api/v1/partners/{PartnerFactory.create().uid}/"
    got, head = client.get(address), client.head(address)

    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == got["ETag"]
    assert client.head(address, headers={"If-None-Match": got["ETag"]}).status_code == 304


def test_304_repeats_what_a_cache_has_to_know(client: Client) -> None:
    address = f"/api/v1/partners/{PartnerFactory.create().uid}/"
    tag = client.get(address)["ETag"]

    answer = client.get(address, headers={"If-None-Match": tag})

    assert answer["ETag"] == tag
    assert "private" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]
    assert "Content-Type" not in answer


def test_refusals_carry_no_tag(client: Client) -> None:
    answer = client.get("/api/v1/partners/?nonsense=1")

    assert answer.status_code == 400
    assert "ETag" not in answer

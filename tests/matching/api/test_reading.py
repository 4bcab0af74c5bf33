"""Reading a brief over the API: the reading and nothing else, in the shape that the description promises."""

from typing import Any

import jsonschema
import pytest
from django.core.management import call_command

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.api.reading_schemas import EXAMPLE, EXAMPLE_READING, READING
from matching.models import Brief
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/briefs/read/"
TEXT = (
    "  We need lyophilised vials 🧪, 5,000 per batch by 15 May 2027.\nHPLC. EU only. Do you have isolators?"
)


@pytest.fixture
def member() -> Member:
    call_command("load_vocabulary", verbosity=0)
    return MemberFactory.create(role=Role.EDITOR)


def sent(member: Member, body: Any) -> Any:
    return client_of(member).post(ADDRESS, body, content_type="application/json")


def with_evidence(found: Any) -> list[dict[str, Any]]:
    """Every object of the answer that has evidence."""
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
    own = [found] if isinstance(found, dict) and "evidence" in found else []
    return [*own, *(each for value in inner for each in with_evidence(value))]


def test_text_when_read_gives_findings_with_their_exact_words(member: Member) -> None:
    answer = sent(member, {"text": TEXT, "as_of": "2026-03-02"})

    reading = answer.json()
    assert answer.status_code == 200
    assert reading["as_of"] == "2026-03-02"
    assert {"an.hplc"} <= {found["id"] for found in reading["requirements"]}
    assert reading["geography"]["must_in"] == ["geo.eu"]
    assert len(with_evidence(reading)) > 4
    assert all(TEXT[each["start"] : each["end"]] == each["evidence"] for each in with_evidence(reading))
    assert not Brief.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("text", [TEXT, "HPLC", "\u202eسلام", "x" * 200_000, "5 kg or 7 kg by May? " * 300])
def test_answer_has_the_shape_that_is_described(member: Member, text: str) -> None:
    jsonschema.validate(sent(member, {"text": text}).json(), READING)


def test_example_has_the_shape_that_is_described() -> None:
    jsonschema.validate(EXAMPLE_READING, READING)
    assert EXAMPLE["as_of"] == EXAMPLE_READING["as_of"]


def test_same_text_and_day_give_the_same_reading(member: Member) -> None:
    first, again = (sent(member, {"text": TEXT, "as_of": "2026-03-02"}).json() for _ in range(2))

    assert first == again


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, ["#/text"]),
        ({"text": ""}, ["#/text"]),
        ({"text": " \n\t"}, ["#/text"]),
        ({"text": 5}, ["#/text"]),
        ({"text": "a\x00b"}, ["#/text"]),
        ({"text": "x" * 200_001}, ["#/text"]),
        ({"text": "x", "as_of": "0000-01-01"}, ["#/as_of"]),
        ({"text": "x", "as_of": "9999-12-31"}, ["#/as_of"]),
        ({"text": "x", "title": "y"}, ["#/title"]),
    ],
)
def test_body_that_cannot_be_read_is_refused_at_the_field(
    member: Member, body: dict[str, Any], wanted: list[str]
) -> None:
    answer = sent(member, body)

    assert (answer.status_code, pointers(answer)) == (400, wanted)


def test_body_of_ten_megabytes_is_too_large(member: Member) -> None:
    answer = sent(member, {"text": "x" * 10_000_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_reader_and_cdmo_may_not_read_and_an_owner_may(member: Member) -> None:
    others = [colleague_of(member, Role.VIEWER), MemberFactory.create(cdmo=True)]

    assert [sent(each, {"text": "HPLC"}).status_code for each in others] == [403, 403]
    assert sent(colleague_of(member, Role.OWNER), {"text": "HPLC"}).status_code == 200

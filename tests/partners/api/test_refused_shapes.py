"""Requests that schemathesis found to be answered otherwise than the description says."""

import pytest

from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", ["capacity-windows", "capabilities"])
def test_bulk_without_a_body_when_sent_then_is_refused(resource: str) -> None:
    answer = client_of(MemberFactory.create(cdmo=True)).generic("POST", f"/api/v1/{resource}/bulk/")

    assert answer.status_code == 400
    assert answer.json()["detail"] == "The body has no rows."


@pytest.mark.parametrize(
    ("word", "code"), [("null", 400), ("yes", 400), ("true", 200), ("False", 200), ("1", 400)]
)
def test_filter_of_yes_and_no_when_given_another_word_then_is_refused(word: str, code: int) -> None:
    answer = client_of(MemberFactory.create()).get("/api/v1/capabilities/", {"is_offered": word})

    assert answer.status_code == code, answer.content
    if code == 400:
        assert answer.json()["errors"][0]["parameter"] == "is_offered"

"""With whom a CDMO has an agreement, and whom it excludes; only its own people read or write that."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Member, Role
from partners.models import Exclusion, ReaderAgreement
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.partners.api.sending import delete, patch, post

pytestmark = pytest.mark.django_db
AGREEMENTS, EXCLUSIONS = "/api/v1/reader-agreements/", "/api/v1/exclusions/"
SAID = {"domain": "Reader.Example", "kind": "cda", "starts_on": "2026-01-01"}


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(cdmo=True)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


def test_agreement_is_stated_ended_removed_and_restored(client: Client) -> None:
    first = post(client, AGREEMENTS, SAID | {"note": "By letter"})
    address = f"{AGREEMENTS}{first.json()['uid']}/"

    ended = patch(client, address, {"ends_on": "2026-06-01"}, client.get(address)["ETag"])
    stale = patch(client, address, {"ends_on": None}, first["ETag"])
    removed = delete(client, address, ended["ETag"])

    assert first.status_code == 201, first.content
    assert (first.json()["domain"], first.json()["ends_on"]) == ("reader.example", None)
    assert (ended.json()["ends_on"], stale.status_code, removed.status_code) == ("2026-06-01", 412, 204)
    assert client.get(address).status_code == 404
    assert post(client, f"{address}restore/").json()["ends_on"] == "2026-06-01"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"domain": "company"}, "#/domain"),
        ({"domain": "gmail.com"}, "#/domain"),
        ({"kind": "handshake"}, "#/kind"),
        ({"starts_on": "1900-01-01"}, "#/starts_on"),
        ({"starts_on": None}, "#/starts_on"),
        ({"ends_on": "2025-01-01"}, "#/ends_on"),
        ({"note": "a\nb"}, "#/note"),
        ({"organisation": "x"}, "#/organisation"),
    ],
)
def test_agreement_that_cannot_be_used_is_refused_at_its_field(
    client: Client, changes: dict[str, Any], pointer: str
) -> None:
    answer = post(client, AGREEMENTS, SAID | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not ReaderAgreement.objects.exists()


def test_last_day_before_the_first_is_refused(client: Client, member: Member) -> None:
    row = ReaderAgreementFactory.create(organisation=member.organisation)

    answer = patch(client, f"{AGREEMENTS}{row.uid}/", {"ends_on": "2000-01-01"})

    assert pointers(answer) == ["#/ends_on"]
    assert pointers(patch(client, f"{AGREEMENTS}{row.uid}/", {})) == ["#/ends_on"]


def test_company_is_excluded_once(client: Client) -> None:
    first = post(client, EXCLUSIONS, {"domain": "rival.example", "reason": "Owned by a rival"})
    address = f"{EXCLUSIONS}{first.json()['uid']}/"

    again = post(client, EXCLUSIONS, {"domain": "rival.example"})
    free = post(client, EXCLUSIONS, {"domain": "gmail.com"})
    removed = delete(client, address, client.get(address)["ETag"])

    assert (first.status_code, again.status_code, removed.status_code) == (201, 409, 204)
    assert pointers(free) == ["#/domain"]
    assert post(client, f"{address}restore/").status_code == 200
    assert Exclusion.objects.present().count() == 1


def test_what_was_removed_long_ago_is_not_restored(client: Client, member: Member) -> None:
    long_ago = timezone.now() - dt.timedelta(days=30)
    row = ExclusionFactory.create(organisation=member.organisation, removed_at=long_ago)

    assert post(client, f"{EXCLUSIONS}{row.uid}/restore/").status_code == 412


def test_viewers_write_nothing_and_strangers_find_nothing(member: Member) -> None:
    agreement = ReaderAgreementFactory.create(organisation=member.organisation)
    exclusion = ExclusionFactory.create(organisation=member.organisation)
    addresses = (f"{AGREEMENTS}{agreement.uid}/", f"{EXCLUSIONS}{exclusion.uid}/")
    viewer = client_of(colleague_of(member, Role.VIEWER))
    strangers = [client_of(MemberFactory.create()), client_of(MemberFactory.create(cdmo=True))]

    for address in addresses:
        assert viewer.get(address).status_code == 200
        assert delete(viewer, address).status_code == 403
        assert [stranger.get(address).status_code for stranger in strangers] == [404, 404]
    assert post(strangers[0], AGREEMENTS, SAID).status_code == 403
    assert strangers[1].get(AGREEMENTS).json()["results"] == []

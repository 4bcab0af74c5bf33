"""Drafts over the API: read beside what stands, discarded, and published together or not at all."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.events.models import Event
from partners.actions.profile_drafts import Intended, keep_draft
from partners.actions.profile_values import values_of_capability
from partners.models import Capability, ProfileDraft, Subject
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.api.sending import delete, post
from tests.partners.editors import House, house

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/drafts/"


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def client(home: House) -> Client:
    return client_of(home.editor)


def intended(home: House, note: str = "Hall 2") -> ProfileDraft:
    row = CapabilityFactory.create(site=home.site, term=TermFactory.create(facet__code="unit_operation"))
    values = values_of_capability(row) | {"note": note}
    change = Intended(Subject.CAPABILITY, row.term.label, values, str(row.uid))
    return keep_draft(site=home.site, intended=change, by=home.actor)


def seen(client: Client, draft: ProfileDraft) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{ADDRESS}{draft.uid}/").json()
    return found


def publish(client: Client, home: House, drafts: Any) -> Any:
    return post(client, f"{ADDRESS}publish/", {"site": str(home.site.uid), "drafts": drafts})


def test_draft_stands_beside_what_is_stated(client: Client, home: House) -> None:
    draft = intended(home)

    row = seen(client, draft)

    assert (row["values"]["note"], row["stands"]["note"], row["base"]["note"]) == ("Hall 2", "", "")
    assert [each["uid"] for each in client.get(f"{ADDRESS}?site={home.site.uid}").json()["results"]] == [
        str(draft.uid)
    ]


def test_drafts_are_published_as_they_were_seen(client: Client, home: House) -> None:
    drafts = [intended(home), intended(home, "Hall 3")]

    answer = publish(client, home, {str(each.uid): seen(client, each)["seen"] for each in drafts})

    assert answer.json() == {"published": 2}, answer.content
    assert set(Capability.objects.values_list("note", flat=True)) == {"Hall 2", "Hall 3"}
    assert not ProfileDraft.objects.exists()
    assert Event.objects.filter(kind="profile.published").count() == 1


def test_one_that_changed_since_stops_all(client: Client, home: House) -> None:
    drafts = [intended(home), intended(home, "Hall 3")]
    told = {str(each.uid): seen(client, each)["seen"] for each in drafts}
    Capability.objects.filter(uid=drafts[0].key).update(source="A letter")

    answer = publish(client, home, told)

    assert answer.status_code == 400
    assert pointers(answer) == [f"#/drafts/{drafts[0].uid}"]
    assert ProfileDraft.objects.count() == 2
    assert not Capability.objects.filter(note="Hall 3").exists()


@pytest.mark.parametrize(
    ("drafts", "pointer"),
    [({}, "#/drafts"), ({"x": "1"}, "#/drafts/x"), ([], "#/drafts"), (None, "#/drafts")],
)
def test_question_that_cannot_be_used_is_refused(
    client: Client, home: House, drafts: Any, pointer: str
) -> None:
    answer = publish(client, home, drafts)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_draft_is_discarded_as_it_was_seen(client: Client, home: House) -> None:
    address = f"{ADDRESS}{intended(home).uid}/"

    assert client.delete(address).status_code == 428
    assert delete(client, address, '"old"').status_code == 412
    assert delete(client, address, client.get(address)["ETag"]).status_code == 204
    assert client.get(address).status_code == 404


def test_viewers_read_and_strangers_find_nothing(home: House) -> None:
    draft = intended(home)
    viewer = client_of(home.viewer)

    assert viewer.get(f"{ADDRESS}{draft.uid}/").status_code == 200
    assert delete(viewer, f"{ADDRESS}{draft.uid}/").status_code == 403
    assert publish(viewer, home, {str(draft.uid): "1"}).status_code == 403
    for stranger in (client_of(MemberFactory.create()), client_of(MemberFactory.create(cdmo=True))):
        assert stranger.get(f"{ADDRESS}{draft.uid}/").status_code == 404
    assert pointers(publish(stranger, home, {str(draft.uid): "1"})) == ["#/site"]

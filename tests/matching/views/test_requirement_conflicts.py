"""Two people at one requirement: nobody's words are lost, and nothing is overwritten in silence."""

import pytest
from django.urls import reverse

from matching.models import Brief, Requirement
from tests.matching.views.conftest import People
from tests.matching.views.sent_forms import fields_of
from tests.matching.views.test_briefs import address


@pytest.fixture
def row(brief: Brief) -> Requirement:
    return brief.requirements.get()


def opened(people: People, brief: Brief, row: Requirement) -> dict[str, object]:
    page = people.author.get(address("requirement_update", brief, row.uid)).content.decode()
    return fields_of(page)


def test_requirement_when_a_colleague_saved_first_shows_both_values(
    people: People, brief: Brief, row: Requirement
) -> None:
    path = address("requirement_update", brief, row.uid)
    mine = opened(people, brief, row) | {"label": "Mine"}
    people.author.post(path, opened(people, brief, row) | {"label": "Theirs", "strength": "prefer"})

    answer = people.author.post(path, mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>Mine</td><td>Theirs</td>" in page
    assert "<td>Must</td><td>Prefer</td>" in page
    assert Requirement.objects.get().label == "Theirs"
    again = people.author.post(path, fields_of(page))
    assert (again.status_code, Requirement.objects.get().label) == (302, "Mine")


def test_requirement_when_a_colleague_removed_it_can_be_added_again(
    people: People, brief: Brief, row: Requirement
) -> None:
    mine = opened(people, brief, row) | {"label": "Mine"}
    people.author.post(address("requirement_delete", brief, row.uid), {"version": "1"})

    answer = people.author.post(address("requirement_update", brief, row.uid), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Mine"' in page
    assert not Requirement.objects.exists()
    add = reverse("matching:requirement_create", args=[brief.uid, "term"])
    assert f'action="{add}"' in page
    people.author.post(add, fields_of(page))
    assert Requirement.objects.get().label == "Mine"


def test_requirement_when_it_never_was_of_the_brief_is_not_found(people: People, brief: Brief) -> None:
    path = address("requirement_update", brief, brief.uid)

    assert people.author.get(path).status_code == people.author.post(path, {}).status_code == 404


def test_requirement_when_it_reads_otherwise_by_now_is_not_removed_unseen(
    people: People, brief: Brief, row: Requirement
) -> None:
    people.author.post(
        address("requirement_update", brief, row.uid), opened(people, brief, row) | {"label": "Theirs"}
    )

    answer = people.author.post(address("requirement_delete", brief, row.uid), {"version": "1"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert Requirement.objects.exists()
    people.author.post(address("requirement_delete", brief, row.uid), fields_of(page))
    assert not Requirement.objects.exists()


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 400, "\x00", "١"])
def test_requirement_when_its_version_is_nonsense_is_a_conflict_and_never_an_error(
    people: People, brief: Brief, row: Requirement, version: str
) -> None:
    sent = opened(people, brief, row) | {"version": version}

    answer = people.author.post(address("requirement_update", brief, row.uid), sent)

    assert answer.status_code in {409, 422}
    assert Requirement.objects.get().version == 1


def test_requirements_when_two_lines_are_edited_at_once_are_both_kept(
    people: People, brief: Brief, row: Requirement
) -> None:
    people.author.post(
        address("requirement_create", brief, "place"),
        {"strength": "must", "scope": "site", "places": ["IE"]},
    )
    other = brief.requirements.exclude(pk=row.pk).get()
    first, second = opened(people, brief, row), opened(people, brief, other)

    people.author.post(address("requirement_update", brief, other.uid), second | {"label": "Two"})
    people.author.post(address("requirement_update", brief, row.uid), first | {"label": "One"})

    assert {each.label for each in brief.requirements.all()} == {"One", "Two"}

"""The list of briefs, their people, history and comments in the browser."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from matching.actions.brief_history import Kind, note
from matching.models import Brief, BriefColleague, BriefComment
from matching.urls import urlpatterns
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefCommentFactory,
    BriefFactory,
    RequirementFactory,
    ShortlistEntryFactory,
)
from tests.matching.views.conftest import People, client_of
from tests.matching.views.test_brief_sections import Writer
from tests.matching.views.test_briefs import address

LIST = reverse("matching:brief_list")
QUERIES_OF_LIST, QUERIES_OF_HISTORY, QUERIES_OF_COMMENTS = 10, 15, 12


@pytest.fixture
def editor(people: People) -> Member:
    return MemberFactory.create(organisation=people.organisation, editor=True)


def titles(client: Client, query: str = "") -> list[str]:
    return [brief.title for brief, _ in client.get(f"{LIST}?{query}").context["rows"]]


def counts(client: Client, query: str = "") -> dict[str, int]:
    return {tab.state: tab.count for tab in client.get(f"{LIST}?{query}").context["tabs"]}


def test_list_when_filtered_shows_and_counts_what_fits(people: People, editor: Member) -> None:
    of = people.organisation
    BriefFactory.create(organisation=of, title="Beta tablets", open=True, needed_by="2028-01-01")
    BriefFactory.create(organisation=of, title="Alpha vials", text="tablets, too", created_by=editor.user)
    BriefFactory.create(organisation=of, title="Gone", archived=True, open=True)
    BriefFactory.create(organisation=of, title="Deleted", deleted=True)
    BriefFactory.create(organisation=of, title="Done", closed=True, needed_by="2027-01-01")
    BriefFactory.create(title="Somebody else's")
    mine = client_of(editor)

    assert titles(mine) == ["Done", "Alpha vials", "Beta tablets"]
    assert titles(mine, "sort=title") == ["Alpha vials", "Beta tablets", "Done"]
    assert titles(mine, "sort=needed_by") == ["Done", "Beta tablets", "Alpha vials"]
    assert titles(mine, "q=TABLETS&sort=title") == ["Alpha vials", "Beta tablets"]
    assert titles(mine, "mine=on") == ["Alpha vials"]
    assert titles(mine, "state=archived") == ["Gone"]
    assert titles(mine, "state=deleted") == ["Deleted"]
    assert counts(mine) == {"current": 3, "draft": 1, "open": 1, "closed": 1, "archived": 1, "deleted": 1}
    assert counts(mine, "q=tablets&state=open") == {
        "current": 2, "draft": 1, "open": 1, "closed": 0, "archived": 0,
    }  # fmt: skip


def test_list_when_a_brief_is_for_named_colleagues_neither_shows_nor_counts_it(
    people: People, editor: Member
) -> None:
    hidden = BriefFactory.create(organisation=people.organisation, title="Hidden", named=True)
    client = client_of(editor)
    before = (titles(client), counts(client)["current"])

    BriefColleagueFactory.create(brief=hidden, member=editor)

    assert before == ([], 0)
    assert (titles(client, "mine=on"), counts(client)["current"]) == (["Hidden"], 1)
    assert titles(people.author) == ["Hidden"]


@pytest.mark.parametrize("query", ["state=magic", "sort=magic", "q=a%0Ab", "q=" + "x" * 101])
def test_list_when_asked_with_nonsense_says_so_and_shows_all(people: People, query: str) -> None:
    BriefFactory.create(organisation=people.organisation, title="Tablets")

    answer = people.author.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert "Tablets" in answer.content.decode()


def test_list_when_long_is_paged_and_asks_the_same_number_of_queries(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = BriefFactory.create(organisation=people.organisation, text="x" * 20_000)
    with django_assert_num_queries(QUERIES_OF_LIST):
        people.author.get(LIST)
    for brief in [first, *BriefFactory.create_batch(199, organisation=people.organisation, open=True)][:30]:
        RequirementFactory.create_batch(2, brief=brief)
        ShortlistEntryFactory.create(brief=brief)
        BriefCommentFactory.create(brief=brief)

    with django_assert_num_queries(QUERIES_OF_LIST):
        page = people.author.get(f"{LIST}?page=7")

    rows = page.context["rows"]
    assert (len(rows), page.context["page"].paginator.count) == (25, 200)
    assert len(page.content) < 60_000
    last = people.author.get(f"{LIST}?page=8&sort=newest").context["rows"][-1][0]
    assert (last.requirement_count, last.shortlist_count, last.comment_count) == (2, 1, 1)


def test_draft_when_deleted_can_be_undone_from_the_list(people: People, brief: Brief) -> None:
    page = people.author.post(address("brief_delete", brief), follow=True).content.decode()
    assert "was deleted" in page
    assert people.author.get(address("brief_detail", brief)).status_code == 404
    assert people.stranger.post(address("brief_undelete", brief)).status_code == 404

    people.author.post(address("brief_undelete", brief))

    assert people.author.get(address("brief_detail", brief)).status_code == 200
    assert people.author.post(address("brief_undelete", brief)).status_code == 404


def test_deleted_draft_when_listed_is_offered_only_to_those_who_may_get_it_back(
    people: People, editor: Member
) -> None:
    draft = BriefFactory.create(organisation=people.organisation, deleted=True)
    query = f"{LIST}?state=deleted&deleted={draft.uid}"
    undelete = address("brief_undelete", draft)

    before = client_of(editor).get(query).content.decode()
    BriefColleagueFactory.create(brief=draft, member=editor, role="owner")

    assert undelete not in before
    assert "By an owner of the brief" in before
    assert undelete in client_of(editor).get(query).content.decode()
    assert undelete in people.author.get(query).content.decode()


def test_brief_when_copied_archived_and_restored_from_its_page(people: People, brief: Brief) -> None:
    copy = people.author.post(address("brief_duplicate", brief), follow=True)
    assert "Copy of Lyophilised antibody" in copy.content.decode()

    archived = people.author.post(address("brief_archive", brief), follow=True).content.decode()
    restored = people.author.post(address("brief_restore", brief), follow=True).content.decode()

    assert "readable, not changed or matched any more" in archived
    assert "Go on writing" not in archived
    assert "Go on writing" in restored


OF_A_BRIEF = sorted(
    each.name
    for each in urlpatterns
    if each.name and [*each.pattern.converters] == ["uid"] and str(each.pattern).startswith("briefs/")
)
NOT_THERE = {"brief_undelete", "evaluator_ask"}
"""What the owner does not find either: the brief is not deleted, and nobody is named to be asked."""


@pytest.mark.parametrize("name", OF_A_BRIEF)
def test_page_or_button_when_the_brief_is_for_others_is_not_found(
    people: People, brief: Brief, editor: Member, name: str
) -> None:
    Brief.objects.update(access=Brief.Access.NAMED)

    codes = [ask(client, address(name, brief)) for client in (client_of(editor), people.stranger)]

    assert codes == [404, 404]
    assert (ask(people.author, address(name, brief)) == 404) == (name in NOT_THERE)


def ask(client: Client, path: str) -> int:
    """A page, or what is only sent to."""
    code = client.get(path).status_code
    return client.post(path).status_code if code == 405 else code


def test_people_when_an_owner_adds_changes_and_removes_one(
    people: People, brief: Brief, editor: Member
) -> None:
    page = address("brief_people", brief)
    one = address("colleague_update", brief, editor.uid)

    people.author.post(page, {"member": str(editor.uid), "role": "viewer"})
    people.author.post(one, {"role": "owner"})
    role = BriefColleague.objects.get().role
    again = people.author.post(page, {"member": str(editor.uid), "role": "viewer"})
    kept = people.author.post(one, {"remove": "1"}, follow=True).content.decode()

    assert role == "owner"
    assert again.status_code == 422
    assert "keeps at least one named owner" in kept


def test_people_when_read_by_a_colleague_offers_nothing_to_change(people: People, brief: Brief) -> None:
    page = people.colleague.get(address("brief_people", brief)).content.decode()

    sent = people.colleague.post(address("brief_access", brief), {"access": "named"}, follow=True)
    assert "Add a colleague" not in page
    assert "Only owners of a brief say who works on it." in sent.content.decode()
    assert Brief.objects.get().access == "organisation"


@pytest.mark.parametrize("sent", [{}, {"access": "magic"}, {"access": "\x00"}])
def test_access_when_nonsense_is_sent_stays(people: People, brief: Brief, sent: dict[str, Any]) -> None:
    answer = people.author.post(address("brief_access", brief), sent, follow=True)

    assert "Choose who can see this brief." in answer.content.decode()


def test_history_when_read_tells_values_in_words_and_takes_back(people: People, brief: Brief) -> None:
    Writer(people.author, brief, "what").save(title="Renamed", stage="stg.phase2")
    row = brief.requirements.get()
    people.author.post(address("requirement_delete", brief, row.uid), {"version": "1"})

    page = people.author.get(address("brief_history", brief)).content.decode()

    assert "Requirement removed" in page
    assert "Must: Lyophilisation" in page
    assert "<dd>Renamed</dd>" in page
    assert "Phase II" in page
    assert "What happened to this brief before was not written down." in page
    change = brief.changes.get(subject=str(row.uid))
    people.author.post(address("change_take_back", brief, change.uid))
    assert brief.requirements.get().uid == row.uid
    assert people.stranger.post(address("change_take_back", brief, change.uid)).status_code == 404
    refused = people.colleague.post(address("change_take_back", brief, change.uid), follow=True)
    assert "Not taken back." in refused.content.decode()


def test_history_when_a_long_text_was_changed_near_its_end_shows_where(people: People, brief: Brief) -> None:
    Brief.objects.update(text="word " * 900 + "three weeks")
    Writer(people.author, brief, "words").save(text="word " * 900 + "four weeks")

    page = people.author.get(address("brief_history", brief)).content.decode()

    assert re.findall(r"<dd>(…(?:word )+\w+ weeks)</dd>", page) == [
        f"…{'word ' * 12}{count} weeks" for count in ("three", "four")
    ]


def test_history_when_every_kind_of_change_is_in_it_asks_a_bounded_number_of_queries(
    people: People, brief: Brief, editor: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Writer(people.author, brief, "what").save(stage="stg.phase2", title="x")
    people.author.post(address("requirement_delete", brief, brief.requirements.get().uid), {"version": "1"})
    people.author.post(address("brief_people", brief), {"member": str(editor.uid), "role": "viewer"})
    people.author.post(address("brief_access", brief), {"access": "named"})
    people.author.post(address("brief_close", brief))
    comment = BriefCommentFactory.create(brief=brief)
    people.author.post(address("comment_remove", brief, comment.uid))
    with django_assert_max_num_queries(QUERIES_OF_HISTORY):
        page = people.author.get(address("brief_history", brief)).content.decode()
    by = brief.changes.first().by  # type: ignore[union-attr]
    for number in range(60):
        note(Kind.FIELD, by=Actor(user=by), brief=brief, subject="text", before=f"{number}", after="y" * 9000)

    with django_assert_max_num_queries(QUERIES_OF_HISTORY):
        second = people.author.get(f"{address('brief_history', brief)}?page=2")

    for words in ("Access: Named colleagues only", "added as Viewer", "State: from Draft to Closed"):
        assert words in page
    assert "A comment was removed" in page
    assert len(second.content) < 150_000


def test_comment_when_written_is_shown_with_its_links_and_about_what(people: People, brief: Brief) -> None:
    row = brief.requirements.get()
    path = address("comment_list", brief)
    body = "See https://example.com/a?b=1 <b>now</b>"

    people.colleague.post(path, {"body": body, "requirement": str(row.uid)})

    page = people.author.get(path).content.decode()
    assert '<a href="https://example.com/a?b=1" rel="nofollow">' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert f"#requirement-{row.uid}" in page
    detail = people.author.get(address("brief_detail", brief)).content.decode()
    assert '>1<span class="vh"> comment, comment on Lyophilisation</span>' in detail


BAD_COMMENTS: list[dict[str, str]] = [
    {}, {"body": " "}, {"body": "x" * 4001}, {"body": "a\x00b"},
    {"body": "x", "requirement": "00000000-0000-0000-0000-000000000000"},
]  # fmt: skip


@pytest.mark.parametrize("sent", BAD_COMMENTS)
def test_comment_when_nonsense_is_sent_is_not_written(
    people: People, brief: Brief, sent: dict[str, str]
) -> None:
    answer = people.author.post(address("comment_list", brief), sent)

    assert answer.status_code == 422
    assert not BriefComment.objects.exists()


def test_comment_when_edited_twice_at_once_shows_what_stands(people: People, brief: Brief) -> None:
    people.author.post(address("comment_list", brief), {"body": "One"})
    path = address("comment_update", brief, BriefComment.objects.get().uid)
    people.author.post(path, {"body": "Two", "version": "1"})

    answer = people.author.post(path, {"body": "Three", "version": "1"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Two" in page
    assert "Three" in page
    assert people.colleague.get(path).status_code == 403
    assert people.stranger.get(path).status_code == 404


def test_comments_when_many_are_paged_and_ask_the_same_number_of_queries(
    people: People, brief: Brief, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    BriefCommentFactory.create(brief=brief)
    path = address("comment_list", brief)
    with django_assert_num_queries(QUERIES_OF_COMMENTS):
        people.author.get(path)
    BriefCommentFactory.create_batch(120, brief=brief)

    with django_assert_num_queries(QUERIES_OF_COMMENTS):
        page = people.author.get(path)

    assert page.context["page"].number == 3
    assert len(page.content) < 150_000

"""Comments, and the mails that tell of them."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Delivery
from matching.actions import briefs, comments
from matching.actions.briefs import NotAllowed
from matching.models import Brief, BriefChange, BriefComment
from matching.telling import tell_due
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefColleagueFactory, BriefFactory, RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Member:
    return MemberFactory.create(editor=True)


@pytest.fixture
def reader(author: Member) -> Member:
    return MemberFactory.create(organisation=author.organisation, viewer=True)


@pytest.fixture
def brief(author: Member) -> Brief:
    return briefs.create(by=actor_of_member(author), fields={"title": "Tablets"}, steps=[])


def say(member: Member, brief: Brief, body: str = "Is Q3 firm?") -> BriefComment:
    return comments.write(by=actor_of_member(member), brief=brief, body=body)


def told() -> list[str]:
    tell_due()
    return [each.recipient.email for each in Delivery.objects.order_by("pk") if each.recipient]


def test_comment_when_a_viewer_writes_it_is_mailed_to_the_owner_and_not_to_the_writer(
    brief: Brief, author: Member, reader: Member
) -> None:
    say(reader, brief)

    assert told() == [author.user.email]
    assert "Is Q3 firm?" not in Delivery.objects.get().body
    assert f"/briefs/{brief.uid}/comments/" in Delivery.objects.get().body


def test_comments_when_many_are_mailed_once_an_hour_and_none_is_forgotten(
    brief: Brief, author: Member, reader: Member
) -> None:
    now = timezone.now()
    counts = []
    for minutes in (0, 1, 30, 61, 62, 122, 300):
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            if minutes in {0, 1, 62}:
                say(reader, brief)
            counts.append(len(told()))

    assert counts[:5] == [1, 1, 1, 2, 2]
    assert counts[-1] == 3


def test_mail_when_muted_gone_or_hidden_meanwhile_is_not_sent(
    brief: Brief, author: Member, reader: Member
) -> None:
    named = MemberFactory.create(organisation=author.organisation, viewer=True)
    row = BriefColleagueFactory.create(brief=brief, member=named)
    comments.mute(by=actor_of_member(author), brief=brief, is_muted=True)
    say(reader, brief)

    row.delete()
    Brief.objects.update(access=Brief.Access.NAMED)

    assert told() == []


def test_mute_when_taken_back_lets_mails_through_again(brief: Brief, author: Member, reader: Member) -> None:
    by = actor_of_member(author)
    comments.mute(by=by, brief=brief, is_muted=True)
    say(reader, brief)
    was_muted, before = comments.is_muted_for(by, brief), told()

    comments.mute(by=by, brief=brief, is_muted=False)
    say(reader, brief)

    assert (was_muted, before) == (True, [])
    assert told() == [author.user.email]


def test_comment_when_removed_before_the_mail_is_not_told(brief: Brief, reader: Member) -> None:
    comment = say(reader, brief)
    comments.remove(by=actor_of_member(reader), comment=comment)

    assert told() == []


def test_own_comment_when_edited_in_time_is_shown_as_edited(brief: Brief, reader: Member) -> None:
    comment = say(reader, brief)
    by = actor_of_member(reader)

    edited = comments.edit(by=by, comment=comment, version=1, body="Q4")

    assert (edited.body, edited.version, edited.edited_at is not None) == ("Q4", 2, True)
    with pytest.raises(comments.CommentChangedMeanwhile):
        comments.edit(by=by, comment=comment, version=1, body="Q5")
    with (
        time_machine.travel(timezone.now() + dt.timedelta(minutes=31)),
        pytest.raises(comments.TooLateToEdit),
    ):
        comments.edit(by=by, comment=comment, version=2, body="Q5")


def test_comment_when_removed_says_nothing_and_the_history_says_by_whom(
    brief: Brief, author: Member, reader: Member
) -> None:
    comment = say(reader, brief)
    with pytest.raises(NotAllowed):
        comments.edit(by=actor_of_member(author), comment=comment, version=1, body="Not mine")

    for _ in range(2):
        comments.remove(by=actor_of_member(author), comment=comment)

    comment.refresh_from_db()
    kept = BriefChange.objects.filter(kind=BriefChange.Kind.COMMENT)
    assert (comment.body, comment.removed_by) == ("", author.user)
    assert [(each.by_id, each.before, each.after) for each in kept] == [(author.user_id, None, None)]


def test_comment_of_another_when_removed_by_an_editor_or_stranger_stays(brief: Brief, author: Member) -> None:
    comment = say(author, brief)
    editor = MemberFactory.create(organisation=author.organisation, editor=True)

    for other in (editor, MemberFactory.create()):
        with pytest.raises(NotAllowed):
            comments.remove(by=actor_of_member(other), comment=comment)

    comment.refresh_from_db()
    assert comment.removed_at is None


def test_comment_when_the_brief_is_not_for_the_actor_is_refused(author: Member, reader: Member) -> None:
    hidden = BriefFactory.create(organisation=author.organisation, named=True)
    archived = BriefFactory.create(organisation=author.organisation, archived=True)

    for brief in (hidden, archived, BriefFactory.create()):
        with pytest.raises(NotAllowed):
            say(reader, brief)
    with pytest.raises(NotAllowed):
        comments.mute(by=Actor(), brief=hidden, is_muted=True)


def test_comment_on_a_requirement_when_that_is_removed_still_names_it(brief: Brief, author: Member) -> None:
    row = RequirementFactory.create(brief=brief, label="Isolator")

    comment = comments.write(by=actor_of_member(author), brief=brief, body="Why?", requirement=row)
    row.delete()

    comment.refresh_from_db()
    assert (comment.about, comment.requirement_uid) == ("Isolator", row.uid)

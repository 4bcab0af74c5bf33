"""Both sides at the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from cdmo_portal.events.models import Delivery, Event
from matching.actions import briefs, interests
from matching.actions.briefs import BriefActionRefused
from matching.actions.interests import InterestRefused
from matching.interest_teasers import mark_of, teaser_of
from matching.models import Interest
from tests.matching.asking_interest import Asking

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answered or refused, in their order; they start together."""
    start = threading.Barrier(len(acts), timeout=20)
    found: dict[int, object] = {}

    def work(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait()
            found[place] = act()
        except BriefActionRefused as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [found[place] for place in range(len(acts))]


def test_ask_when_sent_four_times_at_once_is_one_row_and_one_mail() -> None:
    asking = Asking()
    actor, entry, shown = asking.actor, asking.entry, mark_of(teaser_of(asking.brief))

    found = at_once(*[lambda: interests.ask(by=actor, entry=entry, shown=shown)] * 4)

    assert found == [Interest.objects.get()] * 4
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_withdraw_and_answer_when_at_once_come_one_after_the_other(turn: int) -> None:
    asking = Asking()
    interest, sponsor, cdmo = asking.ask(), asking.actor, asking.house.actor
    acts: list[Callable[[], object]] = [
        lambda: interests.withdraw(by=sponsor, interest=interest),
        lambda: interests.answer(by=cdmo, interest=interest, answer=Interest.Answer.INTERESTED),
    ]

    found = at_once(*(acts if turn % 2 else reversed(acts)))

    row = Interest.objects.get()
    assert row.is_withdrawn
    refused = [each for each in found if isinstance(each, BriefActionRefused)]
    assert bool(refused) == (row.answer == "")
    answered = Event.objects.filter(kind="interest.answered")
    assert answered.count() == (0 if refused else 2)


def test_ask_when_the_brief_is_closed_at_once_is_asked_before_or_refused() -> None:
    asking = Asking()
    actor, entry, brief, shown = asking.actor, asking.entry, asking.brief, mark_of(teaser_of(asking.brief))

    asked, closed = at_once(
        lambda: interests.ask(by=actor, entry=entry, shown=shown),
        lambda: briefs.close(by=actor, brief=brief),
    )

    assert not isinstance(closed, BriefActionRefused)
    assert isinstance(asked, Interest | InterestRefused)
    assert Interest.objects.count() == isinstance(asked, Interest)

"""What one colleague does to a brief while another's transaction is still open."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Delivery
from matching.actions import brief_shelf, briefs, comments
from matching.actions.briefs import NotAllowed
from matching.models import Brief
from matching.telling import tell_due
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
    )
"""


@pytest.fixture
def by() -> Actor:
    return actor_of_member(MemberFactory.create())


def during(first: Callable[[], object], second: Callable[[], object]) -> Future[object]:
    """Do the second while the first is done and not committed yet: it ends by itself, or waits for that."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(closing, second)
            until(lambda: other.done() or is_waited_for())
        other.exception(timeout=60)
    return other


def closing(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connection.close()


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def until(is_so: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not is_so():
        assert monotonic() < end
        sleep(0.05)


def test_close_when_the_brief_is_archived_at_the_same_moment_is_refused(by: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation, open=True)
    seen = Brief.objects.get()

    closed = during(lambda: brief_shelf.archive(by=by, brief=brief), lambda: briefs.close(by=by, brief=seen))

    assert isinstance(closed.exception(), NotAllowed)
    assert Brief.objects.get().state == Brief.State.OPEN


def test_comment_when_a_mail_about_others_is_made_before_it_is_stored_is_told_by_the_next(by: Actor) -> None:
    brief = briefs.create(by=by, fields={"title": "Tablets"}, steps=[])
    reader = actor_of_member(MemberFactory.create(organisation=by.organisation))
    comments.write(by=reader, brief=brief, body="One")

    during(lambda: comments.write(by=reader, brief=brief, body="Two"), tell_due).result()

    before = Delivery.objects.count()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
        tell_due()
    assert Delivery.objects.count() == before + 1

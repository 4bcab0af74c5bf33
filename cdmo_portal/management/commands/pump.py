"""`manage.py pump`: what worker and beat do, with no broker at all."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, connection

from cdmo_portal.accounts.tasks import forget_answers
from cdmo_portal.events import delivering, fanning_out, heartbeats, sending, webhook_sweeping
from cdmo_portal.events.tasks import HEARTBEAT as DELIVERIES
from cdmo_portal.events.tasks import WEBHOOKS
from cdmo_portal.people import expiring
from matching import counting, rerunning, telling, webhook_subjects
from matching.tasks import HEARTBEAT as MATCHING
from partners import alerting, file_sweeping, refreshing, reminding, searching, trying
from partners.alert_tasks import HEARTBEAT as ALERTS
from partners.api import job_running
from partners.api.job_tasks import HEARTBEAT as BULK
from partners.tasks import HEARTBEAT as FEEDS
from partners.tasks import REMINDING, forget_imports

log = structlog.stdlib.get_logger(__name__)

HOUR_S = 3600.0
BUDGET_S = HOUR_S
# With --forever: a heartbeat a minute at least, however much is due.
SHORT_BUDGET_S = 15.0

type Job = Callable[[float], object]


class Command(BaseCommand):
    help = (
        "Read due feeds, match briefs again, tell news of saved searches, send due mails and webhooks,"
        " once or for ever; needs PostgreSQL and no Redis."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until stopped")
        parser.add_argument(
            "--seconds",
            type=float,
            default=settings.PUMP_SECONDS,
            help="with --forever, how long to rest between two runs",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["forever"]:
            self.pump_until_stopped(max(options["seconds"], 0.1))
            return
        done = {job.__name__: job(BUDGET_S) for job in JOBS}
        if done["feeds"] or done["mails"]:
            self.stdout.write(f"{done['feeds']} feeds read, {done['mails']} mails tried")

    def pump_until_stopped(self, rest: float) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        threads = [threading.Thread(target=repeat, args=(job, rest, stopping)) for job in JOBS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def repeat(job: Job, rest: float, stopping: threading.Event) -> None:
    """Each job in a thread of its own: mails do not wait for slow feeds, nor one job for another's error."""
    while not stopping.is_set():
        try:
            job(SHORT_BUDGET_S)
        except Error as error:
            # The database may be restarting; what is due stays due.
            log.warning("pump failed", job=job.__name__, error=f"{type(error).__name__}: {error}")
        except Exception:
            log.exception("pump failed", job=job.__name__)
        connection.close()
        stopping.wait(max(rest, HOUR_S) if job in HOURLY else rest)


def feeds(seconds: float) -> int:
    heartbeats.beat(FEEDS)
    return refreshing.refresh_due(seconds=seconds)


def trials(seconds: float) -> None:
    trying.try_due(seconds=seconds)


def search(_seconds: float) -> None:
    searching.catch_up()


def matches(seconds: float) -> None:
    heartbeats.beat(MATCHING)
    rerunning.rerun_due(seconds=seconds)
    telling.tell_due()


def demand(seconds: float) -> None:
    counting.count_due(seconds=seconds)


def alerts(seconds: float) -> None:
    heartbeats.beat(ALERTS)
    alerting.tell_due(seconds=seconds)


def bulk(seconds: float) -> None:
    heartbeats.beat(BULK)
    job_running.run_due(seconds=seconds)


def mails(seconds: float) -> int:
    heartbeats.beat(DELIVERIES)
    return delivering.deliver_due(seconds=seconds)


def webhooks(seconds: float) -> None:
    heartbeats.beat(WEBHOOKS)
    fanning_out.fan_out(webhook_subjects.news_of, seconds=seconds)
    sending.send_due(seconds=seconds)


def reminders(seconds: float) -> None:
    heartbeats.beat(REMINDING)
    reminding.remind_due(seconds=seconds)


def answers(_seconds: float) -> None:
    forget_answers()


def ending_keys(_seconds: float) -> None:
    expiring.tell_due()


def imports(_seconds: float) -> None:
    forget_imports()


def files(_seconds: float) -> None:
    file_sweeping.forget_files()


def old_webhooks(_seconds: float) -> None:
    webhook_sweeping.forget_webhooks()


JOBS: tuple[Job, ...] = (
    feeds,
    trials,
    search,
    matches,
    demand,
    alerts,
    reminders,
    ending_keys,
    bulk,
    mails,
    webhooks,
    answers,
    imports,
    files,
    old_webhooks,
)
# They look through all that is kept, and nobody waits for them.
HOURLY: tuple[Job, ...] = (demand, ending_keys, answers, files, old_webhooks)

"""`manage.py pump`: what worker and beat do, with no broker at all."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from cdmo_portal.events import delivering, heartbeats
from cdmo_portal.events.tasks import HEARTBEAT as DELIVERIES
from matching import rerunning, telling
from matching.tasks import HEARTBEAT as MATCHING
from partners import alerting, refreshing, searching, trying
from partners.alert_tasks import HEARTBEAT as ALERTS
from partners.tasks import HEARTBEAT as FEEDS
from partners.tasks import forget_imports

BUDGET_S = 3600.0


class Command(BaseCommand):
    help = (
        "Read due feeds, match briefs again, tell news of saved searches, send due mails, once or for ever;"
        " needs PostgreSQL and no Redis."
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
        if not options["forever"]:
            self.pump(BUDGET_S)
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            try:
                # A heartbeat a minute at least, however much is due.
                self.pump(20.0)
            except Error as error:
                # The database may be restarting; what is due stays due.
                self.stderr.write(f"pump: {type(error).__name__}: {error}")
            close_old_connections()
            stopping.wait(max(options["seconds"], 0.1))

    def pump(self, seconds: float) -> None:
        heartbeats.beat(FEEDS)
        trying.try_due(seconds=seconds)
        feeds = refreshing.refresh_due(seconds=seconds)
        searching.catch_up()
        heartbeats.beat(MATCHING)
        rerunning.rerun_due(seconds=seconds)
        telling.tell_due()
        heartbeats.beat(ALERTS)
        alerting.tell_due(seconds=seconds)
        heartbeats.beat(DELIVERIES)
        mails = delivering.deliver_due(seconds=seconds)
        forget_imports()
        if feeds or mails:
            self.stdout.write(f"{feeds} feeds read, {mails} mails tried")

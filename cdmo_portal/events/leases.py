"""Work that stands as rows in PostgreSQL, taken by one process at a time: feeds to read, mails to send.

A worker claims a row with a lease and a token, works outside any transaction, and writes what came of it in
one transaction that begins with `hold`. Whoever was frozen past the lease finds another token there and
writes nothing. So a process may be killed or frozen at any moment: nothing is lost and nothing applied twice.
Work that ends its process every time is seen, too: a row whose lease ran out counts one more attempt.
"""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils import timezone
from psycopg import sql

FIRST_DELAY_S = 30
LONGEST_DELAY_S = 3600
MOST_ATTEMPTS = 1_000
CANDIDATES = 200
CUT_OFF = "The process that worked on this ended, or was cut off, before it could say what came of it."


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row until the lease ends or the token changes."""

    pk: int
    token: int


class LeasedRow(models.Model):
    """What every row that is worked on says of itself.

    `attempts` are those since the last success: failures, and leases that ran out because their holder was
    killed, frozen or cut off from the database.
    """

    next_due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def put_off(self, error: str) -> None:
        """One failure more: due again, later each time. Whoever holds the row saves it."""
        self.attempts = min(self.attempts + 1, MOST_ATTEMPTS)
        self.last_error = error[:300].replace("\x00", "")
        self.next_due_at = timezone.now() + dt.timedelta(seconds=retry_delay(self.attempts))


class LeaseLost(Exception):
    """Somebody else has taken the row over, or it was stopped; throw the result away."""


@dataclass(frozen=True, slots=True)
class Queue[Row: LeasedRow]:
    """A table of leased rows; those in `state` are worked on.

    `seconds` has to be more than twice the longest time that the work may take. With `group` at most
    `most_per_group` rows with the same value run at once, so that one slow host does not hold all workers
    (two processes that claim in the same instant may pass it by one). A claim then looks at the oldest few
    hundred rows of the groups that have room, not at all that is due: draining a long queue stays linear.

    With `lane` of all rows with the same value only the oldest in `state` is worked on, due or not: the
    others wait until it has left that state.
    """

    model: type[Row]
    state: str
    seconds: int
    group: str = ""
    most_per_group: int = 0
    lane: str = ""

    def claim(self, most: int = 1) -> list[Lease]:
        """Take up to `most` rows that are due and free, the longest due first."""
        with connection.cursor() as cursor:
            values = {**self._values, "most": most, "candidates": CANDIDATES + most}
            cursor.execute(self._claim_statement(), values)
            return [Lease(pk, token) for pk, token in cursor.fetchall()]

    def due_count(self) -> int:
        statement = sql.SQL("SELECT count(*) FROM {table} AS work WHERE {due}").format(**self._names)
        with connection.cursor() as cursor:
            cursor.execute(statement, self._values)
            return int(cursor.fetchone()[0])

    def held(self, lease: Lease) -> models.QuerySet[Row]:
        """The leased row, or none: a lease that was given back is as void as one that was taken over."""
        rows = self.model._default_manager.all()
        return rows.filter(pk=lease.pk, lease_token=lease.token, lease_until__isnull=False)

    def hold(self, lease: Lease) -> Row:
        """Lock the leased row for the running transaction; raises LeaseLost where it is not ours any more.

        A process that is frozen inside this transaction loses it: its lock does not outlast its lease.
        """
        with connection.cursor() as cursor:
            milliseconds = str(self.seconds * 1_000)
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [milliseconds]
            )
        row = self.held(lease).select_for_update(of=("self",)).first()
        if row is None:
            raise LeaseLost(f"{self.model.__name__} {lease.pk} is no longer held with token {lease.token}")
        return row

    @transaction.atomic
    def put_off(self, lease: Lease, error: str) -> None:
        """Give the row back, due again later; where the lease is lost, nothing."""
        try:
            row = self.hold(lease)
        except LeaseLost:
            return
        row.lease_until = None
        row.put_off(error)
        row.save()

    @property
    def _values(self) -> Mapping[str, str | int]:
        return {
            "state": self.state,
            "seconds": self.seconds,
            "most_per_group": self.most_per_group,
            "most_attempts": MOST_ATTEMPTS,
            "cut_off": CUT_OFF,
        }

    @property
    def _names(self) -> Mapping[str, sql.Composable]:
        return {
            "table": sql.Identifier(self.model._meta.db_table),
            "group": sql.Identifier(self.group) if self.group else sql.SQL("id"),
            "due": self._due,
        }

    @property
    def _due(self) -> sql.Composable:
        if not self.lane:
            return _DUE
        table = sql.Identifier(self.model._meta.db_table)
        return _DUE + _FIRST_OF_LANE.format(table=table, lane=sql.Identifier(self.lane))

    def _claim_statement(self) -> sql.Composed:
        eligible = _ELIGIBLE_BY_GROUP.format(**self._names) if self.group else sql.SQL("true")
        return _CLAIM.format(**self._names, eligible=eligible)


# The clock of the database, so that machines need not agree; not now(), which stands still in a transaction.
_DUE = sql.SQL(
    "work.state = %(state)s AND work.next_due_at <= statement_timestamp()"
    " AND (work.lease_until IS NULL OR work.lease_until < statement_timestamp())"
)
_FIRST_OF_LANE = sql.SQL(
    " AND NOT EXISTS (SELECT FROM {table} AS earlier WHERE earlier.{lane} = work.{lane}"
    " AND earlier.state = %(state)s AND earlier.id < work.id)"
)
_ELIGIBLE_BY_GROUP = sql.SQL("""work.id IN (
    SELECT waiting.id FROM (
        SELECT oldest.id, oldest.place,
               row_number() OVER (PARTITION BY oldest.place ORDER BY oldest.next_due_at, oldest.id) AS turn
        FROM (
            SELECT work.id, work.next_due_at, work.{group} AS place FROM {table} AS work
            WHERE {due} AND work.{group} <> ALL (ARRAY(
                SELECT {group} FROM {table} WHERE lease_until >= statement_timestamp()
                GROUP BY {group} HAVING count(*) >= %(most_per_group)s
            ))
            ORDER BY work.next_due_at, work.id LIMIT %(candidates)s
        ) AS oldest
    ) AS waiting
    LEFT JOIN (
        SELECT {group} AS place, count(*) AS running FROM {table}
        WHERE lease_until >= statement_timestamp() GROUP BY {group}
    ) AS busy USING (place)
    WHERE waiting.turn + coalesce(busy.running, 0) <= %(most_per_group)s
)""")
_CLAIM = sql.SQL("""
UPDATE {table} AS taken
SET lease_until = statement_timestamp() + make_interval(secs => %(seconds)s),
    lease_token = taken.lease_token + 1,
    attempts = CASE WHEN taken.lease_until IS NULL THEN taken.attempts
                    ELSE least(taken.attempts + 1, %(most_attempts)s) END,
    last_error = CASE WHEN taken.lease_until IS NULL THEN taken.last_error ELSE %(cut_off)s END
WHERE taken.id IN (
    SELECT work.id FROM {table} AS work
    WHERE {due} AND {eligible}
    ORDER BY work.next_due_at, work.id
    FOR UPDATE OF work SKIP LOCKED LIMIT %(most)s
)
RETURNING taken.id, taken.lease_token
""")


def retry_delay(attempts: int) -> float:
    """Seconds until the next try after so many failures in a row: doubling to an hour, never all at once."""
    delay = min(FIRST_DELAY_S * 2 ** min(attempts - 1, 20), LONGEST_DELAY_S)
    return float(delay) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret

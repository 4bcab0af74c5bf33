"""The test database is made and migrated by the owner role; every test then runs as the application role."""

import os
from collections.abc import Generator, Iterable, Iterator

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.browser"]

# How long an example takes says nothing on a busy machine, and the first one may import the solver.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    owner = connection.settings_dict["USER"]
    if not connection.settings_dict["NAME"].startswith("test_"):
        pytest.fail("No selected test is marked django_db, so there is no test database to write to.")
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["USER"] = "cdmo_app"
    # On the class: tests that close connections or use threads make new ones.
    DatabaseOperations.execute_sql_flush = flush_as_owner  # type: ignore[method-assign, assignment]
    yield
    with django_db_blocker.unblock():
        end_other_connections()
        connection.close()
        connection.settings_dict["USER"] = owner


def end_other_connections() -> None:
    """Threads of finished tests may still hold one, and a database in use cannot be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


def flush_as_owner(operations: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    """Between transactional tests tables are truncated, which the application role may not do."""
    database = operations.connection.settings_dict
    address = os.environ["OWNER_DATABASE_URL"]
    with psycopg.connect(address, dbname=database["NAME"]) as owner:
        for sql in sql_list:
            owner.execute(sql)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where REQUIRE_BROWSER is set, a browser test that was skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_BROWSER") and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_BROWSER is set, and this was skipped: {report.longrepr}"
    return report

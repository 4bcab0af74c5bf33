"""Removed documents and bytes that nothing names: swept away, and nothing else is."""

import datetime as dt
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from cdmo_portal.management.commands import pump
from partners.actions import stored_files
from partners.file_sweeping import forget_files
from partners.models import StoredFile
from tests.factories.stored_files import PDF
from tests.partners.documents import backing, keep
from tests.partners.editors import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_on_a_disk")]


class Stopping(threading.Event):
    """Set after the first rest, which it notes instead of resting."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout)
        self.set()
        return True


def test_sweep_when_removed_long_ago_or_never_committed_then_bytes_go_and_all_others_stay(
    files_on_a_disk: Path,
) -> None:
    home = house()
    stays, recent = backing(home), keep(home, removed_at=timezone.now())
    gone = keep(home, removed_at=timezone.now() - dt.timedelta(days=8))
    orphan, fresh = (default_storage.save(f"documents/{name}", ContentFile(PDF)) for name in "ab")
    os.utime(default_storage.path(orphan), (0, 0))

    assert forget_files() == 2

    left = {f"documents/{path.name}" for path in (files_on_a_disk / "documents").iterdir()}
    assert left == {stays.file.name, recent.file.name, fresh}
    assert not StoredFile.objects.filter(pk=gone.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_sweep_when_a_document_is_put_back_at_the_same_time_then_it_stays(files_on_a_disk: Path) -> None:
    home = house()
    row = keep(home, removed_at=timezone.now() - dt.timedelta(days=8))

    def sweep() -> int:
        try:
            return forget_files()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        stored_files.restore(file=row, by=home.actor)
        swept = pool.submit(sweep)
        assert swept.result(timeout=60) == 0

    assert StoredFile.objects.present().get() == row
    assert Path(row.file.path).read_bytes() == PDF


def test_sweep_when_there_is_no_broker_then_the_pump_does_it_once_an_hour() -> None:
    home = house()
    gone = keep(home, removed_at=timezone.now() - dt.timedelta(days=8))

    call_command("pump")

    assert not StoredFile.objects.filter(pk=gone.pk).exists()
    assert not Path(gone.file.path).exists()


@pytest.mark.parametrize(("job", "rest"), [(pump.files, 3600.0), (pump.imports, 5.0)])
@pytest.mark.django_db(transaction=True)
def test_pump_when_it_goes_on_then_it_rests_an_hour_before_it_looks_through_all_files_again(
    job: pump.Job, rest: float
) -> None:
    stopping = Stopping()

    pump.repeat(job, 5.0, stopping)

    assert stopping.rests == [rest]


def test_sweep_when_nothing_was_ever_kept_then_nothing_happens() -> None:
    assert forget_files() == 0

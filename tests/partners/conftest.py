"""What several tests of partners stand on."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def files_on_a_disk(settings: object) -> Iterator[Path]:
    """A folder of the test's own, so that what is left behind can be counted."""
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder  # type: ignore[attr-defined]
        settings.STORAGES = {  # type: ignore[attr-defined]
            **settings.STORAGES,  # type: ignore[attr-defined]
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        }
        yield Path(folder)

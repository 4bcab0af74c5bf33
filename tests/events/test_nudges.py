import pytest
from celery import current_app
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from cdmo_portal.celery import app
from cdmo_portal.events import heartbeats, sealing
from cdmo_portal.events.models import Heartbeat
from cdmo_portal.events.nudges import nudge
from partners.tasks import refresh_feeds


@pytest.mark.django_db
def test_nudge_when_the_broker_is_away_then_it_is_counted_and_not_raised(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    # Port 9 of loopback: nobody listens there.
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:9/0")

    with django_capture_on_commit_callbacks(execute=True):
        nudge(refresh_feeds)

    assert Heartbeat.objects.get(name=heartbeats.FAILED_NUDGES).runs == 1


def test_tasks_when_the_application_is_loaded_then_ours_is_current_and_scheduled_tasks_exist() -> None:
    app.loader.import_default_modules()

    assert current_app.main == "cdmo_portal"
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_secret_when_keys_are_rotated_then_it_still_opens_and_without_keys_nothing_is_sealed() -> None:
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], "bmV3LXRlc3RzLW9ubHkta2V5LTMyLWJ5dGVzLWxvbmc="
    sealed = sealing.seal("X-Key: kestrel")

    with override_settings(FIELD_ENCRYPTION_KEYS=[new, old]):
        assert sealing.unseal(sealed) == "X-Key: kestrel"
    with override_settings(FIELD_ENCRYPTION_KEYS=[new]), pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)
    with override_settings(FIELD_ENCRYPTION_KEYS=[]), pytest.raises(sealing.NoKeys):
        sealing.seal("X-Key: kestrel")

"""The application's role may do what the application needs, and no more."""

import pytest
from django.db import ProgrammingError, connection, transaction

from cdmo_portal.events.models import Event


@pytest.mark.django_db
def test_application_role_when_asked_is_neither_superuser_nor_above_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )

        assert cursor.fetchone() == ("cdmo_app", False, False)


@pytest.mark.django_db
def test_event_when_changed_or_deleted_is_refused_by_the_database() -> None:
    event = Event.objects.create(kind="brief.opened")

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(kind="brief.closed")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        event.delete()

    assert Event.objects.get().kind == "brief.opened"


@pytest.mark.django_db(transaction=True)
def test_uid_when_row_is_made_comes_from_the_database() -> None:
    event = Event.objects.create(kind="brief.opened")

    assert event.uid.version == 7

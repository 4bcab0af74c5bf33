"""One import confirmed twice at the same moment."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from partners.models import PrivateRecord, RecordImport
from tests.partners.editors import signed_in
from tests.partners.locks import until_waiting
from tests.partners.sponsors import sponsor
from tests.partners.views.test_record_imports import mapped, shown, step

pytestmark = pytest.mark.django_db(transaction=True)


def test_import_when_confirmed_twice_at_once_then_is_applied_once_and_the_second_is_told() -> None:
    ours = sponsor()
    imported = mapped(ours.client, ["Larkfen", "Cork", "IE", "Qualified"])
    path, sent = step(imported, "check"), {"do": "apply", "shown": shown(ours.client, imported)}
    answers: list[tuple[int, str]] = []

    def confirm(client: Client) -> None:
        try:
            answer = client.post(path, sent)
            told = client.get(answer["Location"]).content.decode()
            answers.append((answer.status_code, told))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(signed_in(ours.editor),)) for _ in range(2)]
    with transaction.atomic():
        RecordImport.objects.select_for_update().get()
        for thread in threads:
            thread.start()
        until_waiting(len(threads))
    for thread in threads:
        thread.join(timeout=20)

    assert [status for status, _told in answers] == [302, 302]
    assert sorted("The good rows are in your list now" in told for _status, told in answers) == [False, True]
    assert sum("This import is over" in told for _status, told in answers) == 1
    assert PrivateRecord.objects.count() == 1

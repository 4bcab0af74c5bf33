"""Many capacity windows in one request."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cdmo_portal.events.models import Event
from partners.models import CapacityWindow, Line, SiteChange
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.partners.api.bulk import BEST_EFFORT, WINDOWS, Plant, lines, plant, send
from tests.partners.locks import until_waiting

pytestmark = pytest.mark.django_db
type Row = dict[str, Any]


@pytest.fixture
def ours() -> Plant:
    return plant()


def statuses(answer: Any) -> list[str]:
    return [each["status"] for each in answer.json()["results"]]


def quantities(line: Line) -> list[Decimal]:
    return [window.quantity for window in line.windows.current().order_by("period", "state")]


def test_windows_when_sent_as_lines_then_each_is_kept_and_told(ours: Plant) -> None:
    LineFactory.create(site=ours.house.site, name="Other", capacity_source=Line.Source.API)

    answer = send(ours.client, WINDOWS, [ours.window(2), ours.window(3, quarter=1, note="firm")])

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["mode"] == "all-or-nothing"
    assert told["totals"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0, "left_out": 0}
    assert [(each["index"], each["line"], each["errors"]) for each in told["results"]] == [
        (0, 1, []),
        (1, 2, []),
    ]
    windows = {str(window.uid): window for window in ours.line.windows.current()}
    first, second = (windows[each["uid"]] for each in told["results"])
    assert (float(first.quantity), first.unit, first.source) == (2, "batches", "api")
    assert (float(second.quantity), second.note, second.audience) == (3, "firm", "matching")


def test_windows_when_sent_as_an_array_then_are_kept_as_well(ours: Plant) -> None:
    answer = ours.client.post(WINDOWS, [ours.window(2)], content_type="application/json")

    assert statuses(answer) == ["created"]
    assert answer.json()["results"][0]["line"] is None


def test_windows_when_they_stand_then_are_taken_over_and_no_other_is_closed(ours: Plant) -> None:
    sent = [ours.window(1), ours.window(2, quarter=1), ours.window(3, quarter=2)]
    send(ours.client, WINDOWS, sent)
    before = {window.uid: window for window in ours.line.windows.all()}

    answer = send(ours.client, WINDOWS, [ours.window(5, quarter=1), ours.window(1)])

    assert statuses(answer) == ["updated", "unchanged"]
    assert quantities(ours.line) == [1, 5, 3]
    after = {window.uid: window for window in ours.line.windows.current()}
    assert after.keys() == before.keys()
    seen_again = [uid for uid, window in after.items() if window.observed_at > before[uid].observed_at]
    assert {str(uid) for uid in seen_again} == {each["uid"] for each in answer.json()["results"]}
    assert all(window.created_at == before[uid].created_at for uid, window in after.items())


def test_windows_when_one_is_bad_then_nothing_is_kept_and_all_faults_are_told(ours: Plant) -> None:
    other = LineFactory.create(site=ours.house.site, name="By form")
    rows: list[Row] = [
        ours.window(1),
        ours.window(1, quarter=1, state="free", unit="kg"),
        ours.window(7, quarter=2),
        ours.window(1, quarter=3, line=str(other.uid)),
        ours.window(1, quarter=4, line=str(LineFactory.create().uid)),
        ours.window(2),
    ]

    answer = send(ours.client, WINDOWS, rows)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "5 of 6 rows were refused, so nothing was applied."
    assert pointers(answer) == [
        "#/1/state",
        "#/1/unit",
        "#/2/quantity",
        "#/3/line",
        "#/4/line",
        "#/5/period_start",
    ]
    assert [each["line"] for each in answer.json()["errors"]] == [2, 2, 3, 4, 5, 6]
    assert not CapacityWindow.objects.exists()
    assert not Event.objects.exists()
    assert not SiteChange.objects.filter(site=ours.house.site).exists()


def test_windows_when_some_are_bad_and_the_good_are_wanted_then_those_are_kept(ours: Plant) -> None:
    good = lines([ours.window(4), ours.window(3, state="held"), ours.window(5)])
    body = b'{"quantity": }\n{"quantity": "\xff"}\n' + good

    answer = send(ours.client, WINDOWS + BEST_EFFORT, body)

    assert answer.status_code == 200
    assert statuses(answer) == ["refused", "refused", "created", "refused", "refused"]
    results = answer.json()["results"]
    assert [each["line"] for each in results] == [1, 2, 3, 4, 5]
    assert results[0]["errors"][0]["pointer"] == "#"
    assert "Line 1 is not JSON that can be read" in results[0]["errors"][0]["detail"]
    assert "7 batches over all states in Q2 2027" in results[3]["errors"][0]["detail"]
    assert "The row with index 2 is about the same" in results[4]["errors"][0]["detail"]
    assert quantities(ours.line) == [4]


def test_window_when_it_overlaps_one_that_stands_then_is_refused(ours: Plant) -> None:
    send(ours.client, WINDOWS, [ours.window(1)])

    answer = send(
        ours.client,
        WINDOWS + BEST_EFFORT,
        [ours.window(1, period_end="2027-06-01"), ours.window(2, quarter=1)],
    )

    assert statuses(answer) == ["refused", "created"]
    assert answer.json()["results"][0]["errors"][0]["pointer"] == "#/period_start"


def test_windows_when_all_or_nothing_then_are_judged_by_what_results(ours: Plant) -> None:
    send(ours.client, WINDOWS, [ours.window(2), ours.window(4, state="held")])
    swapped = [ours.window(4), ours.window(2, state="held")]

    one_by_one = send(ours.client, WINDOWS + BEST_EFFORT, swapped)
    together = send(ours.client, WINDOWS, swapped)

    assert statuses(one_by_one) == ["refused", "updated"]
    assert statuses(together) == ["updated", "unchanged"]


def test_windows_when_kept_then_one_event_names_lines_and_sites(ours: Plant) -> None:
    send(ours.client, WINDOWS, [ours.window(2), ours.window(3, quarter=1)])

    event = Event.objects.get()
    assert (event.kind, event.user_id) == ("capacity.bulk_set", ours.house.editor.user_id)
    assert event.data == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "left_out": 0,
        "lines": [ours.line.pk],
        "sites": [ours.house.site.pk],
    }
    assert SiteChange.objects.filter(site=ours.house.site).exists()


def test_windows_when_a_viewer_or_stranger_sends_them_then_nothing_is_kept(ours: Plant) -> None:
    stranger = client_of(MemberFactory.create(cdmo=True))

    as_viewer = send(client_of(ours.house.viewer), WINDOWS, [ours.window(2)])
    as_stranger = send(stranger, WINDOWS + BEST_EFFORT, [ours.window(2)])

    assert as_viewer.status_code == 403
    assert statuses(as_stranger) == ["refused"]
    assert as_stranger.json()["results"][0]["errors"][0]["detail"] == "You have no such line."
    assert not CapacityWindow.objects.exists()


@pytest.mark.parametrize("query", ["?mode=some", "?modes=best-effort", "?mode="])
def test_parameter_when_it_is_unknown_then_is_refused(ours: Plant, query: str) -> None:
    assert send(ours.client, WINDOWS + query, [ours.window(2)]).status_code == 400


def test_body_when_it_is_neither_lines_nor_an_array_then_is_refused(ours: Plant) -> None:
    assert ours.client.post(WINDOWS, ours.window(2), content_type="application/json").status_code == 400
    assert ours.client.post(WINDOWS, b"a,b", content_type="text/csv").status_code == 415


def test_rows_when_they_are_many_then_cost_no_more_statements(ours: Plant) -> None:
    def statements(count: int, first: int) -> int:
        rows = [ours.window(1, quarter=first + number) for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert send(ours.client, WINDOWS, rows).status_code == 200
        return len(queries)

    statements(1, 0)  # notes that the key was used

    assert statements(2, 1) == statements(40, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["", BEST_EFFORT])
def test_windows_when_two_calls_meet_at_a_line_then_never_pass_its_nominal(mode: str) -> None:
    ours = plant()
    answers: list[Any] = []

    def ask(state: str) -> None:
        try:
            answers.append(send(client_of(ours.house.editor), WINDOWS + mode, [ours.window(4, state=state)]))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(state,)) for state in ("open", "held")]
    with transaction.atomic():
        Line.objects.select_for_update().get(pk=ours.line.pk)
        for thread in threads:
            thread.start()
        until_waiting(2)
    for thread in threads:
        thread.join(20)

    assert len(answers) == 2
    assert quantities(ours.line) == [4]

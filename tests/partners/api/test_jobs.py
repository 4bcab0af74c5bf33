"""Rows that become a job: waiting, running, done, and what stops one."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from cdmo_portal.accounts.models import APIKey, Member, Role
from cdmo_portal.events.leases import LeaseLost
from cdmo_portal.events.models import Event
from partners.api import bulk_reading, job_running
from partners.api.job_running import GIVEN_UP, JOBS, MOST_ATTEMPTS, NO_RIGHTS, OUR_FAULT, run_due
from partners.models import CapacityWindow, Job, JobRow
from partners.models.jobs import KEPT_FOR
from partners.tasks import forget_imports
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory
from tests.partners.api.bulk import BEST_EFFORT, WINDOWS, Plant, plant, send

pytestmark = pytest.mark.django_db
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def ours() -> Plant:
    return plant()


def started(ours: Plant, rows: Any = None, address: str = WINDOWS) -> Any:
    return send(ours.client, address, rows or [ours.window(2), ours.window(3, quarter=1)], **ASYNC)


def shown(ours: Plant, answer: Any, tail: str = "") -> Any:
    found = ours.client.get(answer["Location"] + tail)
    assert found.status_code == 200, found.content
    return found.json()


def test_rows_when_they_are_many_then_become_a_job(ours: Plant, settings: Settings) -> None:
    settings.BULK_ROWS_AT_ONCE = 2
    rows = [ours.window(1, quarter=number) for number in range(3)]

    at_once = send(ours.client, WINDOWS, rows[:2])
    as_job = send(ours.client, WINDOWS, rows)

    assert at_once.status_code == 200
    assert as_job.status_code == 202
    assert "Preference-Applied" not in as_job
    job = as_job.json()
    assert as_job["Location"] == f"/api/v1/jobs/{job['uid']}/"
    assert (job["kind"], job["mode"], job["state"]) == ("capacity-windows", "all-or-nothing", "waiting")
    assert (job["rows"], job["rows_checked"], job["rows_done"], job["totals"]) == (3, 0, 0, None)


def test_job_when_asked_for_and_worked_off_then_is_done_with_a_result_for_each_row(ours: Plant) -> None:
    answer = started(ours)

    assert answer.status_code == 202
    assert answer["Preference-Applied"] == "respond-async"
    assert shown(ours, answer, "results/")["results"] == []
    assert not CapacityWindow.objects.exists()

    assert run_due(seconds=5) == 1

    job = shown(ours, answer)
    assert (job["state"], job["rows_checked"], job["rows_done"], job["failure"]) == ("done", 2, 2, "")
    assert job["totals"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0, "left_out": 0}
    results = shown(ours, answer, "results/")["results"]
    assert [(each["index"], each["line"], each["status"]) for each in results] == [
        (0, 1, "created"),
        (1, 2, "created"),
    ]
    assert {each["uid"] for each in results} == {str(each.uid) for each in CapacityWindow.objects.all()}
    assert bytes(Job.objects.get().body) == b""
    assert run_due(seconds=5) == 0


def test_results_when_paged_then_come_in_order(ours: Plant) -> None:
    answer = started(ours, [ours.window(1, quarter=number) for number in range(5)])
    run_due(seconds=5)

    first = shown(ours, answer, "results/?page_size=3")
    second = ours.client.get(first["next"]).json()

    assert [each["index"] for each in first["results"] + second["results"]] == [0, 1, 2, 3, 4]
    assert ours.client.get(answer["Location"] + "results/?status=refused").json()["results"] == []
    assert ours.client.get(answer["Location"] + "results/?cursor=x").status_code == 400


def test_job_when_a_row_is_refused_then_nothing_is_applied_and_every_row_is_told(ours: Plant) -> None:
    answer = started(ours, [ours.window(2), ours.window(9, quarter=1)])

    run_due(seconds=5)

    job = shown(ours, answer)
    assert (job["state"], job["rows_done"]) == ("failed", 0)
    assert job["failure"] == "1 of 2 rows were refused, so nothing was applied."
    results = shown(ours, answer, "results/")["results"]
    assert [(each["status"], each["uid"]) for each in results] == [("left-out", None), ("refused", None)]
    assert results[1]["errors"][0]["pointer"] == "#/quantity"
    assert not CapacityWindow.objects.exists()


def test_job_when_the_good_rows_are_wanted_then_is_done_with_those(ours: Plant) -> None:
    answer = started(ours, [ours.window(2), ours.window(9, quarter=1)], WINDOWS + BEST_EFFORT)

    run_due(seconds=5)

    assert shown(ours, answer)["state"] == "done"
    assert CapacityWindow.objects.count() == 1


@pytest.mark.parametrize("change", ["role", "left", "scope", "revoked", "expired", "deleted", "suspended"])
def test_job_when_its_sender_has_lost_the_right_meanwhile_then_is_refused(ours: Plant, change: str) -> None:
    started(ours)
    keys = APIKey.objects.filter(member=ours.house.editor)
    past = timezone.now() - dt.timedelta(seconds=1)
    if change == "role":
        Member.objects.filter(pk=ours.house.editor.pk).update(role=Role.VIEWER)
    elif change == "left":
        ours.house.editor.delete()
    elif change == "scope":
        keys.update(scopes=["read", "capabilities:write"])
    elif change == "revoked":
        keys.update(revoked_at=past)
    elif change == "expired":
        keys.update(expires_at=past)
    elif change == "deleted":
        keys.delete()
    else:
        ours.house.organisation.state = "suspended"
        ours.house.organisation.save()

    run_due(seconds=5)

    job = Job.objects.get()
    assert (job.state, job.failure) == ("failed", NO_RIGHTS)
    assert not CapacityWindow.objects.exists()


def test_job_when_its_worker_is_cut_off_then_another_one_applies_it_once(ours: Plant) -> None:
    started(ours)
    job = Job.objects.get()
    (lost,) = JOBS.claim()
    past = timezone.now() - dt.timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(lease_until=past, checked_count=2)

    assert run_due(seconds=5) == 1
    job_running.run(lost)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)
    assert CapacityWindow.objects.count() == JobRow.objects.count() == 2
    assert Event.objects.filter(kind="job.done").count() == 1


def test_job_when_its_worker_was_frozen_between_reading_and_applying_then_it_applies_nothing(
    ours: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(ours)
    (frozen,) = JOBS.claim()
    checked = bulk_reading.checked

    def read_and_freeze(*args: Any) -> Any:
        found = checked(*args)
        monkeypatch.setattr(job_running, "checked", checked)
        Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        assert run_due(seconds=5) == 1
        return found

    monkeypatch.setattr(job_running, "checked", read_and_freeze)
    job_running.run(frozen)

    assert CapacityWindow.objects.count() == JobRow.objects.count() == 2
    assert Event.objects.filter(kind="capacity.bulk_set").count() == 1


def test_job_when_read_then_its_progress_is_seen_before_it_is_applied(
    ours: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_reading, "STEP", 2)
    started(ours, [ours.window(1, quarter=number) for number in range(5)])
    seen: list[tuple[str, int, int]] = []
    note = job_running._note

    def look(lease: Any, count: int) -> None:
        note(lease, count)
        job = ours.client.get("/api/v1/jobs/").json()["results"][0]
        seen.append((job["state"], job["rows_checked"], job["rows_done"]))

    monkeypatch.setattr(job_running, "_note", look)
    run_due(seconds=5)

    assert seen == [("running", 2, 0), ("running", 4, 0)]


def test_job_when_the_lease_is_lost_while_reading_then_it_is_not_read_on(ours: Plant) -> None:
    started(ours)
    (lease,) = JOBS.claim()
    Job.objects.update(lease_token=lease.token + 1)

    with pytest.raises(LeaseLost):
        job_running._note(lease, 1)


def test_job_when_it_ends_its_worker_every_time_then_is_given_up(ours: Plant) -> None:
    started(ours)
    past = timezone.now() - dt.timedelta(seconds=1)
    Job.objects.update(lease_until=past, attempts=MOST_ATTEMPTS - 1)

    run_due(seconds=5)

    job = Job.objects.get()
    assert job.state == "failed"
    assert job.failure == GIVEN_UP % (MOST_ATTEMPTS, job.last_error)


def test_job_when_we_fail_then_it_says_so_and_nothing_is_applied(
    ours: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(ours)

    def fail(*_: Any) -> None:
        raise RuntimeError("something of ours")

    monkeypatch.setattr(job_running, "checked", fail)
    run_due(seconds=5)

    assert Job.objects.get().failure == OUR_FAULT


def test_job_when_cancelled_while_it_waits_then_nobody_runs_it(ours: Plant) -> None:
    answer = started(ours)
    tag = ours.client.get(answer["Location"])["ETag"]

    without = ours.client.delete(answer["Location"])
    cancelled = ours.client.delete(answer["Location"], headers={"If-Match": tag})
    again = ours.client.delete(answer["Location"], headers={"If-Match": "*"})

    assert [each.status_code for each in (without, cancelled, again)] == [428, 200, 409]
    assert cancelled.json()["state"] == "cancelled"
    assert run_due(seconds=5) == 0
    assert not CapacityWindow.objects.exists()


def test_job_when_a_worker_has_it_then_it_cannot_be_cancelled(ours: Plant) -> None:
    answer = started(ours)
    JOBS.claim()

    refused = ours.client.delete(answer["Location"], headers={"If-Match": "*"})

    assert refused.status_code == 409
    assert shown(ours, answer)["state"] == "running"


def test_job_when_its_worker_froze_and_it_was_cancelled_then_the_worker_applies_nothing(ours: Plant) -> None:
    answer = started(ours)
    (frozen,) = JOBS.claim()
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert ours.client.delete(answer["Location"], headers={"If-Match": "*"}).status_code == 200

    job_running.run(frozen)

    assert not CapacityWindow.objects.exists()


def test_jobs_when_asked_for_by_others_then_are_those_of_the_organisation(ours: Plant) -> None:
    answer = started(ours)
    run_due(seconds=5)
    stranger, sponsor = client_of(MemberFactory.create(cdmo=True)), client_of(MemberFactory.create())
    viewer = client_of(ours.house.viewer)

    for outsider in (stranger, sponsor):
        assert outsider.get("/api/v1/jobs/").json()["results"] == []
        assert outsider.get(answer["Location"]).status_code == 404
        assert outsider.get(answer["Location"] + "results/").status_code == 404
        assert outsider.delete(answer["Location"], headers={"If-Match": "*"}).status_code in {403, 404}
    assert viewer.get(answer["Location"] + "results/").status_code == 200
    assert viewer.delete(answer["Location"], headers={"If-Match": "*"}).status_code == 403


def test_jobs_when_an_organisation_has_many_waiting_then_takes_no_more(
    ours: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.actions.jobs.MOST_WAITING", 1)

    assert [started(ours).status_code, started(ours).status_code] == [202, 409]


def test_jobs_when_of_one_organisation_then_run_one_after_the_other(ours: Plant) -> None:
    started(ours)
    started(ours)
    other = plant()
    started(other)

    assert len(JOBS.claim(10)) == 2


def test_jobs_when_long_ended_then_are_forgotten(ours: Plant) -> None:
    started(ours)
    run_due(seconds=5)
    started(ours)
    Job.objects.filter(state="done").update(ended_at=timezone.now() - KEPT_FOR)

    forget_imports()

    assert [job.state for job in Job.objects.all()] == ["waiting"]
    assert not JobRow.objects.exists()


def test_jobs_when_listed_then_cost_as_many_statements_for_many(ours: Plant) -> None:
    for _ in range(12):
        started(ours)

    def statements(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            rows = ours.client.get(f"/api/v1/jobs/?page_size={size}").json()["results"]
        assert len(rows) == size
        return len(queries)

    assert statements(2) == statements(12)

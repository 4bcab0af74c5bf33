"""Many rows at once, the jobs that they become, and exports."""

from typing import Any

from partners.bulk_rows import Mode
from partners.models import Job, JobRow, Line
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World


def windows(world: World) -> list[dict[str, Any]]:
    Line.objects.filter(pk=world.line.pk).update(capacity_source=Line.Source.API)
    period = {"period_start": "2030-01-01", "period_end": "2030-04-01"}
    return [{"line": str(world.line.uid), "state": "open", "quantity": 1, **period}]


def statements(world: World) -> list[dict[str, Any]]:
    return [{"site": str(world.site.uid), "term": world.term.code}]


def job(world: World, tail: str = "") -> str:
    """The address of a job of the CDMO that waits, with one row that was refused."""
    made = Job.objects.create(
        organisation=world.cdmo.organisation,
        user=world.cdmo.user,
        is_by_key=False,
        kind=Job.Kind.WINDOWS,
        mode=Mode.BEST_EFFORT,
        media_type="application/json",
        row_count=1,
        failure=world.cdmo_secret,
    )
    error = {"pointer": "#/line", "detail": world.cdmo_secret, "code": "conflict"}
    JobRow.objects.create(job=made, index=0, status="refused", errors=[error])
    return f"/api/v1/jobs/{made.uid}/{tail}"


def jobs(world: World) -> str:
    job(world)
    return "/api/v1/jobs/"


EXPORTS = ("partner", "site", "capability", "certificate", "inspection", "line")
ADDRESSES = {"capability": "capabilities"}

ROWS: list[Row] = [
    *(
        Row(
            name,
            "post",
            "cdmo",
            address,
            body=body,
            viewer=403,
            editor=200,
            owner=200,
            stranger_sponsor=400,
            stranger_cdmo=400,
        )
        for name, address, body in (
            ("api-window-bulk", "/api/v1/capacity-windows/bulk/", windows),
            ("api-capability-bulk", "/api/v1/capabilities/bulk/", statements),
        )
    ),
    everybody("api-job-list", jobs, "cdmo"),
    own_only("api-job-detail", job, "cdmo"),
    own_only("api-job-result-list", lambda w: job(w, "results/"), "cdmo"),
    Row(
        "api-job-detail",
        "delete",
        "cdmo",
        job,
        if_match="*",
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    *(
        everybody(f"api-{noun}-export", f"/api/v1/{ADDRESSES.get(noun, f'{noun}s')}/export/", "cdmo")
        for noun in EXPORTS
    ),
    everybody("api-window-export", "/api/v1/capacity-windows/export/", "cdmo"),
    everybody("api-brief-export", "/api/v1/briefs/export/"),
    everybody("api-shortlists-export", "/api/v1/shortlists/export/"),
]

"""Briefs as a whole, match runs, calculations."""

from typing import Any

from django.utils import timezone

from matching.models import Brief, BriefExternalId, BriefWatch
from tests.api_matrix.brief_rows import brief, reads, writes
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.factories.briefs import MatchRunFactory

ASKED: dict[str, Any] = {
    "title": "Fill and finish",
    "steps": ["drug-product"],
    "requirements": [{"kind": "place", "strength": "prefer", "places": ["CH"]}],
}


def own_ids(world: World) -> str:
    BriefExternalId.objects.create(
        organisation=world.brief.organisation,
        subject=world.brief,
        system="ariba",
        value=world.sponsor_secret,
    )
    return f"/api/v1/briefs/{world.brief.uid}/external-ids/"


def news(world: World) -> str:
    """Something that the background found since somebody looked."""
    brief = world.brief
    BriefWatch.objects.create(
        brief=brief, organisation=brief.organisation, seen_run=world.run, note="two new candidates"
    )
    return f"/api/v1/briefs/{brief.uid}/match-note/seen/"


def listed_site(world: World) -> str:
    site = {"key": str(world.site.uid), "name": world.sponsor_secret}
    run = MatchRunFactory.create(brief=world.brief, result={"eligible": [site], "further": {}})
    return f"/api/v1/match-runs/{run.uid}/sites/{world.site.uid}/"


ROWS: list[Row] = [
    everybody("api-brief-list", "/api/v1/briefs/"),
    own_only("api-brief-detail", brief(), "sponsor"),
    Row(
        "api-brief-list",
        "post",
        "sponsor",
        "/api/v1/briefs/",
        body=ASKED,
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=201,
        stranger_cdmo=403,
    ),
    Row(
        "api-brief-detail",
        "patch",
        "sponsor",
        brief(),
        body={"title": "Fill and finish"},
        if_match="*",
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    reads("api-brief-external-ids", own_ids),
    writes("api-brief-external-ids", "put", own_ids, 200, body={"external_ids": {"ariba": "R-1"}}),
    writes("api-brief-detail", "delete", brief(), 204, editor=403),
    writes("api-brief-shelf-duplicate", "post", brief("duplicate/"), 201),
    writes("api-brief-shelf-archive", "post", brief("archive/"), 200, editor=403),
    writes("api-brief-shelf-restore", "post", brief("restore/", archived_at=timezone.now()), 200, editor=403),
    writes(
        "api-brief-shelf-undelete", "post", brief("undelete/", deleted_at=timezone.now()), 200, editor=403
    ),
    writes("api-brief-shelf-access", "put", brief("access/"), 200, editor=403, body={"access": "named"}),
    writes(
        "api-brief-weights-list",
        "post",
        brief("weights/", Brief.State.OPEN),
        201,
        if_match="*",
        body={"by": "order", "order": ["fit", "quality", "timing", "experience", "place"]},
    ),
    Row(
        "api-brief-open",
        "post",
        "sponsor",
        brief("open/"),
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-brief-close",
        "post",
        "sponsor",
        brief("close/", Brief.State.OPEN),
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-brief-reopen",
        "post",
        "sponsor",
        brief("reopen/", Brief.State.CLOSED),
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-brief-match",
        "post",
        "sponsor",
        "/api/v1/briefs/match/",
        body=ASKED,
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=200,
        stranger_cdmo=403,
    ),
    Row(
        "api-brief-read",
        "post",
        "sponsor",
        "/api/v1/briefs/read/",
        body={"text": "Fill and finish, 2,000 vials"},
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=200,
        stranger_cdmo=403,
    ),
    own_only("api-brief-matches", brief("matches/"), "sponsor"),
    own_only("api-brief-run-list", brief("match-runs/"), "sponsor"),
    Row(
        "api-brief-run-list",
        "post",
        "sponsor",
        brief("match-runs/", Brief.State.OPEN),
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    reads("api-brief-news-match-note", brief("match-note/")),
    writes("api-brief-news-match-note-seen", "post", news, 200),
    reads("api-match-run-site", listed_site),
    own_only("api-match-run-detail", lambda w: f"/api/v1/match-runs/{w.run.uid}/", "sponsor"),
    own_only(
        "api-match-run-comparison",
        lambda w: f"/api/v1/match-runs/{w.run.uid}/comparison/?with={w.run.uid}",
        "sponsor",
    ),
    Row(
        "api-score-table",
        "post",
        "sponsor",
        "/api/v1/score-tables/",
        body={
            "alternatives": ["A", "B"],
            "criteria": [{"name": "price", "range": [1, 2]}],
            "matrix": [[1], [2]],
        },
        viewer=200,
        editor=200,
        owner=200,
        stranger_sponsor=200,
        stranger_cdmo=200,
    ),
]

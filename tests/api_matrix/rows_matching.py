"""Briefs, match runs, shortlists, calculations."""

from collections.abc import Callable
from typing import Any

from matching.models import Brief
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World


def brief(tail: str = "", state: Brief.State = Brief.State.DRAFT) -> Callable[[World], str]:
    """The address of the world's brief, or of what hangs on it, once the brief is in this state."""

    def address(world: World) -> str:
        Brief.objects.filter(pk=world.brief.pk).update(state=state)
        return f"/api/v1/briefs/{world.brief.uid}/{tail}"

    return address


ASKED: dict[str, Any] = {
    "title": "Fill and finish",
    "steps": ["drug-product"],
    "requirements": [{"kind": "place", "strength": "prefer", "places": ["CH"]}],
}


def followed(world: World) -> str:
    return f"/api/v1/briefs/{world.brief.uid}/shortlist/{world.partner.uid}/"


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
    own_only("api-match-run-detail", lambda w: f"/api/v1/match-runs/{w.run.uid}/", "sponsor"),
    own_only(
        "api-match-run-comparison",
        lambda w: f"/api/v1/match-runs/{w.run.uid}/comparison/?with={w.run.uid}",
        "sponsor",
    ),
    own_only("api-shortlist-list", brief("shortlist/"), "sponsor"),
    Row(
        "api-shortlist-detail",
        "put",
        "sponsor",
        followed,
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-shortlist-detail",
        "delete",
        "sponsor",
        followed,
        viewer=403,
        editor=204,
        owner=204,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-score-table",
        "post",
        "sponsor",
        "/api/v1/score-tables/",
        body={},
        viewer=400,
        editor=400,
        owner=400,
        stranger_sponsor=400,
        stranger_cdmo=400,
    ),
]

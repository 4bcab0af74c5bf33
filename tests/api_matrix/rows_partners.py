"""Profiles, their facts, capacity and feeds."""

from decimal import Decimal
from typing import Any

from partners.models import Line
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.factories.vocabulary import TermFactory


def capability(world: World) -> dict[str, Any]:
    return {"site": str(world.site.uid), "term": TermFactory.create().code, "is_offered": True}


def window(world: World) -> dict[str, Any]:
    kept_by_api(world)
    return {
        "line": str(world.line.uid),
        "period_start": "2028-01-01",
        "period_end": "2028-04-01",
        "state": "open",
        "quantity": 1,
    }


def kept_by_api(world: World) -> None:
    Line.objects.filter(pk=world.line.pk).update(
        capacity_source=Line.Source.API, nominal_per_quarter=Decimal(6)
    )


def of_api(world: World) -> str:
    kept_by_api(world)
    return f"/api/v1/capacity-windows/{world.window.uid}/"


ROWS: list[Row] = [
    everybody("api-facet-list", "/api/v1/vocabulary/facets/"),
    everybody("api-term-list", "/api/v1/vocabulary/terms/"),
    everybody("api-term-detail", lambda w: f"/api/v1/vocabulary/terms/{w.term.code}/"),
    everybody("api-partner-list", "/api/v1/partners/", "cdmo"),
    everybody("api-partner-detail", lambda w: f"/api/v1/partners/{w.partner.uid}/", "cdmo"),
    everybody("api-site-list", "/api/v1/sites/", "cdmo"),
    everybody("api-site-detail", lambda w: f"/api/v1/sites/{w.site.uid}/", "cdmo"),
    everybody("api-capability-list", "/api/v1/capabilities/", "cdmo"),
    everybody("api-capability-detail", lambda w: f"/api/v1/capabilities/{w.capability.uid}/", "cdmo"),
    Row(
        "api-capability-list",
        "post",
        "cdmo",
        "/api/v1/capabilities/",
        body=capability,
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=400,
        stranger_cdmo=400,
    ),
    Row(
        "api-capability-detail",
        "patch",
        "cdmo",
        lambda w: f"/api/v1/capabilities/{w.capability.uid}/",
        body={"is_offered": False},
        if_match="*",
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=403,
        stranger_cdmo=403,
    ),
    Row(
        "api-capability-detail",
        "delete",
        "cdmo",
        lambda w: f"/api/v1/capabilities/{w.capability.uid}/",
        if_match="*",
        viewer=403,
        editor=204,
        owner=204,
        stranger_sponsor=403,
        stranger_cdmo=403,
    ),
    everybody("api-certificate-list", "/api/v1/certificates/", "cdmo"),
    everybody("api-certificate-detail", lambda w: f"/api/v1/certificates/{w.certificate.uid}/", "cdmo"),
    everybody("api-inspection-list", "/api/v1/inspections/", "cdmo"),
    everybody("api-inspection-detail", lambda w: f"/api/v1/inspections/{w.inspection.uid}/", "cdmo"),
    everybody("api-line-list", "/api/v1/lines/", "cdmo"),
    everybody("api-line-detail", lambda w: f"/api/v1/lines/{w.line.uid}/", "cdmo"),
    everybody("api-window-list", "/api/v1/capacity-windows/", "cdmo"),
    own_only("api-window-detail", lambda w: f"/api/v1/capacity-windows/{w.window.uid}/", "cdmo"),
    Row(
        "api-window-list",
        "post",
        "cdmo",
        "/api/v1/capacity-windows/",
        body=window,
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=400,
        stranger_cdmo=400,
    ),
    Row(
        "api-window-detail",
        "patch",
        "cdmo",
        of_api,
        body={"quantity": 1},
        if_match="*",
        viewer=403,
        editor=200,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-window-detail",
        "delete",
        "cdmo",
        of_api,
        if_match="*",
        viewer=403,
        editor=204,
        owner=204,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    everybody("api-feed-list", "/api/v1/feeds/", "cdmo"),
    own_only("api-feed-detail", lambda w: f"/api/v1/feeds/{w.feed.uid}/", "cdmo"),
    everybody("api-refresh-list", "/api/v1/refreshes/", "cdmo"),
    own_only("api-refresh-detail", lambda w: f"/api/v1/refreshes/{w.refresh.uid}/", "cdmo"),
]

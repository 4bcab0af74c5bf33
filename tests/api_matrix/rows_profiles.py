"""What the organisation that keeps a profile writes of it: partner, sites, lines, regulatory facts."""

from collections.abc import Callable
from typing import Any

from partners.models import Line
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.vocabulary import TermFactory


def certificate(world: World) -> dict[str, Any]:
    term = TermFactory.create(code="cer.gmp-certificate", facet__code="certificate")
    return {"site": str(world.site.uid), "term": term.code}


def inspection(world: World) -> dict[str, Any]:
    authority = TermFactory.create(code="reg.fda", facet__code="regulator")
    return {"site": str(world.site.uid), "authority": authority.code}


def line(tail: str = "") -> Callable[[World], str]:
    def address(world: World) -> str:
        Line.objects.filter(pk=world.line.pk).update(
            lead_time_weeks=4, external_id=world.cdmo_secret, slot_means=world.cdmo_secret
        )
        return f"/api/v1/lines/{world.line.uid}/{tail}"

    return address


def one(noun: str, attribute: str) -> Callable[[World], str]:
    return lambda world: f"/api/v1/{noun}/{getattr(world, attribute).uid}/"


SITE = {"name": "Marram Sterile", "city": "Cork", "country": "IE"}

ROWS = [
    write("api-partner-detail", "patch", "cdmo", one("partners", "partner"), 200, body={}, strangers=403),
    write("api-site-list", "post", "cdmo", "/api/v1/sites/", 201, body=SITE, strangers=(403, 409)),
    write("api-site-detail", "patch", "cdmo", one("sites", "site"), 200, body={}, strangers=403),
    write(
        "api-line-list",
        "post",
        "cdmo",
        "/api/v1/lines/",
        201,
        body=lambda world: {"site": str(world.site.uid), "name": "New"},
        strangers=400,
    ),
    write("api-line-detail", "patch", "cdmo", line(), 200, body={}, strangers=403),
    write("api-line-detail", "delete", "cdmo", line(), 204, strangers=403),
    write("api-line-confirm", "post", "cdmo", line("confirm/"), 200, strangers=403),
    write("api-line-source", "post", "cdmo", line("source/"), 200, body={"source": "api"}, strangers=403),
    write(
        "api-certificate-list",
        "post",
        "cdmo",
        "/api/v1/certificates/",
        201,
        body=certificate,
        strangers=400,
    ),
    write(
        "api-certificate-detail",
        "patch",
        "cdmo",
        one("certificates", "certificate"),
        200,
        body={},
        strangers=403,
    ),
    write("api-certificate-detail", "delete", "cdmo", one("certificates", "certificate"), 204, strangers=403),
    write("api-inspection-list", "post", "cdmo", "/api/v1/inspections/", 201, body=inspection, strangers=400),
    write(
        "api-inspection-detail",
        "patch",
        "cdmo",
        one("inspections", "inspection"),
        200,
        body={},
        strangers=403,
    ),
    write("api-inspection-detail", "delete", "cdmo", one("inspections", "inspection"), 204, strangers=403),
]

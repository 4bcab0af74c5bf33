"""Ids of organisations' own systems: each may keep some of anything that it sees, and sees its own."""

from collections.abc import Callable

from partners.models import PartnerExternalId, SiteExternalId
from tests.api_matrix.rows import Row, everybody
from tests.api_matrix.world import World
from tests.api_matrix.writes import write


def partner_ids(world: World) -> str:
    PartnerExternalId.objects.create(
        organisation=world.sponsor.organisation,
        subject=world.partner,
        system="ariba",
        value=world.sponsor_secret,
    )
    return f"/api/v1/partners/{world.partner.uid}/external-ids/"


def site_ids(world: World) -> str:
    SiteExternalId.objects.create(
        organisation=world.sponsor.organisation,
        subject=world.site,
        system="ariba",
        value=world.sponsor_secret,
    )
    return f"/api/v1/sites/{world.site.uid}/external-ids/"


def rows(name: str, address: Callable[[World], str]) -> list[Row]:
    body = {"external_ids": {"ariba": "V-1"}}
    return [
        everybody(name, address),
        write(name, "put", "sponsor", address, 200, body=body, strangers=200),
    ]


ROWS = [*rows("api-partner-external-ids", partner_ids), *rows("api-site-external-ids", site_ids)]

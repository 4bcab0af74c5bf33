"""Partners that are followed, and who changed what of that."""

from cdmo_portal.accounts.actors import actor_of_member
from matching.actions import shortlists
from matching.models import ShortlistEntry, ShortlistExternalId
from tests.api_matrix.brief_rows import Address, brief, reads, writes
from tests.api_matrix.rows import Row, everybody
from tests.api_matrix.world import World
from tests.factories.partners import PartnerFactory


def followed(world: World) -> str:
    return f"/api/v1/briefs/{world.brief.uid}/shortlist/{world.partner.uid}/"


def not_followed(world: World) -> str:
    return f"/api/v1/briefs/{world.brief.uid}/shortlist/{PartnerFactory.create().uid}/"


def change(tail: str = "") -> Address:
    def address(world: World) -> str:
        entry = ShortlistEntry.objects.get(pk=world.entry.pk)
        made = shortlists.describe(
            by=actor_of_member(world.sponsor),
            entry=entry,
            version=entry.version,
            note=f"Again {world.sponsor_secret}",
            tags=[],
        )
        assert made is not None
        return f"/api/v1/briefs/{world.brief.uid}/shortlist/changes/{made.uid}/{tail}"

    return address


def own_ids(world: World) -> str:
    ShortlistExternalId.objects.create(
        organisation=world.brief.organisation,
        subject=world.entry,
        system="ariba",
        value=world.sponsor_secret,
    )
    return f"/api/v1/shortlists/{world.entry.uid}/external-ids/"


ROWS: list[Row] = [
    reads("api-shortlist-list", brief("shortlist/")),
    reads("api-shortlist-detail", followed),
    writes("api-shortlist-detail", "put", followed, 200),
    writes("api-shortlist-detail", "put", not_followed, 201, body={"stage": "long-list"}),
    writes("api-shortlist-detail", "patch", followed, 200, body={"stage": "contacted"}),
    writes("api-shortlist-detail", "delete", followed, 204),
    reads("api-shortlist-change-list", brief("shortlist/changes/")),
    reads("api-shortlist-change-detail", change()),
    writes("api-shortlist-change-undo", "post", change("undo/"), 201),
    everybody("api-shortlists-list", "/api/v1/shortlists/"),
    reads("api-shortlists-external-ids", own_ids),
    writes("api-shortlists-external-ids", "put", own_ids, 200, body={"external_ids": {"ariba": "S-1"}}),
    reads("api-shortlists-detail", lambda w: f"/api/v1/shortlists/{w.entry.uid}/"),
]

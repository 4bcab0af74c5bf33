"""Organisations, members, invitations, keys, events."""

from cdmo_portal.accounts.models import Role
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.factories.accounts import APIKeyFactory, InvitationFactory, MemberFactory


def colleague(world: World) -> str:
    """Somebody of the sponsor; their name is planted."""
    of = world.sponsor.organisation
    member = MemberFactory.create(organisation=of, role=Role.VIEWER, user__full_name=world.sponsor_secret)
    return f"/api/v1/members/{member.uid}/"


def invitation(world: World) -> str:
    email = f"{world.sponsor_secret}@people.example"
    row = InvitationFactory.create(organisation=world.sponsor.organisation, email=email)
    return f"/api/v1/invitations/{row.uid}/"


def key(world: World) -> str:
    row = APIKeyFactory.create(member=world.sponsor, name=world.sponsor_secret)
    return f"/api/v1/api-keys/{row.uid}/"


def keys(world: World) -> str:
    key(world)
    return "/api/v1/api-keys/"


def members(world: World) -> str:
    colleague(world)
    return "/api/v1/members/"


def invitations(world: World) -> str:
    invitation(world)
    return "/api/v1/invitations/"


ROWS: list[Row] = [
    everybody("api-organisation-list", "/api/v1/organisations/"),
    own_only(
        "api-organisation-detail", lambda w: f"/api/v1/organisations/{w.sponsor.organisation.uid}/", "sponsor"
    ),
    everybody("api-member-list", members),
    own_only("api-member-detail", lambda w: f"/api/v1/members/{w.sponsor.uid}/", "sponsor"),
    everybody("api-event-list", "/api/v1/events/"),
    own_only("api-event-detail", lambda w: f"/api/v1/events/{w.event.uid}/", "sponsor"),
    Row(
        "api-member-detail",
        "patch",
        "sponsor",
        colleague,
        body={"role": "editor"},
        if_match="*",
        viewer=403,
        editor=403,
        owner=200,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-member-detail",
        "delete",
        "sponsor",
        colleague,
        if_match="*",
        viewer=403,
        editor=403,
        owner=204,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    everybody("api-invitation-list", invitations),
    own_only("api-invitation-detail", invitation, "sponsor"),
    Row(
        "api-invitation-list",
        "post",
        "sponsor",
        "/api/v1/invitations/",
        body={"email": "nora@people.example", "role": "viewer"},
        viewer=403,
        editor=403,
        owner=201,
        stranger_sponsor=201,
        stranger_cdmo=201,
    ),
    Row(
        "api-invitation-detail",
        "delete",
        "sponsor",
        invitation,
        if_match="*",
        viewer=403,
        editor=403,
        owner=204,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    everybody("api-api-key-list", keys),
    own_only("api-api-key-detail", key, "sponsor"),
    Row(
        "api-api-key-list",
        "post",
        "sponsor",
        "/api/v1/api-keys/",
        body={"name": "ERP", "scopes": ["briefs:read"]},
        viewer=403,
        editor=201,
        owner=201,
        stranger_sponsor=201,
        stranger_cdmo=201,
    ),
    Row(
        "api-api-key-rotate",
        "post",
        "sponsor",
        lambda w: f"{key(w)}rotate/",
        body={},
        viewer=403,
        editor=403,
        owner=201,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
    Row(
        "api-api-key-detail",
        "delete",
        "sponsor",
        key,
        viewer=403,
        editor=403,
        owner=204,
        stranger_sponsor=404,
        stranger_cdmo=404,
    ),
]

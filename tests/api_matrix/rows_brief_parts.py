"""What hangs on a brief: requirements, people, comments, history."""

from cdmo_portal.accounts.actors import actor_of_member
from matching.actions import briefs
from matching.models import Brief
from tests.api_matrix.brief_rows import Address, brief, reads, writes
from tests.api_matrix.rows import Row
from tests.api_matrix.world import World
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefColleagueFactory, BriefCommentFactory, RequirementFactory

PLACE = {"kind": "place", "strength": "prefer", "places": ["CH"]}


def part(noun: str, uid: object, world: World, tail: str = "") -> str:
    return f"/api/v1/briefs/{world.brief.uid}/{noun}/{uid}/{tail}"


def requirement(world: World) -> str:
    row = RequirementFactory.create(
        brief=world.brief, kind="place", term=None, places=["DE"], label=world.sponsor_secret
    )
    return part("requirements", row.uid, world)


def colleague(world: World) -> str:
    member = MemberFactory.create(organisation=world.sponsor.organisation, editor=True)
    BriefColleagueFactory.create(brief=world.brief, member=member)
    return part("people", member.uid, world)


def comment(world: World) -> str:
    row = BriefCommentFactory.create(brief=world.brief, body=world.sponsor_secret, by=world.sponsor.user)
    return part("comments", row.uid, world)


def change(tail: str = "") -> Address:
    def address(world: World) -> str:
        stands = Brief.objects.get(pk=world.brief.pk)
        briefs.update(
            by=actor_of_member(world.sponsor),
            brief=stands,
            version=stands.version,
            fields={"title": f"Other {world.sponsor_secret}"},
            steps=[],
        )
        row = world.brief.changes.filter(subject="title")[:1].get()
        return part("history", row.uid, world, tail)

    return address


ROWS: list[Row] = [
    reads("api-requirement-list", brief("requirements/")),
    reads("api-requirement-detail", requirement),
    writes("api-requirement-list", "post", brief("requirements/"), 201, body=PLACE),
    writes("api-requirement-detail", "patch", requirement, 200, body={"places": ["CH"]}),
    writes("api-requirement-detail", "delete", requirement, 204),
    reads("api-colleague-list", brief("people/")),
    reads("api-colleague-detail", colleague),
    writes(
        "api-colleague-list",
        "post",
        brief("people/"),
        201,
        editor=403,
        body=lambda w: {
            "member": str(MemberFactory.create(organisation=w.sponsor.organisation, editor=True).uid)
        },
    ),
    writes("api-colleague-detail", "patch", colleague, 200, editor=403, body={"role": "owner"}),
    writes("api-colleague-detail", "delete", colleague, 204, editor=403),
    reads("api-comment-list", brief("comments/")),
    reads("api-comment-detail", comment),
    writes(
        "api-comment-list", "post", brief("comments/"), 201, viewer=201, body={"body": "Ask for more dates."}
    ),
    writes("api-comment-detail", "patch", comment, 200, editor=403, body={"body": "Ask again."}),
    writes("api-comment-detail", "delete", comment, 204, editor=403),
    writes("api-comment-mute", "post", brief("comments/mute/"), 204, viewer=204),
    writes("api-comment-unmute", "post", brief("comments/unmute/"), 204, viewer=204),
    reads("api-brief-change-list", brief("history/")),
    reads("api-brief-change-detail", change()),
    writes("api-brief-change-take-back", "post", change("take-back/"), 201),
]

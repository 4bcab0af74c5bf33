"""Blinded questions, from both sides; what comes back to a CDMO."""

from matching.interest_teasers import mark_of, teaser_of
from matching.models import Brief, Interest
from tests.api_matrix.brief_rows import Address, brief, reads, writes
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.briefs import InterestFactory, StepFactory


def asked(world: World, **more: object) -> Interest:
    interest: Interest = InterestFactory.create(brief=world.brief, partner=world.partner, **more)
    return interest


def question(world: World) -> str:
    """Of an open brief of which two lines can be told."""
    Brief.objects.filter(pk=world.brief.pk).update(state=Brief.State.OPEN, needed_by="2030-08-17")
    StepFactory.create(brief=world.brief)
    return f"/api/v1/briefs/{world.brief.uid}/shortlist/{world.partner.uid}/interest/"


def mark(world: World) -> dict[str, str]:
    return {"mark": mark_of(teaser_of(Brief.objects.get(pk=world.brief.pk)))}


def of_brief(tail: str = "") -> Address:
    def address(world: World) -> str:
        uid = asked(world, interested=True, note=world.sponsor_secret).uid
        return f"/api/v1/briefs/{world.brief.uid}/interests/{uid}/{tail}"

    return address


def received(tail: str = "") -> Address:
    def address(world: World) -> str:
        uid = asked(world, interested=True, note=world.cdmo_secret).uid
        return f"/api/v1/interests/{uid}/{tail}"

    return address


ROWS: list[Row] = [
    reads("api-question-interest", question),
    writes("api-question-interest", "post", question, 201, body=mark),
    reads("api-brief-interest-list", brief("interests/")),
    reads("api-brief-interest-detail", of_brief()),
    writes("api-brief-interest-withdraw", "post", of_brief("withdraw/"), 200),
    everybody("api-interest-list", "/api/v1/interests/"),
    own_only("api-interest-detail", received(), "cdmo"),
    write(
        "api-interest-answer",
        "post",
        "cdmo",
        received("answer/"),
        200,
        body={"answer": "declined", "reason": "timing"},
    ),
    own_only("api-standing", "/api/v1/standing/", "cdmo"),
    own_only("api-reach", "/api/v1/reach/", "cdmo"),
]

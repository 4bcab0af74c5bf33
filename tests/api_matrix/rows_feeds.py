"""Feeds, their tests and held readings; hazards and capabilities as they are answered and confirmed."""

from collections.abc import Callable
from typing import Any

from partners.models import Audience, Hazard
from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.capabilities import HazardFactory
from tests.factories.feeds import FeedTrialFactory, HeldReadingFactory
from tests.factories.vocabulary import TermFactory

FEEDS, TRIALS = "/api/v1/feeds/", "/api/v1/feeds/trials/"
SAID = {"name": "Our lines", "url": "https://capacity.example.com/lines.csv"}


def feed(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"{FEEDS}{world.feed.uid}/{tail}"


def held(world: World) -> str:
    HeldReadingFactory.create(feed=world.feed, refresh=world.refresh)
    return f"{FEEDS}{world.feed.uid}/held-reading/"


def decision(world: World) -> dict[str, Any]:
    return {"reading": str(world.refresh.uid), "decision": "kept"}


def trial(tail: str = "") -> Callable[[World], str]:
    def address(world: World) -> str:
        row = FeedTrialFactory.create(partner=world.partner, name=world.cdmo_secret)
        return f"{TRIALS}{row.uid}/{tail}"

    return address


def trials(world: World) -> str:
    FeedTrialFactory.create(partner=world.partner, name=world.cdmo_secret)
    return TRIALS


def hazard_of(world: World) -> Hazard:
    return HazardFactory.create(site=world.site, audience=Audience.MATCHING, source=world.cdmo_secret)


def hazards(world: World) -> str:
    hazard_of(world)
    return "/api/v1/hazards/"


def hazard(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/v1/hazards/{hazard_of(world).uid}/{tail}"


def answer(world: World) -> dict[str, Any]:
    term = TermFactory.create(code="haz.cytotoxic", hazard=True)
    return {"site": str(world.site.uid), "term": term.code, "is_present": False}


CONFIRMED = Row(
    "api-hazard-confirm",
    "post",
    "cdmo",
    hazard("confirm/"),
    viewer=403,
    editor=200,
    owner=200,
    stranger_sponsor=404,
    stranger_cdmo=404,
    if_match="*",
)
ROWS = [
    write("api-feed-list", "post", "cdmo", FEEDS, 201, body=SAID, strangers=(403, 409)),
    write("api-feed-detail", "patch", "cdmo", feed(), 200, body={"name": "New"}),
    *(
        write(f"api-feed-{name}", "post", "cdmo", feed(f"{name}/"), code)
        for name, code in (("pause", 200), ("resume", 200), ("retry", 200), ("test", 201))
    ),
    own_only("api-feed-held-reading", held, "cdmo"),
    write("api-feed-held-reading", "post", "cdmo", held, 200, body=decision),
    everybody("api-feed-trial-list", trials, "cdmo"),
    own_only("api-feed-trial-detail", trial(), "cdmo"),
    write("api-feed-trial-list", "post", "cdmo", TRIALS, 201, body=SAID, strangers=(403, 409)),
    write("api-feed-trial-add", "post", "cdmo", trial("add/"), 201),
    everybody("api-hazard-list", hazards, "cdmo"),
    own_only("api-hazard-detail", hazard(), "cdmo"),
    write("api-hazard-list", "post", "cdmo", "/api/v1/hazards/", 201, body=answer, strangers=400),
    write("api-hazard-detail", "patch", "cdmo", hazard(), 200, body={}),
    write("api-hazard-detail", "delete", "cdmo", hazard(), 204),
    CONFIRMED,
    write(
        "api-capability-confirm",
        "post",
        "cdmo",
        lambda world: f"/api/v1/capabilities/{world.capability.uid}/confirm/",
        200,
        strangers=403,
    ),
]

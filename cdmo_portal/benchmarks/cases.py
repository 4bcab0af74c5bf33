"""What is asked: the pages a sponsor uses most."""

from collections.abc import Iterator
from dataclasses import dataclass

from cdmo_portal.benchmarks.measuring import Ask
from cdmo_portal.benchmarks.visitor import Visitor

UID = "[0-9a-f-]{36}"
TWO_NUMBERS = "measure=sc.batch-units&value=20k&measure_2=sc.batches-36-months&value_2=3"


@dataclass(frozen=True)
class Case:
    title: str
    ask: Ask


def cases(visitor: Visitor) -> Iterator[Case]:
    """For a signed-in sponsor with an open brief."""
    site = visitor.find("/sites/", r'href="(/sites/[\w-]+/)"')
    matches = visitor.find("/briefs/", rf'href="(/briefs/{UID}/matches/)"')
    yield page("Directory, no filter", "/sites/")
    yield page("Directory, one country", "/sites/?country=DE")
    yield page("Directory, text search", "/sites/?q=lyophilised+vials")
    yield page("Directory, three facets", "/sites/?country=DE&registered=C82401&profile=register")
    yield page("Directory, two numbers", f"/sites/?{TWO_NUMBERS}")
    yield page("Directory, as a map", "/sites/?view=map")
    yield page("Directory, map of a part", "/sites/?view=map&area=-11,35,30,60")
    yield page("Site", site)
    yield page("Briefs", "/briefs/")
    yield page("Matches of a brief", matches)
    yield page(
        "Matches, other weights", f"{matches}?w_fit=10&w_quality=40&w_timing=20&w_experience=20&w_place=10"
    )
    yield Case("Match again (POST)", lambda window: window.post(f"{matches}again/")[0])


def page(title: str, path: str) -> Case:
    return Case(title, lambda window: window.get(path)[0])

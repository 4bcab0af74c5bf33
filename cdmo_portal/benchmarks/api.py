"""What an integrator's program asks most, by key. `python -m cdmo_portal.benchmarks.api` makes that key."""

import json
import sys
from collections.abc import Iterator

import django

from cdmo_portal.benchmarks.cases import Case
from cdmo_portal.benchmarks.visitor import Visitor


def api_cases(caller: Visitor) -> Iterator[Case]:
    """Reads of one thing, a list of 100 sites, and matching; the addresses come from the API's own lists."""
    site = first_of(caller, "/api/v1/sites/?profile=profiled&page_size=1")
    brief = next(row for row in rows_of(caller, "/api/v1/briefs/") if row["state"] == "open")
    yield reading("One term", "/api/v1/vocabulary/terms/op.lyophilisation/")
    yield reading("One partner", f"/api/v1/partners/{site['partner']['uid']}/")
    yield reading("One site", f"/api/v1/sites/{site['uid']}/")
    yield reading("100 sites", "/api/v1/sites/?page_size=100")
    yield reading("100 capabilities", "/api/v1/capabilities/?page_size=100")
    yield reading("Matches of a brief", f"/api/v1/briefs/{brief['uid']}/matches/")
    yield Case("Match a brief (POST)", lambda each: each.send(f"/api/v1/briefs/{brief['uid']}/match-runs/"))


def reading(title: str, path: str) -> Case:
    return Case(title, lambda each: each.get(path)[0])


def rows_of(caller: Visitor, path: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(caller.get(path)[1])["results"]
    return rows


def first_of(caller: Visitor, path: str) -> dict[str, dict[str, str]]:
    row: dict[str, dict[str, str]] = json.loads(caller.get(path)[1])["results"][0]
    return row


def made_key() -> str:
    """A key of the sample sponsor that the benchmarks ask as, which may read and write."""
    # Models can be imported only once Django is set up, which is what starts here.
    from cdmo_portal.accounts.actors import actor_of_member  # noqa: PLC0415
    from cdmo_portal.accounts.models import Member  # noqa: PLC0415
    from cdmo_portal.accounts.scopes import EVERYTHING  # noqa: PLC0415
    from cdmo_portal.people import keys  # noqa: PLC0415

    member = Member.objects.select_related("organisation", "user").get(user__email=sys.argv[1])
    _, plain = keys.make(by=actor_of_member(member), name="bench", scopes=EVERYTHING, days=1)
    return plain


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(made_key())

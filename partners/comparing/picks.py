"""What the compare tray holds, with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cdmo_portal.accounts.actors import ActorRequest
from partners.comparing.options import id_of, kind_of, known_partners
from partners.models import Partner, Site
from partners.tray import MOST, pick_of, tray_of


@dataclass(frozen=True, slots=True)
class Pick:
    """One in the tray: its name, and the id that names it in an address."""

    pick: str
    kind: str
    uid: UUID
    id: str
    name: str


def picked(picks: Sequence[str]) -> list[Pick]:
    """The tray's content in its order; what is gone since is left out."""
    uids: dict[str, list[str]] = {"site": [], "partner": []}
    for each in picks:
        kind, _, uid = each.partition(":")
        uids[kind].append(uid)
    rows: list[Site | Partner] = []
    if uids["site"]:
        rows += Site.objects.filter(uid__in=uids["site"])
    if uids["partner"]:
        rows += known_partners().filter(uid__in=uids["partner"])
    by_pick = {pick_of(kind_of(row), row.uid): row for row in rows}
    found = ((each, by_pick[each]) for each in picks if each in by_pick)
    return [Pick(each, kind_of(row), row.uid, id_of(row), row.name) for each, row in found]


def tray_context(request: ActorRequest) -> dict[str, Any]:
    """What the tray's template reads."""
    tray = tray_of(request)
    picks = picked(tray.picks)
    return {
        "picks": picks,
        "ids": ",".join(each.id for each in picks),
        "can_undo": tray.before is not None and tray.before != tray.picks,
        "most": MOST,
    }

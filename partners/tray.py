"""The compare tray: up to four sites and partners, in the session, apart for each organisation.

What is picked is kept by kind and uid (`site:…`, `partner:…`), so that a changed address changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from cdmo_portal.accounts.actors import ActorRequest
from partners.models import Partner, Site

MOST: Final = 4
UNDO_SECONDS: Final = 120
IN_SESSION: Final = "compare_tray"
MODELS: Final[dict[str, type[Site] | type[Partner]]] = {"site": Site, "partner": Partner}


class TrayFull(Exception):
    """The tray holds as many as can be compared; the message says what to do."""


@dataclass(slots=True)
class Tray:
    """`before` is what the tray held before its last change, as long as that can be undone."""

    picks: list[str] = field(default_factory=list)
    before: list[str] | None = None

    @property
    def is_full(self) -> bool:
        return len(self.picks) >= MOST


def pick_of(kind: str, uid: UUID | str) -> str:
    return f"{kind}:{uid}"


def tray_of(request: ActorRequest) -> Tray:
    kept = _all(request).get(_owner(request), {})
    before = kept.get("before") if kept.get("until", 0) > timezone.now().timestamp() else None
    return Tray(kept.get("picks", []), before)


def put(request: ActorRequest, pick: str) -> None:
    """Add one; raises TrayFull. What is in it already stays where it is."""
    tray = tray_of(request)
    if pick in tray.picks:
        return
    if tray.is_full:
        raise TrayFull(f"The tray holds {MOST} already: remove one first.")
    _keep(request, [*tray.picks, pick], before=tray.picks)


def take(request: ActorRequest, pick: str) -> None:
    tray = tray_of(request)
    _keep(request, [each for each in tray.picks if each != pick], before=tray.picks)


def forget(request: ActorRequest, gone: Collection[str]) -> None:
    """Drop picks of what is not there any more, so that they take up no room."""
    if gone:
        _keep(request, [each for each in tray_of(request).picks if each not in gone])


def clear(request: ActorRequest) -> None:
    _keep(request, [], before=tray_of(request).picks)


def restore(request: ActorRequest) -> None:
    """Take the last change back; where that is too long ago, nothing changes."""
    tray = tray_of(request)
    if tray.before is not None:
        _keep(request, tray.before)


def _keep(request: ActorRequest, picks: list[str], *, before: list[str] | None = None) -> None:
    kept: dict[str, Any] = {"picks": picks}
    if before is not None:
        kept |= {"before": before, "until": timezone.now().timestamp() + UNDO_SECONDS}
    request.session[IN_SESSION] = {**_all(request), _owner(request): kept}


def _all(request: ActorRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(IN_SESSION, {})
    return found


def _owner(request: ActorRequest) -> str:
    return str(request.actor.organisation_id or 0)

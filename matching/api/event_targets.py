"""What events are about, as far as the reader may have it over the API: its uid and its address."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from matching.models import Brief, Interest, MatchRun, ShortlistEntry
from partners.models import Capability, Certificate, Feed, Inspection, Line, Partner, Site


@dataclass(frozen=True, slots=True)
class Target:
    uid: UUID
    url: str


type Rows = Callable[[Actor], QuerySet[Any]]
type Key = tuple[str, int]


def _members(actor: Actor) -> QuerySet[Member]:
    return Member.objects.filter(organisation_id=actor.organisation_id or 0)


ADDRESSED: Final[Mapping[str, tuple[str, Rows]]] = {
    "accounts.member": ("api-member-detail", _members),
    "partners.partner": ("api-partner-detail", lambda _actor: Partner.objects.all()),
    "partners.site": ("api-site-detail", lambda _actor: Site.objects.all()),
    "partners.line": ("api-line-detail", lambda _actor: Line.objects.all()),
    "partners.capability": ("api-capability-detail", Capability.objects.shown_to),
    "partners.certificate": ("api-certificate-detail", lambda _actor: Certificate.objects.all()),
    "partners.inspection": ("api-inspection-detail", lambda _actor: Inspection.objects.all()),
    "partners.feed": ("api-feed-detail", Feed.objects.visible_to),
    "matching.brief": ("api-brief-detail", Brief.objects.visible_to),
    "matching.matchrun": ("api-match-run-detail", MatchRun.objects.visible_to),
    "matching.shortlistentry": ("api-shortlists-detail", ShortlistEntry.objects.visible_to),
    "matching.interest": ("api-interest-detail", Interest.objects.received_by),
}
"""By kind of thing: the name of its address, and those that the reader gets there."""


def targets_of(events: Iterable[Event], actor: Actor) -> dict[Key, Target]:
    """A query for each kind of thing that the events are about. What is gone or hidden is left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.object_id is not None:
            wanted[event.object_kind].add(event.object_id)
    return {
        (kind, key): Target(uid, reverse(name, args=[uid]))
        for kind, (name, rows) in ADDRESSED.items()
        if wanted[kind]
        for key, uid in rows(actor).filter(pk__in=wanted[kind]).values_list("pk", "uid")
    }

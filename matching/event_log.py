"""An organisation's event log as its owners read it: who did what to what, and when.

Events hold ids only. Names are looked up when the log is read, so a person who was erased is in none of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Invitation, Member, Role, User
from cdmo_portal.events.models import Event
from matching.event_words import GROUPS, words_for
from matching.models import Interest
from matching.permissions import readable_events
from partners.models import Claim


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `by` is empty for what happened by itself."""

    uid: object
    at: dt.datetime
    by: str
    what: str
    about: str
    detail: str


def can_read_event_log(actor: Actor) -> bool:
    return actor.has_role(Role.OWNER)


def log_events(
    actor: Actor, *, group: str = "", user_id: int | None = None, by_itself: bool = False
) -> QuerySet[Event]:
    """The organisation's events, the newest first; `by_itself` adds those that no person caused."""
    events = readable_events(actor)
    if group:
        events = events.filter(_in_group(group))
    if user_id is not None:
        return events.filter(user_id=user_id).order_by("-pk")
    return (events if by_itself else events.filter(user_id__isnull=False)).order_by("-pk")


def entries(events: Iterable[Event], actor: Actor) -> list[Entry]:
    """The events of one page in words; a fixed number of queries."""
    events = list(events)
    people, things = _people(events, actor), _things(events)
    return [
        Entry(
            uid=event.uid,
            at=event.at,
            by=people(event.user_id) if event.user_id else "",
            what=words_for(event.kind),
            about=_about(event, people, things),
            detail=_detail(event),
        )
        for event in events
    ]


def _in_group(group: str) -> Q:
    _label, nouns = GROUPS[group]
    return reduce(or_, (Q(kind__startswith=f"{noun}.") for noun in nouns))


def _people(events: list[Event], actor: Actor) -> Callable[[int], str]:
    """Names of members, also former ones whose end the log tells; nobody else's."""
    ids = {each for event in events for each in (event.user_id, event.data.get("user")) if each}
    users = User.objects.in_bulk(ids)
    members = Member.objects.filter(organisation_id=actor.organisation_id or 0, user_id__in=ids)
    ended = Event.objects.visible_to(actor).filter(kind__in=["member.left", "member.removed"])
    told = ended.values_list("data__user", flat=True)
    known = set(members.values_list("user_id", flat=True)) | set(told)

    def name(user_id: int) -> str:
        user = users.get(user_id)
        if user is None:
            return _("Somebody whose account was erased")
        if user_id in known:
            return str(user)
        return _("An operator of the portal") if user.is_operator else _("Somebody of another organisation")

    return name


def _things(events: Iterable[Event]) -> Mapping[tuple[str, int], str]:
    """The names of what the events are about, where it is still there and has one."""
    ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.object_id is not None:
            ids[event.object_kind].add(event.object_id)
    return {
        (kind, pk): name
        for kind, named in NAMED.items()
        if ids[kind]
        for pk, name in named(ids[kind]).items()
    }


def _fields(kind: str, field: str) -> Callable[[set[int]], dict[int, str]]:
    def named(ids: set[int]) -> dict[int, str]:
        rows = apps.get_model(kind)._default_manager.filter(pk__in=ids)
        return dict(rows.values_list("pk", field))

    return named


def _claims(ids: set[int]) -> dict[int, str]:
    return {row.pk: row.subject.name for row in Claim.objects.with_subjects().filter(pk__in=ids)}


def _invitations(ids: set[int]) -> dict[int, str]:
    return dict(Invitation.objects.filter(pk__in=ids).values_list("pk", "email"))


NAMED: Final[Mapping[str, Callable[[set[int]], dict[int, str]]]] = {
    "accounts.invitation": _invitations,
    "accounts.apikey": _fields("accounts.apikey", "name"),
    "partners.claim": _claims,
    "partners.partner": _fields("partners.partner", "name"),
    "partners.site": _fields("partners.site", "name"),
    "partners.line": _fields("partners.line", "name"),
    "partners.capability": _fields("partners.capability", "term__label"),
    "partners.certificate": _fields("partners.certificate", "term__label"),
    "partners.inspection": _fields("partners.inspection", "authority__label"),
    "partners.feed": _fields("partners.feed", "name"),
    "matching.brief": _fields("matching.brief", "title"),
    "matching.matchrun": _fields("matching.matchrun", "brief__title"),
}
"""By kind of thing, how its rows are called; asked only for rows of which the organisation's own events tell.

Not saved searches: they are their owners' own, and a name may say what somebody looks for.
"""


def _about(event: Event, people: Callable[[int], str], things: Mapping[tuple[str, int], str]) -> str:
    if event.object_kind == "accounts.member":
        user_id = event.data.get("user")
        return people(user_id) if user_id and user_id != event.user_id else ""
    return things.get((event.object_kind, event.object_id or 0), "")


def _detail(event: Event) -> str:
    """The one thing more that is worth a word."""
    role: Any = event.data.get("role")
    if event.kind == "member.role_changed" and role in Role.values:
        return _("now %(role)s") % {"role": Role(role).label.lower()}
    answer: Any = event.data.get("answer")
    if event.kind == "claim.answered" and answer in Claim.Answer.values:
        return str(Claim.Answer(answer).label)
    if event.kind == "interest.answered" and answer in Interest.Answer.values:
        return str(Interest.Answer(answer).label)
    if event.kind == "line.source_switched":
        return f"{event.data.get('before')} → {event.data.get('after')}"
    return ""

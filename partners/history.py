"""What changed in a profile and when, as one reader may know it: from events and from register imports.

An outsider never learns of a statement that they may not read, nor of one that they could not read at the
time, and never who did it. Whoever keeps the profile reads everything, with the names of their colleagues.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import User
from cdmo_portal.events.models import Event
from partners.models import Capability, Hazard, Line, Partner, Registration, Site
from partners.permissions import is_own_partner, shared_audiences
from partners.term_index import TermIndex

OPEN_KINDS: Final = {
    "site.created": _("The company added this site"),
    "site.changed": _("Name, address or other basics were changed"),
    "partner.created": _("The company made this profile"),
    "partner.changed": _("Summary or website was changed"),
    "claim.accepted": _("The company took over this profile"),
    "certificate.stated": _("Certificate added"),
    "certificate.changed": _("Certificate changed"),
    "certificate.deleted": _("Certificate taken back"),
    "inspection.stated": _("Inspection added"),
    "inspection.changed": _("Inspection changed"),
    "inspection.deleted": _("Inspection taken back"),
    "line.created": _("Line added"),
    "line.changed": _("Line changed"),
    "line.deleted": _("Line removed"),
}
CAPABILITY_KINDS: Final = {
    "capability.stated": _("Capability stated"),
    "capability.changed": _("Capability changed"),
    "capability.confirmed": _("Capability confirmed"),
    "capability.unconfirmed": _("Confirmation of a capability undone"),
    "capability.deleted": _("Capability taken back"),
}
HAZARD_KINDS: Final = {
    "hazards.changed": _("Answers about hazards changed"),
    "hazards.confirmed": _("Answers about hazards confirmed"),
    "hazards.unconfirmed": _("Confirmation of answers about hazards undone"),
}
OWN_KINDS: Final = {
    "line.lead_time_confirmed": _("Lead time confirmed"),
    "line.lead_time_unconfirmed": _("Confirmation of a lead time undone"),
    "capacity.confirmed": _("Capacity confirmed"),
    "capacity.unconfirmed": _("Confirmation of capacity undone"),
    "line.source_switched": _("Where capacity comes from was switched"),
}
KINDS: Final = {**OPEN_KINDS, **CAPABILITY_KINDS, **HAZARD_KINDS, **OWN_KINDS}
EVENT, LISTED, UNLISTED = "event", "listed", "unlisted"
REGISTER_KINDS: Final = {
    LISTED: _("Listed in FDA’s register"),
    UNLISTED: _("No longer in FDA’s register"),
}

# An event, or a register's entry: when, which row, and which of the three it is.
type Row = tuple[dt.datetime, int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done on one day, several of a kind in one line; `by` is known to colleagues only."""

    on: dt.date
    what: str
    about: list[str]
    by: str = ""


def site_history(site: Site, actor: Actor) -> QuerySet[Any, Row]:
    """The site's changes that this reader may know of, the newest first; to be paged."""
    named = Q(data__contains={"site": site.pk})
    events = _rows(Event.objects.filter(named).filter(_readable(site, actor)))
    listed = site.registrations.annotate(at=_day("first_seen__snapshot_on"), source=_text(LISTED))
    gone = site.registrations.filter(no_longer_listed_on__isnull=False)
    gone = gone.annotate(at=_day("no_longer_listed_on"), source=_text(UNLISTED))
    parts = [part.order_by().values_list("at", "pk", "source") for part in (listed, gone)]
    return events.union(*parts, all=True).order_by("-at", "-pk")


def partner_history(partner: Partner, sites: Iterable[Site], actor: Actor) -> QuerySet[Any, Row]:
    """Changes of the partner itself, and sites that it added; each site has a history of its own."""
    about = Q(object_kind="partners.partner", object_id=partner.pk)
    about |= Q(object_kind="partners.site", object_id__in=[site.pk for site in sites], kind="site.created")
    about |= Q(data__contains={"partner": partner.pk}, kind="claim.accepted")
    return _rows(Event.objects.filter(about, kind__in=OPEN_KINDS)).order_by("-at", "-pk")


def changes(rows: Iterable[Row], *, partner: Partner | None, actor: Actor, terms: TermIndex) -> list[Change]:
    """The rows of one page in words."""
    rows = list(rows)
    events = Event.objects.in_bulk([pk for _at, pk, source in rows if source == EVENT])
    entries = Registration.objects.in_bulk([pk for _at, pk, source in rows if source != EVENT])
    things = _things(events.values(), terms)
    people = _colleagues(events.values(), partner, actor)
    lines = [
        ((at.date(), _said(events[pk], actor, partner), people.get(events[pk].user_id, "")), things[pk])
        if source == EVENT
        else ((at.date(), str(REGISTER_KINDS[source]), ""), entries[pk].firm_name)
        for at, pk, source in rows
    ]
    return [
        Change(on, what, list(dict.fromkeys(thing for _head, thing in group if thing)), by)
        for (on, what, by), group in groupby(lines, key=lambda line: line[0])
    ]


def _readable(site: Site, actor: Actor) -> Q:
    if is_own_partner(actor, site.partner):
        return Q(kind__in=KINDS)
    audiences = [str(each) for each in shared_audiences(actor, site.partner)]
    readable = Q(kind__in=OPEN_KINDS)
    if Hazard.objects.shown_to(actor).filter(site=site).exists():
        readable |= Q(
            kind__in=HAZARD_KINDS, data__has_key="audiences", data__audiences__contained_by=audiences
        )
    # As it may be read now, and as it might be read then; of one that is gone, when it went.
    shown = Capability.objects.shown_to(actor).filter(pk=OuterRef("object_id"))
    went = Event.objects.filter(
        kind="capability.deleted",
        object_kind="partners.capability",
        object_id=OuterRef("object_id"),
        data__audience__in=audiences,
    )
    is_still_readable = Q(Exists(shown)) | Q(Exists(went))
    return readable | (Q(kind__in=CAPABILITY_KINDS, data__audience__in=audiences) & is_still_readable)


def _rows(events: QuerySet[Event]) -> QuerySet[Any, Row]:
    return events.order_by().annotate(source=_text(EVENT)).values_list("at", "pk", "source")


def _day(field: str) -> Cast:
    return Cast(F(field), DateTimeField())


def _text(value: str) -> Value:
    return Value(value, TextField())


def _said(event: Event, actor: Actor, partner: Partner | None) -> str:
    """Whoever could not read a statement before it was changed hears that it was stated."""
    was = event.data.get("was")
    if event.kind != "capability.changed" or not was or is_own_partner(actor, partner):
        return str(KINDS[event.kind])
    is_known = was in shared_audiences(actor, partner)
    return str(KINDS["capability.changed" if is_known else "capability.stated"])


def _things(events: Iterable[Event], terms: TermIndex) -> dict[int, str]:
    """What each event is about, where it has a name: a term, or a line that is still there."""
    events = list(events)
    line_ids = {event.object_id or 0 for event in events if event.object_kind == "partners.line"}
    names = dict(Line.objects.filter(pk__in=line_ids).values_list("pk", "name"))
    return {event.pk: _thing(event, names, terms) for event in events}


def _thing(event: Event, line_names: dict[int, str], terms: TermIndex) -> str:
    if event.object_kind == "partners.line":
        return line_names.get(event.object_id or 0, "")
    return terms.label(str(event.data["term"])) if "term" in event.data else ""


def _colleagues(events: Iterable[Event], partner: Partner | None, actor: Actor) -> dict[int | None, str]:
    """Names, for members of the organisation that keeps the profile and of its members only."""
    if partner is None or not is_own_partner(actor, partner):
        return {}
    ids = {event.user_id or 0 for event in events}
    users = User.objects.filter(pk__in=ids, memberships__organisation_id=partner.organisation_id or 0)
    return {user.pk: str(user) for user in users}

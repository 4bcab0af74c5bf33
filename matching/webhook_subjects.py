"""Which endpoints are told of an event, and with which ids; the rest they read by their key.

Nothing leaves but uids, codes and addresses. An endpoint is told of its own organisation's events as far as
its member sees what they are about; a sponsor besides of capacity and profiles of partners that it follows,
where the audience lets it read what changed.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events import webhook_types as types
from cdmo_portal.events.fanning_out import Endpoints, News
from cdmo_portal.events.models import Event, WebhookEndpoint
from cdmo_portal.events.webhook_actors import actor_of
from matching.models import Brief, Interest, MatchRun, ShortlistEntry
from partners.models import Audience, CapacityWindow, Claim, Feed, Line, Partner, PrivateRecord, Site
from partners.permissions import audiences_at

JUST_BEFORE: Final = dt.timedelta(minutes=5)
"""A window that an action ends is closed a little earlier than its event is recorded."""

FAILURES: Final = {"feed.failed": "failing", "feed.held": "held", "feed.quarantined": "stopped"}


def news_of(event: Event, endpoints: Endpoints) -> Iterable[News]:
    """What of these endpoints, all of which asked for the event's type, each is told."""
    code = types.type_of(event.kind) or ""
    return _RESOLVERS[code](event, endpoints) if code in _RESOLVERS else ()


def address(name: str, *parts: object) -> str:
    return settings.PUBLIC_URL + reverse(name, args=parts)


def _own(event: Event, endpoints: Endpoints) -> Endpoints:
    return [each for each in endpoints if each.organisation_id == event.organisation_id]


def _first[Row: Model](rows: QuerySet[Row], pk: object) -> Row | None:
    return rows.filter(pk=pk).first() if pk is not None else None


def _seen_brief(brief_id: int | None, endpoint: WebhookEndpoint) -> Brief | None:
    """Deleted or not: that it was deleted is told, too."""
    actor = actor_of(endpoint)
    rows = Brief.objects.visible_to(actor) | Brief.objects.deleted_for(actor)
    return _first(rows, brief_id)


def _briefs(
    event: Event, endpoints: Endpoints, brief_id: int | None
) -> Iterator[tuple[WebhookEndpoint, Brief]]:
    for endpoint in _own(event, endpoints):
        brief = _seen_brief(brief_id, endpoint)
        if brief is not None:
            yield endpoint, brief


def _brief(event: Event, endpoints: Endpoints) -> Iterator[News]:
    for endpoint, brief in _briefs(event, endpoints, event.object_id):
        data = {"brief": str(brief.uid), "url": address("api-brief-detail", brief.uid)}
        yield News(endpoint, types.BRIEF, _lane(brief), data)


def _match_run(event: Event, endpoints: Endpoints) -> Iterator[News]:
    run = _first(MatchRun.objects.all(), event.object_id)
    if run is None:
        return
    for endpoint, brief in _briefs(event, endpoints, run.brief_id):
        data = {
            "brief": str(brief.uid),
            "match_run": str(run.uid),
            "url": address("api-match-run-detail", run.uid),
        }
        yield News(endpoint, types.MATCH_RUN, _lane(brief), data)


def _shortlist(event: Event, endpoints: Endpoints) -> Iterator[News]:
    for endpoint, brief in _briefs(event, endpoints, event.object_id):
        yield News(endpoint, types.SHORTLIST, _lane(brief), _of_shortlist(event, brief))


def _answered(event: Event, endpoints: Endpoints) -> Iterator[News]:
    """To the sponsor alone; the partner's own event, about the question, is not told."""
    if event.object_kind != Brief._meta.label_lower:
        return
    for endpoint, brief in _briefs(event, endpoints, event.object_id):
        data = _of_shortlist(event, brief) | {"answer": str(event.data.get("answer", ""))}
        yield News(endpoint, types.ANSWERED, _lane(brief), data)


def _of_shortlist(event: Event, brief: Brief) -> dict[str, object]:
    partner = _first(Partner.objects.all(), event.data.get("partner"))
    told = {"partner": str(partner.uid)} if partner is not None else {}
    return {"brief": str(brief.uid), **told, "url": address("api-shortlist-list", brief.uid)}


def _lane(brief: Brief) -> str:
    return f"brief {brief.pk}"


def _interest(event: Event, endpoints: Endpoints) -> Iterator[News]:
    """To the partner alone, and of no question that was withheld from it."""
    if event.object_kind != Interest._meta.label_lower:
        return
    interest = _first(Interest.objects.filter(is_withheld=False), event.object_id)
    if interest is None:
        return
    code = types.type_of(event.kind) or ""
    data = {"interest": str(interest.uid), "url": address("api-interest-detail", interest.uid)}
    for endpoint in _own(event, endpoints):
        yield News(endpoint, code, f"interest {interest.pk}", data)


def _feed(event: Event, endpoints: Endpoints) -> Iterator[News]:
    feed = _first(Feed.objects.all(), event.object_id)
    if feed is None:
        return
    code = types.type_of(event.kind) or ""
    told = {"state": FAILURES[event.kind]} if event.kind in FAILURES else {}
    data = {"feed": str(feed.uid), **told, "url": address("api-feed-detail", feed.uid)}
    for endpoint in _own(event, endpoints):
        yield News(endpoint, code, f"feed {feed.pk}", data)


def _claim(event: Event, endpoints: Endpoints) -> Iterator[News]:
    claim = _first(Claim.objects.all(), event.object_id)
    if claim is None:
        return
    state = event.kind.partition(".")[2]
    data = {"claim": str(claim.uid), "state": state, "url": address("partners:claim_detail", claim.uid)}
    for endpoint in _own(event, endpoints):
        yield News(endpoint, types.CLAIM, f"claim {claim.pk}", data)


def _member(event: Event, endpoints: Endpoints) -> Iterator[News]:
    """Who left has no address any more; the list of members says who stayed."""
    member = _first(Member.objects.all(), event.object_id)
    data: dict[str, object] = {"member": None, "url": address("api-member-list")}
    if member is not None:
        data = {"member": str(member.uid), "url": address("api-member-detail", member.uid)}
    for endpoint in _own(event, endpoints):
        yield News(endpoint, types.MEMBER, f"member {event.object_id}", data)


def _capacity(event: Event, endpoints: Endpoints) -> Iterator[News]:
    for partner, lines in _lines_by_partner(event):
        for endpoint in endpoints:
            told = lines if _keeps(endpoint, partner) else _readable(lines, partner, endpoint, event)
            if told:
                yield News(endpoint, types.CAPACITY, f"capacity {partner.pk}", _of_lines(partner, told))


def _lines_by_partner(event: Event) -> Iterator[tuple[Partner, list[Line]]]:
    """The lines of which the event tells; all of one partner, since one organisation wrote it."""
    ids = event.data.get("lines") or [event.data.get("line")]
    if event.object_kind == Line._meta.label_lower:
        ids = [event.object_id]
    lines = Line.objects.filter(pk__in=[pk for pk in ids if pk], site__partner__isnull=False)
    found: dict[Partner, list[Line]] = {}
    for line in lines.select_related("site__partner__organisation").order_by("pk"):
        assert line.site.partner is not None  # noqa: S101 - tells the type
        found.setdefault(line.site.partner, []).append(line)
    yield from found.items()


def _of_lines(partner: Partner, lines: list[Line]) -> dict[str, object]:
    sites = sorted({str(line.site.uid) for line in lines})
    query = f"?site={sites[0]}" if len(sites) == 1 else ""
    return {
        "partner": str(partner.uid),
        "sites": sites,
        "lines": sorted(str(line.uid) for line in lines),
        "url": address("api-window-list") + query,
    }


def _readable(lines: list[Line], partner: Partner, endpoint: WebhookEndpoint, event: Event) -> list[Line]:
    """Those of which the sponsor may read every window that stands or ended by this: of a line with a window
    that is hidden from it, it does not hear, so that nothing follows from when it hears of one."""
    actor = actor_of(endpoint)
    if not follows(actor, partner):
        return []
    windows = CapacityWindow.objects.filter(line__in=lines)
    windows = windows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=event.at - JUST_BEFORE))
    all_of_them = set(windows.values_list("pk", "line_id"))
    shown = set(windows.shown_to(actor).values_list("pk", "line_id"))
    hidden = {line_id for _pk, line_id in all_of_them - shown}
    told = {line_id for _pk, line_id in shown} - hidden
    return [line for line in lines if line.pk in told]


def _profile(event: Event, endpoints: Endpoints) -> Iterator[News]:
    site = _first(Site.objects.select_related("partner__organisation"), _site_id(event))
    partner = site.partner if site is not None else _partner(event)
    if partner is None:
        return
    data = {"partner": str(partner.uid), "url": address("api-partner-detail", partner.uid)}
    if site is not None:
        data |= {"site": str(site.uid), "url": address("api-site-detail", site.uid)}
    about = f"profile {partner.pk} {site.pk if site else ''}".strip()
    for endpoint in endpoints:
        if _keeps(endpoint, partner) or _may_hear(event, partner, endpoint):
            yield News(endpoint, types.PROFILE, about, data)


def _site_id(event: Event) -> int | None:
    return event.object_id if event.object_kind == Site._meta.label_lower else event.data.get("site")


def _partner(event: Event) -> Partner | None:
    is_partner = event.object_kind == Partner._meta.label_lower
    rows = Partner.objects.select_related("organisation")
    return _first(rows, event.object_id) if is_partner else None


def _may_hear(event: Event, partner: Partner, endpoint: WebhookEndpoint) -> bool:
    """A sponsor that follows the partner, where what was or is stated is for it to read.

    What was published from drafts has an event for each statement, and those are told.
    """
    actor = actor_of(endpoint)
    if event.kind == "profile.published" or not follows(actor, partner):
        return False
    return bool(_audiences(event) & set(audiences_at(actor, partner)))


def _audiences(event: Event) -> set[str]:
    """Whose the statement is and was; certificates, inspections and lines are for everybody."""
    data: Mapping[str, Any] = event.data
    if "audience" in data:
        return {data["audience"], data.get("was", "")} - {""}
    return set(data["audiences"]) if "audiences" in data else {Audience.PUBLIC.value}


def _keeps(endpoint: WebhookEndpoint, partner: Partner) -> bool:
    return partner.organisation_id is not None and partner.organisation_id == endpoint.organisation_id


def follows(actor: Actor, partner: Partner) -> bool:
    """Whether the sponsor has the partner on a shortlist that the actor sees, or in “Our CDMOs”."""
    if not actor.is_sponsor:
        return False
    if ShortlistEntry.objects.visible_to(actor).filter(partner=partner).exists():
        return True
    records = PrivateRecord.objects.visible_to(actor).present()
    return records.filter(Q(partner=partner) | Q(site__partner=partner)).exists()


_RESOLVERS: Final[Mapping[str, Callable[[Event, Endpoints], Iterable[News]]]] = {
    types.BRIEF: _brief,
    types.MATCH_RUN: _match_run,
    types.SHORTLIST: _shortlist,
    types.ANSWERED: _answered,
    types.ASKED: _interest,
    types.WITHDRAWN: _interest,
    types.FEED_FAILED: _feed,
    types.FEED_RECOVERED: _feed,
    types.CLAIM: _claim,
    types.MEMBER: _member,
    types.CAPACITY: _capacity,
    types.PROFILE: _profile,
}

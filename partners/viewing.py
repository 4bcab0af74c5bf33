"""Whose look at a site's page counts as a view, and the counting: once per browser, site and day."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.http import HttpResponse

from cdmo_portal.accounts.actors import Actor, ActorRequest
from partners.models import ProfileView, Site
from partners.permissions import is_own_partner

Reader = ProfileView.Reader

ADD = """
INSERT INTO partners_profileview AS known (site_id, day, reader, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (site_id, day, reader) DO UPDATE SET count = known.count + 1
"""


def counts_as_view(actor: Actor, site: Site) -> bool:
    """Not for its own people and operators."""
    return not actor.is_operator and not is_own_partner(actor, site.partner)


def count_view(request: ActorRequest, site: Site, today: dt.date) -> bool:
    """Whether it was counted; a browser that was keeps a `mark_viewed`."""
    has_looked = request.COOKIES.get(_cookie(site)) == today.isoformat()
    if has_looked or not counts_as_view(request.actor, site):
        return False
    with connection.cursor() as cursor:
        cursor.execute(ADD, [site.pk, today, reader_of(request.actor)])
    return True


def mark_viewed(response: HttpResponse, request: ActorRequest, site: Site, today: dt.date) -> None:
    """In a cookie that goes to this address only: a session's other writers would lose what they wrote."""
    response.set_cookie(
        _cookie(site),
        today.isoformat(),
        max_age=dt.timedelta(days=1),
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(site: Site) -> str:
    return f"viewed_{site.pk}"


def reader_of(actor: Actor) -> Reader:
    if actor.is_sponsor:
        return Reader.SPONSOR
    return Reader.CDMO if actor.is_cdmo else Reader.VISITOR

"""Whose look at a site's page counts as a view, and the counting: once per session, site and day."""

import datetime as dt
from typing import Final

from django.db import connection

from cdmo_portal.accounts.actors import Actor, ActorRequest
from partners.models import ProfileView, Site
from partners.permissions import is_own_partner

IN_SESSION: Final = "viewed_sites"
# Who opens more in a day reads as a machine does; what they open further on is not counted.
MOST_A_DAY: Final = 200

Reader = ProfileView.Reader

ADD = """
INSERT INTO partners_profileview AS known (site_id, day, reader, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (site_id, day, reader) DO UPDATE SET count = known.count + 1
"""


def counts_as_view(actor: Actor, site: Site) -> bool:
    """Not for its own people and operators."""
    return not actor.is_operator and not is_own_partner(actor, site.partner)


def count_view(request: ActorRequest, site: Site, today: dt.date) -> bool:
    """Whether it was counted. Of the session nothing is kept with the count."""
    if not counts_as_view(request.actor, site):
        return False
    kept = request.session.get(IN_SESSION, {})
    viewed: list[int] = kept.get("sites", []) if kept.get("day") == today.isoformat() else []
    if site.pk in viewed or len(viewed) >= MOST_A_DAY:
        return False
    request.session[IN_SESSION] = {"day": today.isoformat(), "sites": [*viewed, site.pk]}
    with connection.cursor() as cursor:
        cursor.execute(ADD, [site.pk, today, reader_of(request.actor)])
    return True


def reader_of(actor: Actor) -> Reader:
    if actor.is_sponsor:
        return Reader.SPONSOR
    return Reader.CDMO if actor.is_cdmo else Reader.VISITOR

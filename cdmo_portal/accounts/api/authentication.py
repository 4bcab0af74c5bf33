"""Who calls the API: a key in the Authorization header, or the browser session of a signed-in person."""

import datetime as dt

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from cdmo_portal.accounts.actors import Actor, actor_of_key
from cdmo_portal.accounts.keys import find_key
from cdmo_portal.accounts.middleware import set_organisation
from cdmo_portal.accounts.models import APIKey, User

LAST_USED_EVERY = dt.timedelta(minutes=5)


class APIKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer cdmo_….…`; the request then acts as the key's member."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, APIKey] | None:
        scheme, _, plain = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        now = timezone.now()
        key = find_key(plain.strip(), now)
        if key is None:
            raise exceptions.AuthenticationFailed("This API key is unknown, revoked or expired.")
        _note_use(key, now)
        set_actor(request, actor_of_key(key, resource_of(request.parser_context["view"])))
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BrowserSessionAuthentication(authentication.SessionAuthentication):
    """A signed-in person trying the API from its reference page, with CSRF protection."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def resource_of(view: object) -> str:
    """What the view's address is about, by the name that scopes use."""
    return str(getattr(view, "resource", ""))


def set_actor(request: Request, actor: Actor) -> None:
    """Act as the key's member from here on, in Python and in the database's transaction."""
    request._request.actor = actor  # type: ignore[attr-defined]
    set_organisation(actor)


def actor_of(request: Request) -> Actor:
    """The actor of an API request (authentication has run by then)."""
    actor: Actor = request._request.actor  # type: ignore[attr-defined]
    return actor


def _note_use(key: APIKey, now: dt.datetime) -> None:
    """When it was last used, to five minutes: a write per call would make every read a write."""
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_EVERY:
        APIKey.objects.filter(pk=key.pk).update(last_used_at=now)

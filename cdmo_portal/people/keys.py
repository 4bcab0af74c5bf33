"""Making, rotating and revoking API keys."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.keys import new_key
from cdmo_portal.accounts.models import APIKey, Member
from cdmo_portal.accounts.scopes import in_order
from cdmo_portal.events.recording import record
from cdmo_portal.people.permissions import can_give, can_manage_keys, can_revoke, is_own
from cdmo_portal.people.refusals import KeyNotUsable, NotAllowed

MOST_DAYS: Final = 730
USUAL_DAYS: Final = 365
USUAL_OVERLAP: Final = dt.timedelta(hours=24)
LONGEST_OVERLAP: Final = dt.timedelta(days=7)


@transaction.atomic
def make(*, by: Actor, name: str, scopes: Iterable[str], days: int | None) -> tuple[APIKey, str]:
    """A key of the actor's own membership, and the whole key in plain text, shown this once."""
    _require_right(by, wanted := in_order(scopes))
    expires_at = timezone.now() + dt.timedelta(days=days) if days else None
    member = Member.objects.get(user=by.user, organisation=by.organisation)
    key, plain = _issue(member, name, wanted, expires_at, replaces=None)
    record("api_key.made", by=by, about=key, data=_made_by(by))
    return key, plain


@transaction.atomic
def rotate(*, by: Actor, key: APIKey, overlap: dt.timedelta) -> tuple[APIKey, str]:
    """A key that may the same follows one's own, which works on for the overlap and then ends.

    It lasts as long as the old one was to last. Only its member rotates a key, since who sees the whole new
    key acts as that member. Raises NotAllowed or KeyNotUsable.
    """
    if not is_own(by, key):
        raise NotAllowed("Only the member whose key it is rotates it.")
    _require_right(by, key.scopes)
    now = timezone.now()
    old = APIKey.objects.select_for_update(of=("self",)).select_related("member").get(pk=key.pk)
    _require_usable(old, now)
    expires_at = now + (old.expires_at - old.created_at) if old.expires_at else None
    fresh, plain = _issue(old.member, old.name, old.scopes, expires_at, replaces=old)
    old.expires_at = min(filter(None, (now + overlap, old.expires_at)))
    old.save(update_fields=["expires_at"])
    record("api_key.rotated", by=by, about=fresh, data={"replaces": old.pk, **_made_by(by)})
    return fresh, plain


@transaction.atomic
def revoke(*, by: Actor, key: APIKey) -> None:
    """Stop a key at once: one's own, or as an owner any of the organisation's."""
    if not can_revoke(by, key):
        raise NotAllowed("Owners revoke other people's keys.")
    is_revoked = APIKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if is_revoked:
        record("api_key.revoked", by=by, about=key)


def _require_right(by: Actor, scopes: list[str]) -> None:
    if not can_manage_keys(by):
        raise NotAllowed("Editors and owners make keys.")
    if not can_give(by, scopes):
        raise NotAllowed("A key makes no key that may more than itself.")


def _require_usable(key: APIKey, now: dt.datetime) -> None:
    if key.state_at(now) != APIKey.State.WORKING:
        raise KeyNotUsable("This key has ended. Make a new one.")
    if APIKey.objects.filter(replaces=key).exists():
        raise KeyNotUsable("This key was rotated already. Rotate the one that followed it.")


def _issue(
    member: Member, name: str, scopes: list[str], expires_at: dt.datetime | None, *, replaces: APIKey | None
) -> tuple[APIKey, str]:
    fresh = new_key()
    key = APIKey.objects.create(
        organisation_id=member.organisation_id,
        member=member,
        name=name,
        prefix=fresh.prefix,
        secret_sha256=fresh.secret_sha256,
        scopes=scopes,
        expires_at=expires_at,
        replaces=replaces,
    )
    return key, fresh.plain


def _made_by(by: Actor) -> dict[str, int]:
    return {"by_key": by.key.pk} if by.key is not None else {}

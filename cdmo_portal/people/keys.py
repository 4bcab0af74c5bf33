"""Making and revoking API keys."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.keys import new_key
from cdmo_portal.accounts.models import APIKey, Member
from cdmo_portal.events.recording import record
from cdmo_portal.people.permissions import can_manage_keys, can_manage_members
from cdmo_portal.people.refusals import NotAllowed


@transaction.atomic
def make(*, by: Actor, name: str, can_write: bool, days: int | None) -> tuple[APIKey, str]:
    """A key of the actor's own membership, and the whole key in plain text, shown this once."""
    if not can_manage_keys(by):
        raise NotAllowed("Editors and owners make keys.")
    fresh = new_key()
    member = Member.objects.get(user=by.user, organisation=by.organisation)
    key = APIKey.objects.create(
        organisation=member.organisation,
        member=member,
        name=name,
        prefix=fresh.prefix,
        secret_sha256=fresh.secret_sha256,
        can_write=can_write,
        expires_at=timezone.now() + dt.timedelta(days=days) if days else None,
    )
    record("api_key.made", by=by, about=key)
    return key, fresh.plain


@transaction.atomic
def revoke(*, by: Actor, key: APIKey) -> None:
    """Stop a key at once: one's own, or as an owner any of the organisation's."""
    is_own = key.member.user_id == by.user_id
    if key.organisation_id != by.organisation_id or not (is_own or can_manage_members(by)):
        raise NotAllowed("Owners revoke other people's keys.")
    APIKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record("api_key.revoked", by=by, about=key)

"""API keys: made once, shown once, kept as a SHA-256 hash (a key is random, so a slow hash adds nothing)."""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, cast

from django.db import connection
from django.db.models import Model

from cdmo_portal.accounts.models import APIKey, Member, Organisation, User

PREFIX_LENGTH = 12
MARK = "cdmo_"


@dataclass(frozen=True, slots=True)
class NewKey:
    """The only moment at which the whole key is known."""

    prefix: str
    secret_sha256: str
    plain: str


def new_key() -> NewKey:
    prefix = MARK + secrets.token_hex(4)[: PREFIX_LENGTH - len(MARK)]
    secret = secrets.token_urlsafe(32)
    return NewKey(prefix=prefix, secret_sha256=digest(secret), plain=f"{prefix}.{secret}")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key(plain: str, now: dt.datetime) -> APIKey | None:
    """The valid key that this text is, or None: unknown, revoked, expired or of a person who left."""
    prefix, _, secret = plain.partition(".")
    row = key_with_its_member(prefix)
    if row is None or not hmac.compare_digest(row.secret_sha256, digest(secret)):
        return None
    return row if row.state_at(now) == APIKey.State.WORKING else None


def key_with_its_member(prefix: str) -> APIKey | None:
    """The key with its member, user and organisation, unless it is revoked or the user is not active.

    Every call of the API begins here. The same by the ORM takes three times as long, most of it to put the
    same statement together again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [prefix])
        found = cursor.fetchone()
    if found is None:
        return None
    values = iter(found)
    made: list[Any] = [
        model.from_db(connection.alias, names, list(islice(values, len(names))))
        for model, names in _columns().items()
    ]
    key, member, user, organisation = made
    member.user, member.organisation = user, organisation
    key.member, key.organisation = member, organisation
    return cast("APIKey", key)


@cache
def _columns() -> dict[type[Model], list[str]]:
    return {
        model: [field.attname for field in model._meta.concrete_fields]
        for model in (APIKey, Member, User, Organisation)
    }


@cache
def _statement() -> str:
    """Made of the models' own columns, once."""
    columns = ", ".join(
        f"{model._meta.db_table}.{field.column}"
        for model in _columns()
        for field in model._meta.concrete_fields
    )
    key, member, user, organisation = (model._meta.db_table for model in _columns())
    return (
        f"SELECT {columns} FROM {key}"  # noqa: S608 - names of our own tables; the prefix is a parameter
        f" JOIN {member} ON {member}.id = {key}.member_id"
        f" JOIN {user} ON {user}.id = {member}.user_id"
        f" JOIN {organisation} ON {organisation}.id = {member}.organisation_id"
        f" WHERE {key}.prefix = %s AND {key}.revoked_at IS NULL AND {user}.is_active"
    )

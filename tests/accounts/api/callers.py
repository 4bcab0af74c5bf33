"""Who calls the API in tests: keys of people in roles, and clients that send them."""

from collections.abc import Sequence
from typing import Any

from django.test import Client

from cdmo_portal.accounts.keys import new_key
from cdmo_portal.accounts.models import Member, Role
from partners.models import Partner, Site
from tests.factories.accounts import APIKeyFactory, MemberFactory


def key_of(member: Member, *, can_write: bool = True, scopes: Sequence[str] = (), **facts: Any) -> str:
    """A key of this member, in plain text: for everything, or with these scopes."""
    fresh = new_key()
    APIKeyFactory.create(
        member=member,
        prefix=fresh.prefix,
        secret_sha256=fresh.secret_sha256,
        scopes=list(scopes) or ["read", *(["write"] * can_write)],
        **facts,
    )
    return fresh.plain


def client_with(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})


def client_of(member: Member, *, can_write: bool = True, scopes: Sequence[str] = ()) -> Client:
    return client_with(key_of(member, can_write=can_write, scopes=scopes))


def colleague_of(member: Member, role: str) -> Member:
    return MemberFactory.create(organisation=member.organisation, role=role)


def pointers(answer: Any) -> list[str]:
    """Where a refusal points at, in its order."""
    return [error["pointer"] for error in answer.json()["errors"]]


def parameters(answer: Any) -> list[str]:
    return [error["parameter"] for error in answer.json()["errors"]]


def partner_of(site: Site) -> Partner:
    assert site.partner is not None
    return site.partner


def staff_of(site: Site, role: str = Role.EDITOR) -> Client:
    """Somebody of the CDMO that keeps this site."""
    return client_of(MemberFactory.create(organisation=partner_of(site).organisation, role=role))

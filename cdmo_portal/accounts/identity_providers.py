"""The organisations' own sign-in servers, as the variable SSO_PROVIDERS names them (docs/sign_in.md).

Reading is plain Python, so that settings may call it: what is wrong becomes a sentence, never an exception,
and a provider with a fault is left out whole.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

MOST_CHARACTERS: Final = 200_000
ROLES: Final = ("viewer", "editor")
"""What people of a verified domain become when they come for the first time; owners are made by owners."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class Kind(StrEnum):
    OIDC = "oidc"
    SAML = "saml"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """A server that may say who somebody is, for addresses in `domains` and for no others.

    `origins` are where it may be asked and where browsers may be sent: its own, and those that are named.
    """

    id: str
    name: str
    kind: Kind
    domains: frozenset[str]
    origins: frozenset[str]
    is_required: bool = True
    is_listed: bool = True
    role: str = "viewer"
    server_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    entity_id: str = ""
    sso_url: str = ""
    certificates: tuple[str, ...] = ()
    sp_entity_id: str = ""
    email_attribute: str = ""
    name_attribute: str = ""

    def speaks_for(self, address: str) -> bool:
        return domain_of(address) in self.domains


class _Fault(Exception):
    """A sentence about one provider."""


def configured() -> tuple[IdentityProvider, ...]:
    providers: tuple[IdentityProvider, ...] = settings.SSO_PROVIDERS
    return providers


def provider_called(provider_id: str) -> IdentityProvider | None:
    return next((each for each in configured() if each.id == provider_id), None)


def provider_required_for(address: str) -> IdentityProvider | None:
    """The provider by which everybody with an address of this domain has to sign in."""
    return next((each for each in configured() if each.is_required and each.speaks_for(address)), None)


def domain_of(address: str) -> str:
    return address.strip().lower().rpartition("@")[2]


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def read(text: str) -> tuple[tuple[IdentityProvider, ...], tuple[str, ...]]:
    """The providers that a text of JSON names, and what is wrong with it in sentences."""
    try:
        entries = _entries(text)
    except _Fault as fault:
        return (), (str(fault),)
    providers: list[IdentityProvider] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            provider = _provider(entry)
            _require_apart(provider, providers)
        except _Fault as fault:
            name = entry.get("id") if isinstance(entry, dict) else None
            problems.append(f"SSO_PROVIDERS, provider {number}{f' ({name})' if name else ''}: {fault}")
        else:
            providers.append(provider)
    return tuple(providers), tuple(problems)


def _entries(text: str) -> list[Any]:
    if not text.strip():
        return []
    if len(text) > MOST_CHARACTERS:
        raise _Fault(f"SSO_PROVIDERS must have at most {MOST_CHARACTERS} characters.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _Fault("SSO_PROVIDERS must be JSON.") from None
    if not isinstance(found, list):
        raise _Fault("SSO_PROVIDERS must be a JSON list of providers.")
    return found


def _provider(entry: Any) -> IdentityProvider:
    if not isinstance(entry, dict):
        raise _Fault("it must be a JSON object.")
    if entry.get("kind") not in set(Kind):
        raise _Fault('kind must be "oidc" or "saml".')
    kind = Kind(entry["kind"])
    fields = {**_COMMON, **_OF_KIND[kind]}
    if unknown := sorted(set(entry) - set(fields) - {"kind"}):
        raise _Fault(f"{unknown[0]} is no field of a provider of kind {kind}.")
    given = {name: check(name, entry.get(name)) for name, check in fields.items()}
    address = given.get("server_url") or given["sso_url"]
    return IdentityProvider(
        kind=kind,
        is_required=given.pop("required"),
        is_listed=given.pop("listed"),
        origins=frozenset({origin_of(address), *given.pop("origins", ())}),
        **given,
    )


def _require_apart(provider: IdentityProvider, others: Iterable[IdentityProvider]) -> None:
    for other in others:
        if other.id == provider.id:
            raise _Fault("another provider has the same id.")
        if both := sorted(other.domains & provider.domains):
            raise _Fault(f"{both[0]} belongs to the provider {other.id} already.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 2_000:
        raise _Fault(f"{name} must be a text.")
    return value.strip()


def _text_or_none(name: str, value: Any) -> str:
    return "" if value is None else _text(name, value)


def _id(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _Fault("id must be 1 to 40 small letters, digits and hyphens.")
    return value


def _name(name: str, value: Any) -> str:
    if len(_text(name, value)) > 40:
        raise _Fault("name must have at most 40 characters.")
    return _text(name, value)


def _yes(name: str, value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, bool):
        raise _Fault(f"{name} must be true or false.")
    return value


def _role(name: str, value: Any) -> str:
    if value is None:
        return ROLES[0]
    if value not in ROLES:
        raise _Fault(f"role must be one of {', '.join(ROLES)}.")
    return str(value)


def _domains(name: str, value: Any) -> frozenset[str]:
    found = _texts(name, value)
    for each in found:
        if not _DOMAIN.fullmatch(each.lower()):
            raise _Fault(f"{each} is no domain of e-mail addresses.")
    return frozenset(each.lower() for each in found)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Fault(f"{name} must be a list of at least one text.")
    return tuple(_text(name, each) for each in value)


def _address(name: str, value: Any) -> str:
    text = _text(name, value)
    try:
        parts = urlsplit(text)
        is_sound = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or re.search(r"[\s\"'\\;,#?]", text):
        raise _Fault(f"{name} must be a plain address.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise _Fault(f"{name} must begin with https://.")
    return text


def _sso_address(name: str, value: Any) -> str:
    """Some servers tell their tenants apart by a query."""
    text = _text(name, value)
    plain, _mark, query = text.partition("?")
    if re.search(r"[\s\"'\\;,#]", query):
        raise _Fault(f"{name} must be a plain address.")
    _address(name, plain)
    return text


def _origins(name: str, value: Any) -> tuple[str, ...]:
    found = () if value is None else _texts(name, value)
    for each in found:
        if origin_of(_address(name, each)) != each.lower():
            raise _Fault(f"{each} is no origin; write it like https://keys.example.com.")
    return tuple(each.lower() for each in found)


def _certificates(name: str, value: Any) -> tuple[str, ...]:
    # Half a hundred milliseconds that nobody without SAML needs to spend.
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    found = _texts(name, value if isinstance(value, list) else [value])
    for each in found:
        try:
            load_pem_x509_certificate(each.encode())
        except ValueError:
            raise _Fault("each of certificates must be a certificate in PEM form.") from None
    return found


type _Check = Callable[[str, Any], Any]

_COMMON: Mapping[str, _Check] = {
    "id": _id,
    "name": _name,
    "domains": _domains,
    "required": _yes,
    "listed": _yes,
    "role": _role,
}
_OF_KIND: Mapping[Kind, Mapping[str, _Check]] = {
    Kind.OIDC: {"server_url": _address, "client_id": _text, "client_secret": _text, "origins": _origins},
    Kind.SAML: {
        "entity_id": _text,
        "sso_url": _sso_address,
        "certificates": _certificates,
        "sp_entity_id": _text_or_none,
        "email_attribute": _text_or_none,
        "name_attribute": _text_or_none,
    },
}

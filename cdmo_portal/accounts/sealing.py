"""Secrets at rest: sealed with the first key of FIELD_ENCRYPTION_KEYS, read with any of them."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class NoKeys(Exception):
    """The operator has set no keys, so nothing secret may be stored."""


class Unreadable(Exception):
    """None of the keys opens it: it was sealed with a key that has been taken away."""


def seal(text: str) -> bytes:
    return seal_bytes(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    return unseal_bytes(sealed).decode()


def seal_bytes(plain: bytes) -> bytes:
    return _keys().encrypt(plain)


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    try:
        return _keys().decrypt(bytes(sealed))
    except InvalidToken as error:
        raise Unreadable("The stored secret cannot be read any more.") from error


def _keys() -> MultiFernet:
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise NoKeys("No keys are set to store secrets with.")
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])

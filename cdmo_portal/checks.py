"""What production must set. Errors of `manage.py check --deploy`, and of every process that starts so."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50


@register(Tags.security, deploy=True)
def production_values(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(message, id=f"portal.E{number:03}") for number, message in missing_values()]


@register()
def background_times(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    problems = [
        (
            7,
            settings.FEED_LEASE_SECONDS <= 2 * settings.FEED_DEADLINE_SECONDS,
            "FEED_LEASE_SECONDS must be more than twice FEED_DEADLINE_SECONDS.",
        ),
        (
            8,
            2 * settings.FEED_DEADLINE_SECONDS >= settings.TASK_SECONDS - 10,
            "TASK_SECONDS must be more than twice FEED_DEADLINE_SECONDS and ten seconds.",
        ),
        (9, settings.FEED_THREADS < 1, "FEED_THREADS must be 1 or more."),
        (
            10,
            settings.WEBHOOK_LEASE_SECONDS <= 2 * settings.WEBHOOK_DEADLINE_SECONDS,
            "WEBHOOK_LEASE_SECONDS must be more than twice WEBHOOK_DEADLINE_SECONDS.",
        ),
        (11, settings.WEBHOOK_THREADS < 1, "WEBHOOK_THREADS must be 1 or more."),
    ]
    return [Error(message, id=f"portal.E{number:03}") for number, is_wrong, message in problems if is_wrong]


@register()
def sign_on(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(problem, id="portal.E010") for problem in settings.SSO_PROBLEMS]


def missing_values() -> list[tuple[int, str]]:
    """Number and sentence for every production value that is missing or unsafe."""
    problems = [
        (1, len(settings.SECRET_KEY) < SHORTEST_SECRET, "SECRET_KEY must be set, at least 50 characters."),
        (2, not settings.FIELD_ENCRYPTION_KEYS, "FIELD_ENCRYPTION_KEYS must hold at least one Fernet key."),
        (3, not settings.IS_HTTPS, "PUBLIC_URL must begin with https://."),
        (4, settings.DEMO, "CDMO_DEMO must be off."),
        (5, "@localhost/cdmo" in settings.DATABASE_URL, "DATABASE_URL must be set."),
        (6, settings.REDIS_URL == "redis://localhost:6379/0", "REDIS_URL must be set."),
    ]
    return [(number, message) for number, is_wrong, message in problems if is_wrong]


def require_production_values() -> None:
    """Refuse to start a long-running process with DEBUG and CDMO_DEMO off and a value missing.

    What is there and cannot be read stops it in any case.
    """
    if settings.SSO_PROBLEMS:
        raise ImproperlyConfigured(" ".join(settings.SSO_PROBLEMS))
    if settings.DEBUG or settings.DEMO:
        return
    if problems := missing_values():
        raise ImproperlyConfigured(" ".join(message for _number, message in problems))

"""Every address that the portal answers, read from its URL configuration."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """`name` with its namespaces; `parameters` are the names of the parts that vary."""

    name: str
    pattern: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def needs_sign_in(self) -> bool:
        """As LoginRequiredMiddleware decides it."""
        return bool(getattr(self.view, "login_required", True))


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns))


def page_addresses() -> list[Address]:
    return [each for each in addresses() if not each.is_api]


def _walk(
    patterns: list[URLPattern | URLResolver],
    prefix: str = "",
    namespace: str = "",
    parameters: tuple[str, ...] = (),
) -> Iterator[Address]:
    for each in patterns:
        pattern = prefix + str(each.pattern)
        names = (*parameters, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, pattern, inner, names)
        else:
            yield Address(f"{namespace}{each.name}", pattern, each.callback, names)

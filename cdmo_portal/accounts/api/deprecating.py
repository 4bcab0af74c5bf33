"""Addresses that go away: said in every answer long before they do (RFC 9745 and RFC 8594), and described."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Deprecation:
    since: dt.date
    sunset: dt.date
    link: str

    def headers(self) -> Iterator[tuple[str, str]]:
        yield "Deprecation", f"@{_moment(self.since)}"
        yield "Sunset", http_date(_moment(self.sunset))


def deprecated[Subject: Callable[..., Any]](
    *, since: dt.date, sunset: dt.date, link: str
) -> Callable[[Subject], Subject]:
    """For a viewset or one method of it. `link` leads to what says how to do without."""

    def mark(subject: Subject) -> Subject:
        subject.deprecation = Deprecation(since, sunset, link)  # type: ignore[attr-defined]
        return subject

    return mark


def deprecation_of(view: object, method: str) -> Deprecation | None:
    """Of the operation that answers this method, else of its whole view."""
    name = getattr(view, "action", None) or method.lower()
    found = getattr(getattr(view, name, None), "deprecation", None) or getattr(view, "deprecation", None)
    return found if isinstance(found, Deprecation) else None


def tell(deprecation: Deprecation, answer: HttpResponseBase) -> None:
    for name, value in deprecation.headers():
        answer[name] = value
    links = [answer["Link"]] if "Link" in answer else []
    answer["Link"] = ", ".join([*links, f'<{deprecation.link}>; rel="deprecation"; type="text/html"'])


def _moment(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())

"""A session that ends while somebody fills in a form: what was typed waits until they have signed in again.

It waits in the new, anonymous session of the same browser, for that person only: a signed cookie says who was
signed in here last. Files, secrets, API calls and forms that are not ours (sign-in, passwords) are not kept.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

KEPT: Final = "kept_form"
LAST_HERE: Final = "last_here"
SALT: Final = "accounts.kept_forms"
DAYS_KNOWN: Final = 30
SECONDS_KEPT: Final = 3_600
MOST_CHARACTERS: Final = 400_000
NEVER_KEPT: Final = ("csrfmiddlewaretoken", "password", "secret", "header_value")
"""What stands in the names of fields that are left out."""
OUR_APPS: Final = {"accounts", "partners", "matching"}


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was sent to `action` from the page at `page` by the user with this key, and when."""

    user_id: int
    page: str
    action: str
    fields: list[tuple[str, str]]
    at: float


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own, which also keeps the form and, for htmx, moves the whole page to the sign-in."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.method == "POST" and request.user.is_authenticated:
            forget(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method == "POST":
            keep(request)
        elif not is_htmx(request):
            return super().handle_no_permission(request, view_func)
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of(request)})}"
        # Both are redirects; Django's signature names one class of them.
        answer: Any = HttpResponseClientRedirect if is_htmx(request) else HttpResponseRedirect
        redirect: HttpResponseRedirect = answer(sign_in)
        return redirect


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


class RememberLastHereMiddleware:
    """Writes down, in a signed cookie that scripts cannot read, who was signed in in this browser last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        # A session that nobody looked at belongs to no page; asking now would read it for nothing.
        if user is None or not request.session.accessed or not user.is_authenticated:
            return response
        # Who calls the API by a key is in no browser.
        if request.session.is_empty():
            return response
        if last_here(request) != user.pk:
            response.set_signed_cookie(
                LAST_HERE,
                str(user.pk),
                salt=SALT,
                max_age=DAYS_KNOWN * 86_400,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def last_here(request: HttpRequest) -> int | None:
    try:
        return int(request.get_signed_cookie(LAST_HERE, salt=SALT, max_age=DAYS_KNOWN * 86_400) or "")
    except (KeyError, BadSignature, ValueError):
        return None


def page_of(request: HttpRequest) -> str:
    """The page that the form was on, as a path of ours; the form's own address where that is not told."""
    parts = urlsplit(_told(request))
    if not is_from_us(request):
        return request.path
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of ours."""
    told = _told(request)
    is_our_host = url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()})
    path = urlsplit(told).path
    return is_our_host and path.startswith("/") and not path.startswith("//")


def _told(request: HttpRequest) -> str:
    return request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""


def keep(request: HttpRequest) -> bool:
    """Whether there was something to keep; nothing is kept for somebody who was never signed in here."""
    user_id, match = last_here(request), request.resolver_match
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(part in name for part in NEVER_KEPT)
        for value in values
    ]
    is_ours = match is not None and not OUR_APPS.isdisjoint(match.namespaces)
    is_small = sum(len(name) + len(value) for name, value in fields) <= MOST_CHARACTERS
    if user_id is None or not (fields and is_ours and is_small):
        return False
    kept = KeptForm(user_id, page_of(request), request.path, fields, time.time())
    request.session[KEPT] = asdict(kept)
    return True


def forget(request: HttpRequest) -> None:
    """The form was sent again, as it was or not."""
    kept = kept_in(request)
    if kept is not None and kept.action == request.path:
        discard(request)


def discard(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def kept_in(request: HttpRequest) -> KeptForm | None:
    """What waits in this session, whoever asks; what is too old does not."""
    session = getattr(request, "session", None)
    found = session.get(KEPT) if session is not None else None
    if not found:
        return None
    if time.time() - found["at"] > SECONDS_KEPT:
        discard(request)
        return None
    return KeptForm(**{**found, "fields": [(name, value) for name, value in found["fields"]]})


def kept_for_page(request: HttpRequest) -> KeptForm | None:
    """What waits for this person on this page."""
    kept = kept_in(request)
    if kept is None or request.method != "GET" or urlsplit(kept.page).path != request.path:
        return None
    return kept if request.user.is_authenticated and request.user.pk == kept.user_id else None

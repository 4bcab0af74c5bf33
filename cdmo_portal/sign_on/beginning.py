"""Begin a sign-in, and say on a page of ours why one ended."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.sign_on.discovery import ServerUnsound
from cdmo_portal.sign_on.providers import provider_for

logger = logging.getLogger(__name__)


def begin(request: HttpRequest, provider: IdentityProvider, next_url: str | None) -> HttpResponse:
    """Lead the browser to the provider; `next_url` has to be safe already."""
    try:
        return provider_for(request, provider).begin(request, next_url)
    except ServerUnsound as problem:
        logger.warning("sign-in through %s cannot begin: %s", provider.id, problem)
        return stopped(
            request,
            _("%(name)s cannot be reached") % {"name": provider.name},
            _("The sign-in of your organisation does not answer as it should. Try again in a few minutes."),
            status=502,
        )


def failed(request: HttpRequest, provider: IdentityProvider, problem: object) -> HttpResponse:
    """What went wrong stands in the log; telling it to whoever sent a forged answer would help them."""
    logger.warning("sign-in through %s failed: %s", provider.id, problem)
    return stopped(
        request,
        _("%(name)s did not sign you in") % {"name": provider.name},
        _("What came back cannot be used: it may be too old, or was used before. Start again."),
        status=401,
    )


def stopped(request: HttpRequest, title: str, reason: str, *, status: int) -> HttpResponse:
    return render(request, "sign_on/stopped.html", {"title": title, "reason": reason}, status=status)

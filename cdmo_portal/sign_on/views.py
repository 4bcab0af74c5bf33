"""The way to an organisation's sign-in and back; none of it is there where nothing is configured."""

from typing import Any, Final

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.sessions import LoginSession
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cdmo_portal.accounts.identity_providers import IdentityProvider, configured, provider_required_for
from cdmo_portal.people.refusals import PeopleActionRefused
from cdmo_portal.people.signing_on import Asserted, admit
from cdmo_portal.sign_on.beginning import begin, failed, stopped
from cdmo_portal.sign_on.discovery import ServerUnsound
from cdmo_portal.sign_on.forms import SignInForm
from cdmo_portal.sign_on.id_tokens import TokenRefused
from cdmo_portal.sign_on.oidc import asserted_by
from cdmo_portal.sign_on.providers import provider_for
from cdmo_portal.sign_on.saml import AnswerRefused, metadata, read_answer

PARKED: Final = "saml-answer"
SECONDS_PARKED: Final = 120


@csrf_exempt  # it only tells of a domain, and has to be a plain 404 where nothing is configured
@login_not_required
@rate_limit(action="sign_on")
def way(request: HttpRequest) -> HttpResponse:
    """The part of the sign-in page below the address: a password, or the way to the organisation's sign-in.

    Asked by POST, so that addresses stand in no log; 204 where the page shows the right part already.
    """
    if not configured() or request.method != "POST":
        raise Http404
    provider = provider_required_for(request.POST.get("login", ""))
    if request.POST.get("way", "") == (provider.id if provider else ""):
        return HttpResponse(status=204)
    form = SignInForm(request=request)
    return render(request, "account/login.html#way", {"required": provider, "form": form})


@login_not_required
@require_POST
@never_cache
@rate_limit(action="sign_on")
def start(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    return begin(request, provider, get_next_redirect_url(request))


@login_not_required
@require_GET
@never_cache
def oidc_callback(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    state = _remembered(request, provider, request.GET.get("state", ""))
    if state is None:
        return failed(request, provider, "no sign-in was begun here")
    if request.GET.get("error") == "access_denied":
        title = _("You did not sign in")
        return stopped(request, title, _("You left %s before it was done.") % provider.name, status=403)
    try:
        asserted = asserted_by(provider, request.GET.get("code", ""), state)
    except (ServerUnsound, TokenRefused) as problem:
        return failed(request, provider, problem)
    return _signed_in(request, provider, asserted, state)


@csrf_exempt  # the server's page sends the form; whether this browser asked for it is checked one step later
@login_not_required
@require_POST
@never_cache
@rate_limit(action="sign_on")
def saml_answer(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Take the answer in. The session comes one step later: from another site its cookie is not sent."""
    text = request.POST.get("SAMLResponse", "")
    try:
        read_answer(provider, text)
    except AnswerRefused as problem:
        return failed(request, provider, problem)
    answer = redirect("sign_on:saml_finish", provider.id)
    parked = LoginSession(request, "saml_parked", PARKED)
    parked.store.update({"answer": text})
    parked.store.set_expiry(SECONDS_PARKED)
    parked.save(answer)
    answer.cookies[PARKED]["httponly"] = True
    return answer


@login_not_required
@require_GET
@never_cache
def saml_finish(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    parked = LoginSession(request, "saml_parked", PARKED)
    text = str(parked.store.get("answer", ""))
    parked.delete()
    try:
        answer = read_answer(provider, text)
    except AnswerRefused as problem:
        return failed(request, provider, problem)
    state = _remembered(request, provider, answer.request_id)
    if state is None:
        return failed(request, provider, "the answer is to no request of this browser, or was used before")
    return _signed_in(request, provider, answer.asserted, state)


@login_not_required
@require_GET
def saml_metadata(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    return HttpResponse(metadata(provider), content_type="application/samlmetadata+xml")


def _remembered(request: HttpRequest, provider: IdentityProvider, state_id: str) -> dict[str, Any] | None:
    """What was kept in this session when the sign-in began; once, and then no more."""
    try:
        state: dict[str, Any] = provider_for(request, provider).unstash_redirect_state(request, state_id)
    except PermissionDenied:
        return None
    return state


def _signed_in(
    request: HttpRequest, provider: IdentityProvider, asserted: Asserted, state: dict[str, Any]
) -> HttpResponse:
    try:
        account = admit(provider=provider, asserted=asserted)
    except PeopleActionRefused as refusal:
        title = _("%(name)s cannot sign you in here") % {"name": provider.name}
        return stopped(request, title, str(refusal), status=403)
    asked_for = SocialAccount(provider=account.provider, uid=account.uid)
    login = SocialLogin(provider=provider_for(request, provider), account=asked_for)
    login.state = state
    try:
        answer: HttpResponse = complete_social_login(request, login)
    except ImmediateHttpResponse as instead:
        return instead.response
    # As after a password: the session ends with the browser.
    request.session.set_expiry(0)
    return answer

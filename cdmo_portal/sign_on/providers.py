"""allauth's providers, filled from settings: where a sign-in begins, and what is remembered of it."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_Error

from cdmo_portal.accounts.identity_providers import IdentityProvider, Kind
from cdmo_portal.sign_on.discovery import ServerUnsound, configuration_of
from cdmo_portal.sign_on.oidc import callback_address
from cdmo_portal.sign_on.saml import asked_at, settings_of


class OpenIDConnectClient(OpenIDConnectOAuth2Adapter):
    """Where the server is, and where it sends people back."""

    @property
    def openid_config(self) -> dict[str, Any]:
        return configuration_of(self.get_provider().ours)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_address(self.get_provider().ours)


class _FromSettings:
    """What both kinds share."""

    ours: IdentityProvider

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        url = reverse("sign_on:start", args=[self.ours.id])
        return f"{url}?{urlencode(kwargs)}" if kwargs else url


class OpenIDConnect(_FromSettings, OpenIDConnectProvider):
    oauth2_adapter_class = OpenIDConnectClient

    def begin(self, request: HttpRequest, next_url: str | None) -> HttpResponse:
        """Lead to the server: code flow with PKCE, a state bound to the session, and a nonce.

        Raises ServerUnsound where the server does not say where people sign in.
        """
        nonce = secrets.token_urlsafe(32)
        answer: HttpResponse = self.redirect(
            request, process="login", next_url=next_url, auth_params={"nonce": nonce}, nonce=nonce
        )
        return answer


class SAML(_FromSettings, SAMLProvider):
    def begin(self, request: HttpRequest, next_url: str | None) -> HttpResponse:
        """Lead to the server with a request whose id the answer has to name."""
        try:
            auth = OneLogin_Saml2_Auth(asked_at(self.ours), settings_of(self.ours))
            address = auth.login(return_to="")
        except OneLogin_Saml2_Error as error:
            raise ServerUnsound(str(error)) from error
        self.stash_redirect_state(request, "login", next_url, state_id=auth.get_last_request_id())
        return HttpResponseRedirect(address)


type PortalProvider = OpenIDConnect | SAML


def provider_for(request: HttpRequest, ours: IdentityProvider) -> PortalProvider:
    app = SocialApp(
        provider="openid_connect" if ours.kind is Kind.OIDC else "saml",
        provider_id=ours.id,
        name=ours.name,
        client_id=ours.client_id or ours.id,
        secret=ours.client_secret,
        settings={"server_url": ours.server_url, "oauth_pkce_enabled": True},
    )
    provider: PortalProvider = (OpenIDConnect if ours.kind is Kind.OIDC else SAML)(request, app=app)
    provider.ours = ours
    provider.name = ours.name
    return provider

"""What allauth asks about providers: they come from settings alone, and it decides about nobody by itself.

Who gets in is decided by `people.signing_on.admit` before allauth looks for the account.
"""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest

from cdmo_portal.accounts.identity_providers import configured, provider_called
from cdmo_portal.outgoing.sessions import Session
from cdmo_portal.sign_on.providers import PortalProvider, provider_for


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """None: a row in the database makes nobody a provider."""
        return []

    def list_providers(self, request: HttpRequest) -> list[PortalProvider]:
        """For the buttons."""
        return [provider_for(request, each) for each in configured() if each.is_listed]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> PortalProvider:
        found = provider_called(provider)
        if found is None:
            raise SocialApp.DoesNotExist
        return provider_for(request, found)

    def get_requests_session(self) -> Session:
        """Only a session of a certain provider may ask anybody (`providers.py`)."""
        raise NotImplementedError

    def authenticate_by_email(self, sociallogin: Any) -> None:
        """Never: that is `admit`'s to decide."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

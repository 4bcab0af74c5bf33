"""Who may sign up and sign in here: what allauth asks about accounts.

Anybody may sign up; a verified address then decides which organisation it leads to. People whose domain has
to use its organisation's own sign-in get in by that alone; operators do not, who are needed when it is down.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cdmo_portal.accounts.identity_providers import IdentityProvider, configured, provider_required_for
from cdmo_portal.accounts.models import User

INVITATION_UID = "invitation_uid"
BY_PROVIDER = "sociallogin"
"""What allauth hands on from a sign-in through a provider, and from no other."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The form is open to all; a verified address then decides which organisation it leads to."""
        return True

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Every way in passes here, passkeys too; the second factor comes later."""
        refusal: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if refusal is not None or BY_PROVIDER in (kwargs.get("signal_kwargs") or {}):
            return refusal
        provider = provider_of(user)
        if provider is None:
            return None
        context = {"title": _("Use your organisation's sign-in"), "reason": sentence_of(provider)}
        return render(request, "sign_on/stopped.html", context, status=403)

    def clean_password(self, password: str, user: User | None = None) -> str:
        """A password that would open nothing is not taken."""
        if isinstance(user, User) and user.pk and (provider := provider_of(user)):
            raise ValidationError(sentence_of(provider))
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Or somebody would be free of their organisation's sign-in by taking its address away."""
        if provider_required_for(email_address.email):
            return False
        return bool(super().can_delete_email(email_address))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The page says the same to everybody; what helps stands in the mail."""
        provider = provider_of(user)
        if provider is None:
            super().send_password_reset_mail(user, email, context)
        else:
            subject = _("How you sign in to the CDMO Portal")
            EmailMessage(subject, sentence_of(provider), to=[email]).send()


def provider_of(user: User) -> IdentityProvider | None:
    """The provider by which this person has to sign in, because of any of their addresses."""
    if user.is_operator or not any(each.is_required for each in configured()):
        return None
    rows = EmailAddress.objects.filter(user_id=user.pk, verified=True).values_list("email", flat=True)
    found = (provider_required_for(address) for address in (user.email, *rows))
    return next((each for each in found if each), None)


def sentence_of(provider: IdentityProvider) -> str:
    """What people read who try another way in."""
    return _("People with your e-mail domain sign in with %(name)s, and with no password of the portal.") % {
        "name": provider.name
    }

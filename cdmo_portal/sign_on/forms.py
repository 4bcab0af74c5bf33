"""allauth's forms, which first send people of some domains to their organisation's sign-in."""

from typing import Any

from allauth.account.forms import AddEmailForm, LoginForm, SignupForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from cdmo_portal.accounts.identity_providers import configured, provider_required_for
from cdmo_portal.accounts.sign_up import sentence_of
from cdmo_portal.sign_on.beginning import begin

WITH_PASSWORD = "with_password"  # noqa: S105 the name of a field
"""Set on the page for operators: they may come in by password when their organisation's sign-in is down."""


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = None
        if self.is_bound and not self.is_with_password:
            self.provider = provider_required_for(str(self.data.get("login", "")))
        if self.provider is not None:
            self.fields["password"].required = False

    @property
    def is_with_password(self) -> bool:
        given = self.data if self.is_bound else self.request.GET
        return bool(given.get(WITH_PASSWORD))

    @property
    def asks_domain(self) -> bool:
        """Whether the address decides what the page asks next."""
        return not self.is_with_password and any(each.is_required for each in configured())

    def clean(self) -> dict[str, Any]:
        """No account is looked for where the domain alone decides, so nothing tells whether there is one."""
        if self.provider is None:
            cleaned: dict[str, Any] = super().clean()
            return cleaned
        return self.cleaned_data

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if self.provider is not None:
            return begin(request, self.provider, redirect_url)
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        return answer


class SignUpForm(SignupForm):
    def clean_email(self) -> str:
        address: str = super().clean_email()
        return _free_to_use(address)


class AddAddressForm(AddEmailForm):
    def clean_email(self) -> str:
        address: str = super().clean_email()
        return _free_to_use(address)


def _free_to_use(address: str) -> str:
    if provider := provider_required_for(address):
        raise ValidationError(sentence_of(provider))
    return address

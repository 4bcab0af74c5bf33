"""Who may sign up: invited people and people whose address is in an approved organisation's verified domain."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

INVITATION_UID = "invitation_uid"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The form is open to all; whom it lets in is decided from the verified address (see actions/joining)."""
        return True

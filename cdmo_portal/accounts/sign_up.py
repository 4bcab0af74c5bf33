"""Who may sign up: the invited, and people with an address in an approved organisation's domain."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

INVITATION_UID = "invitation_uid"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The form is open to all; a verified address then decides which organisation it leads to."""
        return True

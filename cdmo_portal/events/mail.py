"""Mails as they leave, and the demo's backend, which keeps them in the database and shows them on a page."""

from collections.abc import Sequence
from email.message import Message
from email.policy import Policy, default
from typing import Any, Final

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cdmo_portal.events.models import KeptMail

UNSUBSCRIBE: Final = "List-Unsubscribe"
LONGEST_LINE: Final = 998  # of RFC 5322


class PortalMail(EmailMessage):
    """A mail whose long headers stay as they are.

    Python encodes a header word that does not fit into 78 characters, and no mail program finds an address
    of List-Unsubscribe in `=?utf-8?q?=3Chttps=3A...`.
    """

    # As Django's stubs have it; what comes is the standard library's message, hence `Any`.
    def message(self, *, policy: "Policy[Message] | None" = default) -> Any:
        return super().message(policy=(policy or default).clone(max_line_length=LONGEST_LINE))


def unsubscribe_headers(url: str) -> dict[str, str]:
    """The headers of RFC 8058: mail programs offer a button, and press it by a POST of their own."""
    if not url:
        return {}
    return {UNSUBSCRIBE: f"<{url}>", f"{UNSUBSCRIBE}-Post": "List-Unsubscribe=One-Click"}


class KeepingBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = [
            KeptMail(
                to=", ".join(message.recipients()),
                subject=message.subject[:300],
                body=str(message.body),
                unsubscribe_url=message.extra_headers.get(UNSUBSCRIBE, "").strip("<>"),
            )
            for message in email_messages
        ]
        KeptMail.objects.bulk_create(kept)
        return len(kept)

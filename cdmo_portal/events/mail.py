"""The demo's mail backend: mails are kept in the database and shown on a page."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cdmo_portal.events.models import KeptMail


class KeepingBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = [
            KeptMail(
                to=", ".join(message.recipients()), subject=message.subject[:300], body=str(message.body)
            )
            for message in email_messages
        ]
        KeptMail.objects.bulk_create(kept)
        return len(kept)

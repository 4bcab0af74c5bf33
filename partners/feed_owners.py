"""Telling the owners of an organisation what happened to one of its feeds."""

from django.conf import settings
from django.urls import reverse

from cdmo_portal.accounts.models import Role, User
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import enqueue_mail
from partners.models import Feed


def tell_owners(feed: Feed, *, event: Event, subject: str, body: str) -> None:
    """Queue a mail to each owner in the running transaction."""
    owners = User.objects.filter(
        memberships__organisation_id=feed.organisation_id, memberships__role=Role.OWNER, is_active=True
    )
    for owner in owners.order_by("pk"):
        enqueue_mail(event=event, to_user=owner, subject=subject, body=body)


def name_in_subject(feed: Feed) -> str:
    return " ".join(feed.name.split())


def address_of(feed: Feed) -> str:
    return settings.PUBLIC_URL + reverse("partners:feed_detail", args=[feed.uid])

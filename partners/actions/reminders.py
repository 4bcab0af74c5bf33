"""Stopping the reminders of a profile, and asking for them again; each member for themselves."""

from django.db import transaction

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.recording import record
from partners.models import ReminderStop


@transaction.atomic
def stop(*, member: Member, by: Actor = NOBODY) -> None:
    """No more mails to this member; without an actor it was the link of a mail."""
    _row, is_new = ReminderStop.objects.get_or_create(organisation=member.organisation, user=member.user)
    if is_new:
        record("reminders.stopped", by=by, about=member, organisation_id=member.organisation_id)


@transaction.atomic
def resume(*, member: Member, by: Actor) -> None:
    gone, _rows = ReminderStop.objects.filter(organisation=member.organisation, user=member.user).delete()
    if gone:
        record("reminders.resumed", by=by, about=member, organisation_id=member.organisation_id)

"""How people come into an organisation: by invitation, or by an address in its verified domain."""

import datetime as dt
import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Invitation, Member, Organisation, Role, User
from cdmo_portal.events.recording import enqueue_mail, record
from cdmo_portal.people.permissions import can_manage_members, can_run_service
from cdmo_portal.people.refusals import (
    AlreadyThere,
    ChangedMeanwhile,
    InvitationNotUsable,
    LastOwnerStays,
    NotAllowed,
)

CHANGED_MEANWHILE = "Somebody else changed or removed this member meanwhile. Look at the list again."


def verified_addresses(user: User) -> set[str]:
    """The addresses that this person has shown to be theirs, in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in rows}


def open_invitations(user: User) -> list[Invitation]:
    """Invitations to any of the person's verified addresses."""
    rows = Invitation.objects.filter(
        email__in=verified_addresses(user),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    return list(rows.select_related("organisation"))


def joinable_organisations(user: User) -> list[Organisation]:
    """Approved organisations whose verified domain is that of one of the person's verified addresses."""
    domains = {address.rpartition("@")[2] for address in verified_addresses(user)}
    rows = Organisation.objects.filter(
        state=Organisation.State.APPROVED, domains__domain__in=domains, domains__verified_at__isnull=False
    )
    return list(rows.exclude(members__user=user).distinct())


@transaction.atomic
def invite(*, by: Actor, organisation: Organisation, email: str, role: str) -> Invitation:
    """Send an invitation; the link in the mail holds the token, the row only its hash."""
    if not (can_run_service(by) or (can_manage_members(by) and by.organisation == organisation)):
        raise NotAllowed("Only owners invite people.")
    address = email.strip().lower()
    if organisation.members.filter(user__email=address).exists():
        raise AlreadyThere(f"{address} is a member already.")
    for earlier in Invitation.objects.waiting().filter(organisation=organisation, email=address):
        _withdraw(by, earlier)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=address,
        role=role,
        token_sha256=hash_of(token),
        invited_by=by.user,
        expires_at=timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS),
    )
    event = record("invitation.sent", by=by, about=invitation, organisation_id=organisation.pk)
    link = settings.PUBLIC_URL + reverse("accounts:invitation_accept", args=[token])
    enqueue_mail(
        event=event,
        to_address=address,
        subject=f"Join {organisation.name} on the CDMO Portal",
        body=f"You are invited to work with {organisation.name} on the CDMO Portal.\n\n{link}\n\n"
        f"The link works until {invitation.expires_at:%d %B %Y}.",
    )
    return invitation


@transaction.atomic
def resend(*, by: Actor, invitation: Invitation) -> Invitation:
    """Invite the same address to the same role anew: the old link stops working.

    Raises NotAllowed, AlreadyThere or InvitationNotUsable.
    """
    return invite(
        by=by,
        organisation=invitation.organisation,
        email=invitation.email,
        role=_waiting(by, invitation).role,
    )


@transaction.atomic
def withdraw(*, by: Actor, invitation: Invitation) -> None:
    """Take an invitation back: its link stops working. Raises NotAllowed or InvitationNotUsable."""
    _withdraw(by, _waiting(by, invitation))


def find_invitation(token: str) -> Invitation:
    """The open invitation of a mailed link; raises InvitationNotUsable when there is none."""
    row = Invitation.objects.select_related("organisation").filter(token_sha256=hash_of(token)).first()
    if row is None or row.accepted_at or row.withdrawn_at or row.expires_at <= timezone.now():
        raise InvitationNotUsable("This invitation was used, withdrawn or has expired. Ask for a new one.")
    return row


@transaction.atomic
def accept(*, by: Actor, invitation: Invitation) -> Member:
    """Become a member; the invited address must be one that the person has verified."""
    if by.user is None or invitation.email not in verified_addresses(by.user):
        raise NotAllowed(f"Sign in with {invitation.email}, the invited address, and confirm it.")
    claimed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).update(accepted_at=timezone.now())
    if not claimed:
        raise InvitationNotUsable("This invitation was used or withdrawn meanwhile.")
    return _add(by, by.user, invitation.organisation, invitation.role)


@transaction.atomic
def join_by_domain(*, by: Actor, organisation: Organisation, role: str = Role.VIEWER) -> Member:
    """Join as a viewer where nothing else is settled; an owner may give more rights later."""
    if by.user is None or organisation not in joinable_organisations(by.user):
        raise NotAllowed("None of your confirmed addresses is in a domain of this organisation.")
    return _add(by, by.user, organisation, role)


@transaction.atomic
def change_role(*, by: Actor, member: Member, role: str) -> None:
    """Give a member another role; the last owner keeps theirs.

    Raises NotAllowed, LastOwnerStays, or ChangedMeanwhile when `member` was read before another change.
    """
    _require_owner(by, member)
    if role != Role.OWNER:
        _keep_an_owner(member)
    if not Member.objects.filter(pk=member.pk, role=member.role).update(role=role):
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    record("member.role_changed", by=by, about=member, data={"role": role, "user": member.user_id})


@transaction.atomic
def remove(*, by: Actor, member: Member) -> None:
    """End a membership, and with it the member's keys; members may leave by themselves."""
    if member.user_id != by.user_id or member.organisation_id != by.organisation_id:
        _require_owner(by, member)
    _keep_an_owner(member)
    if not Member.objects.select_for_update().filter(pk=member.pk, role=member.role).exists():
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    kind = "member.left" if member.user_id == by.user_id else "member.removed"
    record(kind, by=by, about=member, data={"user": member.user_id}, organisation_id=member.organisation_id)
    member.delete()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _add(by: Actor, user: User, organisation: Organisation, role: str) -> Member:
    member, is_new = Member.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    if not is_new:
        raise AlreadyThere(f"You are a member of {organisation.name} already.")
    record("member.joined", by=by, about=member, organisation_id=organisation.pk)
    return member


def _waiting(by: Actor, invitation: Invitation) -> Invitation:
    """The invitation, locked, for an owner of its organisation."""
    if not can_manage_members(by) or invitation.organisation_id != by.organisation_id:
        raise NotAllowed("Only owners send and withdraw invitations.")
    row = Invitation.objects.waiting().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if row is None:
        raise InvitationNotUsable("This invitation was used or withdrawn meanwhile.")
    return row


def _withdraw(by: Actor, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
    record("invitation.withdrawn", by=by, about=invitation, organisation_id=invitation.organisation_id)


def _require_owner(by: Actor, member: Member) -> None:
    if not can_manage_members(by) or member.organisation_id != by.organisation_id:
        raise NotAllowed("Only owners change members.")


def is_last_owner(member: Member) -> bool:
    """Whether nobody else owns the organisation; as of now, for a page."""
    owners = Member.objects.filter(organisation_id=member.organisation_id, role=Role.OWNER)
    return set(owners.values_list("pk", flat=True)) == {member.pk}


def _keep_an_owner(member: Member) -> None:
    # In the order of their keys, so that two owners who take each other's role away wait, and one is refused.
    owners = Member.objects.select_for_update().filter(
        organisation_id=member.organisation_id, role=Role.OWNER
    )
    if {row.pk for row in owners.order_by("pk")} == {member.pk}:
        raise LastOwnerStays("An organisation keeps at least one owner. Make somebody else owner first.")

"""Whom an organisation's sign-in server may let in, and as whom (decision 21)."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.identity_providers import IdentityProvider, domain_of
from cdmo_portal.accounts.models import OrganisationDomain, User
from cdmo_portal.events.recording import enqueue_mail, record
from cdmo_portal.people import joining
from cdmo_portal.people.refusals import PeopleActionRefused

MOST_OF_SUBJECT, MOST_OF_NAME, MOST_OF_ADDRESS = 191, 120, 254


class SubjectUnclear(PeopleActionRefused):
    pass


class AddressNotTheirs(PeopleActionRefused):
    pass


class AddressInUse(PeopleActionRefused):
    pass


class PersonInactive(PeopleActionRefused):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """What a provider says of somebody: its own lasting name for them, their address, how they are called."""

    subject: str
    address: str
    name: str = ""


@transaction.atomic
def admit(*, provider: IdentityProvider, asserted: Asserted) -> SocialAccount:
    """The account by which this person signs in now, made where they come for the first time.

    A provider is believed for the domains that it is configured for, so an address of another is refused,
    even for somebody known. Raises a PeopleActionRefused.
    """
    address = _address_within(provider, asserted.address)
    subject = asserted.subject
    if not 0 < len(subject) <= MOST_OF_SUBJECT or not subject.isprintable():
        raise SubjectUnclear(f"{provider.name} does not say clearly who you are.")
    _wait_for_others(address)
    known = SocialAccount.objects.select_related("user").filter(provider=provider.id, uid=subject).first()
    account = known or _first_time(provider, subject, address, asserted.name)
    if not account.user.is_active:
        raise PersonInactive("Your account here is closed. Ask an operator of the portal to open it again.")
    return account


def _address_within(provider: IdentityProvider, address: str) -> str:
    """In lower case. Letters beyond ASCII could look like others when case is ignored, so none is taken."""
    # Asked before the case changes: the sign for Kelvin becomes a plain k.
    found = address.strip().lower() if address.isascii() else ""
    try:
        validate_email(found)
    except ValidationError:
        found = ""
    if not found or len(found) > MOST_OF_ADDRESS:
        raise AddressNotTheirs(f"{provider.name} told no e-mail address that can be used.")
    if not provider.speaks_for(found):
        raise AddressNotTheirs(
            f"{provider.name} may sign in people of its own organisation, and {found} is no address of it."
        )
    return found


def _wait_for_others(address: str) -> None:
    """Two first sign-ins at once would both make the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 21))", [address])


def _first_time(provider: IdentityProvider, subject: str, address: str, name: str) -> SocialAccount:
    user = _person_with(address)
    is_new = user is None
    if user is None:
        user = _made(address, name)
    elif SocialAccount.objects.filter(user=user, provider=provider.id).exists():
        raise AddressInUse(
            f"{provider.name} knows {address} under another name than before. An address that was given to "
            "somebody else opens no account. Ask an operator of the portal."
        )
    account = SocialAccount.objects.create(user=user, provider=provider.id, uid=subject)
    if is_new:
        _join(provider, user)
    _note(provider, user, address, is_new=is_new)
    return account


def _person_with(address: str) -> User | None:
    """Whose verified address it is; an unverified one makes nobody its owner."""
    owned = EmailAddress.objects.select_related("user").filter(email__iexact=address, verified=True).first()
    if owned is not None:
        owner: User = owned.user
        return owner
    claimed = User.objects.filter(email__iexact=address).first()
    if claimed is not None and _was_ever_used(claimed):
        raise AddressInUse(
            f"{address} belongs to an account that never confirmed it. Ask an operator of the portal."
        )
    return None


def _was_ever_used(user: User) -> bool:
    has_confirmed = EmailAddress.objects.filter(user=user, verified=True).exists()
    return user.is_operator or has_confirmed or bool(user.last_login) or user.memberships.exists()


def _made(address: str, name: str) -> User:
    """A new person; or the row of whoever signed up so and never proved it, with nothing left of theirs."""
    called = "".join(sign for sign in name if sign.isprintable()).strip()[:MOST_OF_NAME]
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address, full_name=called)
    else:
        user.full_name = called
        user.set_unusable_password()
        user.save(update_fields=["full_name", "password"])
        EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def _join(provider: IdentityProvider, user: User) -> None:
    """In the organisation that has verified the domain, as what they were invited, else by the provider."""
    by = Actor(user=user)
    invited = {each.organisation_id: each for each in joining.open_invitations(user)}
    for organisation in joining.joinable_organisations(user):
        if organisation.pk in invited:
            joining.accept(by=by, invitation=invited[organisation.pk])
        else:
            joining.join_by_domain(by=by, organisation=organisation, role=provider.role)


def _note(provider: IdentityProvider, user: User, address: str, *, is_new: bool) -> None:
    home = OrganisationDomain.objects.filter(
        domain__iexact=domain_of(address), verified_at__isnull=False, organisation__members__user=user
    ).first()
    event = record(
        "member.signed_on",
        by=Actor(user=user),
        about=user,
        data={"provider": provider.id, "is_new": is_new},
        organisation_id=home.organisation_id if home else None,
    )
    if not is_new:
        enqueue_mail(
            event=event,
            to_user=user,
            subject=f"{provider.name} signs you in to the CDMO Portal now",
            body=f"Somebody signed in to your account through {provider.name}, for the first time. From now "
            "on that is a way into it. If it was not you, write to the operator of the portal.",
        )

"""How organisations come to be, and who decides about them."""

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Organisation, OrganisationDomain, Role
from cdmo_portal.events.recording import enqueue_mail, record
from cdmo_portal.people.permissions import can_run_service
from cdmo_portal.people.refusals import AlreadyThere, NotAllowed, WrongState

MOST_OPEN_APPLICATIONS = 3


@transaction.atomic
def apply(*, by: Actor, name: str, kind: str, country: str) -> Organisation:
    """A new organisation that waits for an operator; the applicant becomes its owner."""
    if by.user is None:
        raise NotAllowed("Sign in first.")
    waiting = Member.objects.filter(user=by.user, organisation__state=Organisation.State.PENDING).count()
    if waiting >= MOST_OPEN_APPLICATIONS:
        raise AlreadyThere("You have several applications that wait for a decision already.")
    organisation = Organisation.objects.create(name=name, kind=kind, country=country)
    Member.objects.create(organisation=organisation, user=by.user, role=Role.OWNER)
    record("organisation.applied", by=by, about=organisation, organisation_id=organisation.pk)
    return organisation


@transaction.atomic
def create(*, by: Actor, name: str, kind: str, country: str, domain: str = "") -> Organisation:
    """An approved organisation made by an operator; `domain` lets its verified addresses join."""
    _require_operator(by)
    organisation = Organisation.objects.create(
        name=name, kind=kind, country=country, state=Organisation.State.APPROVED
    )
    if domain:
        add_domain(by=by, organisation=organisation, domain=domain)
    record("organisation.created", by=by, about=organisation, organisation_id=organisation.pk)
    return organisation


@transaction.atomic
def add_domain(*, by: Actor, organisation: Organisation, domain: str) -> OrganisationDomain:
    """Verify an e-mail domain for an organisation; raises AlreadyThere when another one has it."""
    _require_operator(by)
    name = domain.strip().lower().lstrip("@")
    if OrganisationDomain.objects.filter(domain__iexact=name, verified_at__isnull=False).exists():
        raise AlreadyThere(f"{name} belongs to an organisation already.")
    row = OrganisationDomain.objects.create(
        organisation=organisation, domain=name, verified_at=timezone.now()
    )
    record("organisation.domain_verified", by=by, about=organisation, organisation_id=organisation.pk)
    return row


@transaction.atomic
def approve(*, by: Actor, organisation: Organisation) -> None:
    """Let a waiting or suspended organisation in, and tell its owners."""
    _require_operator(by)
    _move(by, organisation, Organisation.State.APPROVED, "organisation.approved")
    for member in organisation.members.filter(role=Role.OWNER).select_related("user"):
        enqueue_mail(
            event=None,
            to_user=member.user,
            subject=f"{organisation.name} can use the CDMO Portal now",
            body=f"An operator approved {organisation.name}. Sign in and start.",
        )


@transaction.atomic
def suspend(*, by: Actor, organisation: Organisation) -> None:
    """Take all rights from an organisation's members; nothing of theirs is deleted."""
    _require_operator(by)
    _move(by, organisation, Organisation.State.SUSPENDED, "organisation.suspended")


def _require_operator(by: Actor) -> None:
    if not can_run_service(by):
        raise NotAllowed("Only operators decide about organisations.")


def _move(by: Actor, organisation: Organisation, state: Organisation.State, kind: str) -> None:
    moved = Organisation.objects.filter(pk=organisation.pk).exclude(state=state).update(state=state)
    if not moved:
        raise WrongState(f"{organisation.name} is {organisation.get_state_display().lower()} already.")
    record(kind, by=by, about=organisation, organisation_id=organisation.pk)

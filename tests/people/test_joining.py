"""How people come into organisations, and who may decide about it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Invitation, Member, Organisation, Role, User
from cdmo_portal.events.models import Delivery, Event
from cdmo_portal.people import joining, organisations
from cdmo_portal.people.refusals import (
    AlreadyThere,
    InvitationNotUsable,
    LastOwnerStays,
    NotAllowed,
    WrongState,
)
from tests.factories.accounts import (
    MemberFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signed_in(email: str) -> Actor:
    user = UserFactory.create(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return Actor(user=user)


def invited(owner: Actor, email: str, role: Role = Role.EDITOR) -> tuple[Invitation, str]:
    assert owner.organisation is not None
    invitation = joining.invite(by=owner, organisation=owner.organisation, email=email, role=role)
    body = Delivery.objects.latest("pk").body
    token = re.search(r"/invitations/([\w-]+)/", body)
    assert token is not None
    return invitation, token.group(1)


def test_invitation_when_accepted_by_the_invited_address_makes_a_member() -> None:
    owner = actor_of_member(MemberFactory.create())
    _invitation, token = invited(owner, "Nora@People.example")
    guest = signed_in("nora@people.example")

    member = joining.accept(by=guest, invitation=joining.find_invitation(token))

    assert (member.organisation, member.role) == (owner.organisation, Role.EDITOR)
    assert set(Event.objects.values_list("kind", flat=True)) == {"invitation.sent", "member.joined"}


def test_invitation_when_opened_by_somebody_else_is_refused_and_stays_open() -> None:
    owner = actor_of_member(MemberFactory.create())
    _invitation, token = invited(owner, "nora@people.example")
    thief = signed_in("thief@people.example")

    with pytest.raises(NotAllowed, match=r"nora@people\.example"):
        joining.accept(by=thief, invitation=joining.find_invitation(token))

    assert joining.find_invitation(token).accepted_at is None


def test_invitation_when_used_expired_or_replaced_cannot_be_used() -> None:
    owner = actor_of_member(MemberFactory.create())
    _first, first_token = invited(owner, "nora@people.example")
    second, second_token = invited(owner, "nora@people.example")
    Invitation.objects.filter(pk=second.pk).update(expires_at=timezone.now())

    for token in (first_token, second_token, "nonsense"):
        with pytest.raises(InvitationNotUsable):
            joining.find_invitation(token)


def test_token_when_stored_is_only_a_hash() -> None:
    invitation, token = invited(actor_of_member(MemberFactory.create()), "nora@people.example")

    assert token not in {
        str(value) for value in Invitation.objects.filter(pk=invitation.pk).values()[0].values()
    }


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_invite_when_not_owner_is_refused(role: Role) -> None:
    colleague = actor_of_member(MemberFactory.create(role=role))

    with pytest.raises(NotAllowed):
        invited(colleague, "nora@people.example")

    assert not Invitation.objects.exists()


def test_invite_when_owner_of_another_organisation_is_refused() -> None:
    stranger = actor_of_member(MemberFactory.create())

    with pytest.raises(NotAllowed):
        joining.invite(
            by=stranger, organisation=OrganisationFactory.create(), email="a@b.example", role=Role.OWNER
        )


def test_domain_when_verified_lets_its_confirmed_addresses_join_as_viewer() -> None:
    organisation = OrganisationFactory.create()
    OrganisationDomainFactory.create(
        organisation=organisation, domain="lark.example", verified_at=timezone.now()
    )
    colleague = signed_in("ada@lark.example")

    member = joining.join_by_domain(by=colleague, organisation=organisation)

    assert member.role == Role.VIEWER


@pytest.mark.parametrize("verified", [True, False])
def test_domain_when_not_verified_or_address_unconfirmed_does_not_let_in(verified: bool) -> None:
    organisation = OrganisationFactory.create()
    at = timezone.now() if verified else None
    OrganisationDomainFactory.create(organisation=organisation, domain="lark.example", verified_at=at)
    person = (
        Actor(user=UserFactory.create(email="ada@lark.example"))
        if verified
        else signed_in("ada@lark.example")
    )

    with pytest.raises(NotAllowed):
        joining.join_by_domain(by=person, organisation=organisation)


def test_last_owner_when_removed_or_lowered_stays() -> None:
    owner_row = MemberFactory.create()
    owner = actor_of_member(owner_row)
    MemberFactory.create(organisation=owner_row.organisation, editor=True)

    with pytest.raises(LastOwnerStays):
        joining.change_role(by=owner, member=owner_row, role=Role.VIEWER)
    with pytest.raises(LastOwnerStays):
        joining.remove(by=owner, member=owner_row)

    assert Member.objects.get(pk=owner_row.pk).role == Role.OWNER


def test_member_when_leaving_takes_only_their_own_membership() -> None:
    owner_row = MemberFactory.create()
    colleague_row = MemberFactory.create(organisation=owner_row.organisation, viewer=True)
    colleague = actor_of_member(colleague_row)

    with pytest.raises(NotAllowed):
        joining.remove(by=colleague, member=owner_row)
    joining.remove(by=colleague, member=colleague_row)

    assert list(owner_row.organisation.members.all()) == [owner_row]


def test_application_when_approved_gives_rights_and_tells_the_owner() -> None:
    applicant = signed_in("ada@new.example")
    organisation = organisations.apply(by=applicant, name="New Bio", kind="sponsor", country="IE")
    operator = Actor(user=UserFactory.create(operator=True))
    before = actor_of_member(Member.objects.get(organisation=organisation))

    organisations.approve(by=operator, organisation=organisation)

    after = actor_of_member(Member.objects.select_related("organisation").get(organisation=organisation))
    assert (before.is_sponsor, after.is_sponsor) == (False, True)
    assert Delivery.objects.get().recipient == applicant.user


def test_approve_when_not_operator_or_twice_is_refused() -> None:
    organisation = OrganisationFactory.create(pending=True)
    owner = actor_of_member(MemberFactory.create())
    operator = Actor(user=UserFactory.create(operator=True))
    organisations.approve(by=operator, organisation=organisation)

    with pytest.raises(NotAllowed):
        organisations.approve(by=owner, organisation=organisation)
    with pytest.raises(WrongState):
        organisations.approve(by=operator, organisation=organisation)


def test_applications_when_many_wait_are_refused() -> None:
    applicant = signed_in("ada@new.example")
    for number in range(3):
        organisations.apply(by=applicant, name=f"New {number}", kind="cdmo", country="IE")

    with pytest.raises(AlreadyThere):
        organisations.apply(by=applicant, name="One more", kind="cdmo", country="IE")

    assert Organisation.objects.count() == 3


def test_domain_when_taken_by_another_organisation_is_refused() -> None:
    operator = Actor(user=UserFactory.create(operator=True))
    organisations.create(by=operator, name="First", kind="sponsor", country="IE", domain="lark.example")

    with pytest.raises(AlreadyThere, match=r"lark\.example"):
        organisations.create(by=operator, name="Second", kind="sponsor", country="IE", domain="@LARK.example")


def test_operator_when_asked_for_rights_has_no_organisation() -> None:
    operator = Actor(user=User(is_operator=True))

    assert not operator.has_role(Role.VIEWER)

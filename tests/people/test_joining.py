"""How people come into organisations, and who may decide about it."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
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


def test_member_when_leaving_then_the_log_says_left_and_when_removed_who_was_removed() -> None:
    owner_row = MemberFactory.create()
    owner, rows = (
        actor_of_member(owner_row),
        MemberFactory.create_batch(2, organisation=owner_row.organisation, viewer=True),
    )

    joining.remove(by=actor_of_member(rows[0]), member=rows[0])
    joining.remove(by=owner, member=rows[1])

    told = dict(Event.objects.values_list("kind", "data"))
    assert told == {"member.left": {"user": rows[0].user_id}, "member.removed": {"user": rows[1].user_id}}


@pytest.mark.django_db(transaction=True)
def test_owners_when_they_lower_each_other_at_once_then_one_of_them_stays() -> None:
    first = MemberFactory.create()
    second = MemberFactory.create(organisation=first.organisation)
    start = threading.Barrier(2)

    def lower(pair: tuple[Member, Member]) -> bool:
        by, member = pair
        start.wait(10)
        try:
            joining.change_role(by=actor_of_member(by), member=member, role=Role.VIEWER)
        except LastOwnerStays:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lower, [(first, second), (second, first)]))

    assert sorted(outcomes) == [False, True]
    assert first.organisation.members.filter(role=Role.OWNER).count() == 1


def test_invitation_when_withdrawn_then_its_link_stops_and_the_log_says_so() -> None:
    owner = actor_of_member(MemberFactory.create())
    invitation, token = invited(owner, "nora@people.example")

    joining.withdraw(by=owner, invitation=invitation)

    with pytest.raises(InvitationNotUsable):
        joining.find_invitation(token)
    with pytest.raises(InvitationNotUsable):
        joining.withdraw(by=owner, invitation=invitation)
    assert Event.objects.get(kind="invitation.withdrawn").object_id == invitation.pk


def test_invitation_when_sent_again_then_only_the_new_link_works_with_the_same_role() -> None:
    owner = actor_of_member(MemberFactory.create())
    invitation, old_token = invited(owner, "nora@people.example", Role.VIEWER)
    Invitation.objects.update(expires_at=timezone.now())

    again = joining.resend(by=owner, invitation=invitation)

    with pytest.raises(InvitationNotUsable):
        joining.find_invitation(old_token)
    assert (again.role, again.email) == (Role.VIEWER, "nora@people.example")
    assert again.expires_at > timezone.now()
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["invitation.sent", "invitation.withdrawn", "invitation.sent"]


def test_invitation_when_withdrawn_or_sent_again_by_anybody_but_an_owner_of_it_is_refused() -> None:
    owner = actor_of_member(MemberFactory.create())
    invitation, token = invited(owner, "nora@people.example")
    editor = actor_of_member(MemberFactory.create(organisation=owner.organisation, editor=True))

    for by in (editor, actor_of_member(MemberFactory.create())):
        with pytest.raises(NotAllowed):
            joining.withdraw(by=by, invitation=invitation)
        with pytest.raises(NotAllowed):
            joining.resend(by=by, invitation=invitation)

    assert joining.find_invitation(token) == invitation


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

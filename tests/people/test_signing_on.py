"""Whom an organisation's sign-in server may let in, and as whom."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from cdmo_portal.accounts.identity_providers import IdentityProvider, Kind
from cdmo_portal.accounts.models import Member, Organisation, Role, User
from cdmo_portal.events.models import Delivery, Event
from cdmo_portal.people.signing_on import (
    AddressInUse,
    AddressNotTheirs,
    Asserted,
    PersonInactive,
    SubjectUnclear,
    admit,
)
from tests.factories.accounts import (
    InvitationFactory,
    MemberFactory,
    OrganisationDomainFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ANNA = "anna@acme.example"


def provider(name: str = "acme", *, role: str = "viewer") -> IdentityProvider:
    return IdentityProvider(
        id=name,
        name=name.title(),
        kind=Kind.OIDC,
        domains=frozenset({f"{name}.example"}),
        origins=frozenset(),
        role=role,
    )


def admitted(address: str = ANNA, subject: str = "a-1", by: IdentityProvider | None = None) -> User:
    said = Asserted(subject=subject, address=address, name="Anna Fenn")
    user: User = admit(provider=by or provider(), asserted=said).user
    return user


def person(address: str = ANNA, *, verified: bool = True, **fields: Any) -> User:
    user = UserFactory.create(email=address, **fields)
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def verified_domain(domain: str = "acme.example", **fields: Any) -> Organisation:
    return OrganisationDomainFactory.create(domain=domain, verified_at=timezone.now(), **fields).organisation


def test_person_when_new_and_nobody_verified_the_domain_then_belongs_to_nobody() -> None:
    OrganisationDomainFactory.create(domain="acme.example")

    user = admitted()

    assert not user.memberships.exists()
    assert list(Event.objects.values_list("kind", "organisation_id", "data")) == [
        ("member.signed_on", None, {"provider": "acme", "is_new": True})
    ]


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_person_when_the_organisation_is_not_approved_then_does_not_join_it(state: str) -> None:
    given: dict[str, Any] = {f"organisation__{state}": True}
    verified_domain(**given)

    assert not admitted().memberships.exists()


def test_person_when_the_provider_gives_a_role_then_joins_with_it() -> None:
    verified_domain()

    user = admitted(by=provider(role="editor"))

    assert user.memberships.get().role == Role.EDITOR


def test_person_when_invited_by_the_organisation_then_becomes_what_they_were_invited_as() -> None:
    organisation = verified_domain()
    InvitationFactory.create(organisation=organisation, email=ANNA, role=Role.OWNER)
    elsewhere = InvitationFactory.create(email=ANNA, role=Role.OWNER)

    user = admitted()

    assert user.memberships.get().role == Role.OWNER
    elsewhere.refresh_from_db()
    assert elsewhere.accepted_at is None


def test_person_when_known_by_the_same_verified_address_then_is_joined_and_told() -> None:
    known = person(full_name="Anna", password="argon2$old")

    user = admitted("Anna@ACME.example")

    assert user == known
    assert SocialAccount.objects.get().user == known
    known.refresh_from_db()
    assert (known.full_name, known.password) == ("Anna", "argon2$old")
    assert "Acme" in Delivery.objects.get(recipient=known).subject


def test_person_when_known_then_joins_no_organisation_that_let_them_go() -> None:
    verified_domain()
    person()

    assert not admitted().memberships.exists()


def test_person_when_known_by_a_second_verified_address_then_is_joined() -> None:
    known = person("anna@elsewhere.example")
    EmailAddress.objects.create(user=known, email=ANNA, verified=True)

    assert admitted() == known


def test_person_when_their_address_changed_at_the_organisation_then_stays_the_same() -> None:
    first = admitted()

    assert admitted("anna.fenn@acme.example") == first
    first.refresh_from_db()
    assert first.email == ANNA


def test_provider_when_it_names_an_address_outside_of_its_domains_then_opens_no_account() -> None:
    """A foreign server that claims anybody's address, an operator's and one that it knows among them."""
    owner = MemberFactory.create(user=person("olga@portal.example", is_operator=True))
    admitted()

    for address in (
        owner.user.email,
        "anna@acme.example.evil.example",
        "anna@sub.acme.example",
        "x@evil.example",
    ):
        with pytest.raises(AddressNotTheirs):
            admitted(address, subject="evil-1")
    with pytest.raises(AddressNotTheirs):
        admitted("anna@elsewhere.example", subject="a-1")
    with pytest.raises(AddressNotTheirs):
        admitted(ANNA, by=provider("evil"))
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "@acme.example",
        "anna@evil.example,x@acme.example",
        "anna@evil.example\n@acme.example",
        "Anna <anna@evil.example> x@acme.example",
        "\u212aate@acme.example",
        "\u0131rene@acme.example",
        "anna@acme\u3002example",
        "anna\x00@acme.example",
        f"{'a' * 300}@acme.example",
    ],
)
def test_address_when_it_is_none_or_hides_another_then_is_refused(address: str) -> None:
    with pytest.raises(AddressNotTheirs):
        admitted(address)
    assert not User.objects.exists()


@pytest.mark.parametrize("subject", ["", "a\x00b", "x" * 192, "line\nend"])
def test_subject_when_unclear_then_is_refused(subject: str) -> None:
    with pytest.raises(SubjectUnclear):
        admitted(subject=subject)


def test_address_when_a_stranger_signed_up_with_it_and_never_proved_it_then_nothing_of_theirs_stays() -> None:
    squatter = person(verified=False, full_name="Squatter")
    squatter.set_password("known to the squatter")
    squatter.save()

    user = admitted()

    assert user.pk == squatter.pk
    assert not user.has_usable_password()
    assert user.full_name == "Anna Fenn"
    assert EmailAddress.objects.get(email=ANNA).verified


def test_address_when_a_stranger_added_it_unproved_to_their_account_then_a_person_of_their_own_is_made() -> (
    None
):
    stranger = person("stranger@elsewhere.example")
    EmailAddress.objects.create(user=stranger, email=ANNA, verified=False)

    assert admitted() != stranger
    assert EmailAddress.objects.get(email=ANNA, verified=True).user.email == ANNA


@pytest.mark.parametrize("what", ["operator", "member", "signed in", "another address"])
def test_address_when_unproved_on_an_account_in_use_then_is_refused(what: str) -> None:
    user = person(verified=False, is_operator=what == "operator")
    if what == "member":
        MemberFactory.create(user=user)
    if what == "signed in":
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    if what == "another address":
        EmailAddress.objects.create(user=user, email="other@elsewhere.example", verified=True)

    with pytest.raises(AddressInUse):
        admitted()
    assert not SocialAccount.objects.exists()


def test_address_when_given_to_somebody_else_at_the_organisation_then_opens_no_account() -> None:
    admitted(subject="a-1")

    with pytest.raises(AddressInUse):
        admitted(subject="a-2")


def test_person_when_their_account_is_closed_then_is_refused_and_nothing_is_written() -> None:
    person(is_active=False)

    with pytest.raises(PersonInactive):
        admitted()
    assert not SocialAccount.objects.exists()


def test_person_when_closed_after_their_first_sign_in_then_is_refused() -> None:
    user = admitted()
    User.objects.filter(pk=user.pk).update(is_active=False)

    with pytest.raises(PersonInactive):
        admitted()


def test_name_when_it_holds_what_no_name_does_then_is_cut() -> None:
    said = Asserted(subject="a-1", address=ANNA, name="Anna\x00\u202e" + "n" * 300)

    user = admit(provider=provider(), asserted=said).user

    assert user.full_name == "Anna" + "n" * 116


def test_second_organisation_when_it_holds_another_domain_then_is_not_joined() -> None:
    verified_domain("saltmere.example")

    admitted()

    assert not Member.objects.exists()

"""Fictional people who can sign in: three sponsors with colleagues, staff of the archetypes, one operator."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from cdmo_portal.accounts.models import Member, Organisation, OrganisationDomain, Role, User
from partners.models import Partner

SAMPLE_PASSWORD = "fictional-cdmo-world"  # noqa: S105 - the demo's documented password
OPERATOR_EMAIL = "olga@portal.example"
SPONSORS = {
    "quillhaven": ("Quillhaven Therapeutics", "GB"),
    "solvane": ("Solvane Biologics", "IE"),
    "perrinvale": ("Perrin Vale Pharma", "CH"),
}
_SPONSOR_STAFF = (("Anna", Role.OWNER), ("Bram", Role.EDITOR), ("Chloe", Role.VIEWER))
_CDMO_STAFF = (("Dora", Role.OWNER), ("Emil", Role.EDITOR))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sample person, for the page or console that tells how to sign in."""

    email: str
    organisation: str
    role: str


def create_sponsors() -> dict[str, Organisation]:
    """The three sponsors by their short names."""
    made = Organisation.objects.bulk_create(
        Organisation(
            kind=Organisation.Kind.SPONSOR,
            state=Organisation.State.APPROVED,
            name=name,
            country=country,
            is_sample=True,
        )
        for name, country in SPONSORS.values()
    )
    return dict(zip(SPONSORS, made, strict=True))


def create_sign_ins(sponsors: dict[str, Organisation], partners: Iterable[Partner]) -> None:
    """Users with verified addresses and the sample password; the operator belongs to no organisation.

    The sponsors' domains are verified, so that a CDMO's agreements and exclusions concern them.
    """
    places: list[tuple[str, Organisation, tuple[tuple[str, Role], ...]]] = [
        (domain, organisation, _SPONSOR_STAFF) for domain, organisation in sponsors.items()
    ]
    places += [
        (partner.name.split()[0].lower(), partner.organisation, _CDMO_STAFF)
        for partner in partners
        if partner.organisation
    ]
    password = make_password(SAMPLE_PASSWORD)
    operator = User(email=OPERATOR_EMAIL, full_name="Olga", is_operator=True, password=password)
    people: list[tuple[User, Organisation, Role]] = [
        (_person(name, domain, password), organisation, role)
        for domain, organisation, staff in places
        for name, role in staff
    ]
    users = User.objects.bulk_create([operator, *(user for user, _, _ in people)])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Member.objects.bulk_create(
        Member(organisation=organisation, user=user, role=role) for user, organisation, role in people
    )
    now = timezone.now()
    OrganisationDomain.objects.bulk_create(
        OrganisationDomain(
            organisation=organisation,
            domain=f"{domain}.example",
            verified_at=now if domain in sponsors else None,
        )
        for domain, organisation, _ in places
    )


def _person(name: str, domain: str, password: str) -> User:
    return User(email=f"{name.lower()}@{domain}.example", full_name=name, password=password)


def sample_sign_ins() -> list[SignIn]:
    """Who can sign in with the sample password, sponsors first, then CDMO staff, then the operator."""
    members = (
        Member.objects.filter(organisation__is_sample=True, user__email__endswith=".example")
        .select_related("user", "organisation")
        .order_by("-organisation__kind", "organisation_id", "pk")
    )
    found = [SignIn(each.user.email, each.organisation.name, each.get_role_display()) for each in members]
    operators = User.objects.filter(email=OPERATOR_EMAIL, is_operator=True)
    return [*found, *(SignIn(each.email, "the service itself", "Operator") for each in operators)]

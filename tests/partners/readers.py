"""Who reads a profile in the tests, by what its keeper says of their domain."""

from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Member
from tests.factories.accounts import MemberFactory, OrganisationDomainFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.partners.editors import House, signed_in

READERS = (
    "sponsor",
    "agreed",
    "ended",
    "coming",
    "removed",
    "unverified",
    "excluded",
    "both",
    "rival",
    "own",
)
"""`both` is excluded in spite of an agreement; of `removed`, agreement and exclusion were taken back."""

EVERYBODY = {"public"}
SPONSORS = {"public", "sponsors"}
READS = {
    **dict.fromkeys(READERS, SPONSORS),
    "agreed": SPONSORS | {"agreement"},
    "excluded": EVERYBODY,
    "both": EVERYBODY,
    "rival": EVERYBODY,
    "own": SPONSORS | {"agreement", "matching"},
}
"""The audiences whose statements each reads."""


def reader_of(home: House, kind: str) -> Member:
    """Somebody whose organisation stands to the house as the kind says."""
    if kind == "own":
        return home.viewer
    member: Member = MemberFactory.create(cdmo=kind == "rival", editor=True)
    domain = OrganisationDomainFactory.create(
        organisation=member.organisation,
        domain=f"{kind.title()}.example",
        verified_at=None if kind == "unverified" else timezone.now(),
    )
    about = {"organisation": home.organisation, "domain": domain.domain.lower()}
    removed_at = timezone.now() if kind == "removed" else None
    if kind in ("agreed", "ended", "coming", "removed", "unverified", "both", "rival"):
        ReaderAgreementFactory.create(
            **about, ended=kind == "ended", coming=kind == "coming", removed_at=removed_at
        )
    if kind in ("excluded", "both", "removed"):
        ExclusionFactory.create(**about, removed_at=removed_at)
    return member


def client_of_reader(home: House, kind: str) -> Client:
    return signed_in(reader_of(home, kind))

"""What an API key may do: read or write everything, or single resources. To write is to read, too.

A scope never gives what the key's member may not do by their role.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

READ, WRITE = "read", "write"
EVERYTHING: Final = frozenset({READ, WRITE})
"""The scopes of a person, and of a key that may whatever its member may."""

RESOURCES: Final[Mapping[str, Any]] = {
    "partners": _("Partners"),
    "sites": _("Sites"),
    "capabilities": _("Capabilities"),
    "certificates": _("Certificates"),
    "inspections": _("Inspections"),
    "hazards": _("Answers about hazards"),
    "lines": _("Lines"),
    "capacity-windows": _("Capacity windows"),
    "feeds": _("Capacity feeds"),
    "refreshes": _("Refreshes of feeds"),
    "profile-changes": _("Changes of our profile"),
    "drafts": _("Drafts of our profile"),
    "review-items": _("Review of what grows old"),
    "documents": _("Documents"),
    "claims": _("Claims"),
    "reader-agreements": _("Agreements with readers"),
    "exclusions": _("Excluded companies"),
    "error-reports": _("Error reports"),
    "briefs": _("Briefs and what belongs to them"),
    "match-runs": _("Match runs"),
    "shortlists": _("Shortlists"),
    "interests": _("Questions of interest"),
    "standing": _("Our standing for typical projects"),
    "reach": _("Our reach"),
    "score-tables": _("Decision tables"),
    "records": _("Our CDMOs"),
    "saved-searches": _("Saved searches"),
    "comparisons": _("Comparisons"),
    "vocabulary": _("Vocabulary"),
    "organisations": _("Our organisation"),
    "members": _("Members and invitations"),
    "api-keys": _("API keys"),
    "webhook-endpoints": _("Webhook endpoints"),
    "events": _("Event log"),
    "jobs": _("Jobs"),
}
"""The first segments of the API's addresses. What lies below one of them has its scope."""

ALL: Final[tuple[str, ...]] = (
    READ,
    WRITE,
    *(f"{resource}:{verb}" for resource in RESOURCES for verb in (READ, WRITE)),
)


def allows(scopes: Iterable[str], resource: str, verb: str) -> bool:
    """Whether these scopes let somebody read or write (the verb) this resource."""
    enough = {WRITE, f"{resource}:{WRITE}"} | ({READ, f"{resource}:{READ}"} if verb == READ else set())
    return not enough.isdisjoint(scopes)


def covers(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether whoever holds some scopes may hand out the others: none of these gives more."""
    known = frozenset(held)
    return all(_gives(known, scope) for scope in wanted)


def in_order(scopes: Iterable[str]) -> list[str]:
    """Each scope once, in the order in which they are listed everywhere; unknown ones are left out."""
    given = frozenset(scopes)
    return [scope for scope in ALL if scope in given]


def _gives(held: frozenset[str], scope: str) -> bool:
    resource, _colon, verb = scope.rpartition(":")
    if resource:
        return allows(held, resource, verb)
    return WRITE in held or scope in held

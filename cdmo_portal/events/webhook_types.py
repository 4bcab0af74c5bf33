"""What a webhook may tell, and which kinds of events are told as what.

Only names stand here. Who is told of an event, and with which ids, is resolved where briefs and partners are
known (`matching/webhook_subjects.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Organisation

SPONSORS: Final = frozenset({Organisation.Kind.SPONSOR})
CDMOS: Final = frozenset({Organisation.Kind.CDMO})
BOTH: Final = SPONSORS | CDMOS

TEST: Final = "webhook.test"
MATCH_RUN: Final = "match_run.changed"
BRIEF: Final = "brief.changed"
SHORTLIST: Final = "shortlist.changed"
CAPACITY: Final = "capacity.changed"
PROFILE: Final = "profile.published"
FEED_FAILED: Final = "feed.failed"
FEED_RECOVERED: Final = "feed.recovered"
ASKED: Final = "interest.asked"
WITHDRAWN: Final = "interest.withdrawn"
ANSWERED: Final = "interest.answered"
CLAIM: Final = "claim.decided"
MEMBER: Final = "member.changed"


@dataclass(frozen=True, slots=True)
class WebhookType:
    """`sides` are the kinds of organisations that may ask for it; a key has to have the scope of `resource`.

    `words` say when it is sent.
    """

    code: str
    sides: frozenset[str]
    resource: str
    words: Any


TYPES: Final[Mapping[str, WebhookType]] = {
    each.code: each
    for each in (
        WebhookType(
            MATCH_RUN,
            SPONSORS,
            "match-runs",
            _("A brief was matched, and the result was kept as a new match run."),
        ),
        WebhookType(
            BRIEF, SPONSORS, "briefs", _("A brief was made, changed, opened, closed, archived or deleted.")
        ),
        WebhookType(
            SHORTLIST, SPONSORS, "shortlists", _("The shortlist of a brief changed, or how it is scored.")
        ),
        WebhookType(
            CAPACITY,
            BOTH,
            "capacity-windows",
            _(
                "Capacity of lines changed. CDMOs hear of their own; sponsors of partners that they follow,"
                " where every window of the line is for them to read."
            ),
        ),
        WebhookType(
            PROFILE,
            BOTH,
            "sites",
            _(
                "What a profile says changed. CDMOs hear of their own; sponsors of partners that they follow,"
                " where the statement is for them to read."
            ),
        ),
        WebhookType(
            FEED_FAILED, CDMOS, "feeds", _("A capacity feed could not be read, was held, or was stopped.")
        ),
        WebhookType(FEED_RECOVERED, CDMOS, "feeds", _("A capacity feed that failed was read well again.")),
        WebhookType(
            ASKED, CDMOS, "interests", _("A sponsor asked, blinded, whether you are interested in a project.")
        ),
        WebhookType(
            WITHDRAWN, CDMOS, "interests", _("A sponsor withdrew the question whether you are interested.")
        ),
        WebhookType(ANSWERED, SPONSORS, "interests", _("A partner answered whether it is interested.")),
        WebhookType(CLAIM, CDMOS, "profile", _("A claim of your organisation was accepted or refused.")),
        WebhookType(
            MEMBER, BOTH, "members", _("Somebody joined or left your organisation, or has another role.")
        ),
        WebhookType(
            TEST,
            BOTH,
            "webhook-endpoints",
            _("You asked for a test. It is sent whether or not it is chosen."),
        ),
    )
}

CODES: Final = tuple(TYPES)

_TYPE_OF_KIND: Final[Mapping[str, str]] = {
    "match_run.made": MATCH_RUN,
    "capacity.set": CAPACITY,
    "capacity.deleted": CAPACITY,
    "capacity.grid_saved": CAPACITY,
    "capacity.bulk_set": CAPACITY,
    "feed.refreshed": CAPACITY,
    "profile_upload.applied": CAPACITY,  # of capacity; each statement of the other tables has an event
    "profile.published": PROFILE,
    "partner.changed": PROFILE,
    "site.created": PROFILE,
    "site.changed": PROFILE,
    "capability.stated": PROFILE,
    "capability.changed": PROFILE,
    "capability.deleted": PROFILE,
    "hazards.changed": PROFILE,
    "certificate.stated": PROFILE,
    "certificate.changed": PROFILE,
    "certificate.deleted": PROFILE,
    "inspection.stated": PROFILE,
    "inspection.changed": PROFILE,
    "inspection.deleted": PROFILE,
    "line.created": PROFILE,
    "line.changed": PROFILE,
    "line.deleted": PROFILE,
    "feed.failed": FEED_FAILED,
    "feed.held": FEED_FAILED,
    "feed.quarantined": FEED_FAILED,
    "feed.recovered": FEED_RECOVERED,
    "interest.asked": ASKED,
    "interest.withdrawn": WITHDRAWN,
    "interest.answered": ANSWERED,
    "claim.accepted": CLAIM,
    "claim.refused": CLAIM,
}
_TYPE_OF_NOUN: Final[Mapping[str, str]] = {"brief": BRIEF, "shortlist": SHORTLIST, "member": MEMBER}
"""For nouns of which every verb is told, those that are added later too."""

_UNTOLD: Final = frozenset(
    {"brief.commented", "brief.comment_edited", "brief.comment_removed", "brief.matched_by_command"}
)


def type_of(kind: str) -> str | None:
    """What an event of this kind is told as, if it is told at all."""
    if kind in _UNTOLD:
        return None
    return _TYPE_OF_KIND.get(kind) or _TYPE_OF_NOUN.get(kind.partition(".")[0])


def types_for(kind: str) -> list[WebhookType]:
    """What an organisation of this kind may ask for; a test needs no asking."""
    return [each for each in TYPES.values() if kind in each.sides and each.code != TEST]

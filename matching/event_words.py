"""Events in words, for the people of the organisation whose log it is."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

GROUPS: Final[Mapping[str, tuple[Any, tuple[str, ...]]]] = {
    "people": (_("People and keys"), ("member", "invitation", "organisation", "api_key")),
    "claims": (_("Claims"), ("claim", "profile")),
    "profile": (
        _("Profile"),
        (
            "partner",
            "site",
            "capability",
            "hazards",
            "certificate",
            "inspection",
            "line",
            "file",
            "error_report",
        ),
    ),
    "capacity": (_("Capacity and feeds"), ("capacity", "feed", "profile_upload")),
    "briefs": (_("Briefs and matches"), ("brief", "match_run", "shortlist")),
    "records": (_("Our CDMOs"), ("private_record", "private_agreement", "private_fact", "record_import")),
    "searches": (_("Searches and exports"), ("saved_search", "directory")),
}
"""What the log may be narrowed to, each with the nouns of its kinds."""

WORDS: Final[Mapping[str, Any]] = {
    "member.joined": _("Joined the organisation"),
    "member.left": _("Left the organisation"),
    "member.removed": _("Member removed"),
    "member.role_changed": _("Role changed"),
    "invitation.sent": _("Invitation sent"),
    "invitation.withdrawn": _("Invitation withdrawn"),
    "organisation.applied": _("Applied for the organisation"),
    "organisation.approved": _("Organisation approved"),
    "organisation.created": _("Organisation made"),
    "organisation.suspended": _("Organisation suspended"),
    "organisation.domain_verified": _("E-mail domain verified"),
    "api_key.made": _("API key made"),
    "api_key.revoked": _("API key revoked"),
    "claim.made": _("Profile claimed"),
    "claim.contested": _("Kept profile contested"),
    "claim.code_sent": _("Code mailed to prove a claim"),
    "claim.proved": _("Claim proved by mail"),
    "claim.withdrawn": _("Claim withdrawn"),
    "claim.answered": _("Contest of our profile answered"),
    "claim.accepted": _("Claim accepted"),
    "claim.refused": _("Claim refused"),
    "profile.contested": _("Our profile contested by another organisation"),
    "profile.contest_refused": _("Contest of our profile turned down"),
    "profile.contest_withdrawn": _("Contest of our profile withdrawn"),
    "profile.lost": _("Our profile given to another organisation"),
    "error_report.made": _("Error reported on a profile"),
    "error_report.accepted": _("Error report accepted"),
    "error_report.declined": _("Error report declined"),
    "hazards.changed": _("Answers about hazards changed"),
    "hazards.confirmed": _("Answers about hazards confirmed"),
    "line.lead_time_confirmed": _("Lead time of a line confirmed"),
    "profile.reminded": _("Reminder of what grows old sent"),
    "reminders.stopped": _("Reminders stopped"),
    "reminders.resumed": _("Reminders wanted again"),
    "file.kept": _("Document kept"),
    "file.removed": _("Document removed"),
    "file.restored": _("Removed document brought back"),
    "file.audience_changed": _("Who may read a document changed"),
    "line.lead_time_unconfirmed": _("Confirmation of a lead time undone"),
    "capability.unconfirmed": _("Confirmation of a capability undone"),
    "hazards.unconfirmed": _("Confirmation of answers about hazards undone"),
    "capacity.unconfirmed": _("Confirmation of capacity undone"),
    "line.source_switched": _("Source of a line's capacity switched"),
    "capacity.set": _("Capacity window kept"),
    "capacity.grid_saved": _("Quarters of a line kept as a grid"),
    "feed.held": _("Feed held, because half of what stood is gone from it"),
    "feed.hold_confirmed": _("Held file of a feed confirmed"),
    "feed.hold_refused": _("Held file of a feed turned down"),
    "feed.tried": _("Feed tested"),
    "feed.quarantined": _("Feed stopped after repeated failures"),
    "feed.refreshed": _("Feed read"),
    "feed.retried": _("Feed asked to be read now"),
    "profile_upload.uploaded": _("Table sent, not applied yet"),
    "profile_upload.applied": _("Uploaded table applied"),
    "profile_upload.discarded": _("Uploaded table thrown away"),
    "brief.access_changed": _("Who may see a brief changed"),
    "brief.commented": _("Comment written on a brief"),
    "brief.matched_by_command": _("Brief matched by an operator's command"),
    "brief.undeleted": _("Deleted brief brought back"),
    "brief.weighed": _("Weights of a brief kept"),
    "match_run.made": _("Brief matched"),
    "saved_search.told": _("Mail about a saved search sent"),
    "saved_search.failed": _("Saved search could not be asked again"),
    "saved_search.stopped": _("Mails about a saved search stopped"),
    "directory.exported": _("Directory exported"),
}


def words_for(kind: str) -> str:
    """A kind in words; where none were written, its own: "certificate.stated" is "Certificate stated"."""
    return str(WORDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize())

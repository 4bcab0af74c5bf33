"""Who may do what with a brief. Rows of other organisations are cut by `visible_to`, so they answer 404."""

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role
from matching.models import Brief


def can_write_briefs(actor: Actor) -> bool:
    """Editors and owners of a sponsor write briefs."""
    return actor.is_sponsor and actor.has_role(Role.EDITOR)


def can_edit_brief(actor: Actor, brief: Brief) -> bool:
    """A closed brief is read-only until it is opened again."""
    return can_reopen_brief(actor, brief) and brief.state != Brief.State.CLOSED


def can_reopen_brief(actor: Actor, brief: Brief) -> bool:
    return can_write_briefs(actor) and brief.organisation_id == actor.organisation_id


def can_shortlist(actor: Actor, brief: Brief) -> bool:
    return can_edit_brief(actor, brief)

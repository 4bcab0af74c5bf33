"""Who may do what with a brief. Rows of other organisations are cut by `visible_to`, so they answer 404."""

from django.db.models import QuerySet

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Role
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


def can_run_scoring(actor: Actor, brief: Brief) -> bool:
    """Set the criteria, ask evaluators, show the scorecards to everybody, enter what was agreed."""
    return can_shortlist(actor, brief)


def can_score(actor: Actor, brief: Brief) -> bool:
    """Every member who sees an open or draft brief may score its shortlist, also one who may only read."""
    is_of_organisation = actor.is_sponsor and brief.organisation_id == actor.organisation_id
    is_person = actor.user is not None and actor.can_write and actor.has_role(Role.VIEWER)
    return is_of_organisation and is_person and brief.state != Brief.State.CLOSED


def may_be_evaluators(brief: Brief) -> QuerySet[Member]:
    """The members who see the brief."""
    members = Member.objects.filter(organisation_id=brief.organisation_id, user__is_active=True)
    return members.select_related("user").order_by("user__full_name", "user__email", "pk")

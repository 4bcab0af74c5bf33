"""Who may do what with a brief. What is not for the actor is cut by `visible_to`, so it answers 404."""

from collections.abc import Collection

from django.db.models import Model, Q, QuerySet

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.models import Brief, BriefColleague, Interest, MatchRun, ShortlistEntry
from partners.permissions import can_edit_partner


def can_write_briefs(actor: Actor) -> bool:
    """Editors and owners of a sponsor write briefs."""
    return actor.is_sponsor and actor.has_role(Role.EDITOR)


def role_on(actor: Actor, brief: Brief) -> Role | None:
    """The actor's role on this brief; None where the brief does not exist for them.

    Owners of the organisation own every brief of it. Others have the role that they are named with, or where
    the brief is for every member, theirs in the organisation but editor at most. A viewer of the organisation
    stays a viewer, and so does a key that may only read.
    """
    return None if brief.deleted_at is not None else _roles_on(actor, [brief])[brief.pk]


def _roles_on(actor: Actor, briefs: Collection[Brief]) -> dict[int, Role | None]:
    """Deleted or not; one query for all of them, and none for owners of the organisation."""
    named: dict[int, str] = {}
    if actor.is_sponsor and actor.role != Role.OWNER:
        rows = BriefColleague.objects.filter(brief__in=briefs, member__user_id=actor.user_id or 0)
        named = dict(rows.values_list("brief_id", "role"))
    return {brief.pk: _role(actor, brief, named.get(brief.pk)) for brief in briefs}


def _role(actor: Actor, brief: Brief, named: str | None) -> Role | None:
    if not actor.is_sponsor or actor.role is None or brief.organisation_id != actor.organisation_id:
        return None
    role = Role.OWNER if actor.role == Role.OWNER else _role_of_others(actor.role, brief, named)
    return Role.VIEWER if role is not None and not actor.can_write else role


def _role_of_others(own: Role, brief: Brief, named: str | None) -> Role | None:
    if named is None and brief.access == Brief.Access.NAMED:
        return None
    if own == Role.VIEWER:
        return Role.VIEWER
    return Role(named) if named is not None else Role.EDITOR


def has_role_on(actor: Actor, brief: Brief, least: Role) -> bool:
    role = role_on(actor, brief)
    return role is not None and role.is_at_least(least)


def owned_among(actor: Actor, briefs: Collection[Brief]) -> set[int]:
    """Those of which the actor is an owner, deleted drafts among them: by key."""
    return {key for key, role in _roles_on(actor, briefs).items() if role == Role.OWNER}


def can_edit_brief(actor: Actor, brief: Brief) -> bool:
    """A closed brief is read-only until it is opened again, an archived one until it is restored."""
    return brief.state != Brief.State.CLOSED and can_reopen_brief(actor, brief)


def can_reopen_brief(actor: Actor, brief: Brief) -> bool:
    return not brief.is_archived and has_role_on(actor, brief, Role.EDITOR)


def can_own_brief(actor: Actor, brief: Brief) -> bool:
    """Owners of a brief say who works on it, archive it, and delete a draft."""
    return has_role_on(actor, brief, Role.OWNER)


def can_comment(actor: Actor, brief: Brief) -> bool:
    """Whoever reads the brief may say something about it, unless it is archived or their key only reads."""
    return not brief.is_archived and actor.can_write and role_on(actor, brief) is not None


def can_shortlist(actor: Actor, brief: Brief) -> bool:
    return can_edit_brief(actor, brief)


def can_ask_interest(actor: Actor, brief: Brief) -> bool:
    """Ask partners whether they are interested, and withdraw it: that also once the brief is closed."""
    return has_role_on(actor, brief, Role.EDITOR)


def can_answer_interest(actor: Actor, interest: Interest) -> bool:
    """Editors of the organisation that keeps the partner."""
    return can_edit_partner(actor, interest.partner)


def can_run_scoring(actor: Actor, brief: Brief) -> bool:
    """Set the criteria, ask evaluators, show the scorecards to everybody, enter what was agreed."""
    return can_shortlist(actor, brief)


def can_score(actor: Actor, brief: Brief) -> bool:
    """Every member who sees an open or draft brief may score its shortlist, also one who may only read."""
    return brief.state != Brief.State.CLOSED and can_comment(actor, brief)


def may_be_evaluators(brief: Brief) -> QuerySet[Member]:
    """The members who see the brief."""
    members = Member.objects.filter(organisation_id=brief.organisation_id, user__is_active=True)
    if brief.access == Brief.Access.NAMED:
        members = members.filter(Q(role=Role.OWNER) | Q(pk__in=brief.colleagues.values("member")))
    return members.select_related("user").order_by("user__full_name", "user__email", "pk")


def readable_events(actor: Actor) -> QuerySet[Event]:
    """The organisation's events without those about what does not exist for the actor."""
    hidden = Brief.objects.hidden_from(actor)
    runs, entries = MatchRun.objects.filter(brief__in=hidden), ShortlistEntry.ever.filter(brief__in=hidden)
    untold = _about(hidden) | _about(runs) | _about(entries)
    return Event.objects.visible_to(actor).exclude(untold)


def _about(rows: QuerySet[Model]) -> Q:
    return Q(object_kind=rows.model._meta.label_lower, object_id__in=rows.values("pk"))

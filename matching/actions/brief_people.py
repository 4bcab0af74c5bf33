"""Who works on a brief: naming colleagues, their roles, and whom the brief is for."""

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Kind, note
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.models import Brief, BriefColleague
from matching.permissions import can_own_brief


class ColleagueNotThere(BriefActionRefused):
    """The person is not named on the brief (any more), or no member of the organisation."""


class LastOwnerStays(BriefActionRefused):
    pass


@transaction.atomic
def name_colleague(*, by: Actor, brief: Brief, member: Member, role: str) -> BriefColleague:
    """Name a member of the organisation on the brief; naming them again changes their role."""
    _lock(by, brief)
    if member.organisation_id != brief.organisation_id:
        raise ColleagueNotThere("Only members of your organisation work on its briefs.")
    known = _of(brief, member)
    if known is not None:
        return _change(by, brief, known, role)
    row = BriefColleague.objects.create(
        organisation_id=brief.organisation_id, brief=brief, member=member, role=role, added_by=by.user
    )
    _tell("brief.colleague_named", by, row, before=None, after=role)
    return row


@transaction.atomic
def change_colleague(*, by: Actor, brief: Brief, member: Member, role: str) -> BriefColleague:
    """Give a named colleague another role; the last named owner keeps theirs."""
    _lock(by, brief)
    return _change(by, brief, _require(brief, member), role)


@transaction.atomic
def remove_colleague(*, by: Actor, brief: Brief, member: Member) -> None:
    """Take a name off the brief; where every member has access they go on by their role as a member."""
    _lock(by, brief)
    row = _require(brief, member)
    _keep_an_owner(brief, row)
    _tell("brief.colleague_removed", by, row, before=row.role, after=None)
    row.delete()


@transaction.atomic
def set_access(*, by: Actor, brief: Brief, access: str) -> Brief:
    """Say whom the brief is for: every member of the organisation, or the named and its owners."""
    now = _lock(by, brief)
    if now.access != access:
        Brief.objects.filter(pk=brief.pk).update(access=access)
        note(Kind.ACCESS, by=by, brief=brief, before=now.access, after=access)
        record("brief.access_changed", by=by, about=brief, data={"access": access})
    brief.refresh_from_db()
    return brief


def _lock(by: Actor, brief: Brief) -> Brief:
    """One change of people at a time, or two owners could remove each other."""
    now = Brief.objects.select_for_update().get(pk=brief.pk)
    if not can_own_brief(by, now):
        raise NotAllowed("Only owners of a brief say who works on it.")
    return now


def _of(brief: Brief, member: Member) -> BriefColleague | None:
    return BriefColleague.objects.filter(brief=brief, member=member).select_related("member").first()


def _require(brief: Brief, member: Member) -> BriefColleague:
    row = _of(brief, member)
    if row is None:
        raise ColleagueNotThere("This person is not named on the brief any more.")
    return row


def _change(by: Actor, brief: Brief, row: BriefColleague, role: str) -> BriefColleague:
    if row.role == role:
        return row
    _keep_an_owner(brief, row)
    _tell("brief.colleague_changed", by, row, before=row.role, after=role)
    row.role = role
    row.save(update_fields=["role"])
    return row


def _keep_an_owner(brief: Brief, row: BriefColleague) -> None:
    others = BriefColleague.objects.filter(brief=brief, role=Role.OWNER).exclude(pk=row.pk)
    if row.role == Role.OWNER and not others.exists():
        raise LastOwnerStays("A brief keeps at least one named owner. Make somebody else owner first.")


def _tell(kind: str, by: Actor, row: BriefColleague, *, before: str | None, after: str | None) -> None:
    person = row.member.user_id
    note(Kind.COLLEAGUE, by=by, brief=row.brief, subject=str(person), before=before, after=after)
    record(kind, by=by, about=row.brief, data={"user": person, "role": after})

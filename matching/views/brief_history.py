"""The history of a brief in words, newest first, and taking a change of it back."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.models import Role, User
from matching.actions.briefs import BriefActionRefused
from matching.actions.taking_back import CAN_BE_TAKEN_BACK, take_back
from matching.models import Brief, BriefChange, Requirement, Step
from matching.permissions import can_edit_brief
from matching.plain_briefs import REQUIREMENT_TERMS, TERMS, fill_requirement
from matching.views.brief_words import FIELD_LABELS, field_words, moved_words, term_labels
from matching.views.briefs import find_brief, page_of_brief
from matching.views.requirement_lines import RequirementLine, requirement_lines
from partners.models import Term

PER_PAGE = 25
LONG, LEAD = 400, 60
"""Characters: of a value that is shown in excerpts, and of what both values share before they differ."""
STATES: Mapping[str, Any] = {
    **{str(value): label for value, label in Brief.State.choices},
    "archived": lazy("Archived"),
    "deleted": lazy("Deleted"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page tells it: what happened, and the two values where there are any."""

    change: BriefChange
    what: str
    before: str = ""
    after: str = ""
    has_values: bool = False
    can_take_back: bool = False


def history(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    rows = brief.changes.as_read().select_related("by", "continues", "takes_back")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = page_of_brief(request, brief, "history") | {
        "page": page,
        "changes": told(list(page), can_edit=can_edit_brief(request.actor, brief)),
        "began_earlier": not brief.changes.filter(kind=BriefChange.Kind.CREATED).exists(),
        "first": brief.changes.last(),
    }
    return render(request, "matching/brief_history.html", context)


@require_POST
def change_take_back(request: ActorRequest, uid: UUID, change_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    rows = brief.changes.select_related("brief", "continues")
    change = get_object_or_404(rows, uid=change_uid)
    try:
        moved = take_back(by=request.actor, change=change)
        messages.success(request, " ".join(filter(None, [_("Taken back."), moved_words(moved)])))
    except BriefActionRefused as refusal:
        messages.error(request, _("Not taken back. %(why)s") % {"why": refusal})
    return redirect("matching:brief_history", uid)


def told(rows: Sequence[BriefChange], *, can_edit: bool) -> list[Told]:
    """The changes in words; a fixed number of queries names what they speak of."""
    values = [value for row in rows for value in (row.stood_before, row.after)]
    words = Words(
        labels=term_labels(_codes(rows)),
        people={str(user.pk): str(user) for user in User.objects.filter(pk__in=_people(rows))},
        requirements=_requirements([value for value in values if isinstance(value, dict)]),
    )
    return [words.tell(row, can_take_back=can_edit and row.kind in CAN_BE_TAKEN_BACK) for row in rows]


@dataclass(frozen=True, slots=True)
class Words:
    """What the values of changes are called."""

    labels: Mapping[str, str]
    people: Mapping[str, str]
    requirements: Mapping[int, str]
    """By the identity of the stored value: such a value is a dictionary, which is no key itself."""

    def tell(self, row: BriefChange, *, can_take_back: bool) -> Told:
        before, after = row.stood_before, row.after
        if row.kind == BriefChange.Kind.FIELD:
            what = str(FIELD_LABELS.get(row.subject, row.subject))
            was, now = (field_words(row.subject, value, self.labels) for value in (before, after))
            was, now = from_difference(was, now)
            return Told(row, what, was, now, has_values=True, can_take_back=can_take_back)
        if row.kind == BriefChange.Kind.REQUIREMENT:
            what = _requirement_what(before, after)
            was, now = (self.requirements.get(id(value), "") for value in (before, after))
            return Told(row, what, was, now, has_values=True, can_take_back=can_take_back)
        return Told(row, self._sentence(row))

    def _sentence(self, row: BriefChange) -> str:
        return {
            BriefChange.Kind.CREATED: self._created,
            BriefChange.Kind.STATE: self._state,
            BriefChange.Kind.ACCESS: self._access,
            BriefChange.Kind.COLLEAGUE: self._colleague,
            BriefChange.Kind.COMMENT: self._comment,
        }[BriefChange.Kind(row.kind)](row)

    def _created(self, row: BriefChange) -> str:
        given = row.after if isinstance(row.after, dict) else {}
        if "copied_from" in given:
            return _("Copied from “%(title)s”") % {"title": given["copied_from"]}
        if "requirements" in given:
            return _("Written, with %(count)s requirements from a pasted text") % {
                "count": given["requirements"]
            }
        return _("Written")

    def _state(self, row: BriefChange) -> str:
        states = {"before": STATES[str(row.before)], "after": STATES[str(row.after)]}
        return _("State: from %(before)s to %(after)s") % states

    def _access(self, row: BriefChange) -> str:
        return _("Access: %(access)s") % {"access": Brief.Access(str(row.after)).label}

    def _colleague(self, row: BriefChange) -> str:
        person = self.people.get(row.subject, _("somebody who left"))
        roles = [Role(str(role)).label if role else "" for role in (row.before, row.after)]
        names = {"person": person, "before": roles[0], "after": roles[1]}
        if row.before is None:
            return _("%(person)s added as %(after)s") % names
        if row.after is None:
            return _("%(person)s taken off the brief") % names
        return _("%(person)s is %(after)s instead of %(before)s") % names

    def _comment(self, row: BriefChange) -> str:
        return _("A comment was removed")


def from_difference(before: str, after: str) -> tuple[str, str]:
    """Long texts from shortly before they differ, because the page shows only their beginnings."""
    ends = range(1, min(len(before), len(after)) + 1)
    shared = bisect_left(ends, x=True, key=lambda end: before[:end] != after[:end])
    start = shared - LEAD
    if start <= 0 or max(len(before), len(after)) <= LONG:
        return before, after
    return f"…{before[start:]}", f"…{after[start:]}"


def _requirement_what(before: object, after: object) -> str:
    if before is None:
        return _("Requirement added")
    return _("Requirement removed") if after is None else _("Requirement changed")


def _codes(rows: Iterable[BriefChange]) -> list[Any]:
    return [value for row in rows if row.subject in TERMS for value in (row.stood_before, row.after)]


def _people(rows: Iterable[BriefChange]) -> list[str]:
    return [row.subject for row in rows if row.kind == BriefChange.Kind.COLLEAGUE]


def _requirements(values: Sequence[dict[str, Any]]) -> dict[int, str]:
    """What each stored requirement asks, in one line; two queries for all of them."""
    asked = [value for value in values if "strength" in value]
    codes = {value[name] for value in asked for name in REQUIREMENT_TERMS if value[name]}
    terms = Term.objects.in_bulk(codes, field_name="code") if codes else {}
    rows = [_row(value, terms) for value in asked]
    lines = requirement_lines(rows) if rows else []
    return {id(value): _line(line) for value, line in zip(asked, lines, strict=True)}


def _row(value: dict[str, Any], terms: Mapping[str, Term]) -> Requirement:
    row = Requirement()
    steps = [Step(kind=value["step"])] if value["step"] else []
    fill_requirement(row, value | dict.fromkeys(REQUIREMENT_TERMS), steps)
    row.term, row.measure = (terms.get(value[name] or "") for name in REQUIREMENT_TERMS)
    return row


def _line(line: RequirementLine) -> str:
    row = line.row
    parts = [f"{row.get_strength_display()}: {row}", *line.details, row.get_scope_display()]
    return "; ".join([*parts, str(row.step)] if row.step else parts)

"""The list of a sponsor's briefs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render

from cdmo_portal.accounts.actors import ActorRequest
from matching.forms.brief_lists import STATES, BriefListForm, of_state
from matching.models import Brief, BriefColleague, BriefComment, Requirement, ShortlistEntry
from matching.permissions import can_write_briefs, owned_among
from matching.watching import told_of

PER_PAGE = 25
COUNTED: dict[str, Any] = {
    "requirement_count": Requirement.objects.all(),
    "shortlist_count": ShortlistEntry.objects.all(),
    "comment_count": BriefComment.objects.filter(removed_at__isnull=True),
    "people_count": BriefColleague.objects.all(),
}


@dataclass(frozen=True, slots=True)
class Tab:
    state: str
    label: str
    count: int
    is_current: bool


def brief_list(request: ActorRequest) -> HttpResponse:
    form = BriefListForm(request.GET)
    is_valid = form.is_valid()
    state = form.state_asked
    rows = form.filtered(Brief.objects.visible_to(request.actor), request.actor)
    deleted = form.filtered(Brief.objects.deleted_for(request.actor), request.actor)
    shown = form.ordered(deleted if state == "deleted" else rows.filter(of_state(state)))
    page = Paginator(_as_listed(shown), PER_PAGE).get_page(request.GET.get("page"))
    tabs = _tabs(rows, deleted, state)
    owned = owned_among(request.actor, list(page)) if state == "deleted" else set()
    context = {
        "form": form,
        "state": state,
        "page": page,
        "rows": [(brief, told_of(brief)) for brief in page],
        "owned": owned,
        "tabs": tabs,
        "is_filtered": bool(form.cleaned_data.get("q") or form.cleaned_data.get("mine")),
        "has_any": any(tab.count for tab in tabs),
        "just_deleted": _just_deleted(request),
        "can_write": can_write_briefs(request.actor),
    }
    return render(request, "matching/brief_list.html", context, status=200 if is_valid else 400)


def _tabs(rows: QuerySet[Brief], deleted: QuerySet[Brief], state: str) -> list[Tab]:
    """Two queries count all of them, under the same words and the same person as the list."""
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=of_state(name)) for name in STATES if name != "deleted"}
    )
    counts["deleted"] = deleted.count()
    tabs = [Tab(name, str(label), counts[name], name == state) for name, label in STATES.items()]
    return [tab for tab in tabs if tab.count or tab.state != "deleted" or tab.is_current]


def _as_listed(rows: QuerySet[Brief]) -> QuerySet[Brief]:
    """With what the list shows of each, counted apart so that one count does not multiply another."""
    rows = rows.select_related("stage", "watch__seen_run")
    rows = rows.defer("text", "watch__seen_run__result", "watch__seen_run__asked")
    return rows.annotate(**{name: _count(counted) for name, counted in COUNTED.items()})


def _count(rows: QuerySet[Any]) -> Coalesce:
    of_brief = rows.filter(brief=OuterRef("pk")).order_by().values("brief")
    counted = Subquery(of_brief.annotate(found=Count("pk")).values("found"), output_field=IntegerField())
    return Coalesce(counted, 0)


def _just_deleted(request: ActorRequest) -> Brief | None:
    """The draft that the address says was deleted a moment ago, for who may get it back."""
    try:
        uid = UUID(request.GET.get("deleted", ""))
    except ValueError:
        return None
    brief = Brief.objects.deleted_for(request.actor).filter(uid=uid).first()
    return brief if brief and owned_among(request.actor, [brief]) else None

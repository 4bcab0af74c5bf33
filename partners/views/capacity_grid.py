"""The quarters of a site's lines on one page: a grid to type in, or a table for whoever may only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import ActorRequest
from partners import own_pages
from partners.actions.capacity_grid import Conflict, GridChangedMeanwhile, GridRefused, Saved, save_grid
from partners.forms.capacity_grid import GridForm, typed_form
from partners.forms.editing import Difference
from partners.models import Line, Site
from partners.own_pages import QUARTERS_SHOWN, LineCapacity
from partners.permissions import can_edit_site
from partners.quarters import Quarter, quarters_from, quarters_later
from partners.views.own import own_site_or_404, posted

LINES_PER_PAGE: Final = 20
QUARTERS_BACK, QUARTERS_AHEAD = 8, 32


@dataclass(frozen=True, slots=True)
class Section:
    """A line on the page. Without `form` nothing can be typed, for `reason` or for want of a role."""

    capacity: LineCapacity
    form: GridForm | None
    reason: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with cells of a line, and the first of them, for the summary above the grids."""

    line: Line
    label: str
    name: str
    sentence: str


def window_list(request: ActorRequest, slug: str) -> HttpResponse:
    """Eight quarters of every line, from `?from=` or today on; POST saves all cells that were changed."""
    site = own_site_or_404(request, slug)
    can_edit = can_edit_site(request.actor, site)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    data = posted(request)
    quarters = quarters_from(first_quarter(request), QUARTERS_SHOWN)
    page = Paginator(site.lines.order_by("name", "pk"), LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"site": site, "can_edit": can_edit, "quarters": quarters, "page": page, **_around(quarters)}
    context["is_confirming"] = data is not None and "confirm" in data
    sections = _sections(site, page, quarters, data, can_edit=can_edit)
    if data is None:
        return _page(request, sections, context)
    return _save(request, sections, context, data)


def first_quarter(request: ActorRequest) -> Quarter:
    """That of `?from=`, as long as it can be planned; else that of today."""
    today = Quarter.of(timezone.localdate())
    asked = Quarter.from_code(request.GET.get("from", ""))
    if asked is None or not _earliest(today) <= asked <= _latest(today):
        return today
    return asked


def _earliest(today: Quarter) -> Quarter:
    return quarters_later(today, -QUARTERS_BACK)


def _latest(today: Quarter) -> Quarter:
    return quarters_later(today, QUARTERS_AHEAD)


def _around(quarters: Sequence[Quarter]) -> dict[str, Quarter | None]:
    """The neighbours of the quarters shown that can be gone to."""
    today = Quarter.of(timezone.localdate())
    earlier, later = (quarters_later(quarters[0], step) for step in (-QUARTERS_SHOWN, QUARTERS_SHOWN))
    return {
        "earlier": max(earlier, _earliest(today)) if quarters[0] > _earliest(today) else None,
        "later": later if later <= _latest(today) else None,
    }


def _sections(
    site: Site, page: Page[Line], quarters: Sequence[Quarter], data: QueryDict | None, *, can_edit: bool
) -> list[Section]:
    """The lines of the page, and those that were posted and have moved to another one meanwhile."""
    shown = {line.pk for line in page}
    sent = {name.removesuffix("-seen") for name in data or () if name.endswith("-seen")}
    lines = [line for line in site.lines.order_by("name", "pk") if line.pk in shown or line.uid.hex in sent]
    return [
        _section(capacity, quarters, data, can_edit=can_edit)
        for capacity in own_pages.line_capacity(lines, quarters)
    ]


def _section(
    capacity: LineCapacity, quarters: Sequence[Quarter], data: QueryDict | None, *, can_edit: bool
) -> Section:
    reason = own_pages.why_read_only(capacity.line)
    form = GridForm(capacity.line, capacity.windows, quarters, data) if can_edit else None
    # What was typed for a line that now comes another way is told as a conflict, then its table is read-only.
    return Section(capacity, form if form and (form.is_posted or not reason) else None, reason)


def _save(
    request: ActorRequest, sections: Sequence[Section], context: dict[str, Any], data: QueryDict
) -> HttpResponse:
    forms = [each.form for each in sections if each.form is not None and each.form.is_posted]
    if any(form.refused for form in forms):
        return _page(request, sections, context, status=422)
    try:
        saved = save_grid(
            site=context["site"],
            sheets=[form.sheet() for form in forms],
            by=request.actor,
            is_confirming=context["is_confirming"],
        )
    except GridRefused as refusal:
        for form in forms:
            for cell, each in form.inputs.items():
                each.error = refusal.errors.get((form.line.uid, cell), "")
        return _page(request, sections, context, status=422)
    except GridChangedMeanwhile as meanwhile:
        return _conflict_page(request, sections, context, meanwhile)
    _tell(request, saved, is_gone=_has_gone(data, forms))
    return redirect(_address(context))


def _address(context: Mapping[str, Any]) -> str:
    start, page = context["quarters"][0].code, context["page"].number
    return f"{reverse('partners:window_list', args=[context['site'].slug])}?from={start}&page={page}"


def _has_gone(data: QueryDict, forms: Sequence[GridForm]) -> bool:
    return sum(name.endswith("-seen") for name in data) > len(forms)


def _tell(request: ActorRequest, saved: Saved, *, is_gone: bool) -> None:
    if saved.changed or saved.confirmed:
        said = {"changed": saved.changed, "confirmed": saved.confirmed}
        text = _("Changed cells: %(changed)d. Confirmed as still true: %(confirmed)d.")
        messages.success(request, text % said)
    else:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    if is_gone:
        messages.warning(request, _("A line was removed meanwhile; what you typed for it could not be kept."))


def _conflict_page(
    request: ActorRequest,
    sections: Sequence[Section],
    context: dict[str, Any],
    meanwhile: GridChangedMeanwhile,
) -> HttpResponse:
    """Both values of each cell in question; saving again goes over what is now shown as stored."""
    quarters = context["quarters"]
    fresh = {
        each.line.pk: each
        for each in own_pages.line_capacity(
            Line.objects.filter(pk__in=[each.capacity.line.pk for each in sections]), quarters
        )
    }
    kept = []
    for each in sections:
        capacity = fresh.get(each.capacity.line.pk)
        if capacity is not None:
            kept.append(_met(each, capacity, quarters))
    more = {"is_stale": True, "differences": [_difference(each) for each in meanwhile.conflicts]}
    return _page(request, kept, {**context, **more, "reasons": meanwhile.reasons}, status=409)


def _met(section: Section, capacity: LineCapacity, quarters: Sequence[Quarter]) -> Section:
    reason = own_pages.why_read_only(capacity.line)
    if section.form is None or reason:
        return Section(capacity, None, reason)
    section.form.meet(GridForm(capacity.line, capacity.windows, quarters))
    return Section(capacity, section.form, "")


def _difference(each: Conflict) -> Difference:
    return Difference(f"{each.line.name}: {each.cell.label}", typed_form(each.typed), typed_form(each.stored))


def _page(
    request: ActorRequest, sections: Sequence[Section], context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    more = {
        "sections": sections,
        "faults": _faults(sections),
        "is_typed": any(each.form for each in sections),
        "again_url": _address(context),
    }
    return render(request, "partners/window_list.html", {**context, **more}, status=status)


def _faults(sections: Sequence[Section]) -> list[Fault]:
    """One per sentence and line, leading to the first of its cells."""
    found: dict[tuple[int, str], Fault] = {}
    for form in (each.form for each in sections if each.form):
        for each in form.refused:
            key = (form.line.pk, each.error)
            found.setdefault(key, Fault(form.line, each.cell.label, each.name, each.error))
    return list(found.values())

"""The ranked, explained list for a brief."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import match_runs
from matching.actions.briefs import BriefActionRefused
from matching.forms.weights import asked_weights, query_of
from matching.models import Brief, MatchRun
from matching.permissions import can_edit_brief
from matching.ranking import weighting_of
from matching.ranking.examining import examination_of_run
from matching.ranking.explaining import explained_further
from matching.scoring.examination import PREVIEW_SAMPLES, examination
from matching.views.briefs import find_brief
from matching.views.match_cards import LISTS, SHOWN, Turn, blocked_count, card_lists, covers, legend
from matching.views.movements import moved, order_in_words
from matching.views.robustness_panel import nothing_to_compare, robustness_panel, with_insights
from matching.views.weights_panel import Preview, leaders, previewed
from matching.watching import told_of
from partners.forms.editing import version_in

LAST_PAGE = 1_000


@vary_on_headers("HX-Request")
def match_list(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The latest frozen run, or with weights in the address what they would give now. Nothing is written."""
    brief = find_brief(request, uid)
    run = brief.match_runs.first()
    can_edit = can_edit_brief(request.actor, brief)
    context: dict[str, object] = {
        "brief": brief,
        "run": run,
        "can_run": can_edit,
        "can_shortlist": can_edit,
        "note": told_of(brief),
    }
    if run is None:
        return render(request, "matching/match_list.html", context)
    preview = previewed(brief, run, request.GET)
    is_swap = bool(request.htmx) and not request.htmx.history_restore_request
    template = "matching/match_list.html#swap" if is_swap else "matching/match_list.html"
    context |= _result_context(request, run, brief, preview) | {"is_swap": is_swap}
    answer = render(request, template, context, status=422 if preview.errors else 200)
    if is_swap and not preview.errors:
        header = "HX-Replace-Url" if "X-Same-Move" in request.headers else "HX-Push-Url"
        answer[header] = f"{request.path}?{preview.panel.query}".rstrip("?")
    return answer


def _result_context(
    request: ActorRequest, run: MatchRun, brief: Brief, preview: Preview
) -> dict[str, object]:
    result = preview.result
    turned = turned_to(request.GET, run, preview)
    lists = card_lists(result, brief.pk, actor=request.actor, turned=turned)
    weighting = preview.panel.weighting
    is_preview = preview.panel.is_preview
    if is_preview:
        lists = moved(lists, run.result)
    found = (
        examination(result, weighting, samples=PREVIEW_SAMPLES)
        if is_preview
        else examination_of_run(run, weighting)
    )
    return {
        "lists": with_insights(lists, found) if found else lists,
        "robustness": robustness_panel(found) if found else None,
        "nothing_to_compare": "" if found else nothing_to_compare(result),
        "result": result,
        "covers": covers(result["coverage"]),
        "legend": legend(result),
        "blocked_count": blocked_count(result),
        "is_outdated": run.brief_version != brief.version,
        "is_reweighed": preview.panel.own != weighting_of(brief),
        "shortlist_count": brief.shortlist.count(),
        "panel": preview.panel,
        "errors": preview.errors,
        "leaders": leaders(result["eligible"]),
        "announcement": order_in_words(result["eligible"]),
    }


def turned_to(data: QueryDict, run: MatchRun, preview: Preview) -> dict[str, Turn]:
    """The list that the address turns to a further page: those candidates are explained now."""
    key, page = data.get("show", ""), data.get("page", "")
    if key not in LISTS or not page.isascii() or not page.isdigit():
        return {}
    number = min(int(page[:6]), LAST_PAGE)
    listed = [*preview.result[key], *preview.result["further"].get(key, ())]
    wanted = listed[SHOWN * (number - 1) : SHOWN * number]
    if number < 2 or not wanted:
        return {}
    weights = preview.panel.weighting.points if preview.panel.is_preview else None
    whole = {site["key"]: site for site in preview.result[key]}
    further = [site["key"] for site in wanted if site["key"] not in whole]
    told = {str(site["key"]): site for site in explained_further(run, further, weights=weights)}
    found = whole | told
    return {key: Turn(number, [found[each["key"]] for each in wanted if each["key"] in found])}


@require_POST
def match_weights(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Save the weights of the preview to the brief and match with them."""
    brief = find_brief(request, uid)
    asked = asked_weights(request.POST)
    back = reverse("matching:match_list", args=[uid])
    if asked.weighting is None:
        messages.error(request, " ".join(asked.errors.values()) or _("No weights were sent."))
        return redirect(back)
    try:
        version = version_in(request.POST)
        match_runs.weigh_and_run(by=request.actor, brief=brief, version=version, weighting=asked.weighting)
        messages.success(request, _("The brief has these weights now, and was matched with them."))
    except BriefActionRefused as refusal:
        messages.error(request, _("%(why)s Nothing was saved.") % {"why": refusal})
        return redirect(f"{back}?{query_of(asked.weighting)}")
    return redirect(back)


@require_POST
def match_rerun(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    try:
        match_runs.run(by=request.actor, brief=brief)
        messages.success(request, _("Matched again with what is known now."))
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:match_list", uid=uid)

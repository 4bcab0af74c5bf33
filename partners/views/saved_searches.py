"""Saved searches of the directory: a person's own, and those that colleagues share."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners import alert_mail
from partners.actions import saved_searches
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.actions.saved_searches import CannotBeAnswered, Found, SearchFacts, TooMany
from partners.answering import QueryInvalid, answer, filters_of, in_words
from partners.forms.saved_searches import NewSearchForm, SearchForm
from partners.models import SavedSearch
from partners.permissions import can_save_searches, is_own_search
from partners.saved_search_pages import news_since_seen, search_rows, told_rows
from partners.search_address import canonical
from partners.views.own import page, posted, stale_page

PER_PAGE: Final = 25
ALERTS_PER_PAGE: Final = 20
FORM: Final = "partners/search_form.html"


@require_safe
def search_list(request: ActorRequest) -> HttpResponse:
    _sponsors_only(request)
    shown = search_rows(SavedSearch.objects.visible_to(request.actor), request.actor)
    own = SavedSearch.objects.owned_by(request.actor)
    context = {
        "page_obj": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "deleted": own.filter(deleted_at__isnull=False).order_by("-deleted_at")[
            : saved_searches.MOST_SEARCHES
        ],
        "most_deleted": saved_searches.MOST_SEARCHES,
        "just_deleted": request.GET.get("deleted", ""),
    }
    return render(request, "partners/search_list.html", context)


def search_create(request: ActorRequest) -> HttpResponse:
    """Save the query that the directory shows; by GET the query stands in the address."""
    _sponsors_only(request)
    form = NewSearchForm(posted(request), query=canonical(request.GET))
    query = canonical(QueryDict(form["query"].value()))
    context = {"criteria": in_words(filters_of(query, request.actor)), "query": query}
    if not form.is_bound or not form.is_valid():
        return page(request, FORM, form, context)
    try:
        found = answer(query, request.actor)
        search = saved_searches.save(facts=form.search_facts(), query=query, found=found, by=request.actor)
    except AlreadyThere as error:
        form.add_error("name", str(error))
    except (QueryInvalid, TooMany) as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("“%(name)s” was saved.") % {"name": search.name})
        return redirect(search)
    return page(request, FORM, form, context)


@require_safe
def search_detail(request: ActorRequest, uid: UUID) -> HttpResponse:
    """What the search asks, what it finds now, what is new since its owner looked, what was told."""
    search = _visible(request, uid)
    is_own = is_own_search(request.actor, search)
    context: dict[str, Any] = {
        "search": search,
        "is_own": is_own,
        "criteria": in_words(filters_of(search.query, request.actor)),
    }
    try:
        found = answer(search.query, request.actor)
    except QueryInvalid as error:
        context["problem"] = str(error)
    else:
        context["match_count"] = len(found.site_ids)
        context["news"] = news_since_seen(search, found) if is_own else None
    if is_own:
        alerts = Paginator(search.alerts.all(), ALERTS_PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": alerts, "alerts": told_rows(alerts)}
    return render(request, "partners/search_detail.html", context)


def search_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    # What somebody typed is not thrown away with a search that was deleted in another window.
    deleted = _deleted(request, uid) if request.method == "POST" else None
    search = deleted or _own(request, uid)
    form = SearchForm(posted(request), search=search)
    context = {
        "search": search,
        "criteria": in_words(filters_of(search.query, request.actor)),
        "again_url": reverse("partners:search_update", args=[uid]),
    }
    if not form.is_bound or not form.is_valid():
        return page(request, FORM, form, context)
    try:
        saved_searches.change(
            search=search,
            facts=form.search_facts(),
            version=form.seen_version,
            found=_found(search, request),
            by=request.actor,
        )
    except ChangedMeanwhile as error:
        return _late(request, form, context, str(error))
    except AlreadyThere as error:
        form.add_error("name", str(error))
    except CannotBeAnswered as error:
        form.add_error("alert", str(error))
    else:
        messages.success(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["name"]})
        return redirect(search)
    return page(request, FORM, form, context)


def _late(request: ActorRequest, form: SearchForm, context: dict[str, Any], sentence: str) -> HttpResponse:
    """The form as it was typed, beside what is saved now, or with why nothing can be saved."""
    uid = context["search"].uid
    if deleted := _deleted(request, uid):
        form.add_error(None, sentence)
        shown = page(request, FORM, form, {**context, "search": deleted})
    else:
        shown = stale_page(request, FORM, form, SearchForm(search=_own(request, uid)), context)
    shown.status_code = 409
    return shown


@require_POST
def search_open(request: ActorRequest, uid: UUID) -> HttpResponse:
    """To the directory with this query; what its owner sees there is not new to them any more."""
    search = _visible(request, uid)
    found = _found(search, request)
    if found is not None:
        saved_searches.note_seen(search=search, found=found, by=request.actor)
    return redirect(search.directory_url)


@require_POST
def search_copy(request: ActorRequest, uid: UUID) -> HttpResponse:
    """A search of one's own with the same query; no mails until they are asked for."""
    search = _visible(request, uid)
    found = _found(search, request)
    if found is None:
        messages.error(request, _("This search can no longer be answered, so it was not copied."))
        return redirect(search)
    try:
        facts = SearchFacts(name=search.name)
        copied = saved_searches.save(facts=facts, query=search.query, found=found, by=request.actor)
    except AlreadyThere as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('partners:search_create')}?{search.query}")
    except TooMany as error:
        messages.error(request, str(error))
        return redirect(search)
    messages.success(request, _("“%(name)s” is among your own searches now.") % {"name": copied.name})
    return redirect(copied)


@require_POST
def search_delete(request: ActorRequest, uid: UUID) -> HttpResponse:
    search = _own(request, uid)
    try:
        saved_searches.delete(search=search, by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, str(error))
        return redirect("partners:search_list")
    return redirect(f"{reverse('partners:search_list')}?deleted={uid}")


@require_POST
def search_restore(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Undo: deleted searches are kept for some days."""
    _sponsors_only(request)
    search = get_object_or_404(SavedSearch.objects.owned_by(request.actor), uid=uid)
    try:
        saved_searches.restore(search=search, by=request.actor)
    except (AlreadyThere, TooMany) as error:
        messages.error(request, str(error))
        return redirect("partners:search_list")
    messages.success(request, _("“%(name)s” is back.") % {"name": search.name})
    return redirect(search)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail. Scanners open links, so only a POST stops anything: a person's or RFC 8058's."""
    uid = alert_mail.uid_of(token)
    if uid is None:
        return render(request, "partners/search_stop.html", {"is_unknown": True}, status=404)
    search = SavedSearch.objects.filter(uid=uid, deleted_at=None).first()
    if request.method == "POST" and search is not None:
        saved_searches.stop_alert(search=search)
        search.alert = SavedSearch.Alert.NONE
    is_on = search is not None and search.alert != SavedSearch.Alert.NONE
    return render(request, "partners/search_stop.html", {"search": search, "is_on": is_on})


def _sponsors_only(request: ActorRequest) -> None:
    """To everybody else these pages do not exist."""
    if not can_save_searches(request.actor):
        raise Http404


def _visible(request: ActorRequest, uid: UUID) -> SavedSearch:
    rows = SavedSearch.objects.visible_to(request.actor).select_related("user", "watch")
    return get_object_or_404(rows, uid=uid)


def _own(request: ActorRequest, uid: UUID) -> SavedSearch:
    """A search that the actor may change; a colleague's shared one is there, but not theirs."""
    search = _visible(request, uid)
    if not is_own_search(request.actor, search):
        raise PermissionDenied
    return search


def _deleted(request: ActorRequest, uid: UUID) -> SavedSearch | None:
    """The actor's own search, if it was deleted and can still be restored."""
    return SavedSearch.objects.owned_by(request.actor).filter(uid=uid, deleted_at__isnull=False).first()


def _found(search: SavedSearch, request: ActorRequest) -> Found | None:
    try:
        return answer(search.query, request.actor)
    except QueryInvalid:
        return None

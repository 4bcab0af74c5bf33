"""A CDMO's own capacity feeds: what they brought, what failed, and how old every number is."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.events.sealing import NoKeys
from partners.actions import feed_trials, feeds
from partners.actions.feeds import FeedFacts
from partners.feed_forms import FeedForm
from partners.models import Feed, FeedTrial, HeldReading, Line, Partner
from partners.permissions import can_edit_partner

REFRESHES_PER_PAGE = 20
WINDOWS_SHOWN = 50


@require_GET
def feed_list(request: ActorRequest) -> HttpResponse:
    require_cdmo(request)
    rows = asked_about(Feed.objects.visible_to(request.actor)).annotate(
        window_count=Count("windows", filter=Q(windows__closed_at__isnull=True))
    )
    partner = own_partner(request)
    return render(
        request,
        "partners/feed_list.html",
        {
            "feeds": rows,
            "partner": partner,
            "can_edit": can_edit_partner(request.actor, partner),
            "lines": own_lines(partner),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def feed_create(request: ActorRequest) -> HttpResponse:
    require_cdmo(request)
    partner = own_partner(request)
    if partner is None:
        messages.info(request, _("Claim your company's profile first; feeds belong to a profile."))
        return redirect("partners:feed_list")
    require_editor(request, partner)
    form = FeedForm(request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(added(request, partner, form.facts()))
        except NoKeys:
            refuse_secret(form)
        except feed_trials.TooManyTrials as error:
            form.add_error(None, str(error))
    return form_page(request, form, feed=None)


def added(request: ActorRequest, partner: Partner, facts: FeedFacts) -> Feed | FeedTrial:
    """The feed, or with `test` in the form the test of what it would be."""
    if "test" in request.POST:
        return feed_trials.try_facts(partner=partner, facts=facts, by=request.actor)
    feed = feeds.create(partner=partner, facts=facts, by=request.actor)
    messages.success(request, _("The feed was added. It is read within a minute."))
    return feed


@require_GET
def feed_detail(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    feed = own_feed(request, uid)
    page = Paginator(feed.refreshes.all(), REFRESHES_PER_PAGE).get_page(request.GET.get("page"))
    windows = feed.windows.filter(closed_at__isnull=True).select_related("line", "site")
    held = HeldReading.objects.filter(feed=feed).select_related("refresh").first()
    return render(
        request,
        "partners/feed_detail.html",
        {
            "feed": feed,
            "page_obj": page,
            "windows": windows.order_by("site__name", "line__name", "period", "state")[:200],
            "held": held if held and held.decision != HeldReading.Decision.APPLIED else None,
            "gone": windows.filter(pk__in=held.gone[:WINDOWS_SHOWN]) if held else windows.none(),
            "can_edit": can_edit_partner(request.actor, feed.partner),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def feed_update(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    feed = own_feed(request, uid)
    require_editor(request, feed.partner)
    form = FeedForm(request.POST or None, partner=feed.partner, feed=feed)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            feeds.update(feed=feed, facts=form.facts(), version=version, by=request.actor)
        except NoKeys:
            refuse_secret(form)
        except feeds.FeedChangedMeanwhile:
            form.add_error(None, conflict_text(feed))
            status = 409
        else:
            messages.success(request, _("The feed was changed. It is read anew within a minute."))
            return to_detail(feed)
    return form_page(request, form, feed=feed, status=status)


@require_POST
def feed_retry(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    feed = own_feed(request, uid)
    require_editor(request, feed.partner)
    try:
        feeds.retry(feed=feed, by=request.actor)
    except feeds.FeedNotRunning as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The feed is read within a minute. Reload this page to see what came."))
    return to_detail(feed)


@require_POST
def feed_pause(request: ActorRequest, uid: uuid.UUID) -> HttpResponse:
    """Pause, or with `resume` in the form go on."""
    feed = own_feed(request, uid)
    require_editor(request, feed.partner)
    if "resume" in request.POST:
        feeds.resume(feed=feed, by=request.actor)
        messages.success(request, _("The feed is read again."))
    else:
        feeds.pause(feed=feed, by=request.actor)
        messages.success(request, _("The feed is paused. Its last values stay, with their age."))
    return to_detail(feed)


def require_cdmo(request: ActorRequest) -> None:
    if not request.actor.is_cdmo:
        raise Http404


def require_editor(request: ActorRequest, partner: Partner) -> None:
    if not can_edit_partner(request.actor, partner):
        raise PermissionDenied(_("Viewers may read feeds. Ask an owner of your organisation to change them."))


def own_partner(request: ActorRequest) -> Partner | None:
    return Partner.objects.filter(organisation=request.actor.organisation).first()


def own_feed(request: ActorRequest, uid: uuid.UUID) -> Feed:
    rows = asked_about(Feed.objects.visible_to(request.actor))
    rows = rows.select_related("partner", "calendar_line__site")
    return get_object_or_404(rows, uid=uid)


def asked_about(feeds: QuerySet[Feed]) -> QuerySet[Feed]:
    """The feeds, each with whether a reading of it waits for somebody's word."""
    questions = HeldReading.objects.filter(feed=OuterRef("pk"), decision=HeldReading.Decision.OPEN)
    return feeds.annotate(is_asked_about=Exists(questions))


def own_lines(partner: Partner | None) -> list[Line]:
    return list(Line.objects.filter(site__partner=partner).select_related("site")) if partner else []


def refuse_secret(form: FeedForm) -> None:
    form.add_error(
        "header_value", _("Secret headers cannot be stored here: the operator has set no encryption keys.")
    )


def conflict_text(feed: Feed) -> str:
    feed.refresh_from_db()
    return _(
        "Somebody else has changed this feed since you opened this page. It is now called “%(name)s” and is "
        "read from %(url)s. What you typed is still here: open the page anew and enter it again."
    ) % {"name": feed.name, "url": feed.url}


def form_page(request: ActorRequest, form: FeedForm, *, feed: Feed | None, status: int = 422) -> HttpResponse:
    context = {"form": form, "feed": feed}
    return render(request, "partners/feed_update.html", context, status=status if form.is_bound else 200)


def to_detail(feed: Feed) -> HttpResponseRedirect:
    return redirect("partners:feed_detail", feed.uid)

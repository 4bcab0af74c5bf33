"""Pages that only the demo has; elsewhere they do not exist."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from cdmo_portal import demo_feed
from cdmo_portal.events.models import KeptMail

MAILS_PER_PAGE = 50


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Mails that the demo kept. Any signed-in person may read them all: its people are fictional."""
    require_demo()
    page = Paginator(KeptMail.objects.all(), MAILS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mail_list.html", {"page_obj": page})


@login_not_required
@require_safe
def capacity_feed(request: HttpRequest) -> HttpResponse:
    require_demo()
    now = timezone.now()
    response = HttpResponse(demo_feed.capacity_csv(now), content_type="text/csv; charset=utf-8")
    response["ETag"] = demo_feed.etag(now)
    return cast(HttpResponse, get_conditional_response(request, response["ETag"], response=response))


def require_demo() -> None:
    if not settings.DEMO:
        raise Http404

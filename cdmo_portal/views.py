"""Pages that belong to no app: health, the first page, how ranking works, refused forms."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.kept_forms import is_from_us, is_htmx, keep, page_of

API_VERSION: Final = settings.SPECTACULAR_SETTINGS["VERSION"]
# Redoc fills empty style elements by script, and as it loads its scroll bars write one with always the same
# text: these two, by the hashes of what is in them, and nothing else. A newer Redoc may need another hash.
REDOC_CSP: Final = {
    **settings.SECURE_CSP,
    "style-src": [
        CSP.SELF,
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
        "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
    ],
}


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Ready means: the database answers as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
def home(request: ActorRequest) -> HttpResponse:
    """Each person's first page; a visitor sees what the portal is."""
    actor = request.actor
    if not actor.is_signed_in:
        return render(request, "home.html")
    if actor.is_cdmo:
        return redirect("partners:own_profile")
    if actor.is_sponsor:
        return redirect("matching:brief_list")
    return redirect("status" if actor.is_operator else "accounts:organisation_choose")


@login_not_required
def ranking_explained(request: HttpRequest) -> HttpResponse:
    return render(request, "ranking_explained.html")


def api_docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api_docs.html", {"version": API_VERSION})


@csp_override(REDOC_CSP)
def api_redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "api_redoc.html", {"version": API_VERSION})


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where a form never reached its view: too much was sent, or what cannot be read."""
    if not isinstance(exception, RequestDataTooBig):
        return render(request, "400.html", status=400)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    message = _("What you sent is larger than %s MB. Go back and send less; nothing was kept.") % most
    return render(request, "400.html", {"message": message}, status=413)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before its reader signed in again elsewhere gets its form back, with its content."""
    is_own_page = request.user.is_authenticated and is_from_us(request)
    if is_own_page and not is_htmx(request) and keep(request):
        return redirect(page_of(request))
    message = _(
        "This form was too old or came from another site. Go back, reload the page and send it again."
    )
    return render(request, "403.html", {"message": message}, status=403)

"""From the session to an actor, and from the actor to the transaction that the request runs in."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse

from cdmo_portal.accounts.actors import NOBODY, Actor, ActorRequest, actor_of_member
from cdmo_portal.accounts.models import Member

ACTIVE_ORGANISATION = "active_organisation_id"

type View = Callable[[HttpRequest], HttpResponse]


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor of a browser session: the membership chosen in it, else the user's oldest one."""
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    members = (
        Member.objects.filter(user=user).select_related("organisation", "user").order_by("joined_at", "pk")
    )
    chosen = request.session.get(ACTIVE_ORGANISATION)
    rows = list(members)
    member = next((row for row in rows if row.organisation_id == chosen), rows[0] if rows else None)
    return actor_of_member(member) if member else Actor(user=user)


class ActorMiddleware:
    """Sets `request.actor` once. API authentication replaces it with the key's actor."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        request.actor = NOBODY if is_stateless(request) else actor_of_request(request)
        response = self.get_response(request)
        for name, value in getattr(request, "rate_limit", {}).items():
            response[name] = value
        return response


class TransactionMiddleware:
    """Runs the request in one transaction that knows its organisation (for row-level security).

    An exception or a 5xx answer rolls everything back.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        if is_stateless(request):
            return self.get_response(request)
        with transaction.atomic():
            # A new transaction knows none; a key's organisation is set once the key has been read.
            if request.actor.organisation_id is not None:
                set_organisation(request.actor)
            response = self.get_response(request)
            if response.status_code >= 500 or hasattr(request, "view_raised"):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Only noted here: others still ask the database for an answer (allauth, before a password again)."""
        request.view_raised = True  # type: ignore[attr-defined]


class RefuseControlCharactersMiddleware:
    """PostgreSQL text cannot hold NUL; a request line that carries one is nobody's honest input."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _refuse_nul(request)
        return self.get_response(request)


def _refuse_nul(request: HttpRequest) -> HttpResponse:
    """In the API's one shape of errors (this stands before REST framework), elsewhere as text."""
    detail = "The address contains a NUL character."
    if not request.path.startswith("/api/"):
        return HttpResponseBadRequest(detail, content_type="text/plain")
    problem = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}
    return JsonResponse(problem, status=400, content_type="application/problem+json")


def set_organisation(actor: Actor) -> None:
    """Tell PostgreSQL, for this transaction only, which organisation is asking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(actor.organisation_id or "")])


def is_stateless(request: HttpRequest) -> bool:
    """Health checks and static files touch no session and no transaction."""
    return request.path.startswith(("/health/", f"/{settings.STATIC_URL.lstrip('/')}"))

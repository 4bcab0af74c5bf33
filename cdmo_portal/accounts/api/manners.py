"""What every view of our API does for its caller, whatever it is about."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import NoReverseMatch
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api import repeating
from cdmo_portal.accounts.api.authentication import actor_of
from cdmo_portal.accounts.api.conditional import answer_conditionally
from cdmo_portal.accounts.api.deprecating import deprecation_of, tell
from cdmo_portal.accounts.api.filters import refuse_unread_parameters
from cdmo_portal.accounts.api.problems import ParametersRefused
from cdmo_portal.accounts.models import AnsweredCall


class Mannered(APIView):
    """Answers 304 to who has the answer, and repeats it to who sends the same Idempotency-Key.

    Answers may be kept by their caller, and by nobody else.
    """

    resource: ClassVar[str]
    """The first segment of the address, and the name in scopes; what lies below has that of its parent."""

    metadata_class = None
    # The name of the address of one thing, where it is not the viewset's own.
    detail_name = ""
    call: AnsweredCall | None = None

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks and whether they may comes first: an answer is repeated to nobody else."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS:
            self.call = repeating.claim(request)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, repeating.Repeated):
            return exc.answer  # type: ignore[return-value]  # any answer will do
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        checked = self._checked(request, response)
        answer: HttpResponseBase = super().finalize_response(request, checked, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        patch_cache_control(answer, private=True, no_cache=True)
        if deprecation := deprecation_of(self, str(request.method)):
            tell(deprecation, answer)
        if isinstance(answer, StreamingHttpResponse) and self.call:
            answer = read_out(answer)
        if isinstance(answer, Response):
            answer.add_post_render_callback(self.complete)
        elif isinstance(answer, HttpResponse):
            return self.complete(answer)
        return answer

    def _checked(self, request: Request, response: Any) -> Any:
        """The response, unless a parameter was sent that nobody looked at: what was done is undone then."""
        if response.status_code >= 400 or repeating.REPLAYED in response:
            return response
        try:
            refuse_unread_parameters(request)
        except ParametersRefused as error:
            return self.handle_exception(error)
        if response.status_code == 201 and (address := address_of_new(self, request, response)):
            response.headers.setdefault("Location", address)
        return response

    def complete(self, answer: HttpResponse) -> HttpResponse:
        """The answer, now that its bytes are known."""
        if repeating.REPLAYED in answer:
            return answer
        answer = answer_conditionally(self.request, answer)
        if self.call:
            repeating.keep(self.call, answer)
        return answer


def read_out(answer: StreamingHttpResponse) -> HttpResponse:
    """What would have been streamed, as a whole: only that can be kept.

    Not closed: Django takes that for the end of the request, and its database connection with it.
    """
    return HttpResponse(answer.getvalue(), status=answer.status_code, headers=dict(answer.items()))


def address_of_new(view: Mannered, request: Request, response: HttpResponseBase) -> str | None:
    """Where what was made can be read: where it was put, else at the address of one such thing."""
    if request.method == "PUT":
        return request.build_absolute_uri(request.path)
    made, field = getattr(response, "data", None), getattr(view, "lookup_field", "")
    name = view.detail_name or f"{getattr(view, 'basename', '')}-detail"
    if not isinstance(made, Mapping) or field not in made:
        return None
    above = {} if view.detail_name else view.kwargs
    kwargs = {**above, getattr(view, "lookup_url_kwarg", None) or field: made[field]}
    try:
        return reverse(name, kwargs=kwargs, request=request)
    except NoReverseMatch:
        return None

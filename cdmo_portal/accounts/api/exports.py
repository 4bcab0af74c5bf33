"""Everything that a list holds in one answer, streamed: newline-delimited JSON or CSV, of any length.

The rows are read in a transaction of their own, since that of the request ends before its answer is sent. All
of them are as they were at one moment.
"""

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, ClassVar, Final

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.export_formats import CSVFormat, ExportFormat, NDJSONFormat, Nested
from cdmo_portal.accounts.api.filters import StrictFilterBackend
from cdmo_portal.accounts.api.problems import ParametersRefused
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from cdmo_portal.accounts.middleware import set_organisation

ROWS_AT_ONCE: Final = 1_000
"""Rows that the database hands over together, with what belongs to them."""

PATIENCE: Final = "120s"
"""How long a caller may take nothing of an export before it is cut off."""

MOST_AT_ONCE: Final = 2
"""Exports that one process sends at the same time: each keeps a thread busy, and others wait for pages."""

SLOTS: Final = threading.BoundedSemaphore(MOST_AT_ONCE)
FORMAT: Final = OpenApiParameter(
    "format",
    str,
    enum=["ndjson", "csv"],
    default="ndjson",
    description="Lines of JSON, the last of which says that it is complete; or CSV, which ends likewise.",
)


class Busy(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Enough exports are being sent at this moment. Ask again in a little while."
    default_code = "busy"
    wait = 10


class NDJSONRenderer(JSONRenderer):
    """Says what an export is; what is refused is JSON all the same."""

    media_type, format = NDJSONFormat.media_type, "ndjson"


class CSVRenderer(JSONRenderer):
    media_type, format = CSVFormat.media_type, "csv"


class FormatNegotiation(BaseContentNegotiation):
    """The parameter decides, whatever a program's own Accept header says; else who asks for CSV gets it."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        wanted = request.query_params.get("format")
        if wanted is None and CSVFormat.media_type in request.META.get("HTTP_ACCEPT", ""):
            wanted = "csv"
        found: BaseRenderer = next((each for each in renderers if each.format == wanted), renderers[0])
        return found, str(found.media_type)


class ExportFilterBackend(StrictFilterBackend):
    beside_filters = frozenset({"format"})


class Exporting[Row: Model](ActorViewSet[Row]):
    """Stands before a viewset with a list, whose rows, filters and serializer it takes."""

    formats: ClassVar[dict[str, type[ExportFormat]]] = {"ndjson": NDJSONFormat, "csv": CSVFormat}
    nested: ClassVar[Nested] = {}
    pagination_class: Any = None  # whichever the list has
    filter_backends = [ExportFilterBackend]
    renderer_classes = [NDJSONRenderer, CSVRenderer]
    content_negotiation_class = FormatNegotiation

    @extend_schema(filters=True, parameters=[FORMAT])
    def export(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """All rows that the list would hold, as they are at one moment, streamed.

        The last line of NDJSON is `{"export": {"rows": 3, "complete": true}}`, that of CSV
        `# complete: 3 rows`: an answer without it was cut off.
        """
        given = request.query_params.get("format", "ndjson")
        if given not in self.formats:
            raise ParametersRefused({"format": f"Give one of: {', '.join(self.formats)}."})
        rows = self.filter_queryset(self.get_queryset()).order_by("pk")
        media_type = request.accepted_renderer.media_type
        answer = self._streamed(request, rows, self.formats[request.accepted_renderer.format])
        answer["Content-Type"] = f"{media_type}; charset=utf-8"
        name = f"{self.resource}-{timezone.localdate()}.{request.accepted_renderer.format}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _streamed(self, request: Request, rows: QuerySet[Row], made: type[ExportFormat]) -> HttpResponseBase:
        if request.method == "HEAD":
            return HttpResponse()
        chunks = made(self.get_serializer(), self.nested).chunks
        return StreamingHttpResponse(Export(lambda: snapshot(rows, self.actor, chunks)))


class Export:
    """The bytes, and one of the slots for as long as they are sent.

    A server closes an answer that is sent or whose caller went away; one that is dropped unsent gives its
    slot back, too.
    """

    def __init__(self, begin: Callable[[], Iterator[bytes]]) -> None:
        if not SLOTS.acquire(blocking=False):
            raise Busy
        self._release = weakref.finalize(self, SLOTS.release)
        self._chunks = begin()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        """End the transaction, in the middle of the rows if need be."""
        try:
            self._chunks.close()  # type: ignore[attr-defined]  # a generator
        finally:
            self._release()


def snapshot[Row: Model](
    rows: QuerySet[Row], actor: Actor, chunks: Callable[[Iterator[Row]], Iterator[bytes]]
) -> Iterator[bytes]:
    """Rows through a cursor of the database, all of one moment, with nothing of them kept here."""
    with reading(actor), closing(rows.iterator(chunk_size=ROWS_AT_ONCE)) as found:  # type: ignore[type-var]
        yield from chunks(found)


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """A transaction that reads for this actor and sees one moment; inside another one, what that one sees."""
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            _see_one_moment()
        set_organisation(actor)
        yield


def _see_one_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [PATIENCE])

"""Any decision table scored over the API, exactly as `manage.py score_table` does. Nothing is stored."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.manners import Mannered
from cdmo_portal.accounts.api.permissions import MayRead
from matching.api.table_schemas import EXAMPLE, REQUEST, RESPONSE
from matching.scoring.tables import TableInvalid, scored, table_of

MOST_SECONDS = 2.0
"""A request holds a worker: larger tables, or more samples, are for the command."""


class ScoreTableView(Mannered):
    resource = "score-tables"
    permission_classes = [MayRead]

    @extend_schema(
        operation_id="score_table",
        tags=["score-tables"],
        request={"application/json": REQUEST},
        responses={200: OpenApiResponse(RESPONSE, "Lists run in the order given.")},
        examples=[OpenApiExample("Two sites, one cell unknown", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Scores, contributions, ranks and SMAA-2 robustness of a decision table of your own.

        Scores run from 0 to 100 on scales that you state; none is taken from the alternatives, so one that
        joins or leaves changes no other's score. An unknown cell is null and earns an interval.
        """
        try:
            return Response(scored(table_of(request.data, seconds=MOST_SECONDS)))
        except TableInvalid as error:
            raise ValidationError(detail_of(error)) from error


def detail_of(error: TableInvalid) -> Any:
    """Nested as REST framework nests messages, so that the pointer leads to the field."""
    detail: Any = [error.reason]
    for part in reversed(error.path):
        detail = {str(part): detail}
    return detail

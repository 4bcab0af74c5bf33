"""Cursor pagination, stable while rows are added: a page is "after this row", never "rows 100 to 200"."""

import re
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.problems import ParametersRefused

CODE = re.compile(r"[A-Za-z0-9._-]{1,80}")


class UidCursorPagination(CursorPagination):
    """In the order of a column that never changes; `page_size` up to 200."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    page_size_query_description = "Rows per page, 1 to 200; 50 when left out."
    cursor_query_description = "Where to go on: follow `next` and `previous` of an answer as they are."
    ordering = "uid"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor, checked before it meets the database: it comes from outside."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self.check_position(str(cursor.position))
        except (NotFound, ValueError) as error:
            raise ParametersRefused({"cursor": "This is not a cursor of this address."}) from error
        return cursor

    def check_position(self, position: str) -> None:
        """Raises ValueError unless the position is a value of the ordering column."""
        UUID(position)

    def get_paginated_response(self, data: Any) -> Response:
        """The next and previous pages also in the Link header (RFC 8288), where some clients look first."""
        response = super().get_paginated_response(data)
        pages = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        if links := [f'<{address}>; rel="{name}"' for name, address in pages.items() if address]:
            response["Link"] = ", ".join(links)
        return response

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= self.max_page_size:
            raise ParametersRefused({"page_size": f"Give a number from 1 to {self.max_page_size}."})
        return int(given)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == "page_size":
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": 50}
        return parameters


class NewestFirstPagination(UidCursorPagination):
    """For rows whose uid tells when they were made (UUIDv7)."""

    ordering = "-uid"


class CodePagination(UidCursorPagination):
    ordering = "code"

    def check_position(self, position: str) -> None:
        if not CODE.fullmatch(position):
            raise ValueError(position)


class MomentPagination(UidCursorPagination):
    """Newest first by a moment that never changes; a subclass names the column."""

    def check_position(self, position: str) -> None:
        if parse_datetime(position) is None:
            raise ValueError(position)

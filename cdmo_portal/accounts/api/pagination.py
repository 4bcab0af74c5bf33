"""Cursor pagination, stable while rows come and go: a page is "after this row", never "rows 100 to 200".

Every list runs in an order in which no two rows are alike, so that a cursor names one place in it. REST
framework's own cursors count rows of one moment, and lose some of them when another is deleted.
"""

import re
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param

from cdmo_portal.accounts.api.problems import ParametersRefused

CODE = re.compile(r"[A-Za-z0-9._-]{1,80}")


class UidCursorPagination(CursorPagination):
    """In the order of a column that never changes and is never twice the same; `page_size` up to 200."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    page_size_query_description = "Rows per page, 1 to 200; 50 when left out."
    cursor_query_description = "Where to go on: follow `next` and `previous` of an answer as they are."
    ordering: str = "uid"
    # Where the values of `ordering` are not unique: the uid that puts rows of one value in an order.
    tie = ""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.base_url = request, request.build_absolute_uri()
        self.page_size = self.get_page_size(request)
        self.cursor = self.decode_cursor(request)
        is_back = self.cursor is not None and self.cursor.reverse
        position = self.cursor.position if self.cursor is not None else None
        is_falling = self.ordering.startswith("-") != is_back
        rows = queryset.order_by(*(f"{'-' * is_falling}{name}" for name in self._columns))
        if position is not None:
            rows = rows.filter(self._beyond(str(position), is_falling=is_falling))
        found = list(rows[: self.page_size + 1])
        self.page = found[: self.page_size]
        has_more, came_from_elsewhere = len(found) > self.page_size, position is not None
        self.has_next, self.has_previous = has_more, came_from_elsewhere
        if is_back:
            self.page.reverse()
            self.has_next, self.has_previous = came_from_elsewhere, has_more
        return list(self.page)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor, checked before it meets the database: it comes from outside."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self._check(str(cursor.position))
        except (NotFound, ValueError) as error:
            raise ParametersRefused({"cursor": "This is not a cursor of this address."}) from error
        return cursor

    def check_position(self, position: str) -> None:
        """Raises ValueError unless the position is a value of the ordering column."""
        UUID(position)

    def _check(self, position: str) -> None:
        value, _, tied = position.rpartition(",") if self.tie else (position, "", "")
        self.check_position(value)
        if self.tie:
            UUID(tied)

    def get_next_link(self) -> str | None:
        if not self.has_next:
            return None
        if not self.page:  # all that was before is gone: what comes next is the beginning
            return remove_query_param(str(self.base_url), self.cursor_query_param)
        return self.encode_cursor(Cursor(offset=0, reverse=False, position=self._position(self.page[-1])))

    def get_previous_link(self) -> str | None:
        if not self.has_previous:
            return None
        position = self._position(self.page[0]) if self.page else None
        return self.encode_cursor(Cursor(offset=0, reverse=True, position=position))

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

    @property
    def _columns(self) -> list[str]:
        return [name for name in (self.ordering.removeprefix("-"), self.tie) if name]

    def _position(self, row: Any) -> Any:
        return ",".join(str(attrgetter(name.replace("__", "."))(row)) for name in self._columns)

    def _beyond(self, position: str, *, is_falling: bool) -> Q:
        first, *tie = self._columns
        beyond = "lt" if is_falling else "gt"
        if not tie:
            return Q((f"{first}__{beyond}", position))
        value, _, tied = position.rpartition(",")
        among = Q((f"{first}__{beyond}", value)) | Q((f"{tie[0]}__{beyond}", tied))
        return Q((f"{first}__{beyond}e", value)) & among


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

    tie = "uid"

    def check_position(self, position: str) -> None:
        if parse_datetime(position) is None:
            raise ValueError(position)

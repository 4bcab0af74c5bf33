"""Cursor pagination, stable while rows are added: a page is "after this row", never "rows 100 to 200"."""

from rest_framework.pagination import CursorPagination


class UidCursorPagination(CursorPagination):
    """Ordered by the primary key, which never changes; `page_size` up to 200."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "pk"

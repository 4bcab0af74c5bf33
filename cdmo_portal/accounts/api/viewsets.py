"""What all our viewsets share: rows by uid, the shape a reader asks for, the manners of every address."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from cdmo_portal.accounts.api.manners import Mannered
from cdmo_portal.accounts.api.shaping import Shape, asked_shape, shaped, takes_shape


class ActorViewSet[Row: Model](Mannered, GenericViewSet[Row]):
    lookup_field = "uid"
    expandable: ClassVar[Mapping[str, type["ActorViewSet[Any]"]]] = {}
    """Fields that link to something with an address of its own, and the viewset which answers there."""

    shape = Shape()

    @property
    def is_described(self) -> bool:
        """Whether the description is being made, which asks for a queryset without anybody asking."""
        return bool(getattr(self, "swagger_fake_view", False))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if takes_shape(self):
            self.shape = asked_shape(self, request)

    def look_up(self, rows: Sequence[Row]) -> None:
        """Read what the address of one thing tells beside its row, for all of these at once."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.shape != Shape() and isinstance(response, Response) and response.status_code == 200:
            response.data = shaped(self, response.data, self.shape)
        return super().finalize_response(request, response, *args, **kwargs)


class ReadViewSet[Row: Model](ListModelMixin, RetrieveModelMixin, ActorViewSet[Row]):
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self.look_up([row])
        return Response(self.represented(row))

    def represented(self, row: Row) -> Any:
        """What is answered of one row."""
        serializer = kept_serializer(self.get_serializer_class())
        serializer._context = self.get_serializer_context()
        return serializer.to_representation(row)


class _Kept(threading.local):
    """Of each thread its own, since a serializer knows the request that it serves."""

    def __init__(self) -> None:
        self.serializers: dict[type[BaseSerializer[Any]], BaseSerializer[Any]] = {}


_kept = _Kept()


def kept_serializer[Row: Model](kind: type[BaseSerializer[Row]]) -> BaseSerializer[Row]:
    """One of a kind for each thread: to make its fields takes longer than to read a row with them."""
    if kind not in _kept.serializers:
        _kept.serializers[kind] = kind()
    return _kept.serializers[kind]

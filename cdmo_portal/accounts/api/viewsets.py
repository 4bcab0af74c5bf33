"""What all our viewsets share: rows by uid, and the manners of every address."""

from django.db.models import Model
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from cdmo_portal.accounts.api.manners import Mannered


class ActorViewSet[Row: Model](Mannered, GenericViewSet[Row]):
    lookup_field = "uid"

    @property
    def is_described(self) -> bool:
        """Whether the description is being made, which asks for a queryset without anybody asking."""
        return bool(getattr(self, "swagger_fake_view", False))


class ReadViewSet[Row: Model](ListModelMixin, RetrieveModelMixin, ActorViewSet[Row]):
    pass

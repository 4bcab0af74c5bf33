"""What all our viewsets share: the actor, rows by uid, answers that a caller may keep but nobody else."""

from typing import Any

from django.db.models import Model
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.authentication import actor_of


# Every GET carries an ETag (of its content, where the view sets none) and answers 304 to a caller who has it.
@method_decorator(conditional_page, name="dispatch")
class ActorViewSet[Row: Model](GenericViewSet[Row]):
    lookup_field = "uid"
    metadata_class = None

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def is_described(self) -> bool:
        """Whether the description is being made, which asks for a queryset without anybody asking."""
        return bool(getattr(self, "swagger_fake_view", False))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        patch_cache_control(answer, private=True, no_cache=True)
        return answer


class ReadViewSet[Row: Model](ListModelMixin, RetrieveModelMixin, ActorViewSet[Row]):
    pass

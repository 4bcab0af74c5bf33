"""`external_ids` of any viewset's rows: in its answers, as an address of their own, and as a filter."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.accounts.api.problems import PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from cdmo_portal.accounts.external_ids import (
    LONGEST_VALUE,
    MOST_SYSTEMS,
    SYSTEM,
    ExternalId,
    as_map,
    mark_of_ids,
    system_name,
)
from partners.actions import external_ids as actions
from partners.actions.editing import ChangedMeanwhile, NotAllowed

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    ChangedMeanwhile: PreconditionFailed,
}


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class OwnExternalIds(serializers.Field[Any, Any, Any, Any]):
    """What the asking organisation's systems call the row; read by `with_external_ids`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            read_only=True, help_text="Ids of your own systems. Only your organisation sees them.", **options
        )

    def get_attribute(self, instance: Any) -> Any:
        return instance.own_external_ids

    def to_representation(self, value: Any) -> dict[str, str]:
        return as_map(value)


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MOST_SYSTEMS,
        "propertyNames": {"pattern": f"^{SYSTEM.pattern}$"},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE},
    }
)
class ExternalIdMap(serializers.DictField):
    child = Text(max_length=LONGEST_VALUE)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        given: dict[str, str] = super().to_internal_value(data)
        if strange := [system for system in given if not SYSTEM.fullmatch(system)]:
            raise serializers.ValidationError(dict.fromkeys(strange, str(system_name.message)))
        if len(given) > MOST_SYSTEMS:
            raise serializers.ValidationError(f"Give the ids of {MOST_SYSTEMS} systems at most.")
        return given


class ExternalIdsBody(Body):
    external_ids = ExternalIdMap(
        help_text="System → id, such as ariba → V-1; a system that is left out is removed."
    )


class HasExternalIds[Row: Model](ActorViewSet[Row]):
    """A viewset whose rows organisations may give ids of their own systems."""

    external_id_model: type[ExternalId]

    def with_external_ids(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows with the asking organisation's own ids, in one query more."""
        own = self.external_id_model.objects.visible_to(self.actor)
        return rows.prefetch_related(Prefetch("external_ids", own, to_attr="own_external_ids"))

    @extend_schema(responses=ExternalIdsBody, filters=False)
    @action(detail=True, url_path="external-ids", url_name="external-ids", pagination_class=None)
    def external_ids(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What your own systems call it. Only your organisation sees these ids."""
        subject = self.get_object()
        return self._map_answer(subject, self._own_map(subject))

    @extend_schema(request=ExternalIdsBody, responses=ExternalIdsBody, parameters=[IF_MATCH])
    @external_ids.mapping.put
    def replace_external_ids(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make these the ids of your own systems. One id names one thing of a kind."""
        subject = self.get_object()
        standing = mark_of_ids(self._own_map(subject))
        require_match(request, etag(_uid(subject), standing))
        body = ExternalIdsBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data["external_ids"]
        try:
            with answering(REFUSALS):
                kept = actions.replace(
                    model=self.external_id_model, subject=subject, ids=given, seen=standing, by=self.actor
                )
        except actions.IdTaken as error:
            raise serializers.ValidationError({"external_ids": {error.system: str(error)}}) from error
        return self._map_answer(subject, kept)

    def _own_map(self, subject: Row) -> dict[str, str]:
        return as_map(self.external_id_model.objects.visible_to(self.actor).of(subject))

    def _map_answer(self, subject: Row, ids: dict[str, str]) -> Response:
        tag = etag(_uid(subject), mark_of_ids(ids))
        return Response({"external_ids": ids}, headers={"ETag": tag})


def _uid(subject: Any) -> Any:
    return subject.uid


class ExternalIdField(forms.CharField):
    """A system and an id, with a colon between them."""

    def clean(self, value: Any) -> tuple[str, str] | None:
        text = super().clean(value)
        if not text:
            return None
        system, _colon, own = text.partition(":")
        if not SYSTEM.fullmatch(system) or not own.strip():
            raise forms.ValidationError("Give a system and its id, such as ariba:V-1.")
        return system, own.strip()


class ExternalIdFilter(django_filters.CharFilter):
    """`external_id=ariba:V-1` finds what the caller's own system calls that."""

    field_class = ExternalIdField

    def __init__(self, model: type[ExternalId], **options: Any) -> None:
        self.id_model = model
        super().__init__(max_length=200, label="System and id, such as ariba:V-1", **options)

    def filter(self, qs: QuerySet[Any], value: tuple[str, str] | None) -> QuerySet[Any]:
        if not value:
            return qs
        actor = getattr(self.parent.request, "actor", NOBODY)
        own = self.id_model.objects.visible_to(actor).of(OuterRef("pk"))
        return qs.filter(Exists(own.filter(system=value[0], value=value[1])))

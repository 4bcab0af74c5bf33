"""Documents that a CDMO keeps as evidence: its own list, who else may read them, and the download."""

from typing import Any

import structlog
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.bodies import Change
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.documents.keeping import KEPT
from partners.actions import stored_files
from partners.actions.editing import mark_of
from partners.api.own_rows import REFUSALS, TaggedViewSet, sent
from partners.api.serializers import SiteLinkSerializer
from partners.models import Audience, StoredFile

log = structlog.stdlib.get_logger(__name__)


class DocumentSerializer(serializers.ModelSerializer[StoredFile]):
    """What a document is. Its bytes never change; `content/` below its address answers them."""

    site = SiteLinkSerializer(allow_null=True)
    size_bytes = serializers.IntegerField(source="size")

    class Meta:
        model = StoredFile
        fields = ["uid", "site", "name", "content_type", "size_bytes", "sha256", "audience", "uploaded_at"]


class DocumentChange(Change):
    audience = serializers.ChoiceField(
        choices=Audience.choices, help_text="Others read it only where it backs something that they may see."
    )


class WhateverItIs(JSONRenderer):
    """For callers who ask for the kind of the file; a refusal is JSON all the same."""

    media_type = "*/*"


class DocumentViewSet(TaggedViewSet[StoredFile]):
    """Documents of your own organisation."""

    resource = "documents"
    serializer_class = DocumentSerializer

    def get_queryset(self) -> QuerySet[StoredFile]:
        if self.is_described:
            return StoredFile.objects.none()
        own = StoredFile.objects.visible_to(self.actor).select_related("site")
        return own if self.action == "restore" else own.present()

    def mark_of(self, row: StoredFile) -> str:
        return mark_of(row.audience, row.removed_at)

    @extend_schema(request=DocumentChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say who else may read it."""
        row = self.get_object()
        self.require_match(row)
        audience = sent(DocumentChange, request).get("audience", row.audience)
        with answering(REFUSALS):
            stored_files.change_audience(file=row, audience=audience, by=self.actor)
        return self.answer(row)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Nobody reads it any more; for some days it can be restored, with all that it backs."""
        row = self.get_object()
        self.require_match(row)
        with answering(REFUSALS):
            stored_files.remove(file=row, by=self.actor)
        return self.gone()

    @extend_schema(request=None, responses=DocumentSerializer)
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Bring back a document that was removed some days ago at most."""
        row = self.get_object()
        with answering(REFUSALS):
            stored_files.restore(file=row, by=self.actor)
        return self.answer(row)

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in sorted({*KEPT.values()})})
    @action(detail=True, url_name="content", renderer_classes=[JSONRenderer, WhateverItIs])
    def content(self, request: Request, *args: Any, **kwargs: Any) -> FileResponse:
        """The bytes, also of another organisation's document that backs something that you may read."""
        row = get_object_or_404(StoredFile.objects.readable_by(self.actor), uid=kwargs["uid"])
        try:
            bytes_of = row.file.open("rb")
        except FileNotFoundError as error:
            log.exception("stored file has no bytes", file=row.pk)
            raise exceptions.NotFound from error
        return FileResponse(bytes_of, as_attachment=True, filename=row.name, content_type=row.content_type)

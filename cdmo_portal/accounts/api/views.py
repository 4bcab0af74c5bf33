"""The API's description, and the answer at addresses that do not exist."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from cdmo_portal.accounts.api.filters import refuse_unknown_parameters

COMMITTED: Path = settings.BASE_DIR / "docs" / "openapi.yaml"
FRESH_FOR_S = 300


class Written(NamedTuple):
    content: bytes
    etag: str


@cache
def written(is_json: bool) -> Written:  # noqa: FBT001
    """The committed description, read once in each process: to generate it takes seconds."""
    content = COMMITTED.read_bytes()
    if is_json:
        content = json.dumps(yaml.load(content, yaml.CSafeLoader)).encode()
    return Written(content, f'"{hashlib.sha256(content).hexdigest()[:20]}"')


@extend_schema(exclude=True)
class DescriptionView(APIView):
    """Tells nothing of anybody, so that anybody may read it and every cache between may keep it."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]
    metadata_class = None

    def get(self, request: Request) -> HttpResponseBase:
        refuse_unknown_parameters(request, frozenset())
        media_type = request.accepted_renderer.media_type
        content, etag = written("json" in media_type)
        answer = HttpResponse(content, content_type=media_type, headers={"ETag": etag})
        patch_cache_control(answer, public=True, max_age=FRESH_FOR_S)
        return get_conditional_response(request._request, etag=etag, response=answer) or answer


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    permission_classes = [AllowAny]
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("The API has no such address; see /api/v1/schema/.")

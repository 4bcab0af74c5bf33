"""How capacity is published, for the people who make the files; they may have no account here."""

import json
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from partners.feeds.cells import COLUMNS, REQUIRED
from partners.feeds.json_schema import EXAMPLE, MEANINGS, SCHEMA

MEMBERS: Final = [(name, name in REQUIRED, MEANINGS[name]) for name in COLUMNS]


@login_not_required
@require_safe
def feed_formats(request: HttpRequest) -> HttpResponse:
    context = {"columns": COLUMNS, "members": MEMBERS, "json_example": json.dumps(EXAMPLE, indent=2)}
    return render(request, "partners/feed_formats.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def capacity_schema(request: HttpRequest) -> JsonResponse:
    """The published JSON Schema of capacity as JSON, read by validators anywhere."""
    response = JsonResponse(SCHEMA, json_dumps_params={"indent": 2})
    response["Content-Type"] = "application/schema+json"
    response["Access-Control-Allow-Origin"] = "*"
    return response

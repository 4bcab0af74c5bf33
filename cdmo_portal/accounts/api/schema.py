"""What the description says of every operation beyond its own success: keys, problems, ETags."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter

from cdmo_portal.accounts.api.shape_schemas import describe_shapes

# What a header's value looks like once the spaces around it are gone.
VISIBLE = "^[!-~]([ -~]*[!-~])?$"
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "minLength": 1, "pattern": VISIBLE},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of what you read. Without it 428, and 412 when it was changed since.",
)
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "A new random text for every request, such as a UUID. The same request with the same key within 24"
        " hours gets the answer of the first, with `Idempotency-Replayed: true`; nothing is done twice."
        " What was refused is not kept: mend it and send it again under the same key."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": VISIBLE},
}
PROBLEM = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "The field of the body at fault."},
                    "parameter": {"type": "string", "description": "The query parameter at fault."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
EVERYWHERE = {
    400: "The request cannot be used; `errors` say where and why.",
    401: "The key is missing, unknown, revoked or expired.",
    403: "The key or role may not do this.",
    404: "There is no such thing, or not for you.",
    405: "This address does not take this method.",
    406: "Answers are application/json.",
    429: "Too many requests; `Retry-After` says when to come back.",
}
WITH_BODY = {413: "The body is too large.", 415: "Send application/json."}
ON_WRITING = {
    409: "This does not fit the present state, or the first request with this Idempotency-Key is running.",
    422: "This Idempotency-Key was sent with another request.",
}
UNCHANGED = "You have it: `If-None-Match` names its present ETag."
WITH_IF_MATCH = {412: "It was changed since you read it.", 428: "Send If-Match."}


class APIKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "cdmo_portal.accounts.api.authentication.APIKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of your organisation."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "cdmo_portal.accounts.api.authentication.BrowserSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def add_manners(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A post-processing hook: what every operation takes and answers beside what it is about."""
    describe_shapes(result)
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            if method == "get":
                operation["responses"].setdefault("304", {"description": UNCHANGED})
            else:
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            for code, text in _problems(method, operation).items():
                operation["responses"].setdefault(str(code), _response(text))
            for code, response in operation["responses"].items():
                if code >= "400":
                    response.setdefault("content", _response("")["content"])
    return result


def _problems(method: str, operation: dict[str, Any]) -> dict[int, str]:
    problems = dict(EVERYWHERE)
    if "requestBody" in operation:
        problems |= WITH_BODY
    if method != "get":
        problems |= ON_WRITING
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        problems |= WITH_IF_MATCH
    return problems


def _response(text: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": text, "content": content}

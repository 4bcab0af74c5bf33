"""Examples in the description: requests that were made of the API and what it answered.

`make api-examples` makes them again; tests fail where an operation has none or an untrue one.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

type Described = dict[str, Any]

FOLDER: Path = settings.BASE_DIR / "docs" / "api_examples"
PROBLEMS = "problems"
# What an answer of this method and status carries beside its body.
HEADERS = {
    "RateLimit-Policy": 'How many requests are allowed in how many seconds, such as `"default";q=600;w=60`.',
    "RateLimit": "How many of them are left, and in how many seconds all are there again.",
    "ETag": "Names this version of what was read: for `If-None-Match` to read, `If-Match` to write.",
    "Link": "The next and the previous page, as in the body (RFC 8288).",
    "Location": "The address of what was made.",
    "Idempotency-Replayed": "`true` where this is the answer that an earlier request with this key got.",
    "Retry-After": "Seconds to wait before the next request.",
    "WWW-Authenticate": "Which kind of key is asked for.",
}


def kept(name: str) -> Any:
    """The recorded example of this operation, None where there is none."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def add_examples(result: Described, **_: Any) -> Described:
    """A post-processing hook: every operation shows a request and its answer, every refusal a problem."""
    problems = kept(PROBLEMS) or {}
    result["components"]["examples"] = {f"Problem{code}": {"value": one} for code, one in problems.items()}
    result["components"]["headers"] = {name: _header(text) for name, text in HEADERS.items()}
    for path in result["paths"].values():
        for method, operation in path.items():
            _show(operation, kept(operation["operationId"]) or {})
            for code, response in operation["responses"].items():
                _show_problem(response, code if code in problems else "")
                _name_headers(response, code, method)
    return result


def _show(operation: Described, example: Described) -> None:
    # A row of the matrix may send {} where nothing is read.
    if "request" in example and "requestBody" in operation:
        _put(operation["requestBody"]["content"], example["content_type"], example["request"])
    response = operation["responses"].get(str(example.get("status")), {})
    if "answer" in example and "content" in response:
        _put(response["content"], example["answer_type"], example["answer"])


def _put(content: Described, media_type: str, value: Any) -> None:
    """What a view says itself of its examples stays."""
    shown = content.get(media_type)
    if shown is not None and "examples" not in shown:
        shown["example"] = value


def _show_problem(response: Described, code: str) -> None:
    shown = response.get("content", {}).get("application/problem+json")
    if shown is not None and code:
        shown["examples"] = {"Problem": {"$ref": f"#/components/examples/Problem{code}"}}


def _name_headers(response: Described, code: str, method: str) -> None:
    headers = response.setdefault("headers", {})
    for name in _headers_of(code, method):
        headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})


def _headers_of(code: str, method: str) -> list[str]:
    of_code = {"201": ["Location"], "429": ["Retry-After"], "401": ["WWW-Authenticate"], "304": ["ETag"]}
    names = ["RateLimit-Policy", "RateLimit", *of_code.get(code, [])]
    if code.startswith("2"):
        names += ["ETag", "Link"] if method == "get" else ["Idempotency-Replayed"]
    return names


def _header(text: str) -> Described:
    return {"description": text, "schema": {"type": "string"}}

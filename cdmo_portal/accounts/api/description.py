"""What the description says of operations and of our own fields: one manner of names, bounds as they are."""

from typing import Any

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.accounts.api.shape_schemas import PortalSchema

type Schema = dict[str, Any]

# Text of our bodies: no control characters, and something besides spaces where it may not be blank.
CONTROL = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f"
BREAKS = r"\t\n\r"
VOWELS = "aeiou"
SUMMARIES = {
    "list": "List {many}",
    "retrieve": "Read {one}",
    "create": "Add {one}",
    "update": "Set {one}",
    "partial_update": "Change {one}",
    "destroy": "Remove {one}",
}


class Description(PortalSchema):
    """The generator, with summaries of one manner and the exact shape of what a caller may send."""

    def get_summary(self) -> str | None:
        noun = _noun(self.view, self.path)
        action = getattr(self.view, "action", None) or ""
        if action in SUMMARIES:
            return SUMMARIES[action].format(one=_with_article(noun), many=_plural(noun))
        return _summary_of(action or self.method.lower(), noun, self.method)

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002 - the generator's signature
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(schema, dict):
            _bound(field, schema)
        return schema

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, Body):
            schema["additionalProperties"] = False
        return schema


def _summary_of(action: str, noun: str, method: str) -> str:
    """Of an action of our own: "Close a brief", "Comparison of a match run"."""
    words = action.removesuffix(noun).strip("_").replace("_", " ").capitalize()
    joined = "" if method == "POST" and " " not in words else "of "
    return f"{words} {joined}{_with_article(noun)}"


def _bound(field: Any, schema: Schema) -> None:
    """Adds to a field's schema what its class refuses and the generator does not know."""
    if isinstance(field, Text) and schema.get("type") in ("string", ["string", "null"]):
        schema.setdefault("pattern", pattern_of_text(field.lines, field.allow_blank))
    elif not getattr(field, "allow_empty", True) and schema.get("type") == "array":
        schema.setdefault("minItems", 1)
    elif not getattr(field, "allow_empty", True) and schema.get("type") == "object":
        schema.setdefault("minProperties", 1)


def pattern_of_text(lines: bool, may_be_blank: bool) -> str:  # noqa: FBT001
    allowed = f"[^{CONTROL}]" if lines else f"[^{CONTROL}{BREAKS}]"
    return f"^{allowed}*$" if may_be_blank else rf"^{allowed}*[^{CONTROL}\s]{allowed}*$"


def _noun(view: Any, path: str) -> str:
    """From the basename ("api-match-run"), else from the last word of the path."""
    name = getattr(view, "basename", None) or path.rstrip("/").rpartition("/")[2]
    return str(name).removeprefix("api-").replace("-", " ").replace("api ", "API ")


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in VOWELS else 'a'} {noun}"


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in VOWELS:
        return f"{noun[:-1]}ies"
    return noun if noun.endswith("s") else f"{noun}{'es' if noun.endswith(('sh', 'ch', 'x')) else 's'}"


def say_it_in_3_1(result: Schema, **_: Any) -> Schema:
    """A post-processing hook: null as a type, and a query parameter that is sent has a value.

    The generator writes pages of lists and web addresses as OpenAPI 3.0 would.
    """
    _with_null(result["components"]["schemas"])
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    _not_empty(parameter["schema"])
    return result


def _with_null(node: Any) -> None:
    """`nullable` becomes the type null; empty text beside an address is one of two that may both fit."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        _with_null(child)
    if not isinstance(node, dict):
        return
    if node.get("nullable") is True:
        del node["nullable"]
        node["type"] = [node["type"], "null"]
    options = node.get("oneOf")
    if isinstance(options, list) and {"type": "string", "maxLength": 0} in options:
        node["anyOf"] = node.pop("oneOf")
    # What may be anything may be null.
    if isinstance(options, list) and {} in options:
        del node["oneOf"]


def _not_empty(schema: Schema) -> None:
    if schema.get("type") == "array":
        _not_empty(schema["items"])
    elif schema.get("type") == "string" and not {"enum", "format", "minLength"} & set(schema):
        schema["minLength"] = 1

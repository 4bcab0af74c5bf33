"""How the description tells of `fields` and `expand`: the parameters, and what they make of an answer."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from cdmo_portal.accounts.api.deprecating import deprecation_of
from cdmo_portal.accounts.api.shaping import dotted, expanded_view, names_of, takes_shape

EXPANDED = "x-expanded"
"""Field → component of the expanded thing; on its way to `describe_shapes` only."""


class PortalSchema(AutoSchema):
    """Adds the two parameters to every list and every one thing, and marks what is deprecated."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        given: list[Any] = super().get_override_parameters()
        if not takes_shape(self.view) or self.method != "GET":
            return given
        names = names_of(self.view.get_serializer_class()())
        expandable = [name for name in self.view.expandable if name in names]
        return [
            *given,
            _fields(list(dotted(names)), expandable),
            *([_expand(expandable)] if expandable else []),
        ]

    def is_deprecated(self) -> bool:
        return deprecation_of(self.view, self.method) is not None or bool(super().is_deprecated())

    def get_operation(self, *args: Any) -> Any:
        operation = super().get_operation(*args)
        if operation is not None and takes_shape(self.view) and self.method == "GET":
            operation[EXPANDED] = {name: self._component(name) for name in self.view.expandable}
        return operation

    def _component(self, name: str) -> str:
        serializer: Any = expanded_view(self.view, name).get_serializer_class()()
        return str(self.resolve_serializer(serializer, "response").name)


def _fields(names: list[str], expandable: list[str]) -> OpenApiParameter:
    more = (
        f" With `expand`, also fields of what is expanded, as in `{expandable[0]}.…`." if expandable else ""
    )
    return _names(
        "fields", names, f"The answer has only these fields, separated by commas, a dot for one within.{more}"
    )


def _expand(names: list[str]) -> OpenApiParameter:
    return _names(
        "expand",
        names,
        "Put the whole thing where its link stands, as at its own address; separated by commas.",
    )


def _names(name: str, choices: list[str], text: str) -> OpenApiParameter:
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": choices}}
    return OpenApiParameter(name, schema, description=text, style="form", explode=False)


def describe_shapes(result: dict[str, Any]) -> None:
    """A field may be left out of every answer that `fields` shapes, and an expanded one has more within."""
    components = result["components"]["schemas"]
    for path in result["paths"].values():
        expanded = path.get("get", {}).pop(EXPANDED, None)
        if expanded is not None:
            row = _row_name(path["get"], components)
            _allow_expanded(components[row], expanded)
            for name in _reached(row, components, set()):
                components[name].pop("required", None)


def _row_name(operation: dict[str, Any], components: dict[str, Any]) -> str:
    content: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    name = next(_names_in(content))
    results = components[name].get("properties", {}).get("results", {})
    return next(_names_in(results), name) if name.startswith("Paginated") else name


def _allow_expanded(row: dict[str, Any], expanded: dict[str, str]) -> None:
    """The larger shape first: who reads the answer into types takes the first that fits."""
    for field, component in expanded.items():
        link, reference = row["properties"].get(field), {"$ref": f"#/components/schemas/{component}"}
        if link is not None and reference not in link.get("anyOf", ()):
            row["properties"][field] = {"anyOf": [reference, link]}


def _reached(name: str, components: dict[str, Any], seen: set[str]) -> set[str]:
    if name not in seen:
        seen.add(name)
        for inner in _names_in(components[name]):
            _reached(inner, components, seen)
    return seen


def _names_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference.rpartition("/")[2]
        for inner in schema.values():
            yield from _names_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _names_in(inner)

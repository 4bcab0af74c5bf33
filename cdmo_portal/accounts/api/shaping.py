"""`fields=uid,site.name` leaves out the rest of an answer; `expand=site` puts a thing where its link stood.

What is expanded is read from the view at its own address, in the same number of queries for any number of
rows: the asker gets of it exactly what they would get there, and the link stays where that would be a 404.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.request import Request

from cdmo_portal.accounts.api.problems import ParametersRefused

if TYPE_CHECKING:
    from cdmo_portal.accounts.api.viewsets import ActorViewSet

PARAMETERS = frozenset({"fields", "expand"})
SHAPED = frozenset({"list", "retrieve"})

type Names = dict[str, Names]
"""Names of fields, each with those within it; none within means the whole of it."""


@dataclass(frozen=True, slots=True)
class Shape:
    expand: tuple[str, ...] = ()
    fields: Names | None = None


def takes_shape(view: object) -> bool:
    return getattr(view, "action", None) in SHAPED and hasattr(view, "expandable")


def asked_shape(view: "ActorViewSet[Any]", request: Request) -> Shape:
    """Raises ParametersRefused with the names that are none here, and refuses what may not be read."""
    expand, fields = _listed(request, "expand"), _listed(request, "fields")
    if not expand and not fields:
        return Shape()
    names = names_of(view.get_serializer_class()())
    choices = [name for name in view.expandable if name in names]
    if unknown := [name for name in expand if name not in choices]:
        raise ParametersRefused({"expand": [_unknown(name, choices) for name in unknown]})
    for name in expand:
        target = expanded_view(view, name)
        target.check_permissions(request)
        names[name] = names_of(target.get_serializer_class()())
    refused = [name for name in fields if not _is_among(name, names)]
    if refused:
        raise ParametersRefused({"fields": [_unknown(name, list(names)) for name in refused]})
    return Shape(expand, _tree(fields) if fields else None)


def shaped(view: "ActorViewSet[Any]", data: Any, shape: Shape) -> Any:
    """The answer's data in the shape that was asked for."""
    is_page = isinstance(data, Mapping) and "results" in data and getattr(view, "action", None) == "list"
    rows = data["results"] if is_page else data
    many = rows if isinstance(rows, list) else [rows]
    for name in shape.expand:
        if shape.fields is None or name in shape.fields:
            _expand(view, many, name)
    if shape.fields is None:
        return data
    return {**data, "results": _cut(rows, shape.fields)} if is_page else _cut(data, shape.fields)


def names_of(field: Any) -> Names:
    """What of a serializer's answer can be asked for by name."""
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        return names_of(field.child)
    if isinstance(field, serializers.BaseSerializer):
        inner: Mapping[str, Any] = getattr(field, "fields", {})
        return {name: names_of(each) for name, each in inner.items()}
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(field.parent, str(field.method_name), None)
        return names_of(getattr(method, "_spectacular_annotation", {}).get("field"))
    return {}


def dotted(names: Names, depth: int = 2) -> Iterator[str]:
    for name, inner in names.items():
        yield name
        if depth > 1:
            yield from (f"{name}.{each}" for each in dotted(inner, depth - 1))


def expanded_view(view: "ActorViewSet[Any]", name: str) -> "ActorViewSet[Any]":
    """The view at the address of one such thing, asked by the same caller."""
    kind = view.expandable[name]
    told = {"request": view.request, "swagger_fake_view": view.is_described, "format_kwarg": None}
    return kind(**told, action="retrieve", detail=True, args=(), kwargs={})


def _listed(request: Request, parameter: str) -> tuple[str, ...]:
    given = ",".join(request.query_params.getlist(parameter))
    return tuple(dict.fromkeys(name.strip() for name in given.split(","))) if given else ()


def _unknown(name: str, known: Sequence[str]) -> str:
    return f"There is no “{name[:80]}” here. " + (
        f"There are: {', '.join(known)}." if known else "There is nothing to name."
    )


def _is_among(dotted_name: str, names: Names) -> bool:
    for part in dotted_name.split("."):
        if part not in names:
            return False
        names = names[part]
    return True


def _tree(dotted_names: Sequence[str]) -> Names:
    """The longer of two names that begin alike is within the shorter, which asks for the whole already."""
    tree: Names = {}
    for name in sorted(dotted_names, key=lambda name: name.count(".")):
        inner, parts = tree, name.split(".")
        for part in parts[:-1]:
            if part in inner and not inner[part]:
                break
            inner = inner.setdefault(part, {})
        else:
            inner.setdefault(parts[-1], {})
    return tree


def _cut(value: Any, names: Names) -> Any:
    if not names:
        return value
    if isinstance(value, list):
        return [_cut(each, names) for each in value]
    if isinstance(value, Mapping):
        return {name: _cut(value[name], names[name]) for name in value if name in names}
    return value


def _expand(view: "ActorViewSet[Any]", rows: Sequence[dict[str, Any]], name: str) -> None:
    """In place: the rows are the answer's own."""
    target = expanded_view(view, name)
    field = target.lookup_field
    links = [row[name] for row in rows if row.get(name) is not None]
    found = _read(target, {_id_in(link, field) for link in links})
    for row in rows:
        if row.get(name) is not None:
            row[name] = found.get(_id_in(row[name], field), row[name])


def _id_in(link: Any, field: str) -> str:
    return str(link[field] if isinstance(link, Mapping) else link)


def _read(target: "ActorViewSet[Any]", ids: set[str]) -> dict[str, Any]:
    if not ids:
        return {}
    rows = list(target.get_queryset().filter(**{f"{target.lookup_field}__in": ids}))
    target.look_up(rows)
    data = target.get_serializer(rows, many=True).data
    return {str(each[target.lookup_field]): each for each in data}

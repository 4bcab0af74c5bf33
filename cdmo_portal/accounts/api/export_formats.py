"""Rows as bytes, one after the other: what a serializer says of each, as lines of JSON or as CSV."""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from django.db.models import Model
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.utils.encoders import JSONEncoder

from cdmo_portal.spreadsheets import as_text

CHUNK: Final = 32 * 1024
"""Bytes that are sent together; the first row goes alone."""

ENCODE: Final = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

type Path = tuple[str, ...]
type Nested = Mapping[str, type[Serializer[Any]]]
"""What is inside of fields that a serializer makes by a method."""


class ExportFormat(ABC):
    media_type: ClassVar[str]

    def __init__(self, serializer: BaseSerializer[Any], nested: Nested) -> None:
        self.serializer = serializer
        self.nested = nested

    def chunks(self, rows: Iterable[Model]) -> Iterator[bytes]:
        """The first line at once, and then many together."""
        waiting = bytearray()
        is_first = True
        for line in self.lines(rows):
            waiting += line.encode()
            if is_first or len(waiting) > CHUNK:
                yield bytes(waiting)
                waiting.clear()
                is_first = False
        yield bytes(waiting)

    @abstractmethod
    def lines(self, rows: Iterable[Model]) -> Iterator[str]:
        """What the rows say, and at last that this was all."""


class NDJSONFormat(ExportFormat):
    media_type = "application/x-ndjson"

    def lines(self, rows: Iterable[Model]) -> Iterator[str]:
        count = 0
        for row in rows:
            yield ENCODE(self.serializer.to_representation(row)) + "\n"
            count += 1
        yield ENCODE({"export": {"rows": count, "complete": True}}) + "\n"


class CSVFormat(ExportFormat):
    """A column for each field; what is nested has columns such as `site.uid`, and a list is one cell."""

    media_type = "text/csv"

    def lines(self, rows: Iterable[Model]) -> Iterator[str]:
        paths = list(paths_of(self.serializer, self.nested))
        yield _line([".".join(path) for path in paths])
        count = 0
        for row in rows:
            told = self.serializer.to_representation(row)
            yield _line([cell_of(_at(told, path)) for path in paths])
            count += 1
        yield f"# complete: {count} rows\r\n"


def paths_of(serializer: BaseSerializer[Any], nested: Nested) -> Iterator[Path]:
    """Where each column's value stands in what the serializer says."""
    fields = serializer.fields if isinstance(serializer, Serializer) else {}
    for name, field in fields.items():
        inner = nested[name]() if name in nested else field
        if isinstance(inner, Serializer):
            yield from ((name, *path) for path in paths_of(inner, {}))
        else:
            yield (name,)


def cell_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return as_text("; ".join(value))
    return ENCODE(value) if isinstance(value, list | dict) else str(value)


def _at(told: Any, path: Path) -> Any:
    for name in path:
        if told is None:
            return None
        told = told[name]
    return told


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()

"""Plain checks of what JSON can hold. Every refusal names the field, as in `matrix[3][0]`."""

import json
import math
from collections.abc import Mapping
from typing import Any

type Path = tuple[str | int, ...]


class TableInvalid(ValueError):
    """`path` leads to the field at fault; it is empty where the whole text is."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{self.field}: {reason}")

    @property
    def field(self) -> str:
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path]
        return "".join(parts).removeprefix(".") or "table"


def quoted(text: str) -> str:
    """A name from outside inside a sentence: on one line, whatever is in it, and not too long."""
    return json.dumps(text if len(text) <= 60 else f"{text[:60]}…")


def object_at(value: object, path: Path, known: Mapping[str, bool]) -> dict[str, Any]:
    """An object with known keys alone; those marked True must be there."""
    if not isinstance(value, dict):
        raise TableInvalid(path, "must be an object")
    for key in value:
        if key not in known:
            raise TableInvalid(path, f"has an unknown key {quoted(str(key))}; known: {', '.join(known)}")
    for key, is_needed in known.items():
        if is_needed and key not in value:
            raise TableInvalid((*path, key), "is missing")
    return value


def list_at(value: object, path: Path, *, least: int = 0, most: int | None = None) -> list[Any]:
    if not isinstance(value, list):
        raise TableInvalid(path, "must be a list")
    if len(value) < least:
        raise TableInvalid(path, "must not be empty" if least == 1 else f"needs at least {least} entries")
    if most is not None and len(value) > most:
        raise TableInvalid(path, f"has {len(value):,} entries; at most {most:,} are taken")
    return value


def exactly(value: object, path: Path, number: int, why: str) -> list[Any]:
    found = list_at(value, path)
    if len(found) != number:
        raise TableInvalid(path, f"has {len(found):,} entries and needs {number:,}, {why}")
    return found


def number_at(value: object, path: Path) -> float:
    """A finite float64. True and false are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TableInvalid(path, "must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise TableInvalid(path, "must be a finite number")
    return number


def whole_at(value: object, path: Path, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TableInvalid(path, "must be a whole number")
    if not least <= value <= most:
        raise TableInvalid(path, f"must lie between {least:,} and {most:,}")
    return value


def names_at(value: list[Any], path: Path) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    for index, name in enumerate(value):
        at = (*path, index)
        text = name_at(name, at)
        if text in seen:
            raise TableInvalid(at, f"repeats the name {quoted(text)}")
        seen[text] = index
    return tuple(seen)


def name_at(value: object, path: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TableInvalid(path, "must be a name")
    if len(value) > 200:
        raise TableInvalid(path, "must not be longer than 200 characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise TableInvalid(path, "must be text that can be written") from error
    return value

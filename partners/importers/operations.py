"""FDA's business operations: the names that the register prints, their NCI Thesaurus codes, our labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).parents[1] / "data" / "fda_operations.yaml"


@dataclass(frozen=True, slots=True)
class Operation:
    code: str
    name: str
    label: str


@cache
def operations_by_name() -> Mapping[str, Operation]:
    return {row["name"]: Operation(**row) for row in yaml.safe_load(SOURCE.read_text("utf-8"))}


@cache
def operations_by_code() -> Mapping[str, Operation]:
    return {operation.code: operation for operation in operations_by_name().values()}


def operation_labels() -> Mapping[str, str]:
    """Code → what screens call the operation."""
    return {code: operation.label for code, operation in operations_by_code().items()}


def operation_label(code: str) -> str:
    """What screens call an operation; the code itself where our list does not know it."""
    operation = operations_by_code().get(code)
    return operation.label if operation else code


def read_operations(text: str, separator: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes in a register row's list, sorted, and the names that our list does not know."""
    names = {" ".join(part.split()).upper() for part in text.split(separator)} - {""}
    known = operations_by_name()
    codes = sorted(known[name].code for name in names if name in known)
    return tuple(codes), tuple(sorted(name for name in names if name not in known))

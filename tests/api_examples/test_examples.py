"""Every operation of the API shows a request and an answer that were really made.

With RECORD_EXAMPLES set (`make api-examples`) they are written anew instead.
"""

import json
import os
import re
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from cdmo_portal.accounts.api.examples import FOLDER, kept
from tests.api_examples.problems import PROBLEMS, refused
from tests.api_examples.recording import Example, recorded
from tests.api_matrix.rows import Row
from tests.api_matrix.test_matrix import ROWS

RECORDS = bool(os.environ.get("RECORD_EXAMPLES"))
DESCRIPTION: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = [
    (path, method, operation)
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
]
IDS = [operation["operationId"] for _, _, operation in OPERATIONS]
# The first row in which an owner gets what was asked for; one with a body rather than one without.
GRANTED = sorted(
    (row for row in reversed(ROWS) if 200 <= row.owner < 300), key=lambda row: row.body is not None
)
SHOWN = list({(row.name, row.method): row for row in GRANTED}.values())


def operation_at(address: str, method: str) -> dict[str, Any]:
    """The operation that answers there; of two that fit the one that says more of the path."""
    path = address.partition("?")[0]
    fitting = [
        (template.count("{"), operation)
        for template, verb, operation in OPERATIONS
        if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    found: dict[str, Any] = min(fitting, key=lambda each: each[0])[1]
    return found


def write(name: str, example: Any) -> None:
    text = json.dumps(example, ensure_ascii=False, indent=1)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("row", SHOWN, ids=str)
def test_example_is_what_the_api_answers(row: Row) -> None:
    example = recorded(row)

    name = operation_at(example["path"], row.method)["operationId"]
    if RECORDS:
        write(name, example)
    assert kept(name) == example, "run: make api-examples"


@pytest.mark.django_db
def test_problems_are_what_the_api_answers() -> None:
    answered = {str(code): refused(code) for code in sorted(PROBLEMS)}

    if RECORDS:
        write("problems", answered)
    assert kept("problems") == answered, "run: make api-examples"


def test_every_operation_has_an_example_and_every_example_an_operation() -> None:
    files = {path.stem for path in FOLDER.glob("*.json")} - {"problems"}

    assert files == set(IDS)


CONTENTS: Any = json.loads(json.dumps(DESCRIPTION, default=str))
REGISTRY = Registry[Any]().with_resource("urn:api", DRAFT202012.create_resource(CONTENTS))


def faults(value: Any, *steps: str) -> list[str]:
    """What is wrong with the value by the schema that stands there in the description."""
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    validator = Draft202012Validator(
        {"$ref": f"urn:api#/{pointer}"}, registry=REGISTRY, format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(value)]


def things_in(example: Example) -> list[Any]:
    """The answer, or what stands in the lines of an export; the last line of one says that it is whole."""
    if example["answer_type"] != "application/x-ndjson":
        return [example["answer"]]
    lines = [json.loads(line) for line in example["answer"].splitlines()]
    assert lines[-1]["export"]["complete"]
    return lines[:-1]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_example_fits_its_schema(path: str, method: str, operation: dict[str, Any]) -> None:
    example: Example = kept(operation["operationId"])
    place = ("paths", path, method)

    found = []
    if "request" in example and "requestBody" in operation:
        found += faults(
            example["request"], *place, "requestBody", "content", example["content_type"], "schema"
        )
    if "answer" in example:
        shape = ("responses", str(example["status"]), "content", example["answer_type"], "schema")
        for value in things_in(example):
            found += faults(value, *place, *shape)

    assert found == []
    assert str(example["status"]) in operation["responses"]
    assert ("request" in example) or "requestBody" not in operation


def test_every_refusal_shows_a_problem() -> None:
    missing = [
        f"{code} of {method} {path}"
        for path, method, operation in OPERATIONS
        for code, response in operation["responses"].items()
        if code >= "400" and not response["content"]["application/problem+json"].get("examples")
    ]

    assert missing == []


def test_problems_fit_their_schema() -> None:
    for code, problem in kept("problems").items():
        assert faults(problem, "components", "schemas", "Problem") == []
        assert problem["status"] == int(code)


def test_every_operation_says_what_it_is_in_one_manner() -> None:
    assert len(set(IDS)) == len(IDS)
    for _, _, operation in OPERATIONS:
        assert re.fullmatch(r"[a-z][a-z0-9_]+", operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1

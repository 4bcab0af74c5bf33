"""The OpenAPI description: current, valid, complete, and served with its page from this machine."""

import json
import re
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from tests.factories.accounts import MemberFactory

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"
REFERENCE = {"api_docs": "swagger-ui-bundle.js", "api_redoc": "redoc.standalone.js"}
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def test_committed_description_is_current(description: dict[str, Any]) -> None:
    text = OpenApiYamlRenderer().render(description, renderer_context={}).decode()

    assert COMMITTED.read_text(encoding="utf-8") == text, (
        "run: manage.py spectacular --file docs/openapi.yaml"
    )


def test_description_is_valid(description: dict[str, Any]) -> None:
    validate_schema(description)


def test_every_operation_tells_of_its_problems(description: dict[str, Any]) -> None:
    for path in description["paths"].values():
        for operation in (path[method] for method in METHODS & set(path)):
            assert {"400", "401", "403", "404", "429"} <= set(operation["responses"])
            assert operation["description"]


def test_every_write_on_what_was_read_needs_its_etag(description: dict[str, Any]) -> None:
    for path, operations in description["paths"].items():
        for method in {"patch"} & set(operations):
            names = {each["name"] for each in operations[method]["parameters"]}
            assert "If-Match" in names, path
            assert {"412", "428"} <= set(operations[method]["responses"])


@pytest.mark.django_db
def test_description_when_asked_by_anybody_then_is_the_committed_file() -> None:
    answer = Client().get(reverse("api_schema"), headers={"Authorization": "Bearer no.key"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.oai.openapi"
    assert answer.content == COMMITTED.read_bytes()


@pytest.mark.django_db
def test_description_when_asked_for_json_then_says_the_same(description: dict[str, Any]) -> None:
    answer = Client().get(reverse("api_schema"), headers={"Accept": "application/json,*/*"})

    assert answer["Content-Type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(description, default=str))


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_description_when_unchanged_then_is_not_sent_again_nor_generated(accept: str) -> None:
    address, headers = reverse("api_schema"), {"Accept": accept}
    first = Client().get(address, headers=headers)

    with patch.object(SchemaGenerator, "get_schema", side_effect=AssertionError):
        again = Client().get(address, headers=headers | {"If-None-Match": first["ETag"]})
        other = Client().get(address, headers=headers | {"If-None-Match": '"other"'})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (other.status_code, other.content) == (200, first.content)
    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=300"


@pytest.mark.django_db
def test_description_when_asked_otherwise_then_refuses_in_a_problem() -> None:
    address = reverse("api_schema")

    assert Client().get(address, {"version": "2"}).status_code == 400
    assert Client().get(address, headers={"Accept": "text/html"}).status_code == 406
    assert Client().post(address).status_code == 405


def test_image_has_the_description_that_it_serves() -> None:
    name = str(COMMITTED.relative_to(settings.BASE_DIR))
    copied = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8").splitlines()
    sent = (settings.BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert f"COPY {name} {name}" in copied
    assert f"!{name}" in sent


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFERENCE)
def test_reference_page_needs_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "viewer"), REFERENCE.items())
def test_reference_page_loads_nothing_from_elsewhere(name: str, viewer: str) -> None:
    browser = Client()
    browser.force_login(MemberFactory.create().user)

    answer = browser.get(reverse(name))

    assert answer.status_code == 200
    assert viewer in answer.text
    assert "https://" not in answer.text
    assert settings.SPECTACULAR_SETTINGS["VERSION"] in answer.text


@pytest.mark.django_db
def test_reference_pages_have_the_policy_of_all_pages_but_for_two_styles_of_redoc() -> None:
    browser = Client()
    browser.force_login(MemberFactory.create().user)

    usual, docs, redoc = (
        browser.get(reverse(name))["Content-Security-Policy"]
        for name in ("ranking_explained", "api_docs", "api_redoc")
    )

    assert docs == usual
    assert re.sub(r" 'sha256-[^']+'", "", redoc) == usual
    assert redoc.count("'sha256-") == 2
    assert "unsafe" not in redoc


def test_newest_entry_of_the_changelog_is_the_present_version() -> None:
    text = (settings.BASE_DIR / "docs" / "api_changelog.md").read_text(encoding="utf-8")

    entries = re.findall(r"^## (\S+) · (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)

    assert entries[0][0] == settings.SPECTACULAR_SETTINGS["VERSION"]
    assert [day for _, day in entries] == sorted((day for _, day in entries), reverse=True)

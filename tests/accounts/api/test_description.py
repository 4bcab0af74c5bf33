"""The OpenAPI description: current, valid, complete, and served with its page from this machine."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from tests.factories.accounts import MemberFactory

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"
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
def test_description_is_public() -> None:
    answer = Client().get(reverse("api_schema"))

    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_reference_page_needs_sign_in() -> None:
    answer = Client().get(reverse("api_docs"))

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


@pytest.mark.django_db
def test_reference_page_loads_nothing_from_elsewhere() -> None:
    browser = Client()
    browser.force_login(MemberFactory.create().user)

    answer = browser.get(reverse("api_docs"))

    assert answer.status_code == 200
    assert b"swagger-ui-bundle.js" in answer.content
    assert b"https://" not in answer.content
    assert "unsafe" not in answer["Content-Security-Policy"].split("style-src")[0]


def test_newest_entry_of_the_changelog_is_the_present_version() -> None:
    text = (settings.BASE_DIR / "docs" / "api_changelog.md").read_text(encoding="utf-8")

    entries = re.findall(r"^## (\S+) · (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)

    assert entries[0][0] == settings.SPECTACULAR_SETTINGS["VERSION"]
    assert [day for _, day in entries] == sorted((day for _, day in entries), reverse=True)

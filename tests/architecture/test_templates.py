"""Every template is used, every name in it leads somewhere.

Inline scripts, styles and handlers are looked for in tests/look/test_templates.py.
"""

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.architecture.addresses import addresses
from tests.architecture.sources import PACKAGES, ROOT, modules

FOLDER = ROOT / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
# Found by Django, allauth and django-filter by their own names.
BY_CONVENTION = ("400.html", "403.html", "404.html", "500.html", "allauth/", "django/", "account/", "mfa/")
# Help texts are written in code; Django's own, of passwords, are lists.
MARKUP_OF_CODE = {"components/field.html"}
QUOTED = re.compile(r"""['"]([\w/.-]+\.(?:html|txt))(?:#[\w-]+)?['"]""")
URL_TAG = re.compile(r"""{%\s*url\s+['"]([^'"]+)['"]""")


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def named_in_templates() -> set[str]:
    return {found for name in TEMPLATES for found in QUOTED.findall(text_of(name))}


def named_in_code() -> set[str]:
    return {
        str(node.value).partition("#")[0]
        for tree in modules(*PACKAGES).values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_templates_when_listed_then_none_is_unused() -> None:
    used = named_in_templates() | named_in_code()

    assert [name for name in TEMPLATES if name not in used and not name.startswith(BY_CONVENTION)] == []


def test_templates_when_named_by_another_then_they_exist() -> None:
    for name in named_in_templates():
        get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_when_it_links_then_the_page_exists(name: str) -> None:
    known = {each.name for each in addresses()}

    assert [found for found in URL_TAG.findall(text_of(name)) if found not in known] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_when_read_then_marks_nothing_safe_and_calls_nobody_outside(name: str) -> None:
    text = text_of(name)

    assert name in MARKUP_OF_CODE or not re.search(r"\|\s*safe\b|autoescape\s+off", text)
    assert not re.search(r"""(?:src|href|action|hx-\w+)\s*=\s*["'](?:https?:)?//""", text)


def test_scripts_when_listed_then_each_is_used() -> None:
    everything = "".join(text_of(name) for name in TEMPLATES)
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css", ".svg"}]

    assert [path.name for path in files if Path(path).name not in everything] == []

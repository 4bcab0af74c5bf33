"""Every part rendered from its real template."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path

from cdmo_portal.look.icons import ICONS, draw_icon
from cdmo_portal.look.samples import SampleRows, heads, sample_form
from cdmo_portal.look.views import styleguide
from tests.look.markup import Page, xml

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
HOSTILE = "<script>alert(1)</script>"

urlpatterns = [path("styleguide/", styleguide)]


@pytest.fixture
def page() -> Page:
    response = styleguide(RequestFactory().get("/styleguide/"))

    return Page(response.content.decode())


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.name))
def test_template_when_read_has_no_inline_style_script_or_handler(file: Path) -> None:
    source = file.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|hx-vals=.js:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_styleguide_when_rendered_closes_every_tag_and_gives_each_id_once(page: Page) -> None:
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]

    assert (page.broken, page.open) == ([], [])
    assert sorted(ids) == sorted(set(ids))


def test_styleguide_when_rendered_describes_fields_by_elements_that_are_there(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    named = [
        each
        for _, attributes in page.tags
        for name in ("aria-describedby", "aria-labelledby", "for", "popovertarget")
        for each in (attributes.get(name) or "").split()
    ]

    assert named
    assert set(named) <= ids


@pytest.mark.parametrize("name", ICONS)
def test_icon_when_drawn_is_well_formed_and_silent_without_a_label(name: str) -> None:
    assert xml(draw_icon(name)).get("aria-hidden") == "true"


def test_icon_with_a_hostile_label_escapes_it() -> None:
    assert xml(draw_icon("warn", label='"><script>')).get("aria-label") == '"><script>'


def test_icon_that_nobody_drew_is_an_error() -> None:
    with pytest.raises(KeyError):
        draw_icon("no-such-icon")


def test_field_when_invalid_shows_the_error_and_points_to_it() -> None:
    markup = sample_form()["batch"].as_field_group()

    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_batch_helptext id_batch_error"' in markup
    assert 'id="id_batch_error"' in markup
    assert 'value="-3000"' in markup


def test_field_when_a_choice_is_hostile_escapes_it() -> None:
    class Choice(forms.Form):
        pick = forms.ChoiceField(choices=[(HOSTILE, HOSTILE)], widget=forms.RadioSelect, label=HOSTILE)

    markup = str(Choice())

    assert HOSTILE not in markup
    assert "&lt;script&gt;" in markup


def test_error_summary_when_the_form_is_invalid_links_to_each_field() -> None:
    markup = render_to_string("components/error_summary.html", {"form": sample_form()})

    assert 'href="#id_stage"' in markup
    assert 'href="#id_batch"' in markup


def test_row_editor_when_rendered_carries_an_empty_row_to_clone() -> None:
    context = {
        "formset": SampleRows(prefix="r"),
        "row_name": "requirement",
        "row_template": "components/row.html",
    }
    markup = render_to_string("components/row_editor.html", context)

    assert 'name="r-TOTAL_FORMS" value="2"' in markup
    assert 'name="r-__prefix__-kind"' in markup
    assert 'name="r-1-DELETE"' in markup


def test_score_breakdown_when_rendered_has_parts_that_add_up_to_the_score() -> None:
    rows = heads()
    markup = render_to_string(
        "components/score_breakdown.html",
        {"name": HOSTILE, "rows": rows, "total": sum(r["points"] for r in rows)},
    )

    cells = [re.findall(r"<td>([^<]*)</td>", row) for row in markup.split("<tr>")[2:]]
    *parts, total = [float(points) for *_, points in cells]
    assert len(parts) == len(rows)
    assert sum(parts) == pytest.approx(74.0)
    assert total == pytest.approx(74.0)
    assert HOSTILE not in markup


@pytest.mark.parametrize(("verdict", "word"), [("met", "Met"), ("unmet", "Not met"), ("unknown", "Unknown")])
def test_verdict_when_rendered_says_it_in_a_word_beside_its_icon(verdict: str, word: str) -> None:
    markup = render_to_string("components/verdict.html", {"verdict": verdict})

    assert xml(markup).find("svg") is not None
    assert "".join(xml(markup).itertext()) == word


def test_pagination_by_cursor_when_only_a_next_page_exists_offers_only_that() -> None:
    markup = render_to_string("components/pagination.html", {"next_url": "?cursor=abc", "previous_url": None})

    assert 'href="?cursor=abc"' in markup
    assert "Previous" not in markup


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_page_without_any_context_still_has_the_way_back(status: int) -> None:
    markup = render_to_string(f"{status}.html")

    assert 'href="/"' in markup
    assert " · CDMO Portal</title>" in markup


def test_world_map_when_places_have_no_position_counts_them_instead() -> None:
    template = engines["django"].from_string("{% load charts %}{% world_map places %}")
    rows = [
        {"label": HOSTILE, "longitude": 8.0, "latitude": 50.0, "url": "/sites/a/"},
        {"label": "Unplaced", "longitude": None, "latitude": None, "url": ""},
    ]

    markup = template.render({"places": rows})

    assert "1 without a known position is not drawn" in markup
    assert 'href="/sites/a/"' in markup
    assert HOSTILE not in markup

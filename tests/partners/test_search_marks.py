import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from partners.folding import compounds, written
from partners.search_marks import Marker, likeness


def marker(text: str, *, forgiving: bool = False, **likes: list[str]) -> Marker:
    words = tuple(compounds(text))
    return Marker(words, {parts: likes.get("".join(parts), []) for parts in words}, forgiving)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("vial", "Lyophilised vials", "Lyophilised <mark>vials</mark>"),
        ("lyo", "Lyophilisation", "<mark>Lyophilisation</mark>"),
        ("lyo vial", "Lyophilised vial", "Lyophilised <mark>vial</mark>"),
        ("freeze drying", "Freeze-drying and more", "<mark>Freeze</mark>-<mark>drying</mark> and more"),
        ("prefilled", "Pre-filled syringe", "<mark>Pre-filled</mark> syringe"),
        ("societe elan", "Société Élan Vert", "<mark>Société</mark> <mark>Élan</mark> Vert"),
        ("obrien", "O’Brien & Sons", "<mark>O’Brien</mark> &amp; Sons"),
        ("fill and finish", "Fill and finish", "<mark>Fill</mark> and <mark>finish</mark>"),
        ("", "Cork", "Cork"),
        ("b", "<b>b</b>", "&lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt;"),
        (
            "script",
            "<script>alert(1)</script>",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
    ],
)
def test_marked_when_words_stand_in_the_text_then_they_alone_are_marked(
    query: str, text: str, marked: str
) -> None:
    assert marker(query).marked(text) == marked


def test_marked_when_a_typo_was_forgiven_then_the_word_that_was_meant_is_marked() -> None:
    forgiving = marker("lyophilzation", forgiving=True, lyophilzation=["lyophilisation"])

    assert forgiving.marked("Lyophilisation") == "<mark>Lyophilisation</mark>"
    assert (
        marker("Travnfeld", forgiving=True).marked("Traunfeld GmbH", is_name=True).startswith("<mark>Traun")
    )
    assert "<mark>" not in marker("Travnfeld").marked("Traunfeld GmbH", is_name=True)


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_marked_for_any_texts_then_is_the_escaped_text_with_marks_around_words(
    query: str, text: str, is_forgiving: bool
) -> None:
    html = marker(query, forgiving=is_forgiving).marked(text, is_name=True)

    without = re.sub(r"</?mark>", "", html)
    assert without == escape(text)
    assert "<" not in without
    assert html.count("<mark>") == html.count("</mark>")


@given(st.text(max_size=80))
def test_written_for_any_text_then_words_stand_where_it_says(text: str) -> None:
    for word in written(text):
        assert compounds(text[word.start : word.end])
        assert 0 <= word.start < word.end <= len(text)


def test_likeness_of_the_same_word_is_one_and_of_strangers_none() -> None:
    assert likeness("traunfeld", "traunfeld") == 1
    assert likeness("traunfeld", "xyz") == 0

"""Marks in a text: nothing of it is lost, overlaps are cut, each finding is reached once."""

from hypothesis import given
from hypothesis import strategies as st

from matching.reading.findings import Span
from matching.views.marked_text import Marked, pieces_of

TEXT = "isolator or closed RABS filling"


def marked(key: str, *spans: tuple[int, int]) -> Marked:
    return Marked(key, key, "must", tuple(Span(start, end) for start, end in spans))


def shown(*found: Marked) -> list[tuple[str, str, str]]:
    return [(each.text, each.keys, each.link.key if each.link else "") for each in pieces_of(TEXT, found)]


def test_text_when_nothing_was_found_is_one_piece() -> None:
    assert shown() == [(TEXT, "", "")]
    assert pieces_of("", []) == []


def test_marks_when_apart_lead_each_to_its_own() -> None:
    assert shown(marked("a", (0, 8)), marked("b", (19, 23))) == [
        ("isolator", "a", "a"),
        (" or closed ", "", ""),
        ("RABS", "b", "b"),
        (" filling", "", ""),
    ]


def test_marks_when_one_stands_in_the_other_lead_to_the_inner_and_the_outer() -> None:
    assert shown(marked("outer", (0, 23)), marked("inner", (12, 23))) == [
        ("isolator or ", "outer", "outer"),
        ("closed RABS", "inner outer", "inner"),
        (" filling", "", ""),
    ]


def test_marks_when_they_overlap_share_what_is_common() -> None:
    assert shown(marked("a", (0, 18)), marked("b", (12, 31))) == [
        ("isolator or ", "a", "a"),
        ("closed", "a b", "b"),
        (" RABS filling", "b", ""),
    ]


def test_finding_when_at_two_places_has_an_anchor_at_each_and_one_link() -> None:
    pieces = pieces_of(TEXT, [marked("a", (0, 8), (19, 23))])

    assert [piece.anchors for piece in pieces if piece.anchors] == [("w-a",), ("w-a-1",)]
    assert [bool(piece.link) for piece in pieces if piece.owners] == [True, False]


def test_spans_outside_the_text_are_left_alone() -> None:
    assert shown(marked("a", (5, 5), (-1, 3), (20, 99))) == [(TEXT, "", "")]


spans = st.tuples(st.integers(0, 40), st.integers(0, 40))


@given(st.text(max_size=40), st.lists(st.lists(spans, max_size=4), max_size=8))
def test_pieces_join_to_the_text_and_no_finding_is_linked_twice(
    text: str, found: list[list[tuple[int, int]]]
) -> None:
    pieces = pieces_of(text, [marked(str(number), *each) for number, each in enumerate(found)])

    links = [piece.link.key for piece in pieces if piece.link]
    anchors = [anchor for piece in pieces for anchor in piece.anchors]
    assert "".join(piece.text for piece in pieces) == text
    assert len(links) == len(set(links))
    assert len(anchors) == len(set(anchors))

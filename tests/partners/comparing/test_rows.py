"""Which rows differ, and what a page has room for: whatever the order of the columns."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from partners.comparing.rows import Cell, Group, Row, fitting, not_stated, only_differences, total

SAID = st.sampled_from(["Yes", "No", "200 L"])
CELLS = st.one_of(
    st.builds(Cell, SAID, st.tuples(st.text(max_size=3)), st.sampled_from([None, 1, 2])),
    st.just(not_stated()),
)
ROWS = st.lists(CELLS, min_size=2, max_size=4).map(lambda cells: Row("Fact", tuple(cells)))


def group(rows: Sequence[Row], *, is_foldable: bool = True) -> Group:
    return Group(f"group-{len(rows)}", "Group", tuple(rows), is_foldable)


def row(*texts: str) -> Row:
    return Row("Fact", tuple(Cell(text) if text else not_stated() for text in texts))


@given(ROWS, st.randoms())
def test_row_when_columns_change_places_then_differs_as_before(found: Row, random: object) -> None:
    cells = list(found.cells)
    getattr(random, "shuffle")(cells)  # noqa: B009 - Hypothesis types its random numbers loosely

    assert Row("Fact", tuple(cells)).differs == found.differs


@given(ROWS)
def test_row_when_small_print_changes_then_differs_as_before(found: Row) -> None:
    other = tuple(Cell(each.text, ("another source",), each.key, each.is_stated) for each in found.cells)

    assert Row("Fact", other).differs == found.differs


@given(CELLS, st.integers(min_value=2, max_value=4))
def test_row_when_all_say_the_same_then_does_not_differ(cell: Cell, count: int) -> None:
    assert not Row("Fact", (cell,) * count).differs


def test_row_when_one_is_silent_then_differs_from_a_no_and_from_a_yes() -> None:
    assert row("No", "").differs
    assert row("Yes", "").differs
    assert not row("", "").differs


def test_row_when_texts_are_equal_but_the_facts_are_not_then_differs() -> None:
    assert Row("Range", (Cell("33.33 L", key=1), Cell("33.33 L", key=2))).differs


def test_differences_when_asked_for_then_groups_without_one_vanish() -> None:
    same, mixed = group([row("Yes", "Yes")]), group([row("Yes", "No"), row("No", "No")])

    assert [len(each.rows) for each in only_differences([same, mixed])] == [1]


def weight(groups: Sequence[Group]) -> int:
    return sum(each.weight for found in groups for each in found.rows)


@given(
    st.lists(st.tuples(st.lists(ROWS, max_size=8), st.booleans()), max_size=5),
    st.integers(min_value=100, max_value=3_000),
)
def test_page_when_it_has_room_for_some_then_no_row_is_lost_without_being_counted(
    made: list[tuple[list[Row], bool]], most: int
) -> None:
    groups = [group(rows, is_foldable=is_foldable) for rows, is_foldable in made]
    kept = weight([each for each in groups if not each.is_foldable])

    found = fitting(groups, most)

    assert weight(found) <= max(most, kept)
    assert [len(each.rows) + each.left_out for each in found] == [len(each.rows) for each in groups]
    assert total(found) == total(groups) or weight(groups) > most


def test_page_when_full_then_rows_in_which_all_agree_go_first() -> None:
    mixed = group([row("Yes", "Yes"), row("Yes", "No"), row("No", "No")])

    (found,) = fitting([mixed], weight([mixed]) - 1)

    assert found.rows == (row("Yes", "No"),)
    assert found.left_out == 2

"""Three versions of the same fields. Whoever saves first, nobody's change is lost in silence."""

from hypothesis import given
from hypothesis import strategies as st

from matching.merging import Plain, mark, marks, merge

NAMES = ("title", "steps", "needed_by")
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab\r\n", max_size=3)
PLAIN = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text("k", max_size=1), LEAVES)
FIELDS = st.fixed_dictionaries(dict.fromkeys(NAMES, PLAIN))


def same(one: Plain, other: Plain) -> bool:
    return mark(one) == mark(other)


@given(FIELDS, FIELDS)
def test_merge_when_nobody_else_saved_writes_just_what_was_changed(
    opened: dict[str, Plain], sent: dict[str, Plain]
) -> None:
    merged = merge(marks(opened), opened, sent)

    assert merged.conflicts == merged.overtaken == ()
    assert set(merged.changed) == {name for name in NAMES if not same(sent[name], opened[name])}


@given(FIELDS, FIELDS, FIELDS)
def test_merge_when_two_saved_every_field_has_one_fate(
    opened: dict[str, Plain], stored: dict[str, Plain], sent: dict[str, Plain]
) -> None:
    merged = merge(marks(opened), stored, sent)

    for name in NAMES:
        mine = not same(sent[name], opened[name])
        theirs = not same(stored[name], opened[name])
        differ = not same(sent[name], stored[name])
        assert (name in merged.changed) == (mine and not theirs)
        assert (name in merged.overtaken) == (theirs and not mine)
        assert (name in merged.conflicts) == (mine and theirs and differ)


@given(FIELDS, FIELDS, FIELDS)
def test_merge_when_sent_twice_is_one_change(
    opened: dict[str, Plain], stored: dict[str, Plain], sent: dict[str, Plain]
) -> None:
    first = merge(marks(opened), stored, sent)

    again = merge(marks(opened), {**stored, **first.changed}, sent)

    assert again.changed == {}
    assert again.conflicts == first.conflicts


@given(FIELDS, FIELDS, FIELDS)
def test_merge_when_without_conflict_ends_the_same_whoever_saves_first(
    opened: dict[str, Plain], one: dict[str, Plain], other: dict[str, Plain]
) -> None:
    def both(first: dict[str, Plain], second: dict[str, Plain]) -> dict[str, Plain]:
        stored = {**opened, **merge(marks(opened), opened, first).changed}
        return {**stored, **merge(marks(opened), stored, second).changed}

    if not merge(marks(opened), one, other).conflicts:
        assert marks(both(one, other)) == marks(both(other, one))


@given(FIELDS, FIELDS)
def test_merge_when_marks_are_missing_never_overwrites(
    stored: dict[str, Plain], sent: dict[str, Plain]
) -> None:
    merged = merge({}, stored, sent)

    assert merged.changed == {}
    assert set(merged.conflicts) == {name for name in NAMES if not same(sent[name], stored[name])}


def test_mark_when_line_ends_or_kinds_of_numbers_differ_is_the_same() -> None:
    assert mark("a\r\nb") == mark("a\nb")
    assert mark({"fit": 10.0}) == mark({"fit": 10})
    assert mark(0) != mark(False) != mark(None) != mark("")

"""The columns give, for every row, exactly what the engine that explains gives for that line."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.cells import backed
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.columns import Column, figure_of
from matching.scoring.columns.drafting import segment_of
from matching.scoring.columns.grounds import HARD, MET, SOFT, UNKNOWN, Ground
from matching.scoring.columns.judging import column_of
from matching.scoring.facts import LineFacts, SiteFacts
from matching.scoring.judgement import is_of_a_line, judge
from matching.scoring.verdicts import Status, Verdict
from tests.matching.scoring.columns.worlds import Maker
from tests.matching.scoring.examples import context

FIGURES = ("margin", "slack_weeks", "open_ratio", "campaign_share")


def level(verdict: Verdict) -> int:
    if verdict.status is Status.UNMET:
        return int(SOFT if verdict.change is not None else HARD)
    return int(MET if verdict.status is Status.MET else UNKNOWN)


def rows_of(sites: tuple[SiteFacts, ...]) -> list[tuple[SiteFacts, LineFacts | None]]:
    rows: list[tuple[SiteFacts, LineFacts | None]] = []
    for site in sites:
        lines = sorted(site.lines, key=lambda line: line.key)
        rows += [(site, line) for line in lines] or [(site, None)]
    return rows


def same(expected: float | None, found: float) -> bool:
    return math.isnan(found) if expected is None else expected == found


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_requirement_when_judged_on_columns_then_every_row_is_as_explained(seed: int) -> None:
    made = Maker(seed)
    world, asked = made.world(), made.requirement("r")
    ground = Ground(segment_of(world, book := CodeBook()), book, context(made.time_frame()))

    column: Column = column_of(asked, ground)

    for row, (site, line) in enumerate(rows_of(world)):
        verdict = judge(asked, site, line if is_of_a_line(asked) else None, ground.context)
        assert int(column.level[row]) == level(verdict), (row, verdict)
        if verdict.status is Status.MET and asked.strength != "must_not":
            assert bool(column.backed[row]) == (backed(verdict).low == 1.0)
            for name in FIGURES:
                assert same(verdict.figure(name), float(figure_of(column, name)[row])), name


def test_segment_when_built_twice_with_one_book_then_codes_keep_their_numbers() -> None:
    book = CodeBook()

    first = [book.terms.number(code) for code in ("b", "a", "b")]

    assert first == [0, 1, 0]
    assert list(book.terms.find(["a", "b", "never seen"])) == [0, 1]

"""When something has to be done, sentence by sentence."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matching.interpreting import interpret
from matching.reading.calendar import periods
from matching.reading.date_meanings import month_end
from matching.reading.dates import dates_of
from matching.reading.passages import Sentence

CORPUS = Path(__file__).parent / "corpora" / "dates.yaml"
AS_OF = date(2026, 3, 2)
AGREEMENT = 0.97
Bounds = tuple[str, str, str]

CLEAR = [
    ("Release no later than 15 May 2027.", "by - 2027-05-15"),
    ("Delivery deadline: 30 September 2026", "by - 2026-09-30"),
    ("Capsules are needed by the end of August.", "by - 2026-08-31"),
    ("By mid-Aug we must have vials in the clinic.", "by - 2026-08-15"),
    ("First batch before Q3.", "by - 2026-06-30"),
    ("Ship before 15 June 2026.", "by - 2026-06-14"),
    ("Everything has to be in the depot before Christmas.", "by - 2026-12-24"),
    ("Engineering batch before Easter 2027", "by - 2027-03-27"),
    ("Latest release: KW 36", "by - 2026-09-06"),
    ("Within 14 weeks we must hold released material.", "by - 2026-06-08"),
    ("Please reply by Monday 16 March.", "by - 2026-03-16"),
    ("Due date 2026-08-31", "by - 2026-08-31"),
    ("by EOY 2026", "by - 2026-12-31"),
    ("Date required | 7 January 2027", "by - 2027-01-07"),
    ("31.08.26 is the last possible day for release", "by - 2026-08-31"),
    ("The validation report must be signed prior to 1 April 2027.", "by - 2027-03-31"),
    ("Slots from 1 October 2026.", "from 2026-10-01 -"),
    ("No start before 1 October 2026.", "from 2026-10-01 -"),
    ("We cannot begin until July 2026.", "from 2026-07-01 -"),
    ("After June 2026 we can ship the cell bank.", "from 2026-07-01 -"),
    ("Earliest start: Monday, 4 May 2026", "from 2026-05-04 -"),
    ("First patient in is foreseen for November 2026.", "span 2026-11-01 2026-11-30"),
    ("Launch planned 2H 2028.", "span 2028-07-01 2028-12-31"),
    ("Slot requested from 5 October to 16 October 2026.", "span 2026-10-05 2026-10-16"),
    ("The campaign should run from 7 to 25 September.", "span 2026-09-07 2026-09-25"),
    ("Filling slot: Oct/Nov 2026", "span 2026-10-01 2026-11-30"),
    ("PPQ campaign: KW 10 to KW 14, 2027", "span 2027-03-08 2027-04-11"),
    ("in the week commencing 5 October 2026 we fill", "span 2026-10-05 2026-10-11"),
    ("Our company was founded in 2016.", ""),
    ("The compound patent runs out in 2033.", ""),
    ("GMP batch within 20 weeks from receipt of the API", ""),
    ("Payment 45 days after invoice.", ""),
    ("Quote reference Q4-118/26", ""),
    ("Call me on +49 151 2026 1104 in the morning.", ""),
    ("Shelf life: 24 months at 2-8 °C", ""),
    ("Ph. Eur. 11.5, USP 2026", ""),
]


def corpus() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return entries


def bounds(relation: str, earliest: object, latest: object) -> Bounds:
    """Targets and windows are written alike; `by` has no earliest day, `from` no latest."""
    kind = "span" if relation in {"target", "window"} else relation
    return kind, "-" if kind == "by" else str(earliest), "-" if kind == "from" else str(latest)


def read(text: str, as_of: date = AS_OF) -> set[Bounds]:
    return {bounds(each.relation, each.earliest, each.latest) for each in interpret(text, as_of).dates}


def expected(dates: Iterable[Mapping[str, Any]]) -> set[Bounds]:
    return {bounds(each["relation"], each.get("earliest"), each.get("latest")) for each in dates}


def test_corpus_when_read_then_most_sentences_agree() -> None:
    entries = corpus()

    right = sum(read(entry["text"], entry["as_of"]) == expected(entry["dates"]) for entry in entries)

    assert right / len(entries) >= AGREEMENT


@pytest.mark.parametrize(("text", "dates"), CLEAR)
def test_clear_sentence_when_read_then_its_dates_are_found(text: str, dates: str) -> None:
    assert read(text) == ({tuple(dates.split())} if dates else set())


@given(st.dates(date(2026, 3, 3), date(2032, 12, 31)))
def test_deadline_when_a_day_is_written_in_any_usual_way_then_it_is_that_day(day: date) -> None:
    written = [day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%d-%b-%Y}"]

    found = [read(f"Release by {each}.") for each in written]

    assert found == [{("by", "-", day.isoformat())}] * len(written)


@given(st.integers(2027, 2035), st.integers(1, 4))
def test_quarter_when_read_then_it_ends_with_its_last_month(year: int, quarter: int) -> None:
    assert read(f"PPQ done by Q{quarter} {year}.") == {("by", "-", month_end(year, quarter * 3).isoformat())}


PIECES = st.sampled_from(
    [
        "by",
        "from",
        "Q3",
        "2027",
        "mid-",
        "May",
        "31",
        "2.",
        "to",
        "week",
        "60",
        "end of",
        "/",
        "-",
        "next year",
    ]
)


@given(
    st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=200),
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
)
def test_dates_when_text_is_arbitrary_then_spans_lie_within_it(text: str, as_of: date) -> None:
    found = dates_of(Sentence(text, 0, len(text)), as_of)

    assert all(0 <= each.span.start < each.span.end <= len(text) for each in found)


@given(st.lists(PIECES, max_size=30).map(" ".join), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_periods_when_found_then_none_ends_before_it_begins(text: str, as_of: date) -> None:
    assert all(period.first <= period.last for period in periods(text, as_of))

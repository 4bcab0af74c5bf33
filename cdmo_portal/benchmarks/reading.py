"""Reading briefs: how fast, how it grows, and how well: `python -m cdmo_portal.benchmarks.reading`."""

import datetime as dt
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from matching.interpreting import interpret, lexicon, measures_in_base
from matching.reading.evaluation.cases import read_cases
from matching.reading.evaluation.reporting import added, scores_of, summary

ROUNDS = 9
AS_OF = dt.date(2026, 3, 2)
TWO_PAGES = 700
PAGES = (1, 10, 100, 1_000)
WORDS_OF_PAGE = 350
CASES = Path(__file__).parents[2] / "tests/matching/reading/cases"


def lines() -> Iterator[str]:
    yield from started()
    files = sorted(CASES.glob("*.yaml"))
    if not files:
        yield "  (the worked briefs are not here: no text to read)"
        return
    words = " ".join(case.text for file in files for case in read_cases(file.read_text("utf-8"))).split()
    yield from timed(words)
    yield from grown(words)
    for title, pattern in (
        ("written while building", "known_*.yaml"),
        ("unread while building", "unread_*.yaml"),
    ):
        yield f"\nHow well, over briefs {title}"
        texts = [file.read_text("utf-8") for file in sorted(CASES.glob(pattern))]
        found = [scores for text in texts for _, scores in scores_of(text, lexicon(), measures_in_base)]
        yield from summary(added(found), len(found))


def started() -> Iterator[str]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    lexicon()
    interpret("We need 10R vials, OEL 5 ng/m3, by Q3 2027.", AS_OF)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In kilobytes on Linux, in bytes on macOS.
    megabytes = (peak - before) / (1024 if sys.platform != "darwin" else 1024**2)
    title = "first reading, vocabulary and wording loaded"
    yield f"{title:<48}{seconds * 1_000:>10,.0f} ms{megabytes:>8,.0f} MB"


def timed(words: list[str]) -> Iterator[str]:
    """Several briefs of two pages, each its own text."""
    texts = [
        " ".join(words[start : start + TWO_PAGES])
        for start in range(0, min(len(words), ROUNDS * TWO_PAGES), TWO_PAGES)
    ]
    for text in texts:
        interpret(text, AS_OF)
    times = [taken(text) for text in texts for _ in range(3)]
    median = statistics.median(times) * 1_000
    yield f"{f'a brief of two pages ({TWO_PAGES} words), median':<48}{median:>10,.1f} ms    target 20 ms"


def grown(words: list[str]) -> Iterator[str]:
    """The time per page must not grow with the number of pages."""
    for pages in PAGES:
        needed = pages * WORDS_OF_PAGE
        text = " ".join((words * (needed // len(words) + 1))[:needed])
        seconds = taken(text)
        title = f"{pages:,} pages ({len(text):,} characters)"
        yield f"{title:<48}{seconds * 1_000:>10,.0f} ms{seconds / pages * 1_000:>8,.1f} ms a page"


def taken(text: str) -> float:
    start = time.process_time()
    interpret(text, AS_OF)
    return time.process_time() - start


if __name__ == "__main__":
    for line in lines():
        sys.stdout.write(f"{line}\n")

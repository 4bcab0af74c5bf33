"""Fifty sponsors at once, each opening one page after the other as a day's work goes. Loopback, bounded."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cdmo_portal.benchmarks.measuring import FIRST_REFUSAL, Times
from cdmo_portal.benchmarks.visitor import Visitor

READS_SECONDS: Final = 3.0
"""How long a person looks at a page on average; drawn exponentially, so that they do not march in step."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page by its kind: how often it is opened, and its addresses, of which one is drawn."""

    title: str
    share: int
    paths: Sequence[str]


@dataclass(slots=True)
class Answers:
    """By kind of page: milliseconds, the largest page in bytes, refusals."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    largest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0
    errors: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, title: str, status: int, size: int, milliseconds: float) -> None:
        with self.lock:
            self.milliseconds[title].append(milliseconds)
            self.largest[title] = max(self.largest[title], size)
            self.refused += status >= FIRST_REFUSAL

    def times(self, title: str = "") -> Times:
        """Of one kind of page, or of all."""
        found = (
            self.milliseconds[title]
            if title
            else [each for one in self.milliseconds.values() for each in one]
        )
        return Times(found, 1.0, self.refused)


def work_day(visitor: Visitor) -> list[Opened]:
    """The addresses come from the portal's own pages."""
    sites = sorted(set(visitor.find_all("/sites/", r'href="(/sites/[\w-]+/)"')))
    briefs = sorted(set(visitor.find_all("/briefs/", r'href="(/briefs/[0-9a-f-]{36}/)"')))
    return [
        Opened("Directory", 10, ["/sites/"]),
        Opened("Directory, map", 5, ["/sites/?view=map", "/sites/?view=map&area=-11,40,20,60"]),
        Opened(
            "Directory, facets", 20, ["/sites/?country=DE", "/sites/?country=IE&country=US&profile=profiled"]
        ),
        Opened(
            "Directory, text", 10, ["/sites/?q=lyo", "/sites/?q=prefilled+syringe", "/sites/?q=lyophilsation"]
        ),
        Opened("Site", 15, sites),
        Opened("Briefs", 8, ["/briefs/", "/briefs/?page=4"]),
        Opened("Brief", 7, briefs),
        Opened("Matches", 15, [f"{path}matches/" for path in briefs]),
        Opened("Shortlist", 5, [f"{path}shortlist/" for path in briefs]),
        Opened("Compare four", 5, [f"/compare/?ids={','.join(slugs_of(sites)[:4])}"]),
    ]


def slugs_of(paths: Sequence[str]) -> list[str]:
    return [path.strip("/").rpartition("/")[2] for path in paths]


@dataclass(frozen=True, slots=True)
class Day:
    """Which pages are opened, until when, how long each is looked at, and where the answers are noted."""

    pages: Sequence[Opened]
    end: float
    reads: float
    answers: Answers


def play(
    port: int, sessions: Sequence[str], pages: Sequence[Opened], *, seconds: float, reads: float
) -> Answers:
    """Every session is a person of their own; no page is begun after `seconds`."""
    day = Day(pages, time.perf_counter() + seconds, reads, Answers())
    people = [
        threading.Thread(target=_work, args=(Visitor(port, {"sessionid": key}), number, day))
        for number, key in enumerate(sessions)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if day.answers.errors:
        raise day.answers.errors[0]
    return day.answers


def _work(visitor: Visitor, number: int, day: Day) -> None:
    draw = random.Random(number)  # noqa: S311 - the same day every time
    shares = [page.share for page in day.pages]
    try:
        time.sleep(draw.random() * day.reads)
        while time.perf_counter() < day.end:
            page = draw.choices(day.pages, shares)[0]
            before = time.perf_counter()
            status, text = visitor.get(draw.choice(page.paths))
            took = (time.perf_counter() - before) * 1000
            day.answers.note(page.title, status, len(text.encode()), took)
            if day.reads:
                time.sleep(min(draw.expovariate(1 / day.reads), 3 * day.reads))
    except BaseException as error:  # noqa: BLE001 - told in the thread that waits
        day.answers.errors.append(error)
    finally:
        visitor.close()

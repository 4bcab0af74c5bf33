"""The matching alone, over all facts of a directory: `python -m cdmo_portal.benchmarks.scoring`."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator

import django

ROUNDS = 7


def timed(work: Callable[[], object]) -> float:
    """The median milliseconds of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def lines() -> Iterator[tuple[str, float]]:
    """What was timed, and its milliseconds."""
    # Models can be imported only once Django is set up, which is what starts here.
    from matching import ranking  # noqa: PLC0415
    from matching.models import Brief  # noqa: PLC0415
    from matching.ranking.store import FactStore, store  # noqa: PLC0415

    fresh = FactStore()
    before = time.perf_counter()
    count = fresh.known().directory.site_count
    yield f"Load the columns of {count:,} sites", (time.perf_counter() - before) * 1000
    yield "Ask for changes when there are none", timed(lambda: store.known().directory)
    for brief in Brief.objects.filter(is_sample=True).order_by("pk"):

        def first(brief: Brief = brief) -> None:
            ranking.memory.forget()
            ranking.match_brief(brief)

        yield f"Match “{brief.title}”", timed(first)
        yield (
            "  with other weights",
            timed(
                lambda brief=brief: ranking.match_brief(brief, weights={"fit": 1, "place": 2})  # type: ignore[misc]
            ),
        )


if __name__ == "__main__":
    django.setup()
    for title, took in lines():
        sys.stdout.write(f"{title[:60]:<60} {took:>8,.1f} ms\n")

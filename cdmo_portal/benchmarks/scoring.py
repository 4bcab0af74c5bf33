"""The scoring alone, over all facts in memory: `python -m cdmo_portal.benchmarks.scoring`."""

import statistics
import sys
import time
from collections.abc import Callable, Mapping

import django
from django.utils import timezone

ROUNDS = 5


def timed(work: Callable[[], object]) -> float:
    """The median milliseconds of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def lines() -> Mapping[str, str]:
    """What was timed, and how long it took."""
    # Models can be imported only once Django is set up, which is what starts here.
    from matching.models import Brief  # noqa: PLC0415
    from matching.ranking import weights_of  # noqa: PLC0415
    from matching.ranking.asking import brief_asked  # noqa: PLC0415
    from matching.ranking.store import FactStore  # noqa: PLC0415
    from matching.scoring.matching import match  # noqa: PLC0415

    store = FactStore()
    before = time.perf_counter()
    known = store.known()
    loading = (time.perf_counter() - before) * 1000
    sites, today = list(known.sites.values()), timezone.localdate()
    told = {
        f"Load the facts of {len(sites):,} sites": f"{loading:,.0f} ms",
        "Ask for changes when there are none": f"{timed(store.known):,.1f} ms",
    }
    for brief in Brief.objects.filter(is_sample=True).order_by("pk"):
        asked = brief_asked(brief, known.vocabulary, weights_of(brief))
        took = timed(lambda asked=asked: match(asked, sites, known.vocabulary, today=today))  # type: ignore[misc]
        told[f"match() “{brief.title}”"] = f"{took:,.0f} ms"
    return told


if __name__ == "__main__":
    django.setup()
    for title, took in lines().items():
        sys.stdout.write(f"{title[:60]:<60} {took:>10}\n")

"""Worked briefs read and compared, and the lines that tell of it."""

from collections.abc import Callable, Iterable, Iterator

from matching.reading.evaluation.cases import Case, read_cases
from matching.reading.evaluation.measuring import KINDS, Scores, scored
from matching.reading.evaluation.probing import verdict
from matching.reading.lexicon import Lexicon
from matching.reading.plain import to_plain
from matching.reading.reading import read

type InBase = Callable[[str, float, str], float]


def scores_of(source: str, lexicon: Lexicon, in_base: InBase) -> Iterator[tuple[str, Scores]]:
    """Each case of a cases file with its scores; `in_base(measure, number, unit)` is in the base unit.

    Raises CasesInvalid for what is no cases file.
    """
    for case in read_cases(source):
        yield case.key, _scores(case, lexicon, in_base)


def _scores(case: Case, lexicon: Lexicon, in_base: InBase) -> Scores:
    reading = read(case.text, lexicon, case.as_of)
    found = scored(case, to_plain(reading), in_base)
    found.verdicts = len(case.probes)
    for probe in case.probes:
        said = verdict(reading, probe.facts, lexicon)
        if said != probe.expect:
            found.wrong_verdicts.append(f"{probe.name}: {said}, expected {probe.expect}")
    return found


def added(scores: Iterable[Scores]) -> Scores:
    total = Scores()
    for each in scores:
        total.add(each)
    return total


def faults(found: Scores) -> Iterator[str]:
    """What was missed, read wrongly, fallen into and judged wrongly, a line each."""
    for kind in KINDS:
        tally = found.tallies[kind]
        yield from (f"  {kind:<11} missed   {each}" for each in tally.missed)
        yield from (f"  {kind:<11} wrongly  {each}" for each in tally.false_alarms)
    yield from (f"  trap        {each}" for each in found.fallen_into)
    yield from (f"  verdict     {each}" for each in found.wrong_verdicts)


def summary(total: Scores, briefs: int) -> Iterator[str]:
    yield f"{briefs} briefs"
    yield f"{'':<12}{'precision':>10}{'recall':>10}{'F1':>10}{'expected':>10}"
    for kind in KINDS:
        tally = total.tallies[kind]
        expected = tally.hits + len(tally.missed)
        yield f"{kind:<12}{tally.precision:>10.3f}{tally.recall:>10.3f}{tally.f1:>10.3f}{expected:>10}"
    fallen = len(total.fallen_into)
    yield f"traps fallen into: {fallen} of {total.traps} ({_percent(fallen, total.traps)})"
    yield f"evidence outside the text: {total.outside_text}"
    if total.verdicts:
        right = total.verdicts - len(total.wrong_verdicts)
        yield f"verdicts on probes: {right} of {total.verdicts} right ({_percent(right, total.verdicts)})"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"

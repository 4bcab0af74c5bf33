"""Three-valued verdicts: a requirement is met, unmet or unknown (Kleene's strong logic), and says why."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Status(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the statement in words, how it is backed, who says so, and of when it is."""

    what: str
    basis: str = ""
    source: str = ""
    origin: str = "company"
    as_of: dt.date | None = None
    age: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change that would turn an unmet verdict. Kinds: measure, count, scope, age, capacity."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`figures` are the numbers that scoring reads from a verdict, so that both use the same ones."""

    status: Status
    reason: str
    evidence: tuple[Evidence, ...] = ()
    question: str = ""
    change: Change | None = None
    line: str = ""
    figures: tuple[tuple[str, float], ...] = ()

    def figure(self, name: str) -> float | None:
        return dict(self.figures).get(name)


def met(reason: str, evidence: tuple[Evidence, ...] = (), **figures: float) -> Verdict:
    return Verdict(Status.MET, reason, evidence, figures=tuple(figures.items()))


def unmet(reason: str, evidence: tuple[Evidence, ...] = (), change: Change | None = None) -> Verdict:
    return Verdict(Status.UNMET, reason, evidence, change=change)


def unknown(reason: str, question: str, evidence: tuple[Evidence, ...] = ()) -> Verdict:
    return Verdict(Status.UNKNOWN, reason, evidence, question=question)


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Alternatives: met if one is met, unmet if all are unmet, else unknown."""
    for status in (Status.MET, Status.UNKNOWN):
        found = [verdict for verdict in verdicts if verdict.status is status]
        if found:
            return found[0] if status is Status.MET else merge(found, " Or: ")
    return replace(
        merge(verdicts, " "), change=next((each.change for each in verdicts if each.change is not None), None)
    )


def best_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Several statements on one thing: like `any_of`, and what is met counts with its best figures.

    So a further good statement, wherever it stands, never makes a site look worse.
    """
    found = [verdict for verdict in verdicts if verdict.status is Status.MET]
    if len(found) < 2:
        return any_of(verdicts)
    best = max(found, key=lambda verdict: [figure for _, figure in verdict.figures])
    figures: dict[str, float] = {}
    for name, figure in (pair for verdict in found for pair in verdict.figures):
        figures[name] = max(figure, figures.get(name, figure))
    evidence = dict.fromkeys((*best.evidence, *(item for verdict in found for item in verdict.evidence)))
    return replace(best, evidence=tuple(evidence), figures=tuple(figures.items()))


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Together: unmet if one is unmet, met if all are met, else unknown."""
    for status in (Status.UNMET, Status.UNKNOWN):
        found = [verdict for verdict in verdicts if verdict.status is status]
        if found:
            return merge(found, " ")
    return merge(verdicts, " ")


def negated(verdict: Verdict) -> Verdict:
    """The verdict of an exclusion: unknown stays unknown, and it has no change and no figures."""
    swapped = {Status.MET: Status.UNMET, Status.UNMET: Status.MET, Status.UNKNOWN: Status.UNKNOWN}
    return replace(verdict, status=swapped[verdict.status], change=None, figures=())


def merge(verdicts: Sequence[Verdict], between: str) -> Verdict:
    """One verdict out of several of the same status: reasons, questions and changes one after the other."""
    if len(verdicts) == 1:
        return verdicts[0]
    return Verdict(
        verdicts[0].status,
        " ".join(unique(each.reason for each in verdicts)),
        tuple(item for each in verdicts for item in each.evidence),
        between.join(unique(each.question for each in verdicts)),
        joined_change(verdicts),
        next((each.line for each in verdicts if each.line), ""),
        tuple(pair for each in verdicts for pair in each.figures),
    )


def joined_change(verdicts: Sequence[Verdict]) -> Change | None:
    """All changes together, or none when one of the verdicts cannot be changed."""
    changes = [each.change for each in verdicts if each.change is not None]
    if not changes or len(changes) < len(verdicts):
        return None
    return Change(changes[0].kind, "; ".join(unique(each.text for each in changes)))


def unique(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]

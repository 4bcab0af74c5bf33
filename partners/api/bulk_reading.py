"""Rows of a bulk body become what the actions take, by the bodies that take one row alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.problems import error_entries
from cdmo_portal.accounts.api.row_bodies import SentRow
from partners.actions.bulk_statements import NO_SITE, SaidStatement, state_all
from partners.actions.bulk_windows import GONE, SaidWindow, set_windows
from partners.api.bodies import CapabilityBody, WindowBody, capability_facts, window_facts
from partners.api.body_fields import terms_in_use
from partners.bulk_rows import Became, Mode, Outcome, has_refused
from partners.models import Job, Line, Site

STEP: Final = 500
"""Rows between two signs of progress."""


class Reader(Protocol):
    """Reads rows of one kind for one actor, and keeps those that are good."""

    def __init__(self, actor: Actor) -> None: ...

    def read(self, row: SentRow) -> Any:
        """What the action takes; raises ValidationError."""

    def keep(self, said: Sequence[Any], *, mode: Mode, are_all_good: bool) -> list[Outcome]:
        """Call the action."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows as the action takes them, and what is wrong with the others."""

    reader: Reader
    good: list[Any]
    refused: list[Outcome]

    def kept(self, mode: Mode) -> list[Outcome]:
        """What became of every row, in the order of the body. Raises what the action raises."""
        outcomes = self.reader.keep(self.good, mode=mode, are_all_good=not self.refused)
        return sorted([*self.refused, *outcomes], key=lambda each: each.index)


class WindowReader:
    def __init__(self, actor: Actor) -> None:
        self.actor, self.body = actor, WindowBody()
        own = Line.objects.filter(site__partner__organisation_id=actor.organisation_id or 0)
        rows = own.select_related("site__partner") if actor.is_cdmo else own.none()
        self.lines = {line.uid: line for line in rows}

    def read(self, row: SentRow) -> SaidWindow:
        given = self.body.run_validation(row.value)
        line = self.lines.get(given["line"])
        if line is None:
            raise ValidationError({"line": GONE})
        return SaidWindow(row.index, line, window_facts(given, None))

    def keep(self, said: Sequence[SaidWindow], *, mode: Mode, are_all_good: bool) -> list[Outcome]:
        return set_windows(said=said, by=self.actor, mode=mode, are_all_good=are_all_good)


class CapabilityReader:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.body = CapabilityBody(context={"terms": {term.code: term for term in terms_in_use()}})
        sites = Site.objects.owned_by(actor).select_related("partner").prefetch_related("lines")
        self.sites = {site.uid: site for site in sites}
        self.lines = {(site.pk, line.uid): line for site in sites for line in site.lines.all()}

    def read(self, row: SentRow) -> SaidStatement:
        given = self.body.run_validation(row.value)
        site = self.sites.get(given["site"])
        if site is None:
            raise ValidationError({"site": NO_SITE})
        return SaidStatement(row.index, site, capability_facts(given, site, None, self._line))

    def keep(self, said: Sequence[SaidStatement], *, mode: Mode, are_all_good: bool) -> list[Outcome]:
        return state_all(said=said, by=self.actor, mode=mode, are_all_good=are_all_good)

    def _line(self, site: Site, uid: Any) -> Line | None:
        return self.lines.get((site.pk, uid))


READERS: Final[dict[Job.Kind, type[Reader]]] = {
    Job.Kind.WINDOWS: WindowReader,
    Job.Kind.CAPABILITIES: CapabilityReader,
}


def checked(
    kind: Job.Kind, rows: Sequence[SentRow], actor: Actor, on_step: Callable[[int], object] = lambda _: None
) -> Checked:
    """Read every row; `on_step` hears from time to time how many have been read."""
    reader = READERS[kind](actor)
    found = Checked(reader, [], [])
    for count, row in enumerate(rows, 1):
        try:
            found.good.append(_read(reader, row))
        except ValidationError as error:
            found.refused.append(Outcome(row.index, Became.REFUSED, errors=tuple(error_entries(error))))
        if not count % STEP:
            on_step(count)
    return found


def _read(reader: Reader, row: SentRow) -> Any:
    if row.problem:
        raise ValidationError(row.problem, code="unreadable")
    return reader.read(row)


def as_results(rows: Sequence[SentRow], outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Row by row as the API answers it; rows and outcomes are in the order of the body."""
    for row, each in zip(rows, outcomes, strict=True):
        yield {
            "index": each.index,
            "line": row.line,
            "status": each.became.value,
            "uid": each.uid,
            "errors": list(each.errors),
        }


def is_whole(mode: Mode, outcomes: Sequence[Outcome]) -> bool:
    """Whether what was asked for is done."""
    return mode is Mode.BEST_EFFORT or not has_refused(outcomes)

"""Where what the directory says of a site comes from, and how old it is; a few queries for many sites."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Max, Min, Q

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.look.wording import unit_text
from partners.models import Capability, Inspection, Measure, Origin, Registration
from partners.numbers import NumberAsked, proving
from partners.permissions import directory_statements

type Answers = dict[int, dict[int, Measure]]
"""By statement, the measure that answers each number asked, by the place of the number."""
SOURCES: Final = {Origin.REGULATOR: "published by the authority", Origin.COMPANY: "stated by the company"}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a company says of a site, as far as its reader may see it: how much, and when it was confirmed."""

    count: int
    oldest: dt.date
    newest: dt.date


@dataclass(frozen=True, slots=True)
class Visit:
    """The latest inspection by one authority, and who says so."""

    authority: str
    ended_on: dt.date | None
    origin: str

    @property
    def source(self) -> str:
        return SOURCES[Origin(self.origin)]


@dataclass(frozen=True, slots=True)
class Proof:
    """A stated number that answers one that was asked for."""

    measure: str
    number: str
    of: str
    line: str
    confirmed_on: dt.date

    @property
    def place(self) -> str:
        """What it is stated of: "Tablet, Line 2"."""
        return f"{self.of}, {self.line}" if self.line else self.of


def stated_by_companies(site_ids: Collection[int], actor: Actor) -> dict[int, Stated]:
    told = Capability.objects.filter(directory_statements(actor), site_id__in=site_ids).order_by()
    ages = told.values("site_id").annotate(
        number=Count("pk"), oldest=Min("confirmed_on"), newest=Max("confirmed_on")
    )
    return {
        site_id: Stated(number, oldest, newest)
        for site_id, number, oldest, newest in ages.values_list("site_id", "number", "oldest", "newest")
    }


def registered_as_of(site_ids: Collection[int]) -> dict[int, dt.date]:
    """The day of the register in which each site stands, the latest where it stands in several rows."""
    listed = Registration.objects.filter(site_id__in=site_ids, no_longer_listed_on__isnull=True).order_by()
    latest = listed.values("site_id").annotate(as_of=Max("last_seen__snapshot_on"))
    return dict(latest.values_list("site_id", "as_of"))


def latest_visits(site_ids: Collection[int]) -> dict[int, list[Visit]]:
    found: dict[int, list[Visit]] = defaultdict(list)
    by_authority = ("site_id", "authority__position", "authority_id")
    visits = Inspection.objects.filter(site_id__in=site_ids).distinct(*by_authority)
    visits = visits.order_by(*by_authority, F("ended_on").desc(nulls_last=True), "pk")
    columns = visits.values_list("site_id", "authority__label", "ended_on", "origin")
    for site_id, authority, ended_on, origin in columns:
        found[site_id].append(Visit(authority, ended_on, origin))
    return found


def proofs(site_ids: Collection[int], numbers: Sequence[NumberAsked], actor: Actor) -> dict[int, list[Proof]]:
    """For each site, a proof of each number asked, from the statements by which the site was found."""
    answers: dict[int, Answers] = defaultdict(dict)
    for place, number in enumerate(numbers):
        for measure in _answers(number, site_ids, actor):
            statement = answers[measure.capability.site_id].setdefault(measure.capability_id, {})
            statement.setdefault(place, measure)
    return {site_id: _together(statements, len(numbers)) for site_id, statements in answers.items()}


def _together(statements: Answers, asked: int) -> list[Proof]:
    """One statement of each term, see `numbers.proving`; the older of two that prove the same."""
    by_term: dict[int, dict[int, int]] = defaultdict(dict)
    for statement, measures in sorted(statements.items()):
        term_id = next(iter(measures.values())).capability.term_id
        by_term[term_id].setdefault(sum(1 << place for place in measures), statement)
    measured: dict[int, Measure] = {}
    for statement in proving(by_term.values(), (1 << asked) - 1):
        measured = {**statements[statement], **measured}
    return [_proof(measured[place]) for place in sorted(measured)]


def _answers(number: NumberAsked, site_ids: Collection[int], actor: Actor) -> list[Measure]:
    offered = Q(capability__is_offered=True) & directory_statements(actor, "capability__")
    stated = Measure.objects.filter(number.condition, offered, capability__site_id__in=site_ids)
    return list(stated.select_related("capability__term", "capability__line", "term").order_by("pk"))


def _proof(measure: Measure) -> Proof:
    statement = measure.capability
    return Proof(
        measure.term.label,
        unit_text(str(measure)),
        statement.term.label,
        statement.line.name if statement.line else "",
        statement.confirmed_on,
    )

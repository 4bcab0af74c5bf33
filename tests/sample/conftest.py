"""The sample world matched once for all tests: loaded, asked in every way that they need, and rolled back."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from matching.models import Brief, Requirement
from matching.ranking import weights_of
from matching.ranking.asking import brief_asked
from matching.ranking.store import store
from matching.scoring.eligibility import Standing
from matching.scoring.facts import Scope
from matching.scoring.matching import match
from matching.scoring.results import MatchResult, SiteMatch
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import RegistrationFactory

AS_OF = dt.date(2027, 2, 15)
LISTED = (Standing.ELIGIBLE, Standing.OPEN_QUESTIONS, Standing.NEAR_MISS)


@dataclass(frozen=True)
class Seen:
    """One match, looked at by the names of partners."""

    result: MatchResult

    def names(self, *standings: Standing) -> set[str]:
        return {match.partner_name for match in self.listed() if match.standing in standings}

    def listed(self) -> tuple[SiteMatch, ...]:
        return (*self.result.eligible, *self.result.open_questions, *self.result.near_misses)

    def find(self, partner: str) -> SiteMatch:
        return next(match for match in self.listed() if match.partner_name == partner)

    def part(self, key: str) -> dict[str, Standing]:
        """How partners stand for one step alone."""
        assert self.result.coverage is not None
        part = next(each for each in self.result.coverage.parts if each.part.key == key)
        return {each.partner_name: each.standing for each in part.candidates}

    def covers(self) -> list[tuple[str, ...]]:
        """The partners of every cover, by step."""
        assert self.result.coverage is not None
        return [
            tuple(each.candidate.partner_name for each in cover.assignments)
            for cover in self.result.coverage.covers
        ]


@dataclass(frozen=True)
class Matches:
    """By the start of a brief's title: as written, with line requirements asked of the site, and what-ifs."""

    written: Mapping[str, Seen]
    of_site: Mapping[str, Seen]
    dutch_capsules: Seen
    with_register: Seen


@pytest.fixture(scope="session")
def matches(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Matches:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_sample_data", as_of=AS_OF, stdout=StringIO())
        found = Matches(all_seen(), what_if(ask_of_site, all_seen), dutch_capsules(), with_register())
        transaction.set_rollback(True)
    return found


def all_seen() -> dict[str, Seen]:
    return {brief.title: seen(brief) for brief in Brief.objects.filter(is_sample=True)}


def seen(brief: Brief) -> Seen:
    """Every candidate explained, not only those that a run shows."""
    known = store.known()
    asked = brief_asked(brief, known.vocabulary, weights_of(brief))
    return Seen(match(asked, list(known.sites.values()), known.vocabulary, today=AS_OF))


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def what_if[Found](change: Callable[[], None], look: Callable[[], Found]) -> Found:
    with undone():
        change()
        return look()


def ask_of_site() -> None:
    """The same terms asked of the site as a whole: each may then be true of another line."""
    of_line = Requirement.objects.filter(scope=Scope.LINE)
    of_line.filter(kind=Requirement.Kind.TERM).update(scope=Scope.SITE)
    of_line.filter(kind=Requirement.Kind.HAZARD).delete()


def capsules() -> Brief:
    return Brief.objects.get(title__startswith="First-in-human capsules")


def dutch_capsules() -> Seen:
    def change() -> None:
        rows = Requirement.objects.filter(brief=capsules(), alternative="qp")
        rows.filter(term__code="svc.reg.qp.uk").delete()
        rows.update(alternative="")

    return what_if(change, lambda: seen(capsules()))


def with_register() -> Seen:
    def change() -> None:
        RegistrationFactory(site=SiteFactory(registered_only=True, country="DE", name="Registered only"))

    return what_if(change, lambda: seen(Brief.objects.get(title__startswith="Potent step")))
